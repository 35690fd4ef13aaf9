"""Exporters next to the programs that they measure, with the arguments and variables of the bundle."""

from __future__ import annotations

import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import bundle
from tests.contract.test_own_programs import EXPORTER
from tests.programs.containers import Container, free_port, program, running, soon
from tests.programs.servers import open_folder, postgresql, redis

PASSWORD = "100%$secret:@/?#"
NODE: dict[str, Any] = {"work": "node_agent", "logs": "stdout", "metrics": "native", "needs": (), "habits": ()}


@pytest.fixture
def room() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def adapter(name: str, **given: object) -> Rendered:
    named = {f"adapter.{key}": value for key, value in given.items()}
    return bundle(EXPORTER, **{"adapter.implementation": name, **named})


def page(port: int, path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
            return str(reply.read().decode())
    except OSError:
        return ""


def measured(made: Rendered, name: str, word: str, listen: str, room: Path, secrets: dict[str, Any]) -> None:
    """Run the exporter, which must output ``word`` on the page that the monitoring is configured to scrape."""
    found = program(f"prometheus-{name}")
    (scrape,) = made.declared.scrapes()
    spoken = subprocess.run([found, "--help"], capture_output=True, text=True, check=False)
    assert f":{scrape.port}" in spoken.stdout + spoken.stderr, "the port is the exporter's own, which no argument sets"
    port = free_port()
    ports = {port["containerPort"]: one["name"] for one in made.containers for port in one.get("ports", ())}
    container = Container(made, ports[scrape.port], room, secrets)
    with container.running([found, *container.args, f"{listen}=127.0.0.1:{port}"], port):
        assert page(port, "/"), "the probes ask for this page"
        assert soon(lambda: word in page(port, scrape.path))


@contextmanager
def nginx(room: Path) -> Iterator[int]:
    """Run a server with the page that the exporter's note describes; yield its port."""
    port, config = free_port(), room / "nginx.conf"
    config.write_text(
        f"pid {room}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; location = /stub_status {{ stub_status; }} }} }}\n"
    )
    with running([program("nginx"), "-e", "stderr", "-c", str(config), "-g", "daemon off;"], port):
        yield port


Server = Callable[[Path], AbstractContextManager[int]]
LOGIN = {"s": {"password": PASSWORD.encode()}}
MEASURED: dict[str, tuple[Server, dict[str, object], str, str]] = {
    # exporter: the server, parameters besides its port, a text on its page, and the option for its address
    "redis-exporter": (lambda room: redis(room, PASSWORD), {"secret": "s"}, "redis_up 1", "--web.listen-address"),
    "postgres-exporter": (
        lambda room: postgresql(room, "exporter", PASSWORD),
        {"secret": "s"},
        "pg_up 1",
        "--web.listen-address",
    ),
    "nginx-exporter": (nginx, {}, "nginx_up 1", "-web.listen-address"),
}


@pytest.mark.parametrize("name", MEASURED)
def test_an_exporter_measures_its_server_with_the_login_of_the_secret(name: str, room: Path) -> None:
    server, given, word, listen = MEASURED[name]
    program(f"prometheus-{name}")
    with server(room) as port:
        measured(adapter(name, port=port, **given), name, word, listen, room, LOGIN)


@pytest.mark.parametrize("name", ["redis-exporter", "postgres-exporter"])
def test_a_wrong_password_is_visible_in_the_metrics(name: str, room: Path) -> None:
    server, given, word, listen = MEASURED[name]
    program(f"prometheus-{name}")
    with server(room) as port:
        wrong = {"s": {"password": b"another"}}
        measured(adapter(name, port=port, **given), name, word.replace("1", "0"), listen, room, wrong)


def test_the_agent_reports_on_the_node_and_accepts_all_arguments(tmp_path: Path) -> None:
    found, port = program("prometheus-node-exporter"), free_port()
    made = bundle({**NODE, "cluster": ()}, implementation="node-exporter", port=port)
    container = Container(made, "web", tmp_path, {})
    for folder in ("proc", "sys", "root"):
        place = tmp_path / "web" / "host" / folder
        place.rmdir()
        place.symlink_to("/" if folder == "root" else f"/{folder}")
    with container.running([found, *container.args], port):
        assert page(port, "/")
        text = page(port, "/metrics")
        assert "node_cpu_seconds_total" in text
        assert 'node_scrape_collector_success{collector="filesystem"} 1' in text
