"""Steps that wait for a service: each way to look was run with the real server, or with busybox's own tools."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import WEB, bundle

WAITING = {**WEB, "needs": ("wait",)}
WAYS = {
    # how it looks: the image's name, and what is asked
    "tcp": ("busybox", 'if nc -z -w 3 "$host" "$port"; then exit 0; fi'),
    "http": ("busybox", 'wget -q -O /dev/null "http://$host:$port$path"'),
    "postgres": ("postgres", 'pg_isready -q -h "$host" -p "$port" -t 3'),
    "mysql": ("busybox", "</dev/null | head -c 5 | tail -c 1 | tr '\\n' 1"),
    "redis": ("busybox", "printf 'PING\\r\\nQUIT\\r\\n'"),
}


def step(made: Rendered) -> dict[str, Any]:
    return next(one for one in made.containers if one["name"] == "wait")


def test_each_way_to_look_has_an_option_and_a_test() -> None:
    made = bundle(WAITING, **{"init.wait.host": "a.b.svc", "init.wait.port": 1})
    assert {option for option, _ in made.session.parameter("init.wait.kind").options} == set(WAYS)


@pytest.mark.parametrize("kind", WAYS)
def test_the_step_looks_in_the_way_of_the_service(kind: str) -> None:
    image, asked = WAYS[kind]
    given = {"init.wait.host": "db.data.svc", "init.wait.port": 7000, "init.wait.kind": kind}
    made = bundle(WAITING, reach="declared", **given)
    found = step(made)
    assert f"/{image}:" in found["image"]
    assert asked in found["command"][2]
    assert found["command"][3:6] == ["wait", "db.data.svc", "7000"]
    (policy,) = made.of("NetworkPolicy")
    assert {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]} == {53, 7000}
