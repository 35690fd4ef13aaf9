"""Logins of real programs with the Secrets that a README's own commands create on a server."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apiserver.conftest import kubectl_program
from tests.apiserver.server import ApiServer
from tests.contract.bundles import Rendered
from tests.contract.test_cases import bundle
from tests.contract.test_own_programs import EXPORTER
from tests.contract.test_proxies import POOL
from tests.programs.containers import Container, Secrets, free_port, program, running, soon, unprivileged
from tests.programs.servers import open_folder, postgresql

pytestmark = pytest.mark.apiserver

PASSWORD = r"a$b%c#d;e&f\g!h`i"
"""A password that shells, configuration files and format strings would each misinterpret."""

ROLE = "orders"
BOTH = {**EXPORTER, "needs": ("outbound",), "client": "cannot"}
"""A service with a proxy and an exporter, each with its own login."""


@pytest.fixture
def room() -> Iterator[Path]:
    """Return a folder that another user can enter, too."""
    with open_folder() as folder:
        yield folder


@pytest.fixture
def made(api_server: ApiServer, room: Path) -> Callable[[Rendered], Secrets]:
    """Return a function that runs the commands in a README's "First" section and reads the Secrets back."""
    assets = kubectl_program().parent
    env = {**os.environ, "PATH": f"{assets}:{os.environ['PATH']}", "KUBECONFIG": str(api_server.kubeconfig)}

    def make(rendered: Rendered) -> Secrets:
        folder = room / "bundle"
        for file in rendered.session.bundle.files:
            (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / file.path).write_text(file.text, "utf-8")
        readme = (folder / "README.md").read_text("utf-8")
        block = readme.partition("These create what is missing.")[2].split("```sh\n")[1].partition("```")[0]
        for written in re.findall(r"`(printf .*? > \S+)`", readme):
            block = written.replace("USER PASSWORD", f"{ROLE} {shlex.quote(PASSWORD)}") + "\n" + block
        block = re.sub(r"--from-file=(\S+)=FILE", r"--from-file=\1=\1", block)
        script = f"set -e\nread -rs PASSWORD\n{block}"
        done = subprocess.run(
            ["bash", "-c", script], cwd=folder, env=env, input=f"{PASSWORD}\n", text=True, check=False
        )
        assert done.returncode == 0
        names = [one.name for one in rendered.contract.first if one.kind == "Secret"]
        space = rendered.session.resolved["app.namespace"].text
        found = {}
        for name in names:
            words = ["kubectl", "-n", space, "get", "secret", name, "-o", "json"]
            data = json.loads(subprocess.run(words, env=env, capture_output=True, check=True).stdout)["data"]
            found[name] = {key: base64.b64decode(value) for key, value in data.items()}
        return found

    return make


def page(port: int) -> str:
    """Return the metrics page of an exporter."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
        return reply.read().decode()  # type: ignore[no-any-return]


def prints(words: list[str], wanted: str, env: dict[str, str]) -> bool:
    done = subprocess.run(words, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    return done.stdout.strip() == wanted


def test_proxy_exporter_and_program_log_in_to_redis_with_the_secret(
    made: Callable[[Rendered], Secrets], room: Path
) -> None:
    server, client, haproxy = program("redis-server"), program("redis-cli"), program("haproxy")
    exporter = program("redis_exporter", "prometheus-redis-exporter")
    port, local, metrics = free_port(), free_port(), free_port()
    given: dict[str, Any] = {
        "implementation": "redis-sentinel", "servers": [{"host": "127.0.0.1"}], "port": port, "local_port": local,
        "login": "password", "login_secret": "redis-login",
    }  # fmt: skip
    rendered = bundle(
        {**BOTH, "outbound": ("redis",)},
        namespace="login-redis",
        env_secrets=[{"variable": "REDISCLI_AUTH", "secret": "redis-app", "key": "password"}],
        **{f"ambassador.redis.{name}": value for name, value in given.items()},
        **{"adapter.implementation": "redis-exporter", "adapter.secret": "redis-metrics", "adapter.port": port},
    )
    secrets = made(rendered)
    assert secrets == {name: {"password": PASSWORD.encode()} for name in ("redis-app", "redis-login", "redis-metrics")}
    app = Container(rendered, "web", room, secrets)
    ping = [client, "-p", str(local), "ping"]
    words = [server, "--port", str(port), "--requirepass", PASSWORD, "--save", "", "--dir", str(room)]
    with running(words, port):
        proxy = Container(rendered, "redis-primary", room, secrets, p8404=free_port())
        start = [haproxy, "-f", str(next(proxy.folder.rglob("haproxy.cfg")))]
        with proxy.running(start, local):
            assert soon(lambda: prints(ping, "PONG", app.env))
        wrong = Container(rendered, "redis-primary", room, {"redis-login": {"password": b"other"}}, p8404=free_port())
        with wrong.running(start, local):
            assert soon(lambda: not prints(ping, "PONG", app.env))
        reader = Container(rendered, "redis-exporter", room, secrets)
        with reader.running([exporter, f"-web.listen-address=127.0.0.1:{metrics}"], metrics):
            assert "\nredis_up 1\n" in page(metrics)


@pytest.fixture
def database(room: Path) -> Iterator[int]:
    """Run a PostgreSQL server with the role, its password and a role for the exporter, as the notes describe."""
    with postgresql(room, ROLE, PASSWORD) as port:
        yield port


def test_pool_exporter_and_program_log_in_to_postgresql_with_the_secret(
    made: Callable[[Rendered], Secrets], room: Path, database: int
) -> None:
    pgbouncer, psql = program("pgbouncer"), program("psql")
    exporter = program("postgres_exporter", "prometheus-postgres-exporter")
    local, metrics = free_port(), free_port()
    pool = {**POOL, "host": "127.0.0.1", "port": database, "database": "postgres", "local_port": local, "tls": "none"}
    rendered = bundle(
        {**BOTH, "outbound": ("protocol",)},
        namespace="login-postgresql",
        env_secrets=[{"variable": "PGPASSWORD", "secret": "pg-app", "key": "password"}],
        **{"ambassador.other.implementation": "pgbouncer"},
        **{f"ambassador.other.{name}": value for name, value in pool.items()},
        **{"adapter.implementation": "postgres-exporter", "adapter.secret": "pg-metrics", "adapter.port": database},
        **{"adapter.user": ROLE},
    )
    secrets = made(rendered)
    assert secrets["pg-app"] == secrets["pg-metrics"] == {"password": PASSWORD.encode()}
    app = Container(rendered, "web", room, secrets)
    proxy = Container(rendered, "pgbouncer", room, secrets)
    ask = [psql, "-h", "127.0.0.1", "-p", str(local), "-U", ROLE, "-d", "postgres", "-Atc", "select 1"]
    with proxy.running([pgbouncer, str(next(proxy.folder.rglob("pgbouncer.ini")))], local, cwd="/", **unprivileged()):
        assert soon(lambda: prints(ask, "1", app.env))
        assert not prints(ask, "1", {"PGPASSWORD": "other"})
    reader = Container(rendered, "pg-exporter", room, secrets)
    with reader.running([exporter, f"--web.listen-address=127.0.0.1:{metrics}"], metrics):
        assert "\npg_up 1\n" in page(metrics)
