"""gRPC through the proxies: real gRPC clients and servers, with the arguments and the configuration as written.

gRPC libraries close a TLS connection for which ALPN did not select HTTP/2.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import WEB, bundle
from tests.contract.test_proxies import SERVICE, other_end
from tests.programs.containers import Container, free_port, program

NAME = "web.web.svc"
"""The name under which callers reach the program."""
MTLS = {**WEB, "needs": ("mtls",), "self_tls": "no", "version": "v133"}


@pytest.fixture(scope="module")
def grpc() -> Any:
    return pytest.importorskip("grpc", reason="needs grpcio")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return a certificate for the name, which is its own authority and can be used by a client, too."""
    folder = tmp_path_factory.mktemp("certificates")
    words = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    words += ["-addext", f"subjectAltName=DNS:{NAME}", "-addext", "basicConstraints=critical,CA:true"]
    words += ["-keyout", "tls.key", "-out", "tls.crt"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    certificate = (folder / "tls.crt").read_bytes()
    return {"tls.crt": certificate, "ca.crt": certificate, "tls.key": (folder / "tls.key").read_bytes()}


@contextmanager
def server(grpc: Any, credentials: Any = None) -> Iterator[int]:
    """Run a service with one method, which echoes its input; yield its port."""
    say = grpc.unary_unary_rpc_method_handler(lambda request, _context: b"echo: " + request)
    made = grpc.server(ThreadPoolExecutor(2), [grpc.method_handlers_generic_handler("test.Echo", {"Say": say})])
    at = "127.0.0.1:0"
    port = made.add_secure_port(at, credentials) if credentials else made.add_insecure_port(at)
    made.start()
    try:
        yield port
    finally:
        made.stop(None).wait()


def response(channel: Any) -> bytes:
    with channel:
        call = channel.unary_unary("/test.Echo/Say")
        return bytes(call(b"hello", timeout=5, wait_for_ready=False))


def caller(grpc: Any, port: int, certificates: dict[str, bytes], *, shows: bool) -> Any:
    shown = {"private_key": certificates["tls.key"], "certificate_chain": certificates["tls.crt"]} if shows else {}
    credentials = grpc.ssl_channel_credentials(certificates["ca.crt"], **shown)
    return grpc.secure_channel(f"127.0.0.1:{port}", credentials, [("grpc.ssl_target_name_override", NAME)])


def front(protocol: str, target: int) -> Rendered:
    listeners = f"name=main, port={target}, protocol={protocol}, to=same-namespace"
    return bundle(MTLS, listeners=listeners, **{"sidecar.mtls.secret": "web-tls", "sidecar.mtls.check": "tcp"})


@contextmanager
def ghostunnel(made: Rendered, folder: Path, certificates: dict[str, bytes]) -> Iterator[int]:
    port = free_port()
    proxy = Container(made, "mtls", folder, {"web-tls": certificates}, p8443=port, p8444=free_port())
    found = program("ghostunnel")
    flags = subprocess.run([found, "--help-long"], capture_output=True, text=True, check=False)
    if "--alpn" not in flags.stdout + flags.stderr and any("--alpn" in word for word in proxy.args):
        pytest.skip("needs Ghostunnel 1.11.3, the first with --alpn")
    with proxy.running([found, *proxy.args], port):
        yield port


def test_a_grpc_client_connects_through_the_tls_proxy_with_its_certificate(
    grpc: Any, tmp_path: Path, certificates: dict[str, bytes]
) -> None:
    with server(grpc) as target, ghostunnel(front("grpc", target), tmp_path, certificates) as port:
        assert response(caller(grpc, port, certificates, shows=True)) == b"echo: hello"
        with pytest.raises(grpc.RpcError):
            response(caller(grpc, port, certificates, shows=False))


def test_a_grpc_client_closes_the_connection_if_alpn_does_not_offer_http2(
    grpc: Any, tmp_path: Path, certificates: dict[str, bytes]
) -> None:
    with server(grpc) as target, ghostunnel(front("tcp", target), tmp_path, certificates) as port:
        with pytest.raises(grpc.RpcError) as error:
            response(caller(grpc, port, certificates, shows=True))
        assert error.value.code() is grpc.StatusCode.UNAVAILABLE


def test_a_program_with_plain_grpc_reaches_a_tls_server_through_the_proxy(
    grpc: Any, tmp_path: Path, certificates: dict[str, bytes]
) -> None:
    envoy = program("envoy")
    pair = [(certificates["tls.key"], certificates["tls.crt"])]
    with server(grpc, grpc.ssl_server_credentials(pair, certificates["ca.crt"], True)) as target:
        local = free_port()
        service = {**SERVICE, "host": "localhost", "port": target, "local_port": local, "encryption": "tls"}
        service |= {"protocol": "http2", "server_name": NAME}
        tls = {"trust": "private", "ca_secret": "ca", "client_certificate": "secret", "certificate_secret": "web-tls"}
        given = {f"ambassador.http.{name}": value for name, value in {**tls, "services": [service]}.items()}
        made = bundle(other_end("http"), **given)
        secrets = {"ca": certificates, "web-tls": certificates}
        proxy = Container(made, "http-out", tmp_path, secrets, p9912=free_port())
        with proxy.running([envoy, *proxy.args], local):
            assert response(grpc.insecure_channel(f"127.0.0.1:{local}")) == b"echo: hello"
