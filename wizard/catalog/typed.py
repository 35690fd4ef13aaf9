"""Lines that a person types: one that can be seen whole, its length, its separate items with commas."""

from __future__ import annotations

from typing import TypeVar

from wizard.errors import UsageError
from wizard.kube.reason import Reason
from wizard.text import shown

T = TypeVar("T")
TEXT_LIMIT = 1024
AWAY = "put it into a Secret; app.env_secrets gives a key of it to a variable, app.secret_mounts mounts it as files"
"""The advice for a credential."""


class ValueProblem(UsageError):  # noqa: N818
    """A value that does not fit its parameter; ``message`` says why, ``hint`` what to type instead."""


class CredentialProblem(ValueProblem):
    """A value that looks like a credential; it is shown nowhere and kept nowhere."""


def refused(reason: Reason, text: str) -> ValueProblem:
    """Name the text, unless it may be secret, with the reason."""
    if reason.secret:
        return CredentialProblem(reason.message, hint=reason.hint)
    return ValueProblem(f"{shown(text)}: {reason.message}", hint=reason.hint)


def hinted(found: T | Reason, hint: str) -> T | Reason:
    """Give what was found; a reason without a hint gets this one."""
    return found._replace(hint=found.hint or hint) if isinstance(found, Reason) else found


def one_line(raw: object, *, tabs: bool = False) -> str:
    """Read ``raw`` as one line of visible text; what cannot be seen cannot be reviewed, so it is refused."""
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
    """Give the text, which has at most ``limit`` characters."""
    if len(text) > limit:
        raise ValueProblem(
            f"{shown(text)}: {len(text)} characters, at most {limit} are allowed",
            hint=f"shorten it to {limit} characters",
        )
    return text


JSON_IN_QUOTES = r'write JSON in quotes, with a backslash before its own: "SETTINGS={\"level\": 1, \"mode\": 2}"'


def is_like_json(text: str) -> bool:
    """Tell whether a text, or the part of one between two commas, may be of a JSON value."""
    return '"' in text and any(sign in text for sign in "{}[]:")


def split_items(line: str) -> list[str]:
    """Split separate items with commas; one that holds a comma is in double quotes."""
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
    """Read the item in double quotes at the start of ``rest``, and what follows its comma."""
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
    """Write an item so that ``split_items`` gives it back."""
    if not always and item and "," not in item and '"' not in item and "\\" not in item and item == item.strip(" "):
        return item
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
