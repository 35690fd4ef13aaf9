"""Names of fields in the texts of a bundle: the form of the same answers must have them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.contract.bundles import Rendered, bundles, for_each
from tests.contract.test_cases import session
from tests.shipped import CATALOG
from wizard.catalog.globs import matches_any
from wizard.catalog.model import Refusal
from wizard.catalog.when import HasPattern, atoms, parameters_of
from wizard.texts.contract import first_text

_KEYS = (parameter.key for part in CATALOG.components.values() for parameter in part.parameters)
_SCOPES = "|".join(sorted({re.escape(key.rpartition(".")[0]) for key in _KEYS}))
FIELD = re.compile(rf"(?<![\w./{{@-])(?:{_SCOPES})\.(?!yaml\b)[a-z][a-z_0-9]*\b(?![./(-])")


def texts(bundle: Rendered) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of everything that the user reads."""
    made = bundle.session
    for file in made.bundle.files:
        if file.path.endswith(".md"):
            yield file.path, file.text
    for rule in made.warnings:
        yield f"warning {rule.id}", f"{rule.say} {rule.because} {rule.instead}"
    for workload in bundle.contract.workloads:
        yield "must", " ".join(one.say for one in workload.must)
    for one in bundle.contract.first:
        yield "first", first_text(one)
    for field in made.resolved.values():
        yield field.parameter.key, f"{field.parameter.ask} {field.parameter.help}"
        for refusal in field.parameter.refused_when:
            if reachable(refusal, bundle):
                yield f"refusal of {field.parameter.key}", f"{refusal.say} {refusal.instead}"


def reachable(refusal: Refusal, bundle: Rendered) -> bool:
    """Return whether other values in this form could cause a refusal: it has every field and pattern involved."""
    made = bundle.session
    fields = all(key in made.resolved for key in parameters_of(refusal.when))
    wanted = (atom.pattern for atom in atoms(refusal.when) if isinstance(atom, HasPattern))
    return fields and all(matches_any(pattern, made.surroundings.patterns) for pattern in wanted)


def unknown(bundle: Rendered) -> Iterator[str]:
    """Yield the fields that a text mentions but the form does not offer, even with other values."""
    offered = {key for key, field in bundle.session.resolved.items() if not field.parameter.decided}
    chosen = {f"{bundle.session.scope(pattern)}.implementation" for pattern in bundle.session.implementations}
    for where, text in texts(bundle):
        for key in FIELD.findall(text):
            if key not in offered | chosen:
                yield f"{where}: {key}"


@for_each(bundles)
def test_every_field_that_a_text_mentions_is_in_the_form(bundle: Rendered) -> None:
    assert not list(dict.fromkeys(unknown(bundle)))


def test_names_of_fields_are_distinguished_from_names_of_files() -> None:
    text = "Set `app.reach=declared`, or --set init.wait.host=db; `etc/app.yaml` and app.kubernetes.io/name are none."
    assert FIELD.findall(text) == ["app.reach", "init.wait.host"]


def test_warnings_distinguish_a_ready_made_agent_from_the_users_own() -> None:
    """Warn because the form of a ready-made agent has no ports or devices, even if the habits mention them."""
    ticked = {"work": "node_agent", "logs": "stdout", "metrics": "native", "needs": (), "cluster": ()}
    warned = {rule.id for rule in session({**ticked, "habits": ("udp", "rights")}).warnings}
    assert {"udp-of-ones-own-agent", "more-than-a-plain-agent"} <= warned
    assert "more-than-a-plain-pod" not in warned
    alone = {rule.id for rule in session({**ticked, "habits": ()}).warnings}
    assert not alone & {"udp-of-ones-own-agent", "more-than-a-plain-agent"}
