"""A throwaway kube-apiserver with etcd on loopback, from the folder in KUBEBUILDER_ASSETS (envtest's convention)."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

_JSON = "application/json"
USERS = {"admin": ("admin-token", "system:masters"), "viewer": ("viewer-token", "system:nobody")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Answer:
    """One HTTP response; ``body`` is the parsed JSON, or the text if it is not JSON."""

    status: int
    body: Any
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApiServer:
    """A running server; ``kubeconfig`` has the contexts ``admin`` and ``viewer``."""

    url: str
    ca: Path
    kubeconfig: Path
    etcd_url: str
    pool: urllib3.PoolManager
    """Keeps connections: a new one for each request would take half of a test's time."""

    def request(self, method: str, path: str, body: object = None, *, token: str = "admin-token") -> Answer:
        return self._send(method, path, None if body is None else json.dumps(body).encode(), token=token)

    def apply_crd(self, path: Path) -> None:
        """Create a CustomResourceDefinition from a YAML file and wait until it is served."""
        definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        made = self._send("POST", definitions, path.read_bytes(), content="application/yaml")
        if made.status != 201:
            raise ValueError(f"{path}: {made.status} {made.body}")
        spec = made.body["spec"]
        for version in (v["name"] for v in spec["versions"] if v["served"]):
            for _ in range(200):
                if self.request("GET", f"/apis/{spec['group']}/{version}/{spec['names']['plural']}").status == 200:
                    break
                time.sleep(0.1)

    def _send(
        self, method: str, path: str, data: bytes | None, *, token: str = "admin-token", content: str = _JSON
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": content}
        reply = self.pool.request(method, self.url + path, body=data, headers=headers, timeout=30, retries=False)
        return _answer(reply.status, reply.data, reply.headers.getlist("Warning"))

    def delete_crd(self, name: str) -> None:
        """Delete a CustomResourceDefinition, and wait until the server has finished its own writes to it."""
        path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}"
        self.request("DELETE", path)
        for _ in range(200):
            if self.request("GET", path).status == 404:
                return
            time.sleep(0.1)
        raise TimeoutError(f"{name} is still there 20 s after it was deleted")


def _pool(ca: Path) -> urllib3.PoolManager:
    return urllib3.PoolManager(ca_certs=str(ca), cert_reqs="CERT_REQUIRED")


def _answer(status: int, data: bytes, warnings: Sequence[str]) -> Answer:
    text = data.decode(errors="replace")
    try:
        return Answer(status, json.loads(text), tuple(warnings))
    except json.JSONDecodeError:
        return Answer(status, text, tuple(warnings))


def _kubeconfig(url: str, ca: bytes) -> dict[str, Any]:
    cluster = {"server": url, "certificate-authority-data": base64.b64encode(ca).decode()}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "admin",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": user, "user": {"token": token}} for user, (token, _) in USERS.items()],
        "contexts": [{"name": user, "context": {"cluster": "test", "user": user}} for user in USERS],
    }


def _etcd(assets: str, work: Path, client: int, peer: int) -> subprocess.Popen[bytes]:
    local = f"http://127.0.0.1:{peer}"
    words = [
        f"{assets}/etcd", "--data-dir", str(work / "etcd"), "--unsafe-no-fsync", "--log-level", "error",
        "--listen-client-urls", f"http://127.0.0.1:{client}", "--advertise-client-urls", f"http://127.0.0.1:{client}",
        "--listen-peer-urls", local, "--initial-advertise-peer-urls", local, "--initial-cluster", f"default={local}",
    ]  # fmt: skip
    return subprocess.Popen(words, stdout=(work / "etcd.log").open("wb"), stderr=subprocess.STDOUT)


def _apiserver(assets: str, work: Path, port: int, etcd: str, flags: Sequence[str]) -> subprocess.Popen[bytes]:
    words = [
        f"{assets}/kube-apiserver", "--bind-address=127.0.0.1", f"--secure-port={port}",
        "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none", f"--cert-dir={work}/certs",
        f"--etcd-servers={etcd}", "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={work}/sa.key",
        f"--service-account-signing-key-file={work}/sa.key", f"--token-auth-file={work}/tokens.csv",
        "--service-cluster-ip-range=10.0.0.0/16", "--allow-privileged=true", *flags,
    ]  # fmt: skip
    return subprocess.Popen(words, stdout=(work / "apiserver.log").open("wb"), stderr=subprocess.STDOUT)


def _wait(server: ApiServer, processes: Sequence[subprocess.Popen[bytes]], work: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            break
        with contextlib.suppress(OSError, urllib3.exceptions.HTTPError):
            if server.ca.exists() and server.ca.stat().st_size and server.request("GET", "/readyz").status == 200:
                return
        time.sleep(0.2)
    logs = "\n".join((work / f"{name}.log").read_text(errors="replace")[-1500:] for name in ("etcd", "apiserver"))
    raise RuntimeError(f"the API server was not ready in time:\n{logs}")


@contextlib.contextmanager
def serve(crds: Sequence[Path] = (), flags: Sequence[str] = ()) -> Iterator[ApiServer]:
    """Run etcd and kube-apiserver while the block runs."""
    assets = os.environ["KUBEBUILDER_ASSETS"]
    with tempfile.TemporaryDirectory(prefix="podwizard-apiserver-") as folder:
        work = Path(folder)
        subprocess.run(["openssl", "genrsa", "-out", work / "sa.key", "2048"], check=True, capture_output=True)
        rows = [f'{token},{user},{user},"{group}"\n' for user, (token, group) in USERS.items()]
        (work / "tokens.csv").write_text("".join(rows))
        client, peer, port = free_port(), free_port(), free_port()
        etcd_url = f"http://127.0.0.1:{client}"
        processes = [_etcd(assets, work, client, peer)]
        try:
            processes.append(_apiserver(assets, work, port, etcd_url, flags))
            ca = work / "certs" / "apiserver.crt"
            server = ApiServer(f"https://127.0.0.1:{port}", ca, work / "kubeconfig.json", etcd_url, _pool(ca))
            _wait(server, processes, work)
            server.kubeconfig.write_text(json.dumps(_kubeconfig(server.url, ca.read_bytes())))
            server.kubeconfig.chmod(0o600)
            for crd in crds:
                server.apply_crd(crd)
            yield server
        finally:
            for process in reversed(processes):
                process.terminate()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
