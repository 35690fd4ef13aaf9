"""The parts of a decision table, in DMN's words; plain frozen data without behaviour.

Source: DMN 1.3 (decision, input, rule, hit policy); ``docs/decisions/`` says where we differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from wizard.errors import Position
from wizard.frozen import dataclass

Section = Literal["base", "add", "set", "warn"]
"""``base`` is UNIQUE, ``add`` and ``warn`` are COLLECT, ``set`` is ANY."""
Level = Literal["note", "warning", "error"]
Answer = str | tuple[str, ...]
"""An option id for a single question; the ticked option ids (perhaps none) for a ``many``."""
Answers = Mapping[str, Answer]
Setting = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Is:
    """True when the question is asked and answered with one of ``options``.

    For a ``many`` question: when at least one of ``options`` is asked and ticked.
    """

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """True when the named condition is."""

    name: str


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is not; an unasked question makes its ``Is`` false, so its ``Not`` true."""

    part: Condition


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True when at least ``count`` parts are."""

    count: int
    parts: tuple[Condition, ...]


Condition = Is | Fact | All | AnyOf | Not | AtLeast


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer; ``when`` only on options of a ``many`` question."""

    id: str
    say: str
    position: Position
    when: Condition | None = None
    term: str = ""
    """The word of Kubernetes or of the trade for it, such as ``DaemonSet``; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Question:
    """An input of the decision. ``unsure`` is what "I don't know" stands for, or ``None``.

    The id of a ``many`` question's ``unsure`` is never set: unticked is its "I don't know".
    """

    id: str
    ask: str
    options: tuple[Option, ...]
    position: Position
    help: str = ""
    many: bool = False
    when: Condition | None = None
    unsure: str | None = None
    topic: str = ""
    """A short noun for lists and headers, such as ``logs``."""

    def option(self, option_id: str) -> Option:
        """The option with this id; ``KeyError`` when there is none."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``use`` in base and add, ``settings`` in set; ``level``, ``say``, ``instead`` in warn."""

    id: str
    section: Section
    when: Condition
    because: str
    position: Position
    use: str = ""
    settings: tuple[tuple[str, Setting], ...] = ()
    level: Level = "note"
    say: str = ""
    instead: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """Unique over all sections, such as ``warn:at-most-one``."""
        return f"{self.section}:{self.id}"


@dataclass(frozen=True, slots=True)
class Promise:
    """``use`` never meets a pattern that matches one of ``without`` (shell globs); proved by ``check``."""

    use: str
    without: tuple[str, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Example:
    """Answers with the verdict they must give, run by ``check``. ``None`` means not compared."""

    id: str
    tells: str
    answers: Answers
    base: str
    position: Position
    add: tuple[str, ...] = ()
    settings: tuple[tuple[str, Setting], ...] | None = None
    warn: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A whole table. ``patterns`` are ids in output order; dict orders are the author's."""

    id: str
    version: str
    questions: Mapping[str, Question]
    facts: Mapping[str, Condition]
    rules: tuple[Rule, ...]
    patterns: tuple[str, ...]
    promises: tuple[Promise, ...] = ()
    examples: tuple[Example, ...] = ()
    fact_positions: Mapping[str, Position] = field(default_factory=dict)

    def section(self, name: Section) -> tuple[Rule, ...]:
        """The rules of one section in the author's order."""
        return tuple(rule for rule in self.rules if rule.section == name)
