"""A small HTTP server on loopback that acts as a good or faulty API server and records its requests."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from wizard.cluster.kubeconfig import choose
from wizard.cluster.model import Target

REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@dataclass(frozen=True)
class Asked:
    """One request as it was received."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """One response. ``reset``: close the connection instead of responding; ``wait``: an event to wait for first."""

    status: int = 201
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    reset: bool = False
    wait: threading.Event | None = None


Behaviour = Callable[[Asked], Reply | None]
"""Function from a request to its reply; ``None`` stands for a good server's reply."""


def status(code: int, message: str, reason: str = "", **details: Any) -> Reply:
    """Return a reply with a Kubernetes ``Status``."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}
    return Reply(code, body | ({"reason": reason} if reason else {}) | ({"details": details} if details else {}))


def good(asked: Asked) -> Reply:
    """Return the reply of a server that accepts everything."""
    if asked.path == REVIEWS:
        info = {"username": "tester", "groups": ["testers"]}
        return Reply(201, {"kind": "SelfSubjectReview", "status": {"userInfo": info}})
    if asked.path == "/version":
        return Reply(200, {"gitVersion": "v1.37.2"})
    if asked.method == "GET":
        return status(404, "not found", "NotFound")
    return Reply(201, asked.body)


@dataclass
class FakeServer:
    """The server's address and the requests it received."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def writes(self) -> list[Asked]:
        return [each for each in self.asked if each.method != "GET"]

    def target(
        self, folder: Path, cluster: Mapping[str, Any] | None = None, *, user: Mapping[str, Any] | None = None
    ) -> Target:
        """Write a kubeconfig for the server, and return its only context."""
        data = {
            "current-context": "fake",
            "clusters": [{"name": "fake", "cluster": {"server": self.url, **(cluster or {})}}],
            "users": [{"name": "tester", "user": {"token": "test-token"} if user is None else user}],
            "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "tester"}}],
        }
        (folder / "kubeconfig").write_text(json.dumps(data))
        return choose(str(folder / "kubeconfig"), environ={})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815  # http.server calls these names

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        parts = urlsplit(self.path)
        body = json.loads(data) if data else None
        query = tuple(parse_qsl(parts.query))
        asked = Asked(self.command, parts.path, query, {k.lower(): v for k, v in self.headers.items()}, body)
        self.server.fake.asked.append(asked)
        reply = self.server.behaviour(asked) or good(asked)
        if reply.wait is not None:
            reply.wait.wait(60)
        if reply.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeServer
    behaviour: Behaviour

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextlib.contextmanager
def fake_server(
    behaviour: Behaviour = lambda _: None, *, certificate: tuple[Path, Path] | None = None
) -> Iterator[FakeServer]:
    """Serve on a free loopback port while the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "https" if certificate else "http"
    server.fake = FakeServer(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    server.behaviour = behaviour
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
