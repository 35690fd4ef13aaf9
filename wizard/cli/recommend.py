"""``podwizard recommend``: the verdict alone, as text, JSON or YAML."""

from __future__ import annotations

import argparse
from typing import Any

from wizard import wording
from wizard.cli import exits
from wizard.cli.inputs import missing_lines, session_from
from wizard.cli.talk import complain, put, put_json, say
from wizard.decision.results import Flip, QuestionState, Term
from wizard.reasons import Reason, flip_reasons, why_not_reasons, why_reasons
from wizard.session import Session


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict; with open questions, list them."""
    session = session_from(arguments)
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
    """The verdict with everything a person may ask about it."""
    lines = [f"{wording.verdict_title(session)}  ({wording.verdict_status(session)})"]
    if praise := wording.verdict_praise(session):
        lines.append(praise)
    _section(lines, "Why", why_reasons(session))
    lines.extend(f"{rule.level}: {rule.say} Instead: {rule.instead}" for rule in session.warnings if rule.instead)
    lines.extend(f"{rule.level}: {rule.say}" for rule in session.warnings if not rule.instead)
    _section(lines, "Why not", why_not_reasons(session))
    _section(lines, "Would change it", flip_reasons(session))
    return "\n".join(lines)


def _section(lines: list[str], head: str, reasons: tuple[Reason, ...]) -> None:
    if reasons:
        lines.append(f"{head}:")
        lines.extend(f"  {reason.about}: {reason.text}" for reason in reasons)


def as_data(session: Session) -> dict[str, Any]:
    """The verdict as plain data: ids first, then the texts. The form is documented in docs/formats.md."""
    verdict = session.verdict
    assert verdict is not None
    counted = [q for q, state in session.evaluation.questions.items() if state is QuestionState.ANSWERED]
    answers = {q: _plain(session.answers[q]) for q in counted}
    return {
        "format": 1,
        "table": {"id": session.catalog.decision.id, "version": session.catalog.decision.version},
        "answers": answers,
        "assumed": [q for q in counted if q in session.assumed],
        "base": verdict.base,
        "add": list(verdict.add),
        "set": dict(verdict.settings),
        "warn": list(verdict.warn),
        "why": [
            {"use": s.rule.use, "rule": s.rule.id, "because": s.rule.because, "terms": _terms(s.terms)}
            for s in session.why
        ],
        "why_not": [{"pattern": w.pattern, "rule": w.rule.id, "terms": _terms(w.terms)} for w in session.why_not],
        "flips": [_flip(flip) for flip in session.flips],
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
        {"question": t.question, "answer": None if t.answer is None else _plain(t.answer), "wanted": list(t.wanted)}
        | ({"option": t.option} if t.option else {})
        for t in terms
    ]


def _flip(flip: Flip) -> dict[str, Any]:
    changes = [{"question": c.question, "from": _plain(c.before), "to": _plain(c.after)} for c in flip.changes]
    data: dict[str, Any] = {"changes": changes, "certain": flip.certain}
    if flip.verdict is not None:
        data |= {"base": flip.verdict.base, "gains": list(flip.adds), "loses": list(flip.drops)}
    else:
        data |= {"asks": list(flip.asks), "candidates": list(flip.candidates)}
    return data
