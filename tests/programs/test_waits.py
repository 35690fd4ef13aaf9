"""Steps that wait for a service, run by BusyBox's own shell and tools, with real servers at the other end."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.contract.test_cases import bundle
from tests.contract.test_waits import WAITING, step
from tests.programs.containers import free_port, program
from tests.programs.servers import mariadb, open_folder, postgresql, redis

APPLETS = ("seq", "head", "tail", "tr", "timeout", "wget", "nc")
Server = Callable[[Path], AbstractContextManager[int]]


@pytest.fixture
def room() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/up" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def pages(_room: Path) -> Iterator[int]:
    """Run a web server that returns 200 for only one path; yield its port."""
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_port
        server.shutdown()


@contextmanager
def saying(reply: bytes) -> Iterator[int]:
    """Run a server that answers each connection with these bytes; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with client:
                    client.sendall(reply)

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def ended(kind: str, port: int, room: Path, path: str = "/up") -> bool:
    """Run the step with a single attempt; return whether it lets the program start."""
    given = {"kind": kind, "host": "127.0.0.1", "port": port, "wait_seconds": 5}
    if kind == "http":
        given["path"] = path
    _, *words = step(bundle(WAITING, **{f"init.wait.{name}": value for name, value in given.items()}))["command"]
    busybox, tools = program("busybox"), room / "tools"
    if not tools.exists():
        tools.mkdir()
        for name in APPLETS:
            (tools / name).symlink_to(busybox)
        # There is no further attempt, so the test need not wait.
        (tools / "sleep").write_text("#!/bin/sh\nexit 0\n")
        (tools / "sleep").chmod(0o755)
        (tools / "pg_isready").symlink_to(program("pg_isready"))
    if kind == "tcp":  # the nc of Debian's BusyBox has no -z
        (tools / "nc").unlink()
        (tools / "nc").symlink_to(program("nc.openbsd"))
    done = subprocess.run(
        [busybox, "sh", *words], env={"PATH": f"{tools}:/usr/bin"}, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    assert (f"127.0.0.1:{port} is not up yet (1 of 1)" in done.stdout) == (done.returncode == 1)
    return done.returncode == 0


SERVERS: dict[str, Server] = {
    "tcp": pages,
    "http": pages,
    "postgres": lambda room: postgresql(room, "orders", "secret"),
    "mysql": mariadb,
    "redis": redis,
}


@pytest.mark.parametrize("kind", SERVERS)
def test_the_step_ends_only_once_the_server_is_up(kind: str, room: Path) -> None:
    assert not ended(kind, free_port(), room)
    with SERVERS[kind](room) as port:
        assert ended(kind, port, room)


def test_a_redis_that_requires_a_password_is_up(room: Path) -> None:
    with redis(room, "secret") as port:
        assert ended("redis", port, room)


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        ("redis", b"-LOADING Redis is loading the dataset in memory\r\n"),
        ("mysql", b"\x12\x00\x00\x00\xff\x10\x04Too many connections"),
        ("http", b"HTTP/1.1 503 Service Unavailable\r\n\r\n"),
        ("postgres", b"E\x00\x00\x00\x25SFATAL\x00C57P03\x00Mstarting up\x00\x00"),
    ],
)
def test_a_server_that_answers_but_is_not_ready_is_not_up(kind: str, reply: bytes, room: Path) -> None:
    with saying(reply) as port:
        assert not ended(kind, port, room)
