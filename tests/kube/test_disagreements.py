"""The form and the checks, compared on every text where they could disagree with each other or with a server."""

from __future__ import annotations

import copy

import pytest

from tests.kube.texts import TEXTS, Text
from tests.validation.changes import base_objects, check
from wizard.catalog.model import Parameter
from wizard.catalog.typed import ValueProblem
from wizard.catalog.types.registry import TYPES
from wizard.catalog.values import parse_value
from wizard.errors import Position


def in_a_form(each: Text) -> bool:
    raw = {each.text: "x"} if each.kind == "map" else each.text
    try:
        return parse_value(Parameter("app", "x", TYPES[each.kind], "value", "?", Position("f")), raw) is not None
    except ValueProblem as problem:
        assert problem.message.isprintable() and len(problem.message) < 300
        return False


def in_a_manifest(each: Text) -> bool:
    """Return whether ``validate`` finds no error when a field of the base bundle contains the text."""
    objects = {f"{data['kind']}/{data['metadata']['name']}": data for data in copy.deepcopy(base_objects())}
    container = objects["Deployment/web"]["spec"]["template"]["spec"]["containers"][0]
    if each.kind == "quantity":
        container["resources"] = {"requests": {"cpu": each.text, "memory": "64Mi"}, "limits": {"memory": "64Mi"}}
    elif each.kind == "cron":
        objects["CronJob/nightly"]["spec"]["schedule"] = each.text
    elif each.kind == "timezone":
        objects["CronJob/nightly"]["spec"]["timeZone"] = each.text
    elif each.kind == "image":
        container["image"] = each.text
    elif each.kind == "map":
        container["env"] = [{"name": each.text, "value": "x"}]
    else:
        name, key = ("c", each.text) if each.kind == "key" else (each.text, "x")
        data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {key: "x"}}
        objects["ConfigMap/c"] = data
    return not [found for found in check(list(objects.values())) if found.severity == "error"]


@pytest.mark.parametrize("each", TEXTS, ids=lambda each: f"{each.kind} {each.text[:30]!r}")
def test_the_form_and_the_checks_match_the_table(each: Text) -> None:
    assert (in_a_form(each), in_a_manifest(each)) == (each.form, each.check)


def test_the_table_has_no_text_that_a_form_field_accepts_and_a_check_refuses() -> None:
    assert [each for each in TEXTS if each.form and not each.check] == []
