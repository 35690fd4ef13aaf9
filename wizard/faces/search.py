"""A search over options, patterns and parameters, for those who know what they want."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from wizard.session.goals import Goal
from wizard.text import first_sentence
from wizard.texts import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wizard.catalog.model import Catalog

_CAPITALS = re.compile(r"[A-Z]")
_MOST = 40


class Hit(NamedTuple):
    """Something that can be found, and what it leads to."""

    kind: str
    """``pattern``, ``answer`` or ``field``."""
    title: str
    term: str
    goal: Goal
    words: str
    """All that it is found by, in small letters."""
    parameter: str = ""
    """The key of the field that it leads to, once the bundle has it."""

    @property
    def name(self) -> str:
        """Its name in a sentence: a pattern's own, else the words of the option or field in quotation marks."""
        return self.term if self.kind == "pattern" else f"'{self.title}'"


def search(catalog: Catalog, text: str) -> tuple[Hit, ...]:
    """Find what holds all words, or, where nothing does, most of them; names before texts."""
    asked = text.lower().split()
    if not asked:
        return tuple(hit for hit in _hits(catalog) if hit.kind == "pattern")
    counted = [(sum(word in hit.words for word in asked), hit) for hit in _hits(catalog)]
    best = max((count for count, _ in counted), default=0)
    found = [hit for count, hit in counted if count == best and count]
    return tuple(sorted(found, key=lambda hit: _rank(hit, asked)))[:_MOST]


def _rank(hit: Hit, asked: list[str]) -> tuple[int, int]:
    """The nearness of a hit: words in its name or its term, then its kind."""
    named = f"{hit.title} {hit.term} {_initials(hit.term)}".lower()
    return -sum(word in named for word in asked), ("pattern", "answer", "field").index(hit.kind)


def _hits(catalog: Catalog) -> Iterator[Hit]:
    decision = catalog.decision
    for each in catalog.patterns.values():
        # The program of the only implementation; of several, each is a hit of its own below.
        only = [catalog.components.get((each.id, name)) for name, _ in each.implementations]
        program = only[0].title if len(only) == 1 and only[0] is not None else ""
        texts = f"{each.id} {each.title} {each.short} {each.gives} {each.use_when} {program}"
        term = wording.pattern_name(catalog, each.id)
        yield Hit("pattern", first_sentence(each.gives), term, Goal(pattern=each.id), _words(texts, term))
    for (pattern, _), component in catalog.components.items():
        if pattern in catalog.patterns and len(catalog.patterns[pattern].implementations) > 1:
            term = wording.pattern_name(catalog, pattern)
            yield Hit("pattern", component.title, term, Goal(pattern=pattern), _words(component.title, term))
    for question in decision.questions.values():
        for option in question.options:
            title = f"{wording.topic(question)}: {option.say}"
            goal = Goal(question=question.id, option=option.id)
            yield Hit("answer", title, option.term, goal, _words(f"{title} {option.id}", option.term))
    seen: set[str] = set()
    for component in catalog.components.values():
        for parameter in component.parameters:
            if parameter.key not in seen and parameter.component in catalog.patterns:
                seen.add(parameter.key)
                named = parameter.name.replace("_", " ")
                goal = Goal(pattern=parameter.component)
                words = _words(f"{parameter.ask} {named}", parameter.sets or "")
                yield Hit("field", parameter.ask, named, goal, words, parameter.key)


def _words(texts: str, term: str) -> str:
    return f"{texts} {term} {_initials(term)}".lower()


def _initials(term: str) -> str:
    """``HorizontalPodAutoscaler`` is also found as ``hpa``."""
    return " ".join("".join(_CAPITALS.findall(word)) for word in term.split() if len(_CAPITALS.findall(word)) > 1)
