"""A search over patterns, options and parameters, for users who know what they want."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from wizard.session.goals import Goal, towards
from wizard.text import first_sentence, spaced
from wizard.texts import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wizard.catalog.model import Catalog, Parameter
    from wizard.session.session import Session

_CAPITALS = re.compile(r"[A-Z]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""The places between the words of ``CronJob``."""
_SIGNS = re.compile(r"[\W_]+")
_MOST = 40
_INFIX = 4
"""The fewest letters that are also found inside a word; fewer, such as ``lag``, are only found at the start of one."""
NO_MATCH = "No match. Try fewer words, or other ones."
UNREACHABLE = "no answers lead there"
_KINDS = ("pattern", "product", "answer", "field")


class Hit(NamedTuple):
    """A search result and the goal it leads to."""

    kind: str
    """``pattern``, ``product`` (one of several implementations of a pattern), ``answer`` or ``field``."""
    title: str
    term: str
    goal: Goal
    words: str
    """The searchable words, in lower case, between spaces."""
    parameter: str = ""
    """The key of the field that the hit leads to, once the bundle has that field."""
    value: str = ""
    """The option that the hit sets in that field."""
    product: tuple[str, str] = ("", "")
    """The key and the value that choose the only implementation with that field; empty if no choice is needed."""

    @property
    def name(self) -> str:
        """The hit's name in a sentence: the pattern's name, or the title of any other hit in quotation marks."""
        return self.term if self.kind == "pattern" else f"'{self.title}'"


class Found(NamedTuple):
    """The session with all answers that a hit implies, a message about them, and the key of the hit's field."""

    session: Session
    message: str
    field: str
    at_once: bool
    """True if the field can be opened now, because no question is open and no answer has changed."""


def hits_of(catalog: Catalog) -> tuple[Hit, ...]:
    """Return everything that can be found."""
    return tuple(_hits(catalog))


def search(hits: tuple[Hit, ...], text: str) -> tuple[Hit, ...]:
    """Return the hits that contain all words, or else as many as possible; the best matches come first."""
    asked = [_SIGNS.sub(" ", word).strip() or word for word in text.lower().split()]
    if not asked:
        return tuple(hit for hit in hits if hit.kind == "pattern")
    counted = [(sum(_has(hit.words, word) for word in asked), hit) for hit in hits]
    best = max((count for count, _ in counted), default=0)
    found = [hit for count, hit in counted if count == best and count]
    return tuple(sorted(found, key=lambda hit: _rank(hit, asked)))[:_MOST]


def take(session: Session, hit: Hit) -> Found | None:
    """Return what choosing a hit leads to; ``None`` if no answers lead there."""
    after = towards(session, hit.goal)
    if after is None:
        return None
    for key, value in (hit.product, (hit.parameter, hit.value)):
        after = after.give(key, value) if value else after
    asked = after.question is None and after.answers == session.answers
    at_once = asked and not after.blocked and shows(after, hit)
    return Found(after, "" if at_once else taken_text(session, after, hit), hit.parameter, at_once)


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
    """Return the sort key of a hit: how well its title or term, or else its other words, match; then its kind."""
    named = _words(hit.title, hit.term)
    matched = (3 + _fit(named, word) if _has(named, word) else _fit(hit.words, word) for word in asked)
    return -sum(matched), _KINDS.index(hit.kind)


def _has(words: str, word: str) -> bool:
    return (word if len(word) >= _INFIX else f" {word}") in words


def _fit(words: str, word: str) -> int:
    """Return 2 if the word is there as a whole, 1 if a word starts with it, else 0."""
    return 2 if f" {word} " in words else 1 if f" {word}" in words else 0


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
    yield from _fields(catalog)


def _fields(catalog: Catalog) -> Iterator[Hit]:
    """Yield the hits of all fields that the user may fill in; one that several components share is yielded once."""
    owners: dict[str, list[tuple[str, str]]] = {}
    shared: dict[str, Parameter] = {}
    for place, component in catalog.components.items():
        for parameter in component.parameters:
            if not parameter.decided:
                owners.setdefault(parameter.key, []).append(place)
                shared.setdefault(parameter.key, parameter)
    for key, places in owners.items():
        of, *others = dict.fromkeys(pattern for pattern, _ in places)
        pattern = of if of in catalog.patterns and not others else ""
        product = _product(catalog, pattern, places) if pattern and not shared[key].leads else ("", "")
        title = catalog.components[places[0]].title if len(places) == 1 else ""
        name = wording.pattern_name(catalog, pattern) if pattern else ""
        yield from _field_hits(shared[key], Goal(pattern=pattern), product, of=name, title=title)


def _product(catalog: Catalog, pattern: str, places: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the key and the value that choose the only implementation with a field, if it is not the default one."""
    default = next((name for name, _ in catalog.patterns[pattern].implementations), "")
    _, name = places[0]
    if len(places) > 1 or name == default or not _always_allowed(catalog, pattern, name):
        return "", ""
    key = next((one.key for one in catalog.components[places[0]].parameters if one.leads), "")
    return (key, name) if key else ("", "")


def _always_allowed(catalog: Catalog, pattern: str, implementation: str) -> bool:
    """Return true if every rule that uses the pattern allows this implementation, so no answer can rule it out."""
    rules = (rule for rule in catalog.decision.rules if rule.use == pattern and rule.implementations)
    return all(implementation in rule.implementations for rule in rules)


def _field_hits(parameter: Parameter, goal: Goal, product: tuple[str, str], *, of: str, title: str) -> Iterator[Hit]:
    """Yield the hit of a field, and one for each of its options; ``of`` names its pattern, ``title`` its component."""
    named = spaced(parameter.name)
    parts = (f"{one.ask} {one.help} {' '.join(text for _, text in one.options)}" for one in parameter.fields)
    texts = (
        f"{parameter.ask} {named} {parameter.key} {parameter.heading} {parameter.help} {' '.join(parts)} {title} {of}"
    )
    words = _words(texts, parameter.sets)
    hit = Hit("field", parameter.ask, f"{named} · {of}" if of else named, goal, words, parameter.key, product=product)
    yield hit
    if not parameter.leads:
        for option, text in parameter.options:
            words = _words(f"{parameter.ask} {text} {option} {named} {title}", of)
            yield hit._replace(title=f"{named}: {text}", term=of, words=words, value=option)


def _words(texts: str, term: str) -> str:
    return f" {_split(f'{texts} {term} {_initials(term)}')} "


def _split(text: str) -> str:
    """Return the words of a text in lower case; those of ``CronJob`` are ``cronjob``, ``cron`` and ``job``."""
    return " ".join(_SIGNS.sub(" ", f"{text} {_HUMP.sub(' ', text)}").lower().split())


def _initials(term: str) -> str:
    """Return the initials of the words in a term, so that ``HorizontalPodAutoscaler`` is also found as ``hpa``."""
    return " ".join("".join(_CAPITALS.findall(word)) for word in term.split() if len(_CAPITALS.findall(word)) > 1)
