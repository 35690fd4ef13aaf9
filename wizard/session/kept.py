"""Kept files of a bundle's folder: the changes that did not reach them, and the findings of the resulting folder.

A file that the user edited is kept. If the bundle has changed there as well, the answers and the kept file disagree.
Example: the answers now have ``image: shop:1.5.0``, the kept ``deployment.yaml`` still has ``shop:1.4.2``. Comparing
three texts shows what is missing: the text written last (the base), the file on disk, and the bundle's text. A line is
missed if the bundle has it and neither of the others does, or if it was written last, is still on disk, and the bundle
no longer has it. Changes that only the user made are not missed: that is what keeping the file is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from wizard.errors import UsageError
from wizard.render.bundle.answers_file import flat_answers, read_answers
from wizard.session.applied import apply_answers
from wizard.session.session import Lead, Session, start

if TYPE_CHECKING:
    from wizard.render.model import Origin
    from wizard.store.plan import PlanItem, WritePlan
    from wizard.validation.model import Finding

_ANSWERS = "podwizard.yaml"


class Missed(NamedTuple):
    """A kept file, and the changes of the bundle that are missing from it."""

    path: str
    causes: tuple[Lead, ...]
    """The parameters and questions behind the missing changes, without repetition."""
    lines: int
    """The number of other lines, missing or left over, whose cause is unknown."""
    applied: bool
    """True when ``kubectl apply -k`` uses the file, so that the cluster would get something other than the answers."""


def missed(session: Session, plan: WritePlan) -> tuple[Missed, ...]:
    """Return every file that ``plan`` keeps and that lacks part of the session's bundle."""
    found = []
    for item in plan.items:
        if item.action != "keep" or item.state == "unchanged" or item.text is None or item.kind == "readme":
            continue
        missing, gone = _differences(item, _here(session, plan, item))
        if missing or gone:
            causes, lines = _causes(session, plan, item, missing, gone)
            found.append(Missed(item.path, causes, lines, item.kind in ("manifest", "kustomization")))
    return tuple(found)


def findings_on_disk(session: Session, plan: WritePlan) -> tuple[Finding, ...]:
    """Run the offline checks on the manifests as they will be on disk, with kept files as they are.

    A finding in a kept file has a position; those of ``Session.findings`` have none.
    """
    manifests = [(file, plan.item(file.path)) for file in session.bundle.manifests]
    if all(_as_rendered(item) for _, item in manifests):
        return session.findings
    from wizard.validation.documents import read_documents
    from wizard.validation.model import Document

    documents: list[Document] = []
    unreadable: list[Finding] = []
    for file, item in manifests:
        if _as_rendered(item):
            documents.append(Document(file.document, file.path, {}))
        elif item.present.data is not None:
            reading = read_documents(item.present.data, file.path)
            documents += reading.documents
            unreadable += reading.findings
    return (*unreadable, *session.findings_of(documents))


def blocking(findings: tuple[Finding, ...]) -> int:
    """Count the errors in what podwizard would write; an error in a file that the user wrote does not block writing."""
    return sum(finding.severity == "error" and finding.position is None for finding in findings)


def kept_errors(findings: tuple[Finding, ...]) -> int:
    """Count the errors in kept files that the user wrote."""
    return sum(finding.severity == "error" for finding in findings) - blocking(findings)


def leads(session: Session, findings: tuple[Finding, ...]) -> tuple[Lead, ...]:
    """Return the answer or parameter behind each finding; an empty lead for a finding in a file that the user wrote."""
    return tuple(Lead() if f.position is not None else session.lead(f.ref, f.path) for f in findings)


def _as_rendered(item: PlanItem) -> bool:
    return item.action == "write" or item.state == "unchanged" or item.present.link


def _here(session: Session, plan: WritePlan, item: PlanItem) -> list[str]:
    """Return the lines of the file on disk.

    The user may write an answers file in any order and spelling, so it is first rewritten in podwizard's own form.
    """
    text = (item.present.data or b"").decode(errors="replace")
    if item.kind == "answers" and item.present.data:
        with suppress(UsageError):  # an answers file that cannot be read is compared line by line
            answers = read_answers(item.present.data, item.path, session.catalog)
            preset = {question: session.answers[question] for question in session.preset & set(session.answers)}
            before = start(session.catalog, compiled=session.compiled)
            before = before._replace(answers=preset, catalog_path=session.catalog_path)
            text = apply_answers(before, answers, folder=plan.root).answers_text
    return text.splitlines()


def _differences(item: PlanItem, here: list[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the indices of the bundle's lines that are missing, and of last written lines that should be gone.

    If a line replaced another one, only the new line counts, as long as it is missing.
    """
    new = (item.text or "").splitlines()
    lacks = set(range(len(new))) - _matched(here, new)
    if item.kind == "answers":
        lacks -= {number for number, line in enumerate(new) if line.startswith("#")}
    if item.pristine is None:
        return tuple(sorted(lacks)), ()
    last = item.pristine.text.splitlines()
    stays = _matched(here, last)
    missing: set[int] = set()
    gone: set[int] = set()
    for _, last_from, last_to, new_from, new_to in _changes(last, new):
        found = lacks.intersection(range(new_from, new_to))
        missing |= found
        gone |= set() if found else stays.intersection(range(last_from, last_to))
    return tuple(sorted(missing)), tuple(sorted(gone))


def _changes(one: list[str], other: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the ranges of lines in which two texts differ."""
    from difflib import SequenceMatcher  # imported here because a new folder has nothing to compare

    yield from (code for code in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if code[0] != "equal")


def _matched(one: list[str], other: list[str]) -> set[int]:
    """Return the indices of the lines of ``other`` that ``one`` has as well, in the same order."""
    return set(range(len(other))) - {n for _, _, _, start, end in _changes(one, other) for n in range(start, end)}


def _causes(
    session: Session, plan: WritePlan, item: PlanItem, missing: tuple[int, ...], gone: tuple[int, ...]
) -> tuple[tuple[Lead, ...], int]:
    """Return the causes of the missing changes, and the number of lines without a known cause."""
    file = next(f for f in session.traced.files if f.path == item.path)
    origins = [file.origins[number] if number < len(file.origins) else None for number in missing]
    own = [_own_parameters(session, origin) for origin in origins]
    causes = [Lead(parameter=key) for keys in own for key in keys]
    rest = [origin for origin, keys in zip(origins, own, strict=True) if not keys]
    others = tuple(_changed(session, plan)) if rest or gone else ()
    if others:
        return tuple(dict.fromkeys((*causes, *others))), 0
    questions = [session.question_behind(origin) if origin and origin.component != "app" else "" for origin in rest]
    causes += [Lead(question) for question in questions if question]
    return tuple(dict.fromkeys(causes)), questions.count("") + len(gone)


def _own_parameters(session: Session, origin: Origin | None) -> tuple[str, ...]:
    """Return the parameters in a line that the user can change."""
    keys = origin.parameters if origin else ()
    return tuple(key for key in keys if not session.parameter(key).decided)


def _changed(session: Session, plan: WritePlan) -> Iterator[Lead]:
    """Yield the answers and parameters that differ from the answers file that was written last.

    They explain lines that contain no parameter, such as a line that an answer has removed.
    """
    last = plan.base.files.get(_ANSWERS) if plan.base else None
    if last is None:
        return
    before, now = flat_answers(last.text), flat_answers(session.answers_text)
    for key in (*now, *(key for key in before if key not in now)):
        if before.get(key) == now.get(key):
            continue
        if key in session.catalog.decision.questions:
            yield Lead(key)
        elif "." in key and not _follows(session, key, before, now):
            yield Lead(parameter=key)


def _follows(session: Session, key: str, before: Mapping[str, object], now: Mapping[str, object]) -> bool:
    """Return true if an implementation came or went with its pattern: an answer caused it, not the user's choice."""
    came_or_went = key not in before or key not in now
    return key.endswith(".implementation") and came_or_went and key not in session.given
