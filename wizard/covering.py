"""Complete sessions for the covering answer sets: what rendering, golden files and cluster tests run on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from wizard.catalog.model import Catalog
from wizard.decision.prove import covering
from wizard.session import Session, start


def covering_sessions(catalog: Catalog) -> Iterator[tuple[str, Session]]:
    """Few sessions that show every reachable pair of rules, and every implementation at least once.

    Yields (name, session); parameters without a default have their samples. Sessions that a warning of
    level error blocks are among them: ask ``session.blocked``.
    """
    used: Counter[str] = Counter()
    first = start(catalog)
    for number, answers in enumerate(covering(first.compiled), 1):
        session = first
        for question_id, answer in answers.items():
            session = session.answer(question_id, answer)
        session = _rotate(session, used)
        yield f"cover-{number:02d}-{_name(session)}", with_samples(session)


def with_samples(session: Session) -> Session:
    """``session`` with the sample of every parameter that is missing."""
    for _ in range(10):
        missing = [f.parameter for f in session.fields if f.state == "missing"]
        if not missing:
            break
        session = replace(session, given={**session.given, **{p.key: p.sample for p in missing}})
    return session


def _rotate(session: Session, used: Counter[str]) -> Session:
    given = dict(session.given)
    for pattern_id in session.verdict.patterns if session.verdict else ():
        names = [name for name, _ in session.catalog.patterns[pattern_id].implementations]
        if len(names) > 1:
            given[f"{session.scope(pattern_id)}.implementation"] = names[used[pattern_id] % len(names)]
            used[pattern_id] += 1
    return replace(session, given=given)


def _name(session: Session) -> str:
    base = session.verdict.base if session.verdict else "open"
    return base.lower()
