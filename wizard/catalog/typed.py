"""The syntax of lines that the user types: visible text, a limited length, and items separated by commas."""

from __future__ import annotations

from typing import TypeVar

from wizard.errors import UsageError
from wizard.kube.reason import Reason
from wizard.text import shown

T = TypeVar("T")
TEXT_LIMIT = 1024
AWAY = "put it into a Secret; app.env_secrets gives a key of it to a variable, app.secret_mounts mounts it as files"
"""The hint for a credential."""
NOTHING = "nothing"
"""The text of an empty list that is a real value, since an empty text means the default."""


class ValueProblem(UsageError):  # noqa: N818
    """A value that is not valid for its parameter; ``message`` is the reason, ``hint`` a way to fix it."""


class CredentialProblem(ValueProblem):
    """A value that looks like a credential and is therefore never shown or saved."""


def refused(reason: Reason, text: str) -> ValueProblem:
    """Return the reason as a problem that repeats the text, unless the text may be secret."""
    if reason.secret:
        return CredentialProblem(reason.message, hint=reason.hint)
    return ValueProblem(f"{shown(text)}: {reason.message}", hint=reason.hint)


def hinted(found: T | Reason, hint: str) -> T | Reason:
    """Return ``found``; a reason without a hint gets this one."""
    return found._replace(hint=found.hint or hint) if isinstance(found, Reason) else found


def one_line(raw: object, *, tabs: bool = False) -> str:
    """Read ``raw`` as one line of visible text, since nobody can review invisible characters.

    Raises:
        ValueProblem: it is not a single value, has several lines, or contains a tab or an invisible character.
    """
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw) if abs(raw) < 10**18 else "a very large number"
    if not isinstance(raw, str):
        raise ValueProblem("expected a single value, not a list or mapping", hint="give one text")
    text = raw.strip(" ")
    if text.isprintable():
        return text
    if "\n" in text or "\r" in text:
        raise ValueProblem(f"{shown(text)}: several lines, but only one is allowed", hint="put it on one line")
    if "\t" in text and not tabs:
        raise ValueProblem(f"{shown(text)}: contains a tab", hint="leave it out")
    char = next(char for char in text if not char.isprintable())
    raise ValueProblem(f"{shown(text)}: an invisible character (U+{ord(char):04X})", hint="remove it, or type it again")


def fits(text: str, limit: int) -> str:
    """Return the text if it has at most ``limit`` characters.

    Raises:
        ValueProblem: it is longer.
    """
    if len(text) > limit:
        raise ValueProblem(
            f"{shown(text)}: {len(text)} characters, at most {limit} are allowed",
            hint=f"shorten it to {limit} characters",
        )
    return text


JSON_IN_QUOTES = r'write JSON in quotes, with a backslash before its own: "SETTINGS={\"level\": 1, \"mode\": 2}"'


def is_like_json(text: str) -> bool:
    """Return whether a text, or the part of one between two commas, may belong to a JSON value."""
    return '"' in text and any(sign in text for sign in "{}[]:")


def split_items(line: str) -> list[str]:
    """Split a line into items separated by commas; an item that contains a comma is in double quotes."""
    items: list[str] = []
    rest = line.strip(" ")
    while rest:
        if rest[0] == '"':
            item, rest = _quoted(line, rest)
        else:
            item, comma, rest = rest.partition(",")
            item = item.strip(" ")
            if not item:
                raise ValueProblem(f"{shown(line)}: nothing between two commas", hint='write "" for an empty item')
            rest = rest.strip(" ") if comma else ""
            if comma and not rest:
                raise ValueProblem(f"{shown(line)}: a comma at the end", hint="leave it out")
        items.append(item)
    return items


def _quoted(line: str, rest: str) -> tuple[str, str]:
    """Return the item in double quotes at the start of ``rest``, and the text after its comma."""
    item: list[str] = []
    at = 1
    while at < len(rest) and rest[at] != '"':
        if rest[at] == "\\" and at + 1 < len(rest):
            at += 1
        item.append(rest[at])
        at += 1
    after = rest[at + 1 :].lstrip(" ")
    if at >= len(rest) or (after and after[0] != ","):
        hint = JSON_IN_QUOTES if is_like_json(line) else 'write "a, b", c'
        raise ValueProblem(f"{shown(line)}: a quote is not closed, or text follows it", hint=hint)
    if after and not after[1:].strip(" "):
        raise ValueProblem(f"{shown(line)}: a comma at the end", hint="leave it out")
    return "".join(item), after[1:].strip(" ")


def quote_item(item: str, *, always: bool = False) -> str:
    """Return an item in the form that ``split_items`` reads back unchanged."""
    if not always and item and "," not in item and '"' not in item and "\\" not in item and item == item.strip(" "):
        return item
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
