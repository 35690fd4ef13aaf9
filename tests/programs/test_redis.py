"""A Redis cluster behind Envoy: the program needs no login, and the proxy uses the password of a Secret."""

from __future__ import annotations

import subprocess
import urllib.request
from pathlib import Path

from tests.contract.test_proxies import proxy
from tests.programs.containers import Container, free_port, program, running, soon

PASSWORD = r"a$b%c#d;e&f\g!h`i"


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def test_a_program_without_cluster_support_or_password_writes_to_a_cluster(tmp_path: Path) -> None:
    server, client = program("redis-server"), program("redis-cli")
    envoy = program("envoy")
    port, bus, local, health = (free_port() for _ in range(4))
    given = {"host": "127.0.0.1", "port": port, "local_port": local, "login": "password", "login_secret": "redis"}
    container = Container(
        proxy("redis-cluster", **given),
        "redis-proxy",
        tmp_path,
        {"redis": {"password": PASSWORD.encode()}},
        p9902=health,
    )
    words = [server, "--port", str(port), "--cluster-enabled", "yes", "--cluster-port", str(bus), "--save", ""]
    words += ["--requirepass", PASSWORD, "--dir", str(tmp_path), "--cluster-announce-ip", "127.0.0.1"]

    def says(at: int, *command: str, login: str = "") -> str:
        env = {"REDISCLI_AUTH": login} if login else {}
        done = subprocess.run([client, "-p", str(at), *command], env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    with running(words, port):
        assert says(port, "cluster", "addslotsrange", "0", "16383", login=PASSWORD) == "OK"
        assert soon(lambda: "cluster_state:ok" in says(port, "cluster", "info", login=PASSWORD))
        with container.running([envoy, *container.args], health):
            assert soon(lambda: ready(health))
            assert soon(lambda: says(local, "set", "key", "value") == "OK")
            assert says(local, "get", "key") == "value"
