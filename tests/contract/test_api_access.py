"""Programs that call the Kubernetes API: a token only for the program, and a Role with minimal rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered, for_each, served
from tests.contract.test_cases import WEB, bundle, session

CALLS = {**{key: value for key, value in WEB.items() if key != "two_harm"}, "copies": "several", "habits": ("api",)}
ORDERS = [{"group": "shop.example.com", "resource": "orders", "change": "write"}]


def rules(made: Rendered) -> list[dict[str, Any]]:
    (role,) = made.of("Role")
    return role["rules"]  # type: ignore[no-any-return]


def allowed(made: Rendered) -> dict[str, set[str]]:
    """Return the allowed verbs by resource."""
    found: dict[str, set[str]] = {}
    for rule in rules(made):
        for resource in rule["resources"]:
            found.setdefault(resource, set()).update(rule["verbs"])
    return found


def test_a_program_that_calls_the_api_may_only_read_pods_by_default() -> None:
    made = bundle(CALLS)
    assert allowed(made) == {"pods": {"get", "list", "watch"}}
    assert not list(made.of("ClusterRole", "ClusterRoleBinding"))
    (binding,) = made.of("RoleBinding")
    (account,) = made.of("ServiceAccount")
    assert [one["name"] for one in binding["subjects"]] == [account["metadata"]["name"]]
    assert account["automountServiceAccountToken"] is False


def test_only_the_programs_container_has_the_token_and_it_expires() -> None:
    made = bundle({**CALLS, "needs": ("wait",)}, **{"init.wait.host": "db.data.svc", "init.wait.port": 5432})
    having = [
        one["name"]
        for one in made.containers
        if any(mount["name"] == "api-token" for mount in one.get("volumeMounts", ()))
    ]
    assert having == ["web"]
    volume = next(one for one in made.template["spec"]["volumes"] if one["name"] == "api-token")
    token = next(one for one in volume["projected"]["sources"] if "serviceAccountToken" in one)
    assert 600 <= token["serviceAccountToken"]["expirationSeconds"] <= 3600


def test_leader_election_uses_one_lease_and_the_contract_warns_of_two_leaders() -> None:
    made = bundle(CALLS, **{"api-access.read": "none", "api-access.lock": "lease"})
    creating, using, events = rules(made)
    assert creating["verbs"] == ["create"] and "resourceNames" not in creating
    assert using["resourceNames"] == ["web"] and "create" not in using["verbs"]
    assert events["resources"] == ["events"]
    assert any("two leaders" in line.say for line in made.contract.workloads[0].must)
    assert not any("two leaders" in line.say for line in bundle(CALLS).contract.workloads[0].must)


def test_a_lease_for_one_replica_and_a_role_without_rights_are_refused() -> None:
    alone = session({**CALLS, "copies": "one", "two_harm": "no"}, **{"api-access.lock": "lease"})
    assert [one.key for one in alone.problems] == ["api-access.lock"]
    assert [one.key for one in session(CALLS, **{"api-access.read": "none"}).problems] == ["api-access.read"]


@pytest.mark.parametrize(("change", "verbs"), [("read", set()), ("write", {"update", "patch"})])
def test_custom_resources_are_writable_only_on_request(change: str, verbs: set[str]) -> None:
    made = bundle(CALLS, **{"api-access.resources": [{**ORDERS[0], "change": change}]})
    found = allowed(made)
    assert found["orders"] == {"get", "list", "watch", *verbs}
    assert ("orders/status" in found) == bool(verbs)


@for_each(served)
def test_no_role_of_a_bundle_has_a_wildcard_or_reads_secrets(made: Rendered) -> None:
    for role in made.of("Role", "ClusterRole"):
        for rule in role["rules"]:
            assert "*" not in {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}
            assert not {"secrets", "pods/exec"} & set(rule["resources"])
            assert not ("pods" in rule["resources"] and "create" in rule["verbs"])


def test_the_lease_is_an_upfront_parameter_and_its_absence_is_in_the_contract() -> None:
    """Cover controllers that can do nothing without a lease."""
    several = {
        **{key: value for key, value in WEB.items() if key != "two_harm"},
        "copies": "several",
        "habits": ("api",),
    }
    made = bundle(several)
    assert made.session.parameter("api-access.lock").upfront
    assert any("Do not elect a leader with a lease" in one.say for one in made.contract.workloads[0].must)
    leased = bundle(several, **{"api-access.lock": "lease"})
    assert not any("Do not elect a leader" in one.say for one in leased.contract.workloads[0].must)
