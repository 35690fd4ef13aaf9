"""The shipped catalogue, rendered for its own examples."""

from __future__ import annotations

from functools import cache

import pytest
import yaml

from tests.render.test_hostile import HOSTILE
from tests.render.test_provenance import disagreement
from tests.render.trees import leaves
from tests.shipped import CATALOG, COMPILED
from wizard.errors import UsageError
from wizard.render.bundle.provenance import with_parameters
from wizard.render.bundle.render import render
from wizard.render.templates.lint import lint_templates
from wizard.session.session import Session

EXAMPLES = {e.id: e for e in CATALOG.decision.examples}


@cache
def session(example: str) -> Session:
    """Return a session with the example's answers and the sample of each parameter without a default."""
    found = Session(CATALOG, COMPILED)
    for question, answer in EXAMPLES[example].answers.items():
        found = found.answer(question, answer)
    while missing := [f.parameter for f in found.fields if f.state == "missing"]:
        for parameter in missing:
            found = found.give(parameter.key, parameter.type.plain(parameter.sample))
    return found


def test_the_templates_have_no_faults() -> None:
    assert [str(fault) for fault in lint_templates(CATALOG)] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_objects_of_each_example_share_a_name_and_a_namespace(example: str) -> None:
    found = session(example)
    if found.blocked:
        with pytest.raises(UsageError):
            _ = found.bundle
        return
    bundle = found.bundle
    for file in bundle.manifests:
        assert file.ref is not None
        assert file.ref.namespace == ("" if file.ref.kind == "Namespace" else bundle.namespace)
        assert file.ref.name.startswith(bundle.name)
        assert len(file.origins) == len(file.text.splitlines())
        assert yaml.safe_load(file.text) == file.document
    assert bundle.manifests[0].ref is not None
    created = found.resolved["app.create_namespace"].text == "create"
    assert (bundle.manifests[0].ref.kind == "Namespace") is created
    assert "{{" not in bundle.files[0].text


@pytest.mark.parametrize("example", ["sidecar-explosion", "sharded-cache-elastic"])
def test_provenance_agrees_with_fresh_renders(example: str) -> None:
    found = session(example)
    request = found.request
    traced = with_parameters(CATALOG, request, found.bundle)
    for component in found.components:
        for parameter in component.parameters:
            if parameter.kind == "value" and request.parameters[parameter.key] not in (None, ()):
                assert disagreement(CATALOG, request, traced, parameter) == set(), parameter.key


def test_hostile_text_does_not_change_the_structure_of_a_shipped_bundle() -> None:
    found = session("sidecar-explosion")
    request = found.request
    before = set(leaves(found.bundle))
    texts = [
        p.key for c in found.components for p in c.parameters if p.type.name in ("text", "path", "key", "subdomain")
    ]
    for text in (t for t in HOSTILE[::6] if "\0" not in t):
        for key in texts:
            if request.parameters[key] is not None:
                changed = request._replace(parameters={**request.parameters, key: text})
                assert set(leaves(render(CATALOG, changed))) == before, (key, text)
