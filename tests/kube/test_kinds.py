"""The table of kinds, compared with the newest minor's schema, which comes from a server."""

from __future__ import annotations

from typing import Any

import pytest

from wizard.kube.kinds import apply_rank, built_in, group_of, is_own_group, kinds_with_pods, own_groups, template_path
from wizard.kube.objects import ObjectRef, ref_of
from wizard.kube.versions import MINORS
from wizard.validation.schema import Schema, load_schema


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema(MINORS)


def test_the_schema_has_every_kind_with_the_same_scope(schema: Schema) -> None:
    for kind in built_in():
        assert schema.serves(kind.api_version, kind.name), kind
        assert schema.is_cluster_scoped(kind.api_version, kind.name) is not kind.namespaced, kind


def test_every_group_of_the_schema_is_a_known_kubernetes_group(schema: Schema) -> None:
    assert {group_of(version) for version in (*schema.kinds, *schema.other)} <= own_groups()


def test_a_template_path_leads_to_the_type_of_a_pod_template(schema: Schema) -> None:
    for kind in built_in():
        name = schema.root(kind.api_version, kind.name) or ""
        for key in kind.template or ():
            name = str(schema.types[name]["fields"][key]).removeprefix("#")
        if kind.template is not None:
            assert name == ("core.v1.PodTemplateSpec" if kind.template else "core.v1.Pod"), kind


def test_every_kind_with_a_pod_template_is_in_the_table(schema: Schema) -> None:
    def holds(name: str, depth: int) -> bool:
        fields: dict[str, Any] = schema.types.get(name, {}).get("fields", {})
        return name == "core.v1.PodTemplateSpec" or (
            depth > 0 and any(holds(str(kind).removeprefix("#"), depth - 1) for kind in fields.values())
        )

    found = {kind for kinds in schema.kinds.values() for kind, name in kinds.items() if holds(name, 4)}
    assert found | {"Pod"} == kinds_with_pods()


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Namespace", "ServiceAccount"),
        ("CustomResourceDefinition", "Deployment"),
        ("ConfigMap", "Deployment"),
        ("ClusterRole", "ClusterRoleBinding"),
        ("Service", "StatefulSet"),
        ("Deployment", "HorizontalPodAutoscaler"),
        ("Ingress", "HTTPRoute"),
        ("HTTPRoute", "Cluster"),
        ("Deployment", "ValidatingWebhookConfiguration"),
    ],
)
def test_a_kind_is_applied_after_what_it_needs(earlier: str, later: str) -> None:
    assert apply_rank(earlier) < apply_rank(later)


@pytest.mark.parametrize(
    ("version", "own"),
    [
        ("v1", True), ("apps/v1", True), ("nonsense/v1", True), ("networking.k8s.io/v1", True),
        ("settings.k8s.io/v1alpha1", True), ("gateway.networking.k8s.io/v1", False), ("postgresql.cnpg.io/v1", False),
    ],
)  # fmt: skip
def test_a_custom_group_has_a_dot_and_does_not_belong_to_kubernetes(version: str, own: bool) -> None:
    assert is_own_group(version) is own


def test_a_kind_without_pods_has_no_template() -> None:
    assert (template_path("Service"), template_path("Pod")) == (None, ())
    assert template_path("CronJob") == ("spec", "jobTemplate", "spec", "template")


@pytest.mark.parametrize(
    ("data", "ref"),
    [
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "b"}}, ("v1", "Pod", "a", "b")),
        ({"kind": "Job", "metadata": {"generateName": "backup-"}}, ("", "Job", "backup-", "")),
        ({"apiVersion": 1, "kind": ["x"], "metadata": {"name": 5, "namespace": {}}}, ("1", "", "5", "")),
        ({"metadata": ["name"]}, ("", "", "", "")),
        (None, ("", "", "", "")),
    ],
)
def test_the_reference_of_an_object_is_read_from_data_of_any_shape(
    data: object, ref: tuple[str, str, str, str]
) -> None:
    assert ref_of(data) == ObjectRef(*ref)
