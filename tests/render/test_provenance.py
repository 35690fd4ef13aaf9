"""Provenance, compared with the leaves that differ after one parameter is changed and rendered again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from tests.render.kitchen import ALL, CATALOG, request
from tests.render.trees import leaves
from wizard.catalog.model import Catalog, Component, Parameter, Value
from wizard.kube.objects import ObjectRef
from wizard.render.bundle.provenance import origin_in, sentinels, with_parameters
from wizard.render.bundle.render import render
from wizard.render.compose.workshop import Workshop
from wizard.render.model import Bundle, RenderRequest

REQUEST = request(*ALL)
BUNDLE = render(CATALOG, REQUEST)
TRACED = with_parameters(CATALOG, REQUEST, BUNDLE)
VALUES = [p for c in CATALOG.components.values() for p in c.parameters if p.kind == "value"]


def named(traced: Bundle, key: str) -> set[tuple[str, str]]:
    return {
        (file.path, path)
        for file in traced.manifests
        for path, origin in file.paths.items()
        if key in origin.parameters
    }


def disagreement(
    catalog: Catalog, request_: RenderRequest, traced: Bundle, parameter: Parameter
) -> set[tuple[str, str]]:
    """Return the leaves that change with the parameter but do not name it, or name it but do not change."""
    before = leaves(traced)
    other = parameter.type.sentinel(parameter, 77, request_.parameters.get(parameter.key))
    if parameter.type.name == "map":  # same number of entries, so that later leaves keep their paths
        other = tuple((f"K{n}", "changed") for n, _ in enumerate(request_.parameters[parameter.key] or ()))  # type: ignore[arg-type]
    elif parameter.type.name in ("list", "command"):
        other = tuple(f"changed-{n}" for n, _ in enumerate(request_.parameters[parameter.key] or ()))  # type: ignore[arg-type]
    after = leaves(render(catalog, request_._replace(parameters={**request_.parameters, parameter.key: other})))
    changed = {place for place in before if place in after and before[place] != after[place]}
    claimed = {
        place for place in named(traced, parameter.key) if not isinstance(before[place], type) and place in after
    }
    return changed ^ claimed


@pytest.mark.parametrize("parameter", VALUES, ids=lambda p: p.key)
def test_exactly_the_leaves_that_change_name_the_parameter(parameter: Parameter) -> None:
    assert disagreement(CATALOG, REQUEST, TRACED, parameter) == set()
    assert named(TRACED, parameter.key) or parameter.key == "app.replicas"  # set by the autoscaler


def test_tracing_adds_only_parameters() -> None:
    assert [f.text for f in TRACED.files] == [f.text for f in BUNDLE.files]
    for plain, traced in zip(BUNDLE.manifests, TRACED.manifests, strict=True):
        assert {p: o._replace(parameters=()) for p, o in traced.paths.items()} == dict(plain.paths)
        assert [o._replace(parameters=()) if o else o for o in traced.origins] == list(plain.origins)


def test_a_leaf_can_depend_on_several_parameters() -> None:
    ref = ObjectRef("v1", "ConfigMap", "shop-shipper", "shop")
    origin = origin_in(TRACED, ref, "data[shipper.yaml]")
    assert origin is not None
    assert set(origin.parameters) == {"sidecar.shipper.path", "sidecar.shipper.tag", "sidecar.shipper.endpoint"}


def test_paths_are_found_in_any_notation_and_missing_fields_by_their_parent() -> None:
    ref = ObjectRef("apps/v1", "Deployment", "shop", "shop")
    for path in (
        "spec.template.metadata.labels[logs]",
        "spec.template.metadata.labels.logs",
        'spec.template.metadata.labels["logs"]',
    ):
        found = origin_in(TRACED, ref, path)
        assert found is not None
        assert found.parameters == ("sidecar.shipper.endpoint",)
    missing = origin_in(TRACED, ref, "spec.template.spec.initContainers[0].livenessProbe.httpGet")
    assert missing is not None
    assert (missing.component, missing.questions, missing.parameters) == ("sidecar.shipper", ("logs",), ())
    assert origin_in(TRACED, ref._replace(name="other"), "spec") is None


def test_sentinels_have_the_type_of_their_parameter_and_are_unique() -> None:
    found = sentinels(tuple(VALUES), REQUEST.parameters)
    assert set(found) == {p.key for p in VALUES}
    assert len(set(map(str, found.values()))) == len(found)
    for parameter in VALUES:
        assert type(found[parameter.key]) is type(parameter.sample)


def test_tracing_renders_only_config_files_once_more_with_real_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that every further render uses sentinels; only a configuration file is rendered once more, as text."""
    made: Counter[str] = Counter()
    rendering = Workshop.text_with

    def counted(self: Workshop, component: Component, path: str, used: set[str], overrides: Mapping[str, Value]) -> str:
        made[path] += not overrides
        return rendering(self, component, path, used, overrides)

    monkeypatch.setattr(Workshop, "text_with", counted)
    bundle = render(CATALOG, REQUEST)
    rendered = Counter(made)
    made.clear()
    with_parameters(CATALOG, REQUEST, bundle)
    configs = {f"{part.folder}/{name}" for part in CATALOG.components.values() for name in part.config}
    again = {path: count - rendered[path] for path, count in made.items() if count > rendered[path]}
    assert again
    assert set(again) <= configs
    assert set(again.values()) == {1}
