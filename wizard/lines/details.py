"""The details in lines: fields without a safe default are prompted for, the others are listed and can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.catalog.typed import NOTHING
from wizard.faces.form import DetailsForm, choices, in_words, label, needs_value, problem_of, value_text
from wizard.lines.lines import QUOTED, command, number, up_to, with_hint
from wizard.text import capital, nearest, shown
from wizard.texts import wording
from wizard.texts.keys import ANSWERS, BACK, BUNDLE, FIND, LEAVE
from wizard.texts.phrases import awaited_note, items_text, value_note

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.lines.journey import Journey, PageStep
    from wizard.session.session import Session

_KEYS = (
    ("Enter", "continue to the bundle"),
    ("l", "all details with their values"),
    ("a number or a name", "change that detail, such as: replicas"),
    ("R 4", "reset detail 4 to its default"),
    ANSWERS,
    FIND,
    BUNDLE,
    (f"{BACK.key} or back", "back to the verdict"),
    LEAVE,
)

_SIGNS = (BACK.key, "?")
"""Commands that need no colon where a value is typed, because no value is one of these alone."""
_LACKING = {"missing": "needed", "invalid": "refused"}


def fill(journey: Journey, key: str) -> PageStep:
    """Prompt for ``key`` and for required fields, then let the user change the others."""
    lines = journey.lines
    if step := (None if key else _leading(journey) or _upfront(journey)) or _needed(journey, key or _sought(journey)):
        return step
    while True:
        fields = DetailsForm.of(journey.session).fields
        text = lines.ask(f"Details: Enter goes on, l list, a number or name changes one, {BACK.key} back, ? keys")
        word, rest = command(text)
        if word in (BACK.key, BUNDLE.key, FIND.key, "a", ""):
            return _away(journey, word, rest)
        if word == "l":
            _list(journey)
        elif word == "?":
            lines.help(_KEYS)
        elif word == "q":
            lines.confirm_leaving()
        elif word == "R":
            _reset(journey, rest)
        elif (chosen := _find(fields, text)) is not None:
            if step := _ask(journey, chosen) or _needed(journey, ""):
                return step
        else:
            lines.say(_unknown(fields, text))


def _sought(journey: Journey) -> str:
    """Return the key of the field that the user searched for, if the details have it, and forget the search."""
    key, journey.sought = journey.sought, ""
    field = journey.session.resolved.get(key)
    return key if field is not None and field.shown else ""


def _away(journey: Journey, word: str, rest: str) -> PageStep:
    if word in ("", BUNDLE.key):
        return journey.bundle()
    if word == FIND.key:
        return journey.search(rest, journey.details())
    return journey.verdict() if word == BACK.key else journey.answers(journey.details())


def _leading(journey: Journey) -> PageStep | None:
    """Prompt for the choices that decide which fields are required, if anything is missing."""
    key = ""
    while journey.session.problems and (key := DetailsForm.of(journey.session).next_choice(key)):
        if step := _ask(journey, key):
            return step
    return None


def _upfront(journey: Journey) -> PageStep | None:
    """Prompt for fields such as the port, offering their defaults, if anything is missing."""
    for key in DetailsForm.of(journey.session).upfront if journey.session.problems else ():
        field = journey.session.resolved.get(key)
        if field is not None and field.shown and (step := _ask(journey, key)):
            return step
    return None


def _needed(journey: Journey, key: str) -> PageStep | None:
    """Prompt for one field and every missing one; return a page if the user leaves, else ``None``."""
    while key or journey.session.problems:
        key = key or DetailsForm.of(journey.session).next_problem() or journey.session.problems[0].key
        if key in journey.session.resolved and (step := _ask(journey, key)):
            return step
        key = ""
    return None


def _ask(journey: Journey, key: str) -> PageStep | None:
    """Prompt for a field until its value is valid; return a page if the user leaves, else ``None``."""
    lines = journey.lines
    item = journey.session.resolved[key]
    _show(journey, item)
    while True:
        text = lines.ask(_prompt(item))
        if text.startswith(":") or text in _SIGNS:
            step = _go(journey, text, item)
            if step is not None:
                return step
            if journey.session.resolved[key] is not item:
                return None
        elif not text:
            if not needs_value(item):
                return None
            refused = "This value is not accepted: enter another one, or :R for the default."
            required = f"This one is required; {BACK.key} goes back, ? explains more."
            lines.say(required if item.state == "missing" else refused)
        elif _give(journey, item, text):
            return None


def _go(journey: Journey, text: str, item: Field) -> PageStep | None:
    lines, key = journey.lines, item.parameter.key
    word, rest = command(text)
    if word == BACK.key:
        return journey.verdict() if journey.session.problems else journey.details()
    if word == BUNDLE.key:
        return journey.to_bundle(journey.details(key))
    if word == "a":
        return journey.answers(journey.details())
    if word == FIND.key:
        return journey.search(rest, journey.details(key))
    if word == "q":
        lines.confirm_leaving()
    elif word == "R" and item.state != "missing":
        journey.take(journey.session.reset(key))
        lines.say(_now(journey.session, journey.session.resolved[key]))
    elif word == "?":
        lines.help(_field_keys(item))
    else:
        lines.say(
            f"'{shown(text, QUOTED)}' is not a command here; :? lists the commands. A value cannot begin with a colon."
        )
    return None


def _give(journey: Journey, item: Field, text: str) -> bool:
    """Set a valid value and return true; otherwise show the problem and return false."""
    lines, key = journey.lines, item.parameter.key
    options = choices(item)
    at = number(text, len(options)) if options else None
    after = journey.session.give(key, text if at is None else options[at - 1][0])
    if problem := problem_of(after, key):
        lines.say(in_words(after, with_hint(problem.message, problem.hint)))
        return False
    journey.take(after)
    lines.say(_now(after, after.resolved[key]))
    return True


def _reset(journey: Journey, text: str) -> None:
    key = _find(DetailsForm.of(journey.session).fields, text)
    if key is None:
        journey.lines.say("R: give the number or name of a detail, such as: R 4.")
        return
    journey.take(journey.session.reset(key))
    journey.lines.say(_now(journey.session, journey.session.resolved[key]))


# --- output ---------------------------------------------------------------------------------------


def _show(journey: Journey, item: Field) -> None:
    lines, parameter = journey.lines, item.parameter
    lines.heading(DetailsForm.of(journey.session).question(item))
    if parameter.help:
        lines.say(in_words(journey.session, parameter.help), indent=2)
    if text := items_text(parameter):
        lines.say(text, indent=2)
    lines.numbered(text for _, text in choices(item))
    if item.state == "invalid":
        lines.say(in_words(journey.session, with_hint(item.problem, item.hint)))


def _prompt(item: Field) -> str:
    options = choices(item)
    take = f", {up_to(len(options))}" if options else ""
    now = item.text if item.parameter.fields else value_text(item)  # of records, the text to type
    keep = _LACKING.get(item.state) or f"Enter keeps {now or 'it empty'}"
    none = f", {NOTHING} for none" if item.parameter.type.empty and item.text != NOTHING else ""
    return f"{label(item)} ({keep}{take}{none}; {BACK.key} back, ? keys)"


def _field_keys(item: Field) -> tuple[tuple[str, str], ...]:
    first = (up_to(len(choices(item))), "the value with that number") if choices(item) else ("any text", "the value")
    keep = (("Enter", "keep what it is"),) if not needs_value(item) else ()
    return (
        first,
        *keep,
        (":R", "reset it to the default"),
        (f"{BACK.key} or :back", "back"),
        (f":{BUNDLE.key}", BUNDLE.more),
        (f":{ANSWERS.key}", ANSWERS.more),
        (f":{FIND.key}", FIND.more),
        (f":{LEAVE.key}", LEAVE.more),
    )


def _now(session: Session, item: Field) -> str:
    note = _awaited(DetailsForm.of(session), item) or ("default" if item.state == "default" else "")
    note = note or value_note(session, item)
    return f"{capital(label(item))}: {value_text(item) or 'empty'}{note and f' ({note})'}."


def _awaited(form: DetailsForm, item: Field) -> str:
    leader = form.awaited(item)
    return awaited_note(leader) if leader else ""


def _list(journey: Journey) -> None:
    lines, session = journey.lines, journey.session
    form, at = DetailsForm.of(session), 0
    for heading, fields in (("Needed", form.top), *((group.heading, group.fields) for group in form.groups)):
        if fields:
            lines.heading(f"{heading}:")
        for item in fields:
            at += 1
            whose = "yours" if item.state == "given" else ""
            note = _awaited(form, item) or _LACKING.get(item.state) or value_note(session, item) or whose
            who = _owner(session, item) if form.is_at_top(item) else ""
            row = f"{who}{label(item)}: {value_text(item) or 'empty'}{note and f' ({note})'}"
            lines.numbered([row], first=at, of=len(form.fields))


def _owner(session: Session, item: Field) -> str:
    component = item.parameter.component
    return "" if component == "app" else f"{wording.pattern_name(session.catalog, component)}, "


# --- lookup ---------------------------------------------------------------------------------------


def _find(fields: tuple[Field, ...], text: str) -> str | None:
    """Return the key of the field that a number, a key or a name refers to."""
    if (at := number(text, len(fields))) is not None:
        return fields[at - 1].parameter.key
    wanted = text.lower()
    for item in fields:
        if wanted in (item.parameter.key, item.parameter.name, label(item).lower()):
            return item.parameter.key
    return None


def _unknown(fields: tuple[Field, ...], text: str) -> str:
    names = {name: item for item in fields for name in (item.parameter.key, label(item))}
    near = nearest(text.lower(), names)
    hint = f"Did you mean {near}?" if near else "l lists the details, ? the keys."
    return f"There is no detail '{shown(text, QUOTED)}'. {hint}"
