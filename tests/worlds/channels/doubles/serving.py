"""A platform's double is a real HTTP server on a free port; faults that are queued make it misbehave once each."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    """What a client sent; header names are lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass
class Answer:
    """What the double says; bytes go out as they are, anything else as JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """One misbehaviour for the next request whose path holds `path`.

    `drop`: no answer and nothing done; `lose`: done, but the answer never arrives; `answer`: this instead of doing it;
    `late`: done and answered once `gate` opens.
    """

    kind: str
    path: str = ""
    answer: Answer | None = None
    gate: threading.Event = field(default_factory=threading.Event)


class Double:
    """Subclasses answer in `handle`; `requests` is all that came, `faults` what goes wrong next."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.faults: deque[Fault] = deque()
        self.guard = threading.RLock()
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                double._serve(self)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def handle(self, request: Request) -> Answer:
        raise NotImplementedError

    def close(self) -> None:
        for fault in self.faults:
            fault.gate.set()
        self.server.shutdown()
        self.server.server_close()

    def fail(self, kind: str, path: str = "", answer: Answer | None = None) -> Fault:
        self.faults.append(fault := Fault(kind, path, answer))
        return fault

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def _fault(self, path: str) -> Fault | None:
        with self.guard:
            found = next((fault for fault in self.faults if fault.path in path), None)
            if found is not None:
                self.faults.remove(found)
            return found

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = handler.rfile.read(int(headers.get("content-length", 0)))
        request = Request(handler.command, url.path, query, headers, body)
        self.requests.append(request)
        fault = self._fault(url.path)
        if fault is not None and fault.kind == "drop":
            return _hang_up(handler)
        if fault is not None and fault.answer is not None:
            answer = fault.answer
        else:
            with self.guard:
                answer = self.handle(request)
        if fault is not None and fault.kind == "late":
            fault.gate.wait(20)
        if fault is not None and fault.kind == "lose":
            return _hang_up(handler)
        raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body, ensure_ascii=False).encode()
        try:
            handler.send_response(answer.status)
            for name, value in {"content-type": "application/json", **answer.headers}.items():
                handler.send_header(name, value)
            handler.send_header("content-length", str(len(raw)))
            handler.end_headers()
            handler.wfile.write(raw)
        except OSError:
            handler.close_connection = True


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)
