"""httpx's blocking client. The protocol is in sphere-conformance's example."""

import base64
import pathlib
import ssl
import sys

import httpx

sys.path.append(str(pathlib.Path(__file__).parents[3] / "crates/sphere-conformance/examples"))
from subject import seconds, serve  # noqa: E402


def defaults(trusted_pem):
    """`httpx.Client()`; a body is read by `response.content`."""
    client = httpx.Client(verify=trust(trusted_pem))

    def send(request):
        try:
            response = client.request(
                request["method"], request["url"], headers=headers(request), content=body(request)
            )
        except Exception as error:
            return failure(error)
        return to_reply(response, response.content)

    return send


def tuned(trusted_pem):
    """No proxy, no header of its own; the limits of the call for each of its steps; idle connections are kept for 4
    seconds; a body is read in pieces, without decoding, up to the limit."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=4)
    client = httpx.Client(verify=trust(trusted_pem), trust_env=False, limits=limits)

    def send(request):
        time_left = seconds(request["time_left_ms"])
        timeout = httpx.Timeout(time_left, connect=min(time_left, seconds(request["connect_timeout_ms"])))
        response = None
        try:
            to_send = httpx.Request(
                request["method"],
                request["url"],
                headers=headers(request),
                content=body(request),
                extensions={"timeout": timeout.as_dict()},
            )
            response = client.send(to_send, stream=True)
            read = b""
            for piece in response.iter_raw():
                read += piece
                if len(read) > request["max_response_bytes"]:
                    return "error", {"kind": "too_large", "delivery": "unknown", "message": "", **head(response)}
            return to_reply(response, read)
        except Exception as error:
            return failure(error, response)
        finally:
            if response is not None:
                response.close()

    return send


def trust(pem):
    return ssl.create_default_context(cadata=pem) if pem else True


def headers(request):
    return [(name.encode(), value.encode("latin-1")) for name, value in request["headers"]]


def body(request):
    return b"".join(base64.b64decode(segment) for segment in request["body"])


def raw_headers(response):
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in response.headers.raw]


def to_reply(response, content):
    text = base64.b64encode(content).decode()
    return "response", {"status": response.status_code, "headers": raw_headers(response), "body": text}


def head(response):
    if response is None:
        return {}
    return {"head": {"status": response.status_code, "headers": raw_headers(response)}}


def failure(error, response=None):
    if isinstance(error, httpx.TimeoutException):
        kind = "timeout"
    elif isinstance(error, httpx.ConnectError):
        kind = "connect"
    elif isinstance(error, httpx.NetworkError):
        kind = "interrupted"
    elif isinstance(error, httpx.RemoteProtocolError):
        kind = "protocol"
    elif isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        kind = "setup"
    else:
        kind = "other"
    unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol)
    delivery = "not_sent" if isinstance(error, unsent) else "unknown"
    return "error", {"kind": kind, "delivery": delivery, "message": str(error), "debug": repr(error), **head(response)}


if __name__ == "__main__":
    settings = {"defaults": defaults, "tuned": tuned}[sys.argv[1]]
    serve("httpx " + httpx.__version__, settings)
