// Defects of undici 7.30.2. Each assertion holds as long as the defect is there.

import assert from "node:assert";
import { createServer } from "node:net";

import { request } from "undici";

async function respond(bytes) {
  const server = createServer((socket) => socket.once("data", () => socket.end(bytes)));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  const { headers, body } = await request(`http://127.0.0.1:${server.address().port}/`);
  return { headers, body: await body.text() };
}

// Spaces around a header's value belong to no value (RFC 9110, section 5.5).
const { headers } = await respond("HTTP/1.1 200 OK\r\nx-id: c1  \r\ncontent-length: 0\r\n\r\n");
assert.equal(headers["x-id"], "c1  ");

// A 304 may say how long its body would be (RFC 9110, section 8.6).
await assert.rejects(respond("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"), /content-length/);

// A 100 that was not asked for may be ignored (RFC 9110, section 15.2).
await assert.rejects(respond("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), /bad response/);

console.log("undici: spaces in a value, a 304 that fails, a 100 that fails");
process.exit();
