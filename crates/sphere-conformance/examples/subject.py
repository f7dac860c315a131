#!/usr/bin/env python3
"""Python's http.client as a subject of sphere-conformance: the whole protocol, as PROTOCOL.md describes it.

    sphere-conformance -- python3 subject.py

It opens a connection for each request. http.client has a time limit for each read but none for a whole call: what that
and other habits mean is in the report.
"""

import base64
import http.client
import json
import ssl
import sys
import threading
import time
import urllib.parse

WRITING = threading.Lock()


def reply(message, /, **members):
    line = json.dumps({message: members})
    with WRITING:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def seconds(milliseconds):
    # Python's sockets take no larger limit than this.
    return min(milliseconds / 1000, 10**6)


def connect(request, trusted_pem):
    url = urllib.parse.urlsplit(request["url"])
    limit = seconds(min(request["connect_timeout_ms"], request["time_left_ms"]))
    if url.scheme == "https":
        context = ssl.create_default_context(cadata=trusted_pem)
        connection = http.client.HTTPSConnection(url.hostname, url.port, timeout=limit, context=context)
    else:
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=limit)
    connection.connect()
    connection.sock.settimeout(seconds(request["time_left_ms"]))
    return connection


class TooLarge(Exception):
    pass


def read_body(response, limit):
    body = b""
    while piece := response.read(65536):
        body += piece
        if len(body) > limit:
            raise TooLarge
    return body


def exchange(connection, request):
    target = request["url"].split("/", 3)[3:]
    connection.putrequest(request["method"], "/" + "".join(target), skip_accept_encoding=True)
    for name, value in request["headers"]:
        connection.putheader(name, value.encode("latin-1"))
    connection.endheaders()
    for segment in request["body"]:
        connection.send(base64.b64decode(segment))
    response = connection.getresponse()
    body = read_body(response, request["max_response_bytes"])
    headers = [[name, value] for name, value in response.getheaders()]
    return {"status": response.status, "headers": headers, "body": base64.b64encode(body).decode()}


def failure(error, was_sent):
    if isinstance(error, TimeoutError):
        kind = "timeout"
    elif isinstance(error, ssl.SSLError):
        kind = "tls"
    elif isinstance(error, (ConnectionError, http.client.IncompleteRead, http.client.RemoteDisconnected)):
        kind = "interrupted" if was_sent else "connect"
    elif isinstance(error, TooLarge):
        kind = "too_large"
    elif isinstance(error, http.client.HTTPException):
        kind = "protocol"
    elif isinstance(error, OSError):
        kind = "interrupted" if was_sent else "connect"
    else:
        kind = "other"
    # The type alone: the text of some errors quotes the response.
    delivery = "unknown" if was_sent else "not_sent"
    return {"kind": kind, "delivery": delivery, "message": type(error).__name__}


def send(request, trusted_pem):
    """The reply to a request: its name and its members."""
    if request["time_left_ms"] == 0:
        return "error", failure(TimeoutError(), False)
    connection = None
    try:
        connection = connect(request, trusted_pem)
        return "response", exchange(connection, request)
    except Exception as error:  # Whatever it is, the suite wants to know.
        return "error", failure(error, connection is not None)
    finally:
        if connection is not None:
            connection.close()


def sleep(request):
    if request["ms"] > 0:
        time.sleep(request["ms"] / 1000)
    return "slept", {"now_us": int(time.monotonic() * 1e6)}


def serve(name, set_up):
    """Speaks the protocol. `set_up` gets a certificate authority as PEM, or None, and returns a client's `send`."""

    def respond(work, request):
        message, members = work(request)
        reply(message, id=request["id"], **members)

    transports = {}
    for line in sys.stdin:
        [(kind, request)] = json.loads(line).items()
        if kind == "hello":
            reply("hello", id=request["id"], version=1, name=name, clock=True)
        elif kind == "set_up":
            transports[request["transport"]] = set_up(request.get("trusted_pem"))
            reply("done", id=request["id"])
        elif kind in ("send", "sleep"):
            work = sleep if kind == "sleep" else transports[request["transport"]]
            threading.Thread(target=respond, args=(work, request), daemon=True).start()
        elif kind == "close":
            del transports[request["transport"]]
            reply("done", id=request["id"])
        elif kind in ("cancel", "warm_up"):
            reply("done", id=request["id"])


if __name__ == "__main__":
    serve(
        "Python " + sys.version.split()[0] + " http.client",
        lambda trusted_pem: lambda request: send(request, trusted_pem),
    )
