"""The parts of a decision table, as plain immutable data.

The terms are DMN's where it has one: a question is an *input*, a condition contains a rule's *input entries*, ``use``,
``settings`` and ``say`` are its *output entries*, and the section determines the *hit policy*.

Source: OMG Decision Model and Notation 1.3, section 8; ``docs/decisions/0001`` lists the differences.
"""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from wizard.errors import Position

Section = Literal["base", "add", "set", "warn"]
"""The hit policy of a rule: ``base`` is UNIQUE, ``add`` and ``warn`` are COLLECT, ``set`` is ANY."""
Part = Section | Literal["implementation"]
"""A kind of output; the implementations that ``base`` and ``add`` rules allow are ANY, like settings."""
Level = Literal["note", "warning", "error"]
Answer = str | tuple[str, ...]
"""An option id for a single question; a tuple of the ticked option ids (possibly empty) for a ``many``."""
Answers = Mapping[str, Answer]
Setting = str | int | bool | None


class Is(NamedTuple):
    """A test that is true if the question is asked and answered with one of ``options``.

    For a ``many`` question, it is true if at least one of ``options`` is offered and ticked.
    """

    question: str
    options: tuple[str, ...]


class Fact(NamedTuple):
    """A reference to a named condition."""

    name: str


class All(NamedTuple):
    """A condition that is true if every part is true, and so without parts."""

    parts: tuple["Condition", ...]
    kind: Literal["all"] = "all"
    """The kind, which keeps a tuple unequal to an ``AnyOf`` with the same parts."""


class AnyOf(NamedTuple):
    """A condition that is true if at least one part is true."""

    parts: tuple["Condition", ...]
    kind: Literal["any"] = "any"


class Not(NamedTuple):
    """A condition that is true if its part is false, such as the ``Is`` of a question that is not asked."""

    part: "Condition"
    kind: Literal["not"] = "not"


class AtLeast(NamedTuple):
    """A condition that is true if at least ``number`` parts are true."""

    number: int
    parts: tuple["Condition", ...]
    kind: Literal["at_least"] = "at_least"


Condition = Is | Fact | All | AnyOf | Not | AtLeast


class Option(NamedTuple):
    """A possible answer to a question."""

    id: str
    say: str
    position: Position
    when: Condition | None = None
    """The condition under which it is offered; only for options of a ``many`` question."""
    term: str = ""
    """The term of Kubernetes or the industry for it, such as ``DaemonSet``; empty if there is none."""
    not_with: tuple[str, ...] = ()
    """Options of the same ``many`` question that cannot be ticked together with it; symmetric."""
    was: tuple[str, ...] = ()
    """Its former ids: ``option``, or ``question.option`` if it belonged to another question."""
    term_unless: Condition | None = None
    """The condition under which the term is wrong and is left out."""


class Question(NamedTuple):
    """An input of the decision."""

    id: str
    ask: str
    options: tuple[Option, ...]
    position: Position
    help: str = ""
    many: bool = False
    when: Condition | None = None
    unsure: str | None = None
    """The option selected by "I don't know"; never set for a ``many`` question, whose options are then unticked."""
    topic: str = ""
    """A short noun for lists and headers, such as ``logs``."""
    was: tuple[str, ...] = ()
    """Its former ids."""

    def option(self, option_id: str) -> Option:
        """Return the option with this id.

        Raises:
            KeyError: there is none.
        """
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)

    def answer_text(self, answer: Answer | None) -> str:
        """Return an answer in the catalogue's words; empty if there is no answer."""
        if answer is None:
            return ""
        picked = answer if isinstance(answer, tuple) else (answer,)
        return "; ".join(option.say for option in self.options if option.id in picked) or "none of these"

    def excluded(self, option_id: str) -> tuple[str, ...]:
        """Return the options that cannot be ticked together with this one, in the author's order."""
        mine = self.option(option_id).not_with
        others = (each for each in self.options if each.id != option_id)
        return tuple(each.id for each in others if each.id in mine or option_id in each.not_with)

    def clash(self, ticked: Collection[str]) -> tuple[str, str] | None:
        """Return the first two ticked options that exclude each other, or ``None``."""
        both = ((one.id, other) for one in self.options if one.id in ticked for other in self.excluded(one.id))
        return next((pair for pair in both if pair[1] in ticked), None)


class Rule(NamedTuple):
    """One rule of the table.

    ``use`` and ``implementations`` belong to base and add rules, ``settings`` and ``default`` to set rules, ``level``,
    ``say`` and ``instead`` to warn rules.
    """

    id: str
    section: Section
    when: Condition
    because: str
    position: Position
    use: str = ""
    implementations: tuple[str, ...] = ()
    """The implementations of the pattern that these answers allow, the default first; empty for all."""
    settings: tuple[tuple[str, Setting], ...] = ()
    """Pairs of ``component.parameter`` (or the name alone, for the workload) and value."""
    default: bool = False
    """True if the settings are defaults that the user may change."""
    level: Level = "note"
    say: str = ""
    instead: str = ""
    source: str = ""
    short: str = ""
    """A few words for the setting or warning in a list, such as ``several programs``; empty for a rule without them."""

    @property
    def key(self) -> str:
        """An id that is unique across all sections, such as ``warn:at-most-one``."""
        return f"{self.section}:{self.id}"


class Promise(NamedTuple):
    """Patterns that never occur together; ``check`` proves it."""

    use: str
    """A shell glob for the pattern's id, such as ``ambassador.*`` for a whole family."""
    without: tuple[str, ...]
    """Shell globs for the ids of the other patterns."""
    position: Position


class Example(NamedTuple):
    """Answers with their expected verdict, which ``check`` compares; ``None`` means not compared."""

    id: str
    answers: Answers
    base: str
    position: Position
    add: tuple[str, ...] = ()
    settings: tuple[tuple[str, Setting], ...] | None = None
    warn: tuple[str, ...] | None = None


class Decision(NamedTuple):
    """A whole decision table; mappings are in the author's order."""

    id: str
    version: str
    questions: Mapping[str, Question]
    facts: Mapping[str, Condition]
    rules: tuple[Rule, ...]
    patterns: tuple[str, ...]
    """The ids in output order."""
    promises: tuple[Promise, ...] = ()
    examples: tuple[Example, ...] = ()
    fact_positions: Mapping[str, Position] = {}

    def section(self, name: Section) -> tuple[Rule, ...]:
        """Return the rules of one section in the author's order."""
        return tuple(rule for rule in self.rules if rule.section == name)

    @property
    def bases(self) -> frozenset[str]:
        """The patterns that base rules use: the workloads."""
        return frozenset(rule.use for rule in self.rules if rule.section == "base")

    @property
    def defaults(self) -> frozenset[str]:
        """The settings that are defaults, which the user may change."""
        return frozenset(name for rule in self.rules if rule.default for name, _ in rule.settings)
