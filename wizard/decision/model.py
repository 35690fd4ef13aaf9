"""The parts of a decision table: plain frozen data without behaviour.

The words are DMN's where it has one: a question is an *input*, a condition a rule's *input entries*, ``use``,
``settings`` and ``say`` its *output entries*, and the section gives the *hit policy*.

Source: OMG Decision Model and Notation 1.3, section 8; ``docs/decisions/0001`` says where we differ.
"""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from wizard.errors import Position

Section = Literal["base", "add", "set", "warn"]
"""The hit policy of a rule: ``base`` is UNIQUE, ``add`` and ``warn`` are COLLECT, ``set`` is ANY."""
Part = Section | Literal["implementation"]
"""A kind of output. The implementations that ``base`` and ``add`` rules allow of their pattern are ANY, as settings."""
Level = Literal["note", "warning", "error"]
Answer = str | tuple[str, ...]
"""An option id for a single question; the ticked option ids (perhaps none) for a ``many``."""
Answers = Mapping[str, Answer]
Setting = str | int | bool | None


class Is(NamedTuple):
    """True when the question is asked and answered with one of ``options``.

    For a ``many`` question: true when at least one of ``options`` is on offer and ticked.
    """

    question: str
    options: tuple[str, ...]


class Fact(NamedTuple):
    """True when the named condition is true."""

    name: str


class All(NamedTuple):
    """True when every part is true; so it is without parts."""

    parts: tuple["Condition", ...]
    kind: Literal["all"] = "all"
    """Tuples of one shape are equal; so this and an ``AnyOf`` of the same parts are not."""


class AnyOf(NamedTuple):
    """True when at least one part is true."""

    parts: tuple["Condition", ...]
    kind: Literal["any"] = "any"


class Not(NamedTuple):
    """True when the part is false; a question that is not asked makes its ``Is`` false, so its ``Not`` true."""

    part: "Condition"
    kind: Literal["not"] = "not"


class AtLeast(NamedTuple):
    """True when at least ``number`` parts are true."""

    number: int
    parts: tuple["Condition", ...]
    kind: Literal["at_least"] = "at_least"


Condition = Is | Fact | All | AnyOf | Not | AtLeast


class Option(NamedTuple):
    """One way to answer."""

    id: str
    say: str
    position: Position
    when: Condition | None = None
    """The condition under which it is on offer; only on options of a ``many`` question."""
    term: str = ""
    """The word of Kubernetes or of the trade for it, such as ``DaemonSet``; empty where there is none."""
    not_with: tuple[str, ...] = ()
    """Options of the same ``many`` question that are not ticked together with it; symmetric."""
    was: tuple[str, ...] = ()
    """Its former ids: ``option``, or ``question.option`` where it was an option of another question."""


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
    """The option that "I don't know" stands for; never set for a ``many`` question, whose options are then unticked."""
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
        """Give an answer in the catalogue's words; empty when there is none."""
        if answer is None:
            return ""
        picked = answer if isinstance(answer, tuple) else (answer,)
        return "; ".join(option.say for option in self.options if option.id in picked) or "none of these"

    def excluded(self, option_id: str) -> tuple[str, ...]:
        """Return the options that are not ticked together with this one, in the author's order."""
        mine = self.option(option_id).not_with
        others = (each for each in self.options if each.id != option_id)
        return tuple(each.id for each in others if each.id in mine or option_id in each.not_with)

    def clash(self, ticked: Collection[str]) -> tuple[str, str] | None:
        """Return the first two of the ticked options that exclude each other."""
        both = ((one.id, other) for one in self.options if one.id in ticked for other in self.excluded(one.id))
        return next((pair for pair in both if pair[1] in ticked), None)


class Rule(NamedTuple):
    """One rule.

    ``use`` and ``implementations`` are of base and add, ``settings`` and ``default`` of set, ``level``, ``say`` and
    ``instead`` of warn.
    """

    id: str
    section: Section
    when: Condition
    because: str
    position: Position
    use: str = ""
    implementations: tuple[str, ...] = ()
    """The implementations of the pattern that these answers allow, the default first; all when empty."""
    settings: tuple[tuple[str, Setting], ...] = ()
    """By ``component.parameter``; a parameter of the workload by its name alone."""
    default: bool = False
    """The settings are defaults, which a person may change."""
    level: Level = "note"
    say: str = ""
    instead: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """An id that is unique over all sections, such as ``warn:at-most-one``."""
        return f"{self.section}:{self.id}"


class Promise(NamedTuple):
    """A pattern that never comes together with some others; proved by ``check``."""

    use: str
    """A shell glob of the pattern's id, such as ``ambassador.*`` for each of a family."""
    without: tuple[str, ...]
    """Shell globs of the other patterns' ids."""
    position: Position


class Example(NamedTuple):
    """Answers with the verdict they must give, run by ``check``; ``None`` means not compared."""

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
    """Ids in output order."""
    promises: tuple[Promise, ...] = ()
    examples: tuple[Example, ...] = ()
    fact_positions: Mapping[str, Position] = {}

    def section(self, name: Section) -> tuple[Rule, ...]:
        """Return the rules of one section in the author's order."""
        return tuple(rule for rule in self.rules if rule.section == name)

    @property
    def defaults(self) -> frozenset[str]:
        """The settings that are defaults, which a person may change."""
        return frozenset(name for rule in self.rules if rule.default for name, _ in rule.settings)
