"""P9 to P11: no field is dropped silently, no Python code knows a component, and every bundle renders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.at_hand import render_here
from tests.contract.bundles import Rendered, served
from tests.shipped import CATALOG, covered
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Catalog, Feature
from wizard.catalog.when import HasFeature, atoms
from wizard.errors import WizardError
from wizard.kube.versions import Minor
from wizard.render.compose.compose import compose
from wizard.render.compose.tree import plain
from wizard.render.compose.workshop import Workshop
from wizard.render.model import Bundle
from wizard.render.templates.unused import all_whens
from wizard.session.session import Session, start
from wizard.texts.contract import contract_data

ROOT = Path(__file__).resolve().parents[2]
NEWER = tuple(feature for feature in CATALOG.features.values() if feature.first in CATALOG.minors[1:])
"""The features that only some of the supported minors have."""


# --- P9 -------------------------------------------------------------------------------------------


def paths(data: Any, at: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield f"{at}.{key}"
            yield from paths(value, f"{at}.{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from paths(value, f"{at}[{number}]")


def at(session: Session, minor: Minor) -> Session:
    """Return the session with another oldest minor."""
    return session._replace(options=session.options._replace(minor=minor))


def composed_at(session: Session, minor: Minor) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """Compose a session's bundle for an oldest minor, and return its fields and the features that templates miss."""
    other = at(session, minor)
    # Only these differ in a request for another minor; the rest depends on answers or is for the README.
    parameters = {key: one.value for key, one in other.resolved.items()}
    request = session.request._replace(minor=minor, options=other.options, parameters=parameters)
    shop = Workshop(other.catalog, request)
    named = [(str(one.ref), plain(one.node)) for one in compose(shop).objects]
    return frozenset((name, path) for name, data in named for path in paths(data)), frozenset(shop.missing)


def silent(fields: frozenset[tuple[str, str]], then: Bundle, feature: str) -> Iterator[str]:
    """Yield the places that do not report left-out fields, which only the minor with a feature has."""
    title = CATALOG.features[feature].title
    fallbacks: Any = contract_data(then)["fallbacks"]
    if feature not in [one["feature"] for one in fallbacks]:
        yield f"{sorted(fields)[:2]} is in no JSON"
    if title not in then.files[0].text:
        yield f"{sorted(fields)[:2]} is not in the README"


def minor_before(feature: Feature) -> Minor:
    return CATALOG.minors[CATALOG.minors.index(feature.first) - 1]


def in_conditions(session: Session) -> set[str]:
    """Return the features that a condition of a session's components tests; only requests of templates are recorded."""
    tested = (when for one in session.components for when in all_whens(one))
    return {atom.feature for when in tested for atom in atoms(when) if isinstance(atom, HasFeature)}


def lacking(session: Session, feature: Feature) -> frozenset[tuple[str, str]]:
    """Return the fields that differ between the first minor with a feature and the one before it."""
    before, missing = composed_at(session, minor_before(feature))
    if feature.id not in missing | in_conditions(session):
        return frozenset()  # nothing depends on it
    return before ^ composed_at(session, feature.first)[0]


def silently_dropped(bundle: Rendered) -> Iterator[str]:
    """Yield the fields that a bundle lacks because of its minor, and that its README or JSON does not report."""
    for feature in NEWER:
        if feature.id not in bundle.session.surroundings.features and (fields := lacking(bundle.session, feature)):
            yield from silent(fields, bundle.session.bundle, feature.id)


def test_a_field_that_an_older_minor_lacks_is_never_dropped_silently() -> None:
    dropped = 0
    for session, feature in product((one.session for one in served()), NEWER):
        if fields := lacking(session, feature):
            then = at(session, minor_before(feature)).bundle
            assert not list(silent(fields, then, feature.id))
            quiet = then._replace(contract=then.contract._replace(fallbacks=()))
            dropped += bool(list(silent(fields, quiet, feature.id)))
    assert dropped > 3


# --- P10 ------------------------------------------------------------------------------------------


def names() -> set[str]:
    """Return the ids of patterns, implementations and images that name nothing else."""
    found = {name for pattern in CATALOG.patterns.values() for name, _ in pattern.implementations}
    found |= {pattern for pattern in CATALOG.patterns if "." in pattern}
    found |= set(CATALOG.images) | {"postgresql", "linkerd", "istio", "ghostunnel", "fluentbit"}
    return found - {"default", "kubectl"}


def words(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every string and name in a file's code, except docstrings, which may give examples."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id


def knowing(text: str, known: set[str]) -> set[str]:
    return {word for word in re.findall(r"[\w.-]+", text) if word.strip(".-") in known or word in known}


def test_no_python_code_knows_a_component_of_the_catalogue() -> None:
    known, found = names(), []
    for path in sorted((ROOT / "wizard").rglob("*.py")):
        where = str(path.relative_to(ROOT))
        found += [f"{where}:{line}: {one}" for line, text in words(path) for one in knowing(text, known)]
    assert found == []


def test_an_id_of_the_catalogue_is_found_in_code() -> None:
    assert knowing("sidecar.mtls", names()) == {"sidecar.mtls"}
    assert knowing('has("redis-cluster")', names()) == {"redis-cluster"}


def renamed(folder: Path) -> Catalog:
    """Return a copy of the shipped catalogue in which every component id is replaced."""
    for path in (CATALOG.root / "decision_table.yaml", *(CATALOG.root / "templates").rglob("*.*")):
        target = folder / other_words(str(path.relative_to(CATALOG.root)))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(other_words(path.read_text("utf-8")), "utf-8")
    return load_catalog(folder)


IDS = "|".join(re.escape(one) for one in CATALOG.patterns if "." in one)


def other_words(text: str) -> str:
    return re.sub(rf"(?<![\w.-])({IDS})(?![\w-])", r"\1-quux", text)


def test_components_with_invented_ids_produce_the_same_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render_here(monkeypatch)
    catalog = renamed(tmp_path)
    assert {one for one in CATALOG.patterns if "." in one}.isdisjoint(catalog.patterns)
    first, seen = start(catalog), set[str]()
    for _, session in covered()[::8]:
        if session.blocked:
            continue
        other = first._replace(answers=session.answers)
        other = other.with_given({other_words(key): value for key, value in session.given.items()})
        assert [one.document for one in other.bundle.manifests] == [one.document for one in session.bundle.manifests]
        seen.update(other.verdict.patterns if other.verdict else ())
    assert len([one for one in seen if one.endswith("-quux")]) > 8


# --- P11 ------------------------------------------------------------------------------------------

BLOCKED = frozenset(
    {
        "too-old-for-sidecars",
        "too-old-for-helpers-of-jobs",
        "no-template-for-that-operator",
    }
)


def not_rendered(session: Session, allowed: frozenset[str]) -> Iterator[str]:
    """Yield the reasons why a session has no bundle, except warnings that are allowed to block it."""
    if session.blocked:
        yield from {rule.id for rule in session.warnings if rule.level == "error"} - allowed
        return
    try:
        if not session.bundle.files:
            yield "it has no files"
    except WizardError as error:
        yield error.message


def test_every_covering_bundle_renders_unless_a_known_warning_blocks_it() -> None:
    blocked = set()
    for name, session in covered():
        assert not list(not_rendered(session, BLOCKED)), name
        blocked |= set(not_rendered(session, frozenset()))
    assert blocked == BLOCKED


def test_a_session_without_a_bundle_is_found() -> None:
    for bundle in served():
        assert list(not_rendered(bundle.session.reset("app.image").reset("app.name"), BLOCKED))
        assert list(not_rendered(bundle.session.give("app.name", "Not a name"), BLOCKED))
