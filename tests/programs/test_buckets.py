"""Files from a bucket, fetched by the real rclone from a store that requires the login of the Secret."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import WEB, bundle
from tests.programs.containers import Container, program
from tests.written import tree

FILES = {"site/v1/index.html": b"<h1>", "site/v1/images/logo.png": b"PNG" * 1000, "site/v10/other": b"not this one"}
KEYS = {"AWS_ACCESS_KEY_ID": b"reader", "AWS_SECRET_ACCESS_KEY": b"secret"}


class _Store(BaseHTTPRequestHandler):
    """The part of the S3 interface that listing and reading need."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        _, _, key = unquote(address.path).lstrip("/").partition("/")
        if "Credential=reader/" not in (self.headers["Authorization"] or ""):
            self._reply(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif not key:
            self._reply(200, _listing(parse_qs(address.query).get("prefix", [""])[0]))
        else:
            self._reply(200 if key in FILES else 404, FILES.get(key, b""))

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Sat, 28 Nov 2026 10:00:00 GMT")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _listing(prefix: str) -> bytes:
    """Return the listing of the files and folders directly below a prefix."""
    rest = {key: key.removeprefix(prefix) for key in FILES if key.startswith(prefix)}
    found = "".join(
        f"<Contents><Key>{key}</Key><Size>{len(FILES[key])}</Size><ETag>&quot;1&quot;</ETag>"
        "<LastModified>2026-11-28T10:00:00Z</LastModified></Contents>"
        for key, name in rest.items()
        if "/" not in name
    )
    folders = {prefix + name.partition("/")[0] + "/" for name in rest.values() if "/" in name}
    found += "".join(f"<CommonPrefixes><Prefix>{one}</Prefix></CommonPrefixes>" for one in sorted(folders))
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()


@pytest.fixture
def store() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Store) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def made(store: str, **given: object) -> Rendered:
    whole = {
        "implementation": "s3-files", "bucket": "shop", "folder": "site/v1", "store": "other", "endpoint": store,
        "region": "eu-central-1", "login_secret": "bucket", **given,
    }  # fmt: skip
    return bundle({**WEB, "needs": ("prepare",)}, **{f"init.prepare.{name}": value for name, value in whole.items()})


def fetched(container: Container) -> int:
    """Run the step as the kubelet would, without a home folder; return its exit code."""
    words = [program("rclone"), *container.args, "--retries=1"]
    return subprocess.run(words, env=container.env, capture_output=True, check=False, timeout=60).returncode


def test_files_below_the_folder_are_present_before_the_program_starts(store: str, tmp_path: Path) -> None:
    container = Container(made(store), "s3-files", tmp_path, {"bucket": KEYS})
    folder = container.folder / "prepared"
    # The second run is like one after a node restart, when the pod's volume already has the files.
    assert fetched(container) == 0 and fetched(container) == 0
    assert tree(folder) == {
        "index.html": FILES["site/v1/index.html"],
        "images/logo.png": FILES["site/v1/images/logo.png"],
    }


def test_an_empty_folder_or_a_wrong_login_stops_the_start(store: str, tmp_path: Path) -> None:
    assert fetched(Container(made(store, folder="site/v2"), "s3-files", tmp_path, {"bucket": KEYS})) != 0
    wrong = {**KEYS, "AWS_ACCESS_KEY_ID": b"stranger"}
    assert fetched(Container(made(store), "s3-files", tmp_path / "wrong", {"bucket": wrong})) != 0
