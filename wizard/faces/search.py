"""A search over patterns, options and parameters, for users who know what they want."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from wizard.session.goals import Goal
from wizard.text import first_sentence, spaced
from wizard.texts import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wizard.catalog.model import Catalog, Parameter
    from wizard.session.session import Session

_CAPITALS = re.compile(r"[A-Z]")
_MOST = 40
_KINDS = ("pattern", "product", "answer", "field")


class Hit(NamedTuple):
    """A search result and the goal it leads to."""

    kind: str
    """``pattern``, ``product`` (one of several implementations of a pattern), ``answer`` or ``field``."""
    title: str
    term: str
    goal: Goal
    words: str
    """The searchable text, in lower case."""
    parameter: str = ""
    """The key of the field that the hit leads to, once the bundle has that field."""
    value: str = ""
    """The option that the hit sets in that field."""

    @property
    def name(self) -> str:
        """The hit's name in a sentence: the pattern's name, or the title of any other hit in quotation marks."""
        return self.term if self.kind == "pattern" else f"'{self.title}'"


def hits_of(catalog: Catalog) -> tuple[Hit, ...]:
    """Return everything that can be found."""
    return tuple(_hits(catalog))


def search(hits: tuple[Hit, ...], text: str) -> tuple[Hit, ...]:
    """Return the hits that contain all words, or else as many as possible; matches in names come first."""
    asked = text.lower().split()
    if not asked:
        return tuple(hit for hit in hits if hit.kind == "pattern")
    counted = [(sum(word in hit.words for word in asked), hit) for hit in hits]
    best = max((count for count, _ in counted), default=0)
    found = [hit for count, hit in counted if count == best and count]
    return tuple(sorted(found, key=lambda hit: _rank(hit, asked)))[:_MOST]


def taken_text(before: Session, after: Session, hit: Hit) -> str:
    """Describe what choosing a hit changed: the implied answers, and the field that the details form will show."""
    implied = "" if after.answers == before.answers and hit.parameter else wording.implied_text(before, after, hit.name)
    named = hit.title.partition(":")[0] if hit.value else hit.term
    return "; ".join(filter(None, (implied, _later(after, hit, named) if hit.parameter else "")))


def shows(session: Session, hit: Hit) -> bool:
    """Return true if the details form of these answers shows the field of a hit."""
    return any(field.parameter.key == hit.parameter for field in session.fields)


def _later(session: Session, hit: Hit, named: str) -> str:
    does = "show" if hit.value else "ask for"
    if session.question is not None:
        return f"the details {does} {named}, after the questions"
    return f"the details {does} {named}" if shows(session, hit) else f"with these answers, there is no {named}"


def _rank(hit: Hit, asked: list[str]) -> tuple[int, int]:
    """Return the sort key of a hit: words matched in its title or term, then its kind."""
    named = f"{hit.title} {hit.term} {_initials(hit.term)}".lower()
    return -sum(word in named for word in asked), _KINDS.index(hit.kind)


def _hits(catalog: Catalog) -> Iterator[Hit]:
    decision = catalog.decision
    for each in catalog.patterns.values():
        # A pattern's hit includes the title of its only implementation; several implementations are separate hits
        # below.
        only = [catalog.components.get((each.id, name)) for name, _ in each.implementations]
        program = only[0].title if len(only) == 1 and only[0] is not None else ""
        texts = f"{each.id} {each.title} {each.short} {each.gives} {each.use_when} {each.avoid_when} {program}"
        term = wording.pattern_name(catalog, each.id)
        yield Hit("pattern", first_sentence(each.gives), term, Goal(pattern=each.id), _words(texts, term))
    for (pattern, implementation), component in catalog.components.items():
        if pattern in catalog.patterns and len(catalog.patterns[pattern].implementations) > 1:
            term = wording.pattern_name(catalog, pattern)
            key = next((one.key for one in component.parameters if one.leads), "")
            given = (key, implementation) if key and _always_allowed(catalog, pattern, implementation) else ("", "")
            yield Hit("product", component.title, term, Goal(pattern=pattern), _words(component.title, term), *given)
    for question in decision.questions.values():
        for option in question.options:
            title = f"{wording.topic(question)}: {option.say}"
            goal = Goal(question=question.id, option=option.id)
            texts = f"{title} {option.id} {question.ask} {question.help}"
            yield Hit("answer", title, option.term, goal, _words(texts, option.term))
    seen: set[str] = set()
    for component in catalog.components.values():
        for parameter in component.parameters:
            if parameter.key not in seen and not parameter.decided:
                seen.add(parameter.key)
                owner = parameter.component if parameter.component in catalog.patterns else ""
                yield from _field_hits(parameter, owner, wording.pattern_name(catalog, owner) if owner else "")


def _always_allowed(catalog: Catalog, pattern: str, implementation: str) -> bool:
    """Return true if every rule that uses the pattern allows this implementation, so no answer can rule it out."""
    rules = (rule for rule in catalog.decision.rules if rule.use == pattern and rule.implementations)
    return all(implementation in rule.implementations for rule in rules)


def _field_hits(parameter: Parameter, pattern: str, of: str) -> Iterator[Hit]:
    """Yield the hit of a field that the user may fill in, and one for each of its options; ``of`` names its pattern."""
    named, goal = spaced(parameter.name), Goal(pattern=pattern)
    parts = (f"{one.ask} {one.help} {' '.join(text for _, text in one.options)}" for one in parameter.fields)
    texts = f"{parameter.ask} {named} {parameter.heading} {parameter.help} {' '.join(parts)}"
    words = _words(texts, parameter.sets)
    yield Hit("field", parameter.ask, f"{named} · {of}" if of else named, goal, words, parameter.key)
    if not parameter.leads:
        for option, text in parameter.options:
            texts = f"{parameter.ask} {text} {option} {named}"
            yield Hit("field", f"{named}: {text}", "", goal, _words(texts, ""), parameter.key, option)


def _words(texts: str, term: str) -> str:
    return f"{texts} {term} {_initials(term)}".lower()


def _initials(term: str) -> str:
    """Return the initials of the words in a term, so that ``HorizontalPodAutoscaler`` is also found as ``hpa``."""
    return " ".join("".join(_CAPITALS.findall(word)) for word in term.split() if len(_CAPITALS.findall(word)) > 1)
