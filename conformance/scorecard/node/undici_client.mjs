// undici's `request`.

import { Agent, request as undiciRequest } from "undici";

import { milliseconds, serve } from "./subject.mjs";

// `new Agent()`; a body is read by `body.bytes()`.
function defaults(ca) {
  const dispatcher = new Agent(ca ? { connect: { ca } } : {});
  return async (request) => {
    let response;
    try {
      response = await undiciRequest(request.url, { dispatcher, ...toRequest(request) });
      return toReply(response, await response.body.bytes());
    } catch (error) {
      return failure(error, response);
    }
  };
}

// Connecting takes at most 2 seconds, a call its own time; a body is read in pieces, up to the limit.
function tuned(ca) {
  const dispatcher = new Agent({ connect: { ca, timeout: 2000 } });
  return async (request) => {
    const limit = milliseconds(request.time_left_ms);
    let response;
    try {
      response = await undiciRequest(request.url, {
        dispatcher,
        ...toRequest(request),
        headersTimeout: limit,
        bodyTimeout: limit,
        signal: AbortSignal.timeout(limit),
      });
      const pieces = [];
      let size = 0;
      for await (const piece of response.body) {
        pieces.push(piece);
        size += piece.length;
        if (size > request.max_response_bytes) {
          response.body.destroy();
          return ["error", { kind: "too_large", delivery: "unknown", message: "", ...head(response) }];
        }
      }
      return toReply(response, Buffer.concat(pieces));
    } catch (error) {
      return failure(error, response);
    }
  };
}

function toRequest({ method, headers, body }) {
  const bytes = Buffer.concat(body.map((segment) => Buffer.from(segment, "base64")));
  return { method, headers: headers.flat(), body: bytes.length > 0 ? bytes : undefined };
}

function toHeaders(headers) {
  return Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
}

function toReply({ statusCode, headers }, body) {
  return ["response", { status: statusCode, headers: toHeaders(headers), body: Buffer.from(body).toString("base64") }];
}

function head(response) {
  return response && { head: { status: response.statusCode, headers: toHeaders(response.headers) } };
}

const KINDS = {
  ECONNREFUSED: "connect",
  ENOTFOUND: "connect",
  EAI_AGAIN: "connect",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  UND_ERR_SOCKET: "interrupted",
  ECONNRESET: "interrupted",
  EPIPE: "interrupted",
  UND_ERR_HEADERS_OVERFLOW: "protocol",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "protocol",
  UND_ERR_INVALID_ARG: "setup",
  ERR_INVALID_URL: "setup",
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: "setup",
};
const UNSENT = ["connect", "setup"];

function failure(error, response) {
  const { name, code = "" } = error;
  let kind = KINDS[code] ?? "other";
  if (name === "TimeoutError") kind = "timeout";
  if (name === "HTTPParserError") kind = "protocol";
  if (/^ERR_TLS|^ERR_SSL|CERT|SIGNATURE/.test(code)) kind = "tls";
  const isUnsent = UNSENT.includes(kind) || code === "UND_ERR_CONNECT_TIMEOUT";
  const delivery = isUnsent ? "not_sent" : "unknown";
  return ["error", { kind, delivery, message: String(error.message), debug: String(error.stack), ...head(response) }];
}

serve("undici", process.argv[2] === "tuned" ? tuned : defaults);
