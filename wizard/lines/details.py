"""The details in lines: what has no safe default is asked, the rest is listed and can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wizard.catalog.words import nearest
from wizard.lines.lines import command, number, shown, told, up_to
from wizard.texts import wording
from wizard.texts.phrases import value_note

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.lines.journey import Journey, Place
    from wizard.session.session import Session

_NEEDY = ("missing", "invalid")
_KEYS = (
    ("Enter", "go on to the bundle"),
    ("l", "all details with their values"),
    ("a number or a name", "change that detail, such as: replicas"),
    ("R 4", "the default of detail 4 again, in place of yours"),
    ("a", "all answers, to look at or change"),
    ("b", "back to the verdict"),
    ("q", "leave; the answers can be kept for later"),
)


def fill(journey: Journey, key: str) -> Place:
    """Ask for what is needed (and for ``key``), then offer the rest."""
    lines = journey.lines
    if place := (None if key else _leading(journey)) or _needed(journey, key):
        return place
    while True:
        fields = journey.session.fields
        text = lines.ask("Details: Enter goes on, l list, a number or name changes one, b back, ? keys")
        word, rest = command(text)
        if word in ("b", "a", ""):
            return _away(journey, word)
        if word == "l":
            _list(journey)
        elif word == "?":
            lines.help(_KEYS)
        elif word == "q":
            lines.confirm_leaving()
        elif word == "R":
            _reset(journey, rest)
        elif (chosen := _find(fields, text)) is not None:
            if place := _ask(journey, chosen) or _needed(journey, ""):
                return place
        else:
            lines.say(_unknown(fields, text))


def _away(journey: Journey, word: str) -> Place:
    if word == "":
        return journey.bundle()
    return journey.verdict() if word == "b" else journey.answers(journey.details())


def _leading(journey: Journey) -> Place | None:
    """Ask for the choices that decide what else is needed, unless all of it is there already."""
    asked: set[str] = set()
    while journey.session.problems:
        open_ = [f.parameter.key for f in journey.session.fields if f.parameter.leads and f.state == "default"]
        key = next((each for each in open_ if each not in asked), None)
        if key is None:
            return None
        asked.add(key)
        if place := _ask(journey, key):
            return place
    return None


def _needed(journey: Journey, key: str) -> Place | None:
    """Ask for one field and for all that is missing; a place when the person goes elsewhere."""
    while key or journey.session.problems:
        key = key or journey.session.problems[0].key
        if key in journey.session.resolved and (place := _ask(journey, key)):
            return place
        key = ""
    return None


def _ask(journey: Journey, key: str) -> Place | None:
    """Ask for one field until it holds something valid; a place when the person goes elsewhere."""
    lines = journey.lines
    item = journey.session.resolved[key]
    _show(journey, item)
    while True:
        text = lines.ask(_prompt(item))
        if text.startswith(":"):
            place = _go(journey, text, item)
            if place is not None:
                return place
            if journey.session.resolved[key] is not item:
                return None
        elif not text:
            if item.state not in _NEEDY:
                return None
            lines.say("This one is needed; :b goes back, :? tells more.")
        elif _give(journey, item, text):
            return None


def _go(journey: Journey, text: str, item: Field) -> Place | None:
    lines, key = journey.lines, item.parameter.key
    word, _ = command(text)
    if word == "b":
        return journey.verdict() if item.state in _NEEDY else journey.details()
    if word == "a":
        return journey.answers(journey.details())
    if word == "q":
        lines.confirm_leaving()
    elif word == "R" and item.state != "missing":
        journey.take(journey.session.reset(key))
        lines.say(_now(journey.session, journey.session.resolved[key]))
    elif word == "?":
        lines.help(_field_keys(item))
    else:
        lines.say(f"'{shown(text)}' means nothing here; :? lists what does. A value cannot begin with a colon.")
    return None


def _give(journey: Journey, item: Field, text: str) -> bool:
    """Take a value when it is valid, else say what is wrong with it."""
    lines, key = journey.lines, item.parameter.key
    options = choices(item)
    at = number(text, len(options)) if options else None
    after = journey.session.give(key, text if at is None else options[at - 1][0])
    problem = next((problem for problem in after.problems if problem.key == key), None)
    if problem is not None:
        lines.say(told(problem.message, problem.hint))
        return False
    journey.take(after)
    lines.say(_now(after, after.resolved[key]))
    return True


def _reset(journey: Journey, text: str) -> None:
    key = _find(journey.session.fields, text)
    if key is None:
        journey.lines.say("R: give a detail's number or name, such as: R 4.")
        return
    journey.take(journey.session.reset(key))
    journey.lines.say(_now(journey.session, journey.session.resolved[key]))


# --- telling --------------------------------------------------------------------------------------


def _show(journey: Journey, item: Field) -> None:
    lines, parameter = journey.lines, item.parameter
    lines.heading(parameter.ask)
    if parameter.help:
        lines.say(parameter.help, indent=2)
    lines.numbered(said for _, said in choices(item))
    if item.state == "invalid":
        lines.say(told(item.problem, item.hint))


def _prompt(item: Field) -> str:
    options = choices(item)
    take = f", {up_to(len(options))}" if options else ""
    keep = "needed" if item.state in _NEEDY else f"Enter keeps {value_text(item) or 'it empty'}"
    return f"{label(item)} ({keep}{take}; :b back, :? keys)"


def _field_keys(item: Field) -> tuple[tuple[str, str], ...]:
    first = (up_to(len(choices(item))), "the value with that number") if choices(item) else ("any text", "the value")
    keep = (("Enter", "keep what it is"),) if item.state not in _NEEDY else ()
    return (
        first,
        *keep,
        (":R", "the default again, in place of yours"),
        (":b", "back"),
        (":a", "all answers"),
        (":q", "leave; the answers can be kept for later"),
    )


def _now(session: Session, item: Field) -> str:
    note = "default" if item.state == "default" else value_note(session, item)
    return f"{_capital(label(item))}: {value_text(item) or 'empty'}{note and f' ({note})'}."


def _list(journey: Journey) -> None:
    lines, session = journey.lines, journey.session
    at, total = 0, len(session.fields)
    for heading, fields in _groups(session).items():
        lines.heading(f"{heading}:")
        for item in fields:
            at += 1
            note = value_note(session, item) or ("" if item.state == "default" else "yours")
            who = _owner(session, item) if _at_top(item) else ""
            said = f"{who}{label(item)}: {value_text(item) or 'empty'}{note and f' ({note})'}"
            lines.numbered([said], first=at, of=total)


def _groups(session: Session) -> Mapping[str, list[Field]]:
    groups: dict[str, list[Field]] = {}
    for item in _ordered(session.fields):
        own = "Needed" if _at_top(item) else item.parameter.heading or "Other"
        if not _at_top(item) and item.parameter.component != "app":
            own = f"{_capital(_owner(session, item))}{wording.lower_first(own)}"
        groups.setdefault(own, []).append(item)
    return groups


def _at_top(item: Field) -> bool:
    """Whether it is asked for, not only offered: needed, or deciding what is."""
    return item.required or item.parameter.leads


def _owner(session: Session, item: Field) -> str:
    component = item.parameter.component
    return "" if component == "app" else f"{wording.pattern_name(session.catalog, component)}, "


def _ordered(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """As they are listed: by heading, so that numbers run from top to bottom."""
    order: dict[tuple[bool, str, str], list[Field]] = {}
    for item in fields:
        component = "" if _at_top(item) else item.parameter.component
        heading = "" if _at_top(item) else item.parameter.heading
        order.setdefault((not _at_top(item), component, heading), []).append(item)
    return tuple(item for group in order.values() for item in group)


# --- finding --------------------------------------------------------------------------------------


def _find(fields: tuple[Field, ...], text: str) -> str | None:
    """The key a number, a key or a name means."""
    ordered = _ordered(fields)
    if (at := number(text, len(ordered))) is not None:
        return ordered[at - 1].parameter.key
    wanted = text.lower()
    for item in ordered:
        if wanted in (item.parameter.key, item.parameter.name, label(item)):
            return item.parameter.key
    return None


def _unknown(fields: tuple[Field, ...], text: str) -> str:
    names = {name: item for item in fields for name in (item.parameter.key, label(item))}
    near = nearest(text.lower(), names)
    hint = f"Did you mean {near}?" if near else "l lists the details, ? the keys."
    return f"There is no detail '{shown(text)}'. {hint}"


def label(item: Field) -> str:
    """The parameter's name in words."""
    return item.parameter.name.replace("_", " ")


def value_text(item: Field) -> str:
    """What stands in the field, for reading; a choice in its own words."""
    said = dict(choices(item)).get(item.text)
    return said or item.text


def choices(item: Field) -> tuple[tuple[str, str], ...]:
    """(raw text, sentence) of a field that is chosen, not typed."""
    if item.parameter.type.widget == "switch":
        return (("true", "yes"), ("false", "no"))
    return item.parameter.options


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
