"""The details as a form: requested fields at the top, the others in collapsible groups."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from wizard.catalog.typed import NOTHING, ValueProblem
from wizard.catalog.types.files import FROM_FILE
from wizard.catalog.types.records import Item, example, field_of, items_of
from wizard.catalog.values import format_value, parse_value
from wizard.catalog.when import IsGiven, ParameterIs, atoms
from wizard.session.declared import declared_of
from wizard.text import capital, spaced, visible
from wizard.texts import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wizard.catalog.model import Parameter
    from wizard.catalog.resolve import Field
    from wizard.session.session import Problem, Session

_OTHER = "Other"
_CLAUSES = re.compile(r"[,;]")
_ENDS = "https://a.example/a:1"
"""A text with the ends of many values: addresses, hosts, images, paths and numbers."""
_LEADS = ("for example ", "")
_KEY = re.compile(r"`([a-z-]+(?:\.[a-z_-]+)+)`")


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that belong together, with the heading that collapses them."""

    heading: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """Every parameter, in display order."""

    session: Session
    top: tuple[Field, ...]
    groups: tuple[FieldGroup, ...]

    @classmethod
    def of(cls, session: Session) -> DetailsForm:
        """Build the form of a session."""
        top = _top(session)
        above = {field.parameter.key for field in top}
        groups: dict[str, list[Field]] = {}
        for field in session.fields:
            if field.parameter.key not in above:
                groups.setdefault(_heading(session, field), []).append(field)
        return cls(session, top, tuple(FieldGroup(heading, tuple(fields)) for heading, fields in groups.items()))

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields from top to bottom."""
        return (*self.top, *(field for group in self.groups for field in group.fields))

    def heading_of(self, key: str) -> str:
        """Return the heading that collapses a field; empty for a field at the top."""
        return next((g.heading for g in self.groups if any(f.parameter.key == key for f in g.fields)), "")

    def is_at_top(self, field: Field) -> bool:
        """Return true if a field is in the top part of the form, above "Continue to the bundle"."""
        return any(one.parameter.key == field.parameter.key for one in self.top)

    def next_problem(self, after: str = "") -> str:
        """Return the key of the next field that needs a value after ``after``, continuing from the start; or empty.

        A field derived from another one is skipped until that one has a value, because it may inherit it.
        """
        keys = [field.parameter.key for field in self.fields]
        start = keys.index(after) if after in keys else -1
        needing = {field.parameter.key: field for field in self.fields if needs_value(field)}
        needy = [key for key, field in needing.items() if field.parameter.derived_from not in needing]
        return next((key for key in needy if keys.index(key) > start), next(iter(needy), ""))

    def awaited(self, field: Field) -> Field | None:
        """Return the field that one without a value waits for: the image for the name, the name for the namespace."""
        leader = self.session.resolved.get(field.parameter.derived_from)
        if leader is None or field.value not in (None, ()) or field.state in ("given", "invalid"):
            return None
        waits = needs_value(leader) or self.awaited(leader)
        return leader if waits and declared_of(self.session).holds(field.parameter.follows_when) else None

    def next_choice(self, after: str = "") -> str:
        """Return the key of the workload's own choice, such as its operator, while it has its default; or empty.

        A helper's choice is skipped: its default works in any cluster, and it is shown above the fields it decides.
        """
        keys = [field.parameter.key for field in self.session.fields]
        below = self.session.fields[keys.index(after) + 1 if after in keys else 0 :]
        own = (f.parameter.key for f in below if f.parameter.leads and f.parameter.component == "app")
        return next((key for key in own if self.session.resolved[key].state == "default"), "")

    @property
    def first(self) -> str:
        """The key of the first field to edit: the workload's own choice, then a field that needs a value; or empty."""
        missing = self.next_problem()
        return (missing and self.next_choice()) or missing

    def question(self, field: Field) -> str:
        """Return the question of a field; if several fields at the top share it, with the name of its component."""
        ask, component = field.parameter.ask, field.parameter.component
        if not self.is_at_top(field) or [one.parameter.ask for one in self.top].count(ask) < 2:
            return ask
        whose = wording.UNNAMED if component == "app" else wording.pattern_name(self.session.catalog, component)
        return f"{ask} ({whose})"

    @property
    def upfront(self) -> tuple[str, ...]:
        """The keys of the fields that are shown at the top despite their default and have not been given."""
        return tuple(f.parameter.key for f in self.session.fields if f.parameter.upfront and f.state != "given")


def _top(session: Session) -> tuple[Field, ...]:
    """List the fields that are requested, not just offered, each after the choices that make it required."""
    shown = {field.parameter.key: field for field in session.fields}
    found: dict[str, Field] = {}

    def add(field: Field) -> None:
        for key in deciding(field):
            if key in shown and key not in found and choices(shown[key]):
                add(shown[key])
        found[field.parameter.key] = field

    for field in session.fields:
        if (field.required or field.parameter.leads or field.parameter.upfront) and field.parameter.key not in found:
            add(field)
    return tuple(found.values())


def deciding(field: Field) -> tuple[str, ...]:
    """List the other parameters whose values make a field required; none if it is not required."""
    parameter = field.parameter
    conditions = (parameter.required_when, parameter.shown_when) if field.required else ()
    named = (
        atom.key
        for when in conditions
        if when is not None
        for atom in atoms(when)
        if isinstance(atom, ParameterIs | IsGiven)
    )
    return tuple(dict.fromkeys(key for key in named if key != parameter.key))


def needs_value(field: Field) -> bool:
    """Return true if a required value is missing or a value is invalid."""
    return field.state in ("missing", "invalid")


def lacking(fields: Iterable[Field]) -> tuple[tuple[str, bool], ...]:
    """Return how many fields are missing and how many invalid, each with true for invalid; empty if there are none.

    A field that is derived from another one of them is not counted: it will follow that one.
    """
    found = {field.parameter.key: field for field in fields if needs_value(field)}
    states = [field.state for field in found.values() if field.parameter.derived_from not in found]
    counted = ((states.count("missing"), "still needed"), (states.count("invalid"), "refused"))
    return tuple((f"{number} {text}", text == "refused") for number, text in counted if number)


def is_assumed(field: Field) -> bool:
    """Return true if the user has not given a field's value, and nothing was found in a cluster either."""
    return field.state in ("default", "follows")


def assumed_text(form: DetailsForm) -> str:
    """Explain the sign of the fields at the top that have a default worth reviewing; empty if there are none."""
    assumed = any(field.parameter.upfront and is_assumed(field) for field in form.top)
    return "Values with ~ are assumed; ↑↓ lead to them." if assumed else ""


class Assumed(NamedTuple):
    """A field at the top that has not been given: its key and a short form of its value."""

    key: str
    say: str
    """A text such as ``Health: over HTTP, /healthz, /readyz``."""


def assumed_values(form: DetailsForm) -> tuple[Assumed, ...]:
    """List the fields at the top that still have a default, or that show paths with a default."""
    found = []
    for field in form.top:
        if field.parameter.upfront:
            text = _in_sentence(in_few_words(field)) if choices(field) else in_few_words(field)
            own = (text,) if is_assumed(field) else ()
            if parts := (*own, *_paths(form, field)):
                found.append(Assumed(field.parameter.key, f"{capital(label(field))}: {', '.join(parts)}"))
    return tuple(found)


def in_few_words(field: Field) -> str:
    """Return the field's value for a list of values; of an option, what its sentence begins with."""
    if not choices(field):
        return value_text(field) or "none"
    return _CLAUSES.split(value_text(field))[0]


def _paths(form: DetailsForm, chosen: Field) -> Iterator[str]:
    """Yield the default paths that the program must answer under the given choice."""
    key = chosen.parameter.key
    for field in form.session.fields if choices(chosen) else ():
        named = (atom.key for atom in atoms(field.parameter.shown_when) if isinstance(atom, ParameterIs))
        demanded = field.parameter.must is not None and field.text.startswith("/")
        if demanded and field.state == "default" and key in named:
            yield field.text


def label(field: Field) -> str:
    """Return the parameter's name in words."""
    return spaced(field.parameter.name)


def choices(field: Field) -> tuple[tuple[str, str], ...]:
    """List the options of a field as (raw text, sentence); empty for a field that takes typed text."""
    if field.parameter.type.widget == "switch":
        return (("true", "Yes"), ("false", "No"))
    return field.parameter.options


def value_text(field: Field) -> str:
    """Return the field's value for display; for an option, its sentence, and for a list of records, words."""
    if field.parameter.fields and field.value and field.state != "invalid":
        return "; ".join(_record_text(field.parameter, item) for item in items_of(field.value))
    if field.parameter.type.widget == "switch":
        return {"true": "yes", "false": "no"}.get(field.text, field.text)
    return dict(field.parameter.options).get(field.text) or field.text


def _record_text(parameter: Parameter, item: Item) -> str:
    """Return a record in words: its first value, then the others with their names: ``http, port 8080``."""
    parts: list[str] = []
    for one in parameter.fields:
        value = field_of(item, one.name)
        if value is not None and (one.required or value != one.default):
            sentence = dict(one.options).get(format_value(one, value))
            text = _in_sentence(sentence) if sentence else format_value(one, value)
            parts.append(f"{spaced(one.name)}{':' if sentence else ''} {text}" if parts else text)
    return ", ".join(parts)


def _in_sentence(text: str) -> str:
    """Return a sentence to follow other words; a first word such as ``TCP`` or ``NoSchedule`` is kept."""
    head = text.partition(" ")[0]
    return f"{text[:1].lower()}{text[1:]}" if head[1:].islower() or head == "A" else text


def is_none(field: Field) -> bool:
    """Return true if a field has no value, or the word for an empty list as its value."""
    return field.text in ("", NOTHING)


def typed_text(field: Field) -> str:
    """Return the initial text for editing a field: empty if it has no value."""
    return "" if is_none(field) else field.text


def example_of(field: Field, room: int) -> str:
    """Return an example for an empty field of ``room`` cells: never cut, introduced if there is room; or empty."""
    parameter = field.parameter
    if parameter.sample is None:
        return NOTHING if field.text == NOTHING else ""
    texts = [visible(text) for text in _examples(parameter)]
    return next((f"{words}{text}" for text in texts for words in _LEADS if len(f"{words}{text}") <= room), "")


def _examples(parameter: Parameter) -> Iterator[str]:
    """Yield examples of a value, the most complete one first; files are given as paths, not as texts of one line."""
    if parameter.type.widget == "files":
        yield from (f"{item[0]}={FROM_FILE}{item[0]}" for item in items_of(parameter.sample))
        return
    yield format_value(parameter, parameter.sample)
    yield from _fewer(parameter)
    if parameter.fields:
        yield example(parameter)


def _fewer(parameter: Parameter) -> Iterator[str]:
    """Yield the example with fewer and fewer of its items, for a list or a map."""
    sample = items_of(parameter.sample)
    for end in range(len(sample) - 1, 0, -1):
        yield format_value(parameter, sample[:end])


def may_grow(field: Field) -> bool:
    """Return true if an invalid text can be the beginning of a valid one, so that nothing is wrong with it yet."""
    parameter, text = field.parameter, field.text
    if field.secret or not text:
        return False
    sample = "" if parameter.sample is None else format_value(parameter, parameter.sample)
    tails = (whole[at:] for whole in (sample, _ENDS) for at in range(len(whole)))
    return not _reads(parameter, text) and any(_reads(parameter, text + tail) for tail in tails)


def _reads(parameter: Parameter, text: str) -> bool:
    try:
        return parse_value(parameter, text) is not None
    except ValueProblem:
        return False


def in_words(session: Session, text: str) -> str:
    """Replace each parameter key in a hint, such as `app.port`, with the question of its field in the form."""

    def named(found: re.Match[str]) -> str:
        field = session.resolved.get(found[1])
        return f'"{field.parameter.ask}"' if field is not None and field.shown else found[0]

    return _KEY.sub(named, text)


def problem_of(session: Session, key: str) -> Problem | None:
    """Return the problem of one field, if there is one."""
    return next((problem for problem in session.problems if problem.key == key), None)


def _heading(session: Session, field: Field) -> str:
    own = field.parameter.heading or _OTHER
    if field.parameter.component == "app":
        return own
    name = wording.pattern_name(session.catalog, field.parameter.component)
    name = capital(name)
    return name if own.lower() in name.lower() else f"{name}, {own}"
