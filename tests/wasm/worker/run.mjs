// Runs the worker in workerd: node run.mjs five_cases, or node run.mjs subject.
//
// WORKERD is the program, WORKER the folder with the worker and its configuration. `five_cases` prints what comes of the
// calls to the base URLs in FIVE_CASES. `subject` speaks the conformance suite's protocol, and passes
// `send` and `sleep` on to the worker.

import { spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";

// The shell ends workerd when this process has ended, however it did: then its own input ends.
const shell = spawn(
    "sh",
    [
        "-c",
        '"$@" & exec 3>&-; read line; kill $!',
        "sh",
        process.env.WORKERD,
        "serve",
        join(process.env.WORKER, "workerd.capnp"),
        "--control-fd=3",
    ],
    // Standard output is for replies.
    { stdio: ["pipe", process.stderr, process.stderr, "pipe"] },
);
const port = await new Promise((resolve) => {
    const events = createInterface(shell.stdio[3]);
    events.on("line", (line) => {
        const { event, port } = JSON.parse(line);
        if (event === "listen") resolve(port);
    });
    // workerd has ended.
    events.on("close", () => process.exit(1));
});

// Not `fetch`, which limits how many calls are in flight.
const agent = new Agent({ keepAlive: true });

function call(name, argument, signal) {
    return new Promise((resolve, reject) => {
        const options = { agent, host: "127.0.0.1", port, path: `/${name}`, method: "POST", signal };
        const sending = request(options, async (response) => {
            const parts = [];
            for await (const part of response) parts.push(part);
            const text = Buffer.concat(parts).toString();
            if (response.statusCode === 200) resolve(text);
            else reject(new Error(`${response.statusCode} ${text}`));
        });
        sending.once("error", reject);
        sending.end(argument);
    });
}

const inFlight = new Map();

async function reply(line) {
    const [name, body] = Object.entries(JSON.parse(line))[0];
    const { id } = body;
    if (name === "hello") return { hello: { id, version: 1, name: "sphere-fetch in workerd", clock: true } };
    if (name === "set_up" && body.trusted_pem !== undefined) {
        return { failed: { id, message: "the host decides whom to trust" } };
    }
    if (name === "cancel") inFlight.get(body.send)?.abort();
    if (name !== "send" && name !== "sleep") return { done: { id } };
    const controller = new AbortController();
    inFlight.set(id, controller);
    try {
        return JSON.parse(await call(name, line, controller.signal));
    } catch (error) {
        return { failed: { id, message: String(error) } };
    } finally {
        inFlight.delete(id);
    }
}

if (process.argv[2] === "five_cases") {
    process.stdout.write(await call("five_cases", process.env.FIVE_CASES));
    process.exit();
}
for await (const line of createInterface(process.stdin)) {
    reply(line).then((message) => process.stdout.write(JSON.stringify(message) + "\n"));
}
process.exit();
