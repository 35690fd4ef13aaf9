"""The reader of conditions: a condition is a structure, never an expression, and all its names must be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from yaml.nodes import MappingNode, Node

from wizard.catalog.keys import ANY_OF, AT_LEAST, CONDITION_WORDS, FACT, NOT, known
from wizard.catalog.yaml_source import Source
from wizard.decision.model import All, AnyOf, AtLeast, Condition, Fact, Is, Not
from wizard.text import did_you_mean, shown

_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names that a condition may use: the option ids of each question, and the facts."""

    questions: Mapping[str, tuple[str, ...]]
    facts: frozenset[str]


def read_condition(source: Source, node: Node, names: KnownNames, what: str, depth: int = 0) -> Condition:
    """Read a mapping whose parts must all be true; a part that cannot be read is reported and left out."""
    if depth > _MAX_DEPTH:
        source.fault("too-deep", f"{what} is nested too deep", node, "name a part of it in `facts`")
        return All(())
    parts: list[Condition] = []
    for word, (key, value) in source.entries(node, what).items():
        if word in CONDITION_WORDS:
            part = _word(source, word, value, names, what, depth + 1)
        elif word in names.questions:
            part = _answer(source, word, value, names.questions[word], what)
        else:
            hint = did_you_mean(word, (*names.questions, *CONDITION_WORDS))
            source.fault("unknown-question", f"unknown question '{shown(word)}' in {what}", key, hint)
            part = None
        if part is not None:
            parts.append(part)
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _answer(source: Source, question: str, node: Node, options: tuple[str, ...], what: str) -> Condition | None:
    wanted: list[str] = []
    for option, place in source.texts(node, f"{question} in {what}"):
        if option not in options:
            hint = did_you_mean(option, options) or f"one of: {', '.join(options)}"
            source.fault(
                "unknown-option", f"question '{question}' has no option '{shown(option)}' ({what})", place, hint
            )
        elif option in wanted:
            source.fault("duplicate-option", f"option '{option}' is defined twice in {what}", place, "keep one")
        else:
            wanted.append(option)
    if not wanted:
        return None
    return Is(question, tuple(wanted))


def _word(source: Source, word: str, node: Node, names: KnownNames, what: str, depth: int) -> Condition | None:
    if word == FACT:
        return _fact(source, node, names, what)
    if word == NOT:
        return Not(read_condition(source, node, names, what, depth))
    if word == AT_LEAST:
        return _at_least(source, node, names, what, depth)
    parts = _conditions(source, node, names, f"`{word}` of {what}", depth)
    return AnyOf(parts) if word == ANY_OF else All(parts)


def _fact(source: Source, node: Node, names: KnownNames, what: str) -> Condition | None:
    name = source.text(node, f"`fact` of {what}")
    if name in names.facts:
        return Fact(name)
    if name:
        source.fault("unknown-fact", f"unknown fact '{shown(name)}' in {what}", node, did_you_mean(name, names.facts))
    return None


def _at_least(source: Source, node: Node, names: KnownNames, what: str, depth: int) -> Condition | None:
    fields = source.fields(node, known("at_least"), f"`{AT_LEAST}` of {what}")
    if "n" not in fields or "of" not in fields:
        return None
    count = source.integer(fields["n"], f"`n` of {what}")
    parts = _conditions(source, fields["of"], names, f"`of` of {what}", depth)
    if not 1 <= count <= len(parts):
        source.fault("bad-value", f"`n` of {what} must be from 1 to {len(parts)}", fields["n"])
        return None
    return AtLeast(count, parts)


def _conditions(source: Source, node: Node, names: KnownNames, what: str, depth: int) -> tuple[Condition, ...]:
    if isinstance(node, MappingNode):
        source.fault("wrong-type", f"{what} must be a list, not a mapping", node, "put `- ` before each condition")
        return ()
    items = source.items(node, what)
    if not items:
        source.fault("bad-value", f"{what} is empty", node, "add at least one condition")
    return tuple(read_condition(source, item, names, what, depth) for item in items)


def leaves(condition: Condition) -> Iterator[Is | Fact]:
    """Yield every question and fact that a condition names directly."""
    if isinstance(condition, Is | Fact):
        yield condition
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        for part in condition.parts:
            yield from leaves(part)


def find_cycle(graph: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the nodes of a cycle, or an empty tuple; unknown nodes have no edges."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))[:-1]
    return ()
