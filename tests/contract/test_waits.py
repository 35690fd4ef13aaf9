"""Steps that wait for a service: each kind of check was run with the real server, or with busybox's own tools."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import WEB, bundle

WAITING = {**WEB, "needs": ("wait",)}
WAYS = {
    # kind of check: the image's name and the command
    "tcp": ("busybox", 'if nc -z -w 3 "$host" "$port"; then exit 0; fi'),
    "http": ("busybox", 'wget -q -O /dev/null "http://$host:$port$path"'),
    "postgres": ("postgres", 'pg_isready -q -h "$host" -p "$port" -t 3'),
    "mysql": ("busybox", "</dev/null | head -c 5 | tail -c 1 | tr '\\n' 1"),
    "redis": ("busybox", "printf 'PING\\r\\nQUIT\\r\\n'"),
}


def step(made: Rendered) -> dict[str, Any]:
    return next(one for one in made.containers if one["name"] == "wait")


def test_each_kind_of_check_has_an_option_and_a_test() -> None:
    made = bundle(WAITING, **{"init.wait.host": "a.b.svc", "init.wait.port": 1})
    assert {option for option, _ in made.session.parameter("init.wait.kind").options} == set(WAYS)


@pytest.mark.parametrize("kind", WAYS)
def test_the_step_uses_the_check_of_its_kind(kind: str) -> None:
    image, asked = WAYS[kind]
    given = {"init.wait.host": "db.data.svc", "init.wait.port": 7000, "init.wait.kind": kind}
    made = bundle(WAITING, reach="declared", **given)
    found = step(made)
    assert f"/{image}:" in found["image"]
    assert asked in found["command"][2]
    assert found["command"][3:6] == ["wait", "db.data.svc", "7000"]
    (policy,) = made.of("NetworkPolicy")
    assert {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]} == {53, 7000}


def logins(answers: dict[str, Any], **given: object) -> list[tuple[str, str]]:
    """Return the contract lines that ask for the program's own login, each with the parameter for it."""
    made = bundle(answers, **{"init.wait.host": "db.data.svc", "init.wait.port": 5432, **given})
    return [(one.say, one.parameter) for one in made.contract.workloads[0].must if "its own login" in one.say]


@pytest.mark.parametrize("kind", WAYS)
def test_the_contract_asks_for_the_login_of_a_program_that_waits_for_a_database(
    kind: str,
) -> None:
    found = logins(WAITING, **{"init.wait.kind": kind})
    if kind == "http":
        assert not found
    else:
        ((say, key),) = found
        assert say.startswith("Find its own login for db.data.svc, port 5432,") and key == "app.env_secrets"


@pytest.mark.parametrize(
    "given",
    [
        {"env_secrets": [{"variable": "PGPASSWORD", "secret": "orders-db", "key": "password"}]},
        {"secret_mounts": [{"name": "orders-db"}]},
        {"env_from": [{"name": "orders-db", "kind": "secret"}]},
        {"cloud": "aws", "cloud_role": "arn:aws:iam::111122223333:role/orders"},
    ],
)
def test_the_contract_asks_for_no_login_if_there_is_a_secret_or_an_identity(given: dict[str, object]) -> None:
    assert not logins(WAITING, **{"init.wait.kind": "postgres", **given})


def test_settings_without_a_secret_do_not_count_as_a_login() -> None:
    given = {"env": {"LOG_LEVEL": "info"}, "env_from": [{"name": "orders-settings"}]}
    assert len(logins(WAITING, **{"init.wait.kind": "redis", **given})) == 1


def test_the_readme_names_the_parameter_for_the_secret() -> None:
    made = bundle(WAITING, **{"init.wait.host": "db.data.svc", "init.wait.port": 5432, "init.wait.kind": "mysql"})
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    (line,) = [one for one in readme.splitlines() if "its own login" in one]
    assert line.endswith("(`app.env_secrets`)")
