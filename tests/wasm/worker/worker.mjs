// The worker: the path names one of the module's functions, the body is its argument.

import { five_cases, initSync, send, sleep } from "./sphere_worker.js";
import module from "./sphere_worker_bg.wasm";

initSync({ module });

const functions = { "/five_cases": five_cases, "/send": send, "/sleep": sleep };

export default {
    async fetch(request) {
        const called = functions[new URL(request.url).pathname];
        return new Response(await called(await request.text()));
    },
};
