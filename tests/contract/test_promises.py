"""P8 to P11: no credential is kept, no field is dropped in silence, and no Python knows a component."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bundles import CATALOG, bundles, served
from wizard.errors import WizardError
from wizard.session.covering import covering_sessions
from wizard.session.samples import with_samples
from wizard.session.session import Session

ROOT = Path(__file__).resolve().parents[2]
CANARY = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
TEXTS = ("text", "list", "map", "command", "path", "url", "host", "endpoint", "image", "key")


# --- P8 -------------------------------------------------------------------------------------------


def canaries() -> Iterator[tuple[str, Session]]:
    """Each text parameter of the covering bundles once, given a credential."""
    seen: set[str] = set()
    for bundle in bundles():
        for field in bundle.session.fields:
            key, kind = field.parameter.key, field.parameter.type.name
            if kind in TEXTS and key not in seen:
                seen.add(key)
                raw: object = {"map": {"VALUE": CANARY}, "list": [CANARY], "command": ["x", CANARY]}.get(kind, CANARY)
                yield key, bundle.session.give(key, raw)


@pytest.mark.parametrize(("key", "session"), canaries(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_credential_is_refused_and_kept_nowhere(key: str, session: Session) -> None:
    assert any(problem.key == key for problem in session.problems)
    kept = session.saved_text + session.answers_text + "".join(f"{p.message}{p.hint}" for p in session.problems)
    assert CANARY not in kept
    with pytest.raises(WizardError) as error:
        _ = session.bundle
    assert CANARY not in f"{error.value.message}{error.value.hint}"


# --- P9 -------------------------------------------------------------------------------------------


def paths(data: Any, at: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield f"{at}.{key}"
            yield from paths(value, f"{at}.{key}")
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from paths(value, f"{at}[{number}]")


def test_a_field_that_an_older_version_lacks_is_never_dropped_in_silence() -> None:
    dropped = 0
    for bundle in served():
        if bundle.session.options.minor is None and bundle.session.minor >= (1, 30):
            old = replace(bundle.session, options=replace(bundle.session.options, minor=CATALOG.minors[0])).bundle
            now = [set(paths(one)) for one in bundle.objects]
            then = [set(paths(file.document)) for file in old.manifests]
            if now != then:
                dropped += 1
                assert old.contract.fallbacks
    assert dropped > 3


# --- P10 ------------------------------------------------------------------------------------------


def names() -> set[str]:
    """Ids of patterns, implementations and images that no other thing is called by."""
    found = {name for pattern in CATALOG.patterns.values() for name, _ in pattern.implementations}
    found |= {pattern for pattern in CATALOG.patterns if "." in pattern}
    found |= set(CATALOG.images) | {"postgresql", "linkerd", "istio", "ghostunnel", "fluentbit"}
    return found - {"default", "kubectl"}


def words(path: Path) -> Iterator[tuple[int, str]]:
    """Every text and name of a file's code; docstrings may give examples."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id


def knowing(text: str, known: set[str]) -> set[str]:
    return {name for name in known if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text)}


def test_no_python_knows_a_component_of_the_catalogue() -> None:
    known, found = names(), []
    for path in sorted((ROOT / "wizard").rglob("*.py")):
        where = str(path.relative_to(ROOT))
        found += [f"{where}:{line}: {one}" for line, text in words(path) for one in knowing(text, known)]
    assert found == []


def test_a_word_of_the_catalogue_is_found_in_code() -> None:
    assert knowing("sidecar.mtls", names()) == {"sidecar.mtls"}
    assert knowing('has("redis-cluster")', names()) == {"redis-cluster"}


# --- P11 ------------------------------------------------------------------------------------------

BLOCKED = {
    "too-old-for-sidecars",
    "no-template-for-that-operator",
    "no-template-for-that-proxy",
    "no-template-for-that-adapter",
}


def test_every_covering_bundle_renders_but_those_of_four_warnings() -> None:
    for name, session in covering_sessions(CATALOG):
        if session.blocked:
            assert {rule.id for rule in session.warnings if rule.level == "error"} <= BLOCKED, name
        else:
            assert with_samples(session).bundle.files, name
