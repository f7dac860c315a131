"""Reads each upload with werkzeug's parser of forms and responds with what it read. Prints its URL first."""

import json
from wsgiref.simple_server import WSGIRequestHandler, make_server

from werkzeug.formparser import parse_form_data


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


def respond(environ, start_response):
    _, texts, files = parse_form_data(environ)
    read = {
        "texts": list(texts.items(multi=True)),
        "files": {
            name: [
                {"name": file.filename, "type": file.content_type, "hex": file.read().hex()}
                for file in files.getlist(name)
            ]
            for name in files
        },
    }
    body = json.dumps({"read": read}).encode()
    start_response("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


with make_server("127.0.0.1", 0, respond, handler_class=Quiet) as server:
    print(f"http://127.0.0.1:{server.server_port}")
    server.serve_forever()
