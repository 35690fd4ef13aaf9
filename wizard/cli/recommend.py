"""``podwizard recommend``: the verdict alone, as text, JSON or YAML."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from wizard.cli import exits
from wizard.cli.inputs import assume_missing, missing_lines, session_from
from wizard.cli.talk import complain, put, put_json, say
from wizard.decision.model import Rule
from wizard.decision.results import Flip, QuestionState, Term
from wizard.session.session import Session
from wizard.texts import wording
from wizard.texts.contract import contract_data
from wizard.texts.images import weak_images, weaknesses
from wizard.texts.reasons import flip_reasons, why_not_reasons, why_reasons

_WIDTH = 79


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict, or the open questions if there are any."""
    session = assume_missing(session_from(arguments), arguments)
    if session.verdict is None:
        complain("some answers are missing")
        for line in missing_lines(session):
            say(f"  {line}")
        return exits.USAGE
    if arguments.output == "text":
        put(as_text(session))
    elif arguments.output == "json":
        put_json(as_data(session))
    else:
        import yaml

        put(yaml.safe_dump(as_data(session), sort_keys=False, allow_unicode=True))
    return exits.FINDINGS if session.blocked else exits.DONE


def as_text(session: Session) -> str:
    """Return the verdict with its reasons, costs and alternatives, wrapped for lines of 80 characters."""
    lines = [*_wrapped(wording.verdict_title(session)), wording.verdict_status(session)]
    errors = tuple(rule for rule in session.warnings if rule.level == "error")
    if not errors and (remark := wording.verdict_remark(session)):
        lines.append(remark)
    _section(lines, "No bundle is written from these answers", (_warning(session, rule) for rule in errors))
    _section(lines, "Why", (f"{each.line}." for each in why_reasons(session)))
    _section(lines, "What it costs", _costs(session))
    _section(lines, "Warning", (_warning(session, rule) for rule in session.warnings if rule not in errors))
    _section(lines, "Known vulnerability", weaknesses(session))
    _section(lines, "Assumed", _assumptions(session))
    _section(lines, "Why not", (each.line for each in why_not_reasons(session)))
    _section(lines, "What would change it", (f"{each.about}, {each.sentence}" for each in flip_reasons(session)))
    return "\n".join(lines)


def _section(lines: list[str], head: str, entries: Iterable[str]) -> None:
    wrapped = [line for entry in entries for line in _wrapped(entry, indent=2)]
    if wrapped:
        lines.extend(("", f"{head}:", *wrapped))


def _wrapped(text: str, *, indent: int = 0) -> list[str]:
    return [
        line
        for paragraph in text.split("\n")
        for line in textwrap.wrap(
            paragraph, _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 4), break_on_hyphens=False
        )
    ]


def _costs(session: Session) -> Iterator[str]:
    verdict = session.verdict
    for pattern in (verdict.base, *wording.additions(session)) if verdict else ():
        yield f"{wording.pattern_name(session.catalog, pattern)}: {session.pattern(pattern).costs}"


def _warning(session: Session, rule: Rule) -> str:
    return f"{rule.level}: {wording.warned_text(session, rule)}" + (f" Instead: {rule.instead}" if rule.instead else "")


def _assumptions(session: Session) -> Iterator[str]:
    for line in session.trail():
        if line.assumed and line.state is QuestionState.ANSWERED:
            answer = line.question.answer_text(line.answer)
            yield f"{wording.topic(line.question)}: {answer} (--set {line.question.id}=...)"


def as_data(session: Session) -> dict[str, Any]:
    """Return the verdict as plain data: ids first, then texts. The format is documented in docs/formats.md."""
    verdict = session.verdict
    assert verdict is not None
    counted = session.asked
    answers = {q: _plain(session.answers[q]) for q in counted}
    return {
        "format": 1,
        "table": {"id": session.catalog.decision.id, "version": session.catalog.decision.version},
        "answers": answers,
        "assumed": [q for q in counted if q in session.assumed],
        "base": verdict.base,
        "add": list(verdict.add),
        "set": dict(verdict.settings),
        "defaults": [name for name, _ in verdict.settings if name in session.catalog.decision.defaults],
        "implementations": {pattern: list(allowed) for pattern, allowed in verdict.implementations},
        "warn": list(verdict.warn),
        "advisories": [
            {"image": image.reference(), "says": found.says, "source": found.source, "gone_in": found.gone_in}
            for image, found in weak_images(session)
        ],
        "why": [
            {"use": s.rule.use, "rule": s.rule.id, "because": s.rule.because, "terms": _terms(s.terms)}
            for s in session.why
        ],
        "why_not": [{"pattern": w.pattern, "rule": w.rule.id, "terms": _terms(w.terms)} for w in session.why_not],
        "flips": [_flip(flip) for flip in session.flips],
        "contract": None if session.problems or session.blocked else contract_data(session.bundle),
        "texts": {
            "title": wording.verdict_title(session),
            "warnings": [
                {"id": r.id, "level": r.level, "say": r.say, "because": r.because, "instead": r.instead}
                for r in session.warnings
            ],
            "patterns": {p: session.pattern(p).title for p in verdict.patterns},
            "why_not": {r.pattern: r.text for r in why_not_reasons(session)},
            "flips": [f"{r.about}: {r.text}" for r in flip_reasons(session)],
        },
    }


def _plain(answer: str | tuple[str, ...]) -> str | list[str]:
    return list(answer) if isinstance(answer, tuple) else answer


def _terms(terms: tuple[Term, ...]) -> list[dict[str, Any]]:
    return [
        {"question": t.question, "answer": _plain(t.answer), "wanted": list(t.wanted)}
        | ({"option": t.option} if t.option else {})
        for t in terms
    ]


def _flip(flip: Flip) -> dict[str, Any]:
    change = {"question": flip.question, "from": _plain(flip.before), "to": _plain(flip.after)}
    data: dict[str, Any] = {"changes": [change], "certain": flip.certain}
    if flip.verdict is not None:
        data |= {"base": flip.verdict.base, "gains": list(flip.adds), "loses": list(flip.drops)}
    else:
        data |= {"asks": list(flip.opens), "candidates": list(flip.candidates)}
    return data
