"""Named callers and destinations: each is asked once and used by policies, waits and a mesh's tunnel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.policies import OUTSIDE, egress, reaching
from tests.contract.test_cases import WEB, bundle, session

DATA = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "data"}}}
DB = {**DATA, "podSelector": {"matchLabels": {"app.kubernetes.io/name": "db"}}}
INSIDE = "name=db, namespace=data, pods=app.kubernetes.io/name=db, port=5432"
NAMED = f"{INSIDE}; name=pay, where=outside, cidr=203.0.113.0/24, port=443"


def rules(made: Rendered) -> list[dict[str, Any]]:
    """Return the egress rules except the one for DNS."""
    return [rule for rule in egress(made) if not any(one["port"] == 53 for one in rule["ports"])]


def test_only_the_named_destinations_are_open_on_the_ports_of_their_pods() -> None:
    made = bundle(WEB, reach="declared", destinations=NAMED)
    assert rules(made) == [
        {"to": [DB], "ports": [{"protocol": "TCP", "port": 5432}]},
        {"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}], "ports": [{"protocol": "TCP", "port": 443}]},
    ]
    lines = [line.say for line in made.contract.workloads[0].must if line.parameter == "app.destinations"]
    assert [line.split(";")[0] for line in lines] == [
        "Connect to db on port 5432 only",
        "Connect to pay on port 443 only",
    ]
    assert not rules(bundle(WEB, reach="declared"))


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("name=db, port=5432", "namespace="),
        ("name=pay, where=outside, port=443", "cidr="),
        ("name=pay, where=outside, cidr=203.0.113.7/24, port=443", "203.0.113.0/24"),
        ("name=pay, where=outside, cidr=203.0.113.0/24, namespace=data, port=443", "remove namespace"),
        ("name=pay, where=outside, cidr=203.0.113.0/24, pods=app=x, port=443", "remove pods"),
        ("name=db, namespace=data, cidr=203.0.113.0/24, port=443", "remove cidr, or change where"),
        ("name=db, namespace=data, pods=db, port=5432", "app.kubernetes.io/name=db"),
    ],
)
def test_an_incomplete_or_contradictory_destination_is_refused_at_the_field(given: str, hint: str) -> None:
    (problem,) = session(WEB, reach="declared", destinations=given).problems
    assert problem.key == "app.destinations" and hint in problem.hint


def test_a_destination_in_the_mesh_is_reached_through_its_tunnel() -> None:
    answers = {**WEB, "cluster": ("collector", "mesh_ambient")}
    made = bundle(answers, reach="declared", destinations=NAMED)
    assert {"to": [DB], "ports": [{"protocol": "TCP", "port": 15008}]} in rules(made)
    plain = bundle(answers, reach="declared", destinations="name=game, namespace=lobby, port=7777, protocol=udp")
    assert [rule["ports"] for rule in rules(plain)] == [[{"protocol": "UDP", "port": 7777}]]


def test_callers_of_one_port_may_be_in_several_namespaces_and_have_a_label() -> None:
    made = bundle(WEB, listeners="name=http, port=8080, to=namespace, namespace=shop games, pods=app=web")
    peers = {"web", "shop", "shop app=web", "games app=web", "other app=web", OUTSIDE}
    assert reaching(made, 8080, "TCP", peers) == {"shop app=web", "games app=web"}


def test_the_policy_opens_the_pods_port_and_the_wait_uses_the_services_port() -> None:
    answers = {**WEB, "needs": ("wait",)}
    wait = {"init.wait.host": "api.data.svc", "init.wait.port": 80}
    made = bundle(answers, reach="declared", **wait, **{"init.wait.pod_port": 8080})
    (rule,) = rules(made)
    assert rule["ports"] == [{"protocol": "TCP", "port": 8080}]
    step = next(one for one in made.containers if one["name"] == "wait")
    assert step["command"][-2] == "80"
    (rule,) = rules(bundle(answers, reach="declared", **wait))
    assert rule["ports"] == [{"protocol": "TCP", "port": 80}]


@pytest.mark.parametrize(
    ("repository", "login", "port"),
    [
        ("https://git.acme.io/shop/site.git", {"login": "none"}, 443),
        ("https://git.acme.io:8443/shop/site.git", {"login": "none"}, 8443),
        ("ssh://git@git.acme.io/shop/site.git", {"login": "ssh", "ssh_secret": "key"}, 22),
        ("ssh://git@git.acme.io:7999/shop/site.git", {"login": "ssh", "ssh_secret": "key"}, 7999),
    ],
)
def test_the_network_policy_opens_the_port_in_the_address_of_a_git_server(
    repository: str, login: dict[str, str], port: int
) -> None:
    given = {f"init.prepare.{name}": value for name, value in {"repository": repository, **login}.items()}
    made = bundle({**WEB, "needs": ("prepare",)}, reach="declared", **given)
    assert [one.host for one in made.declared.connections()] == ["git.acme.io"]
    (rule,) = rules(made)
    assert rule["ports"] == [{"protocol": "TCP", "port": port}]


def test_a_login_that_does_not_fit_the_address_of_a_git_server_is_refused_at_the_field() -> None:
    for repository, login in (("https://git.acme.io/x.git", "ssh"), ("ssh://git@git.acme.io/x.git", "none")):
        given = {"init.prepare.repository": repository, "init.prepare.login": login, "init.prepare.ssh_secret": "key"}
        (problem,) = session({**WEB, "needs": ("prepare",)}, **given).problems
        assert problem.key == "init.prepare.login" and "ssh" in problem.hint.lower()


def test_a_password_in_the_address_of_a_git_server_is_refused() -> None:
    for address in ("https://user@git.acme.io/x.git", "ssh://git:secret@git.acme.io/x.git"):
        made = session({**WEB, "needs": ("prepare",)}, **{"init.prepare.repository": address})
        assert [one.key for one in made.problems] == ["init.prepare.repository"]
        assert "secret@" not in made.saved_text


def test_the_contract_and_the_readme_state_that_files_from_git_stay_unchanged_while_the_pod_runs() -> None:
    made = bundle({**WEB, "needs": ("prepare",)}, **{"init.prepare.repository": "https://git.acme.io/site.git"})
    (line,) = (one.say for one in made.contract.workloads[0].must if "`current` in /srv/content" in one.say)
    assert "later commits are not fetched while it runs" in line
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    assert "`root /srv/content/current;`" in readme and "only reach new pods" in readme
