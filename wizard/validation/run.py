"""The check of a bundle: all layers on all documents, with the findings in one sorted list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from wizard.errors import Position
from wizard.kube.data import parent
from wizard.kube.kinds import is_own_group
from wizard.kube.versions import NEWEST, Minor
from wizard.validation import structure
from wizard.validation.frame import Context, PodSecurityLevel, Rule, Subject, Violation
from wizard.validation.model import Document, Finding, RuleInfo
from wizard.validation.rules import (
    claims,
    containers,
    definitions,
    disruption,
    identity,
    images,
    jobs,
    network,
    pod_security,
    ports,
    probes,
    references,
    resources,
    rollout,
    scaling,
    selectors,
    services,
    sidecars,
    sizes,
    volumes,
)
from wizard.validation.schema import load_schema
from wizard.validation.subject import make_subject

_MODULES = (
    identity, selectors, rollout, jobs, containers, images, sidecars, resources, probes, ports, volumes, claims,
    services, network, scaling, disruption, references, definitions, sizes, pod_security,
)  # fmt: skip


@cache
def _all_rules() -> tuple[Rule, ...]:
    return tuple(rule for module in _MODULES for rule in vars(module).values() if isinstance(rule, Rule))


@cache
def _structure_rules() -> dict[str, RuleInfo]:
    return {info.id: info for info in structure.RULES}


def rules() -> tuple[RuleInfo, ...]:
    """Return every rule, layer by layer."""
    from wizard.validation.documents import FILE_RULES, YAML_RULES

    return (*YAML_RULES, *FILE_RULES, *structure.RULES, *(rule.info for rule in _all_rules()))


def check_documents(
    documents: Iterable[Document],
    *,
    minors: Sequence[Minor] = (NEWEST,),
    pod_security: PodSecurityLevel | None = None,
) -> tuple[Finding, ...]:
    """Return all findings, in the documents' order and then by path.

    The documents must be valid for every minor from the oldest to the newest of ``minors``. ``pod_security`` is the
    level that the pods must pass; a Namespace among the documents that enforces a level counts as well.
    """
    schema = load_schema(minors)
    subjects = tuple(filter(None, map(make_subject, documents)))
    context = Context(subjects, schema, pod_security)
    findings: list[Finding] = []
    for subject in subjects:
        found = {(f.path, f.rule, f.message): f for f in _check(subject, context)}
        findings += sorted(found.values(), key=lambda f: (_path_key(f.path), f.rule))
    return tuple(findings)


def unchecked(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Return the objects of third-party APIs: only their metadata can be checked without the cluster."""
    return tuple(
        subject.document
        for subject in filter(None, map(make_subject, documents))
        if subject.ref.kind and not is_own_group(subject.api_version) and not structure.is_tool_file(subject)
    )


def _check(subject: Subject, context: Context) -> Iterator[Finding]:
    for rule_id, violation in structure.check_structure(subject, context):
        yield _finding(_structure_rules()[rule_id], violation, subject)
    if structure.is_tool_file(subject):
        return
    for rule in _all_rules():
        if not rule.kinds or subject.kind in rule.kinds:
            for violation in rule.check(subject, context):
                yield _finding(rule.info, violation, subject)


def _finding(info: RuleInfo, violation: Violation, subject: Subject) -> Finding:
    path, message, hint, severity = violation
    position = position_of(subject.document, path)
    return Finding(info.id, severity or info.severity, message, hint, subject.ref, path, position)


def position_of(document: Document, path: str) -> Position | None:
    """Return the position of a field; for a missing one, that of its nearest parent."""
    while True:
        found = document.lines.get(path)
        if found is not None or not path:
            return found
        path = parent(path)


def _path_key(path: str) -> Sequence[tuple[bool, int, str]]:
    """Return a sort key that orders list entries by number, not by text."""
    parts = path.replace("]", "").replace("[", ".").split(".")
    return [(part.isdigit(), int(part) if part.isdigit() and part.isascii() else 0, part) for part in parts]
