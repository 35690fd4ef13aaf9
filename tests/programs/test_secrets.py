"""Secrets from a store, fetched by the real OpenBao agent, which reads the configuration for Vault's agent."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import WEB, bundle
from tests.programs.containers import Container, free_port, program, running, soon

SECRET = {"PASSWORD": "it's $HOME; `id`", "USER": "shop"}
ONCE, RENEWED = "fetched_once", "renewed"
ROOT = "root"
KNOWN = "a25vd24"
"""The signature of the token that the cluster accepts."""
POLICY = 'path "secret/data/shop" { capabilities = ["read"] }'


class _Reviewer(BaseHTTPRequestHandler):
    """The part of Kubernetes' API server that the store needs to check a pod's token."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["spec"]
        user = {"username": "system:serviceaccount:web:web", "uid": "1", "groups": ["system:serviceaccounts"]}
        known = asked["token"].endswith(KNOWN)
        status = {"authenticated": known, "user": user, "audiences": asked.get("audiences", [])} if known else {}
        body = json.dumps({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def token(end: str) -> str:
    """Return a token with the claims of the pod's ServiceAccount; the reviewer identifies it by its signature."""
    from base64 import urlsafe_b64encode

    about = {"namespace": "web", "serviceaccount": {"name": "web", "uid": "1"}}
    claims = {
        "iss": "kubernetes/serviceaccount",
        "sub": "system:serviceaccount:web:web",
        "aud": ["vault"],
        "kubernetes.io": about,
    }
    parts = (urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in ({"alg": "RS256"}, claims))
    return ".".join((*parts, end))


def configure(store: str, path: str, **given: Any) -> None:
    head = {"X-Vault-Token": ROOT, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{store}/v1/{path}", json.dumps(given).encode(), head, method="POST")
    urllib.request.urlopen(request, timeout=10).close()


def certificate() -> str:
    words = [
        program("openssl"),
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=x",
        "-keyout",
        "/dev/null",
    ]
    return subprocess.run(words, capture_output=True, check=True, text=True).stdout


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """Run a store with one secret, and a role for the ServiceAccount of the bundle; yield its address."""
    port = free_port()
    words = [program("bao"), "server", "-dev", f"-dev-root-token-id={ROOT}", f"-dev-listen-address=127.0.0.1:{port}"]
    with HTTPServer(("127.0.0.1", 0), _Reviewer) as reviewer, running(words, port):
        threading.Thread(target=reviewer.serve_forever, args=(0.05,), daemon=True).start()
        address = f"http://127.0.0.1:{port}"
        configure(address, "sys/auth/kubernetes", type="kubernetes")
        here = f"http://127.0.0.1:{reviewer.server_port}"
        # The store requires an authority, although a plain HTTP server does not need one.
        authority = {"kubernetes_ca_cert": certificate(), "disable_local_ca_jwt": True}
        configure(address, "auth/kubernetes/config", kubernetes_host=here, token_reviewer_jwt="x", **authority)
        configure(address, "sys/policies/acl/shop", policy=POLICY)
        bound = {"bound_service_account_names": ["web"], "bound_service_account_namespaces": ["web"]}
        configure(address, "auth/kubernetes/role/web", **bound, audience="vault", token_policies=["shop"])
        configure(address, "secret/data/shop", data=SECRET)
        yield address
        reviewer.shutdown()


def agent(store: str, way: str, room: Path, signed: str = KNOWN, **given: object) -> Container:
    """Return the agent's container from a bundle, with a token of the pod."""
    component, name = ("init", "fetch-secrets") if way == ONCE else ("sidecar", "secrets")
    whole = {"address": store, "secret_path": "secret/data/shop", **given}
    made: Rendered = bundle(
        {**WEB, "needs": ("secrets",), "secrets": way} | ({} if way == ONCE else {"version": "v133"}),
        **{f"{component}.secrets.{key}": value for key, value in whole.items()},
    )
    container = Container(made, name, room, {})
    (container.folder / "var/run/secrets/vault/token").write_text(token(signed))
    config = container.folder / "etc/vault/agent.hcl"
    text = config.read_text()
    # To keep the test short: fewer retries than in a pod, and an interval below the minimum.
    for usual, quick in (("num_retries = 5", "num_retries = 1"), ('interval = "10s"', 'interval = "1s"')):
        text = text.replace(usual, quick)
    config.write_text(text)
    return container


def words(container: Container) -> list[str]:
    return [program("bao"), *container.args]


def written(container: Container, name: str = "app.env") -> Path:
    return container.folder / "vault/secrets" / name


def test_the_file_holds_each_key_in_shell_syntax(store: str, tmp_path: Path) -> None:
    container = agent(store, ONCE, tmp_path)
    done = subprocess.run(words(container), env=container.env, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout[-800:]
    path = written(container)
    assert path.stat().st_mode & 0o777 == 0o440
    read = f'. {path}; printf \'%s\\n%s\' "$PASSWORD" "$USER"'
    assert subprocess.run(["sh", "-c", read], capture_output=True, check=True, text=True).stdout.split("\n") == [
        SECRET["PASSWORD"],
        SECRET["USER"],
    ]


def test_the_file_holds_one_json_object_if_the_program_reads_json(store: str, tmp_path: Path) -> None:
    container = agent(store, ONCE, tmp_path, format="json")
    assert (
        subprocess.run(words(container), env=container.env, capture_output=True, check=False, timeout=60).returncode
        == 0
    )
    (path,) = written(container).parent.iterdir()
    assert json.loads(path.read_text()) == SECRET


def test_an_unknown_token_or_a_missing_entry_stops_the_start(store: str, tmp_path: Path) -> None:
    stranger = agent(store, ONCE, tmp_path, "c3RyYW5nZXI")
    nothing = agent(store, ONCE, tmp_path / "nothing", secret_path="secret/data/other")
    for container in (stranger, nothing):
        done = subprocess.run(words(container), env=container.env, capture_output=True, check=False, timeout=120)
        assert done.returncode != 0 and not written(container).exists()


def test_the_sidecar_rewrites_a_changed_secret(store: str, tmp_path: Path) -> None:
    container = agent(store, RENEWED, tmp_path, refresh="10s")
    process = subprocess.Popen(
        words(container), env=container.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert soon(lambda: written(container).exists() and "USER='shop'" in written(container).read_text())
        configure(store, "secret/data/shop", data={**SECRET, "USER": "another"})
        assert soon(lambda: "USER='another'" in written(container).read_text())
    finally:
        process.terminate()
        assert process.wait(10) == 0
        configure(store, "secret/data/shop", data=SECRET)
