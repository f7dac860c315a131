"""A defect of httpx 0.28.1, with httpcore 1.0.9 and h11 0.16.0. The assertion holds as long as it is there."""

import socket
import threading

import httpx

RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
STRAY = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"


def serve(listener):
    connection, _ = listener.accept()
    connection.recv(65536)
    connection.sendall(RESPONSE + STRAY)
    connection.recv(65536)
    connection.sendall(RESPONSE)


with socket.create_server(("127.0.0.1", 0)) as listener, httpx.Client(trust_env=False) as client:
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert client.get(url).text == "ok"
    # The bytes behind the first response are taken for the response to the second request.
    assert client.get(url).text == "evil"
print("httpx: a stray response taken for the next")
