"""The comparison with live objects, without the server's own fields and without secrets."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.cluster.dry import config_map, deployment
from wizard.cluster.compare import difference, server_changes
from wizard.cluster.texts import LONGEST, Curtain
from wizard.text import cut

SERVER = {"uid": "u", "resourceVersion": "1", "generation": 3, "managedFields": [{}], "creationTimestamp": "now"}


def live(obj: dict[str, Any]) -> dict[str, Any]:
    """Return an object as a server stores it."""
    stored = copy.deepcopy(obj)
    stored["metadata"] |= SERVER
    stored["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": "{secret}"}
    return stored | {"status": {"phase": "Active"}}


def test_fields_set_by_the_server_are_not_compared() -> None:
    assert difference(live(config_map()), config_map()) == ""
    text = difference(live(config_map(mode="on")), live(config_map(mode="off", extra="x")))
    assert text.splitlines()[:2] == ["--- live", "+++ after this bundle"]
    changed = [line for line in text.splitlines()[2:] if line[0] in "+-"]
    assert changed == ["-  mode: 'on'", "+  extra: x", "+  mode: 'off'"]


def test_a_changed_secret_is_shown_without_its_values() -> None:
    def stored(**data: str) -> dict[str, Any]:
        return {"kind": "Secret", "metadata": {"name": "s"}, "data": data}

    text = difference(stored(same="QUFB", other="QkJC", gone="R09ORQ=="), stored(same="QUFB", other="Q0ND", new="TkVX"))
    assert "+  other: (hidden, would change)" in text
    assert "-  gone: (hidden)" in text
    assert "+  new: (hidden)" in text
    assert not any(value in text for value in ("QUFB", "QkJC", "Q0ND", "TkVX", "R09ORQ"))


EVICTING = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
"""Taints for which the server adds a toleration to every pod."""


def tolerating(*keys: str) -> dict[str, Any]:
    return deployment(tolerations=[{"key": key, "operator": "Exists"} for key in keys])


def pod(**container: Any) -> dict[str, Any]:
    return deployment(containers=[{"name": "web", "image": "i", **container}])


@pytest.mark.parametrize(
    ("sent", "answer", "message"),
    [
        (pod(), pod(imagePullPolicy="Always"), ""),
        (pod(resources={"limits": {"cpu": "1000m"}}), pod(resources={"limits": {"cpu": "1"}}), ""),
        (pod(resources={"limits": {"cpu": "2000000n"}}), pod(resources={"limits": {"cpu": "2m"}}), ""),
        (pod(resources={"limits": {"cpu": "1500u"}}), pod(resources={"limits": {"cpu": "1500000n"}}), ""),
        (pod(resources={"limits": {"memory": "1Gi"}}), pod(resources={"limits": {"memory": "1024Mi"}}), ""),
        (pod(env=[]), pod(), ""),
        (pod(image="i"), pod(image="mirror/i"), "spec.template.spec.containers[web].image"),
        (pod(args=["a"]), pod(args=["a", "b"]), "spec.template.spec.containers[web].args"),
        (pod(tty=True), pod(), "spec.template.spec.containers[web].tty (removed)"),
        (deployment(namespace="one"), deployment(namespace="two"), ""),
        (tolerating("gpu"), tolerating("gpu", *EVICTING), ""),
        (tolerating("gpu", EVICTING[0]), tolerating("gpu", *EVICTING), ""),
        (tolerating("gpu"), tolerating("gpu", "spot", *EVICTING), "spec.template.spec.tolerations"),
        (tolerating("gpu", EVICTING[0]), tolerating("gpu"), "spec.template.spec.tolerations"),
    ],
)
def test_changes_by_the_cluster_are_reported_and_defaults_are_not(
    sent: dict[str, Any], answer: dict[str, Any], message: str
) -> None:
    found = server_changes(sent, answer)
    assert found == (f"the cluster changes {message}" if message else "")


def test_long_texts_are_truncated_and_secrets_are_hidden() -> None:
    text = cut("a" * 5000 + " the end", LONGEST)
    assert len(text) <= 500
    assert text.endswith("the end")
    curtain = Curtain(["hush-hush", "on", ""])
    assert curtain.hide("say hush-hush, once on") == "say •••, once on"
    curtain.add(["hush-hush-hush"])
    assert curtain.hide("hush-hush-hush") == "•••"
