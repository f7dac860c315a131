// A subject of sphere-conformance in JavaScript: the protocol, as PROTOCOL.md describes it. `setUp` gets a certificate
// authority as PEM, or undefined, and returns a client's `send`, which returns the reply's name and members.

import { createInterface } from "node:readline";

// Timers take no more.
export const milliseconds = (limit) => Math.min(limit, 2 ** 31 - 1);

function reply(message, members) {
  process.stdout.write(JSON.stringify({ [message]: members }) + "\n");
}

async function sleep({ ms }) {
  if (ms > 0) await new Promise((done) => setTimeout(done, ms));
  return ["slept", { now_us: Math.round(performance.now() * 1000) }];
}

export async function serve(name, setUp) {
  const transports = new Map();
  const respond = async (work, request) => {
    const [message, members] = await work(request);
    reply(message, { id: request.id, ...members });
  };
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const [[kind, request]] = Object.entries(JSON.parse(line));
    const { id, transport } = request;
    if (kind === "hello") {
      reply("hello", { id, version: 1, name, clock: true });
    } else if (kind === "set_up") {
      transports.set(transport, setUp(request.trusted_pem));
      reply("done", { id });
    } else if (kind === "send") {
      respond(transports.get(transport), request);
    } else if (kind === "sleep") {
      respond(sleep, request);
    } else if (kind === "close") {
      transports.delete(transport);
      reply("done", { id });
    } else {
      reply("done", { id });
    }
  }
  process.exit();
}
