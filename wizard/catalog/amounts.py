"""The text forms of amounts and times: quantities, durations, schedules, time zones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wizard.catalog.names import ValueProblem
from wizard.catalog.words import did_you_mean, shown

_QUANTITY = r"(\d{1,18})(\.\d{1,9})?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?"
_SUFFIX = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DURATION = r"(?:\d{1,9}(?:\.\d{0,9})?(?:ns|us|µs|ms|s|m|h))+"
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_MACROS = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)


def quantity(text: str) -> str:
    """A Kubernetes quantity, such as ``250m`` or ``128Mi``."""
    quantity_size(text)
    return text


def quantity_size(text: str) -> float:
    """What a quantity stands for, to compare it with bounds."""
    match = re.fullmatch(_QUANTITY, text, re.ASCII)
    if match is None:
        raise ValueProblem(f"{shown(text)}: not a quantity", hint=_quantity_hint(text))
    whole, fraction, suffix, exponent = match.groups()
    number = float(whole + (fraction or ""))
    if exponent:
        return number * 10.0 ** int(exponent)
    if suffix and suffix.endswith("i"):
        return number * float(1024 ** ("KMGTPE".index(suffix[0]) + 1))
    return number * 10.0 ** _SUFFIX.get(suffix or "", 0)


def _quantity_hint(text: str) -> str:
    if text.startswith("-"):
        return "an amount is never negative"
    compact = text.replace(" ", "").replace(",", ".")
    match = re.fullmatch(r"(\d{1,18}(?:\.\d{1,9})?)([A-Za-z]{0,3})", compact, re.ASCII)
    if match is None:
        return "for example 250m of CPU, 128Mi of memory"
    number, unit = match.groups()
    letter = unit[:1].upper()
    if unit.lower() in ("kb", "mb", "gb", "tb"):
        return f"did you mean `{number}{letter}i`?"
    if len(unit) == 2 and unit[1] in "iI" and letter in "KMGTPE":
        return f"did you mean `{number}{letter}i`?"
    if unit == "K":
        return f"did you mean `{number}Ki`?"
    if letter in "GT" and len(unit) == 1:
        return f"did you mean `{number}{letter}i`?"
    return f"did you mean `{compact}`?" if re.fullmatch(_QUANTITY, compact, re.ASCII) else "for example 250m or 128Mi"


def duration(text: str) -> str:
    """A Go duration, such as ``30s`` or ``5m``."""
    duration_seconds(text)
    return text


def duration_seconds(text: str) -> float:
    """How many seconds a duration stands for, to compare it with bounds."""
    if text == "0":
        return 0.0
    if re.fullmatch(_DURATION, text) is None:
        raise ValueProblem(f"{shown(text)}: not a length of time", hint=_duration_hint(text))
    parts = re.findall(r"(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)", text)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def _duration_hint(text: str) -> str:
    match = re.fullmatch(r"(\d{1,6})\s*([A-Za-z]*)", text, re.ASCII)
    if match is None:
        return "for example 30s, 5m or 2h"
    number, unit = match.groups()
    if unit.lower() in ("d", "day", "days"):
        return f"did you mean `{int(number) * 24}h`?"
    if unit and unit[0].lower() in "smh":
        return f"did you mean `{number}{unit[0].lower()}`?"
    return f"add a unit: `{number}s`, `{number}m` or `{number}h`"


def cron(text: str) -> str:
    """A schedule in five fields, or a macro such as ``@daily``; never with a time zone in it."""
    if text.upper().startswith(("TZ=", "CRON_TZ=")):
        raise ValueProblem(f"{shown(text)}: no time zone in a schedule", hint="the time zone is a setting of its own")
    if text.startswith("@"):
        if text in _MACROS:
            return text
        fix = "such as */10 * * * *" if text.startswith("@every") else f"one of {', '.join(_MACROS)}"
        raise ValueProblem(f"{shown(text)}: Kubernetes does not know this schedule", hint=f"use five fields, {fix}")
    fields = text.split()
    if len(fields) != 5:
        more = "; leave off the seconds" if len(fields) == 6 else ""
        raise ValueProblem(
            f"{shown(text)}: a schedule has five fields, this has {len(fields)}{more}",
            hint="minute hour day month weekday, such as 0 2 * * *",
        )
    minute_to_weekday = [_cron_field(field, *kind) for field, kind in zip(fields, _FIELDS, strict=True)]
    _check_dates(text, fields, minute_to_weekday)
    return " ".join(fields)


def _check_dates(text: str, fields: list[str], values: list[set[int]]) -> None:
    """Refuses days that never come, such as 31 February; with a weekday the two are either-or."""
    days, months = values[2], values[3]
    either_or = fields[4] not in ("*", "?", "*/1", "?/1")
    if either_or or any(day <= _LAST_DAY[month - 1] for month in months for day in days):
        return
    raise ValueProblem(f"{shown(text)}: that day never comes", hint="take a day that the month has")


def _cron_field(field: str, name: str, low: int, high: int, words: tuple[str, ...]) -> set[int]:
    values: set[int] = set()
    for part in field.split(","):
        values |= _cron_part(part, name, low, high, words)
    return values


def _cron_part(part: str, name: str, low: int, high: int, words: tuple[str, ...]) -> set[int]:
    span, slash, step_text = part.partition("/")
    step = 1
    if slash:
        if not (step_text.isascii() and step_text.isdigit() and len(step_text) <= 4 and int(step_text) > 0):
            raise ValueProblem(f"{shown(part)}: `{shown(step_text)}` cannot be a step", hint="for example */10")
        step = int(step_text)
    if span in ("*", "?"):
        return set(range(low, high + 1, step))
    first_text, dash, last_text = span.partition("-")
    first = _cron_value(first_text, name, low, high, words)
    alone = high if slash else first
    last = _cron_value(last_text, name, low, high, words) if dash else alone
    if last < first:
        fix = f"write {shown(last_text)}-{shown(first_text)}"
        raise ValueProblem(f"{shown(part)}: the range runs backwards", hint=fix)
    return set(range(first, last + 1, step))


def _cron_value(text: str, name: str, low: int, high: int, words: tuple[str, ...]) -> int:
    if text.lower() in words:
        return words.index(text.lower()) + low
    if text.isascii() and text.isdigit() and len(text) <= 4 and low <= int(text) <= high:
        return int(text)
    hint = "Sunday is 0" if words is _DAYS and text == "7" else f"from {low} to {high}"
    if words and hint.startswith("from"):
        hint += f", or {words[0].upper()} to {words[-1].upper()}"
    raise ValueProblem(f"{shown(text) or 'nothing'}: no such {name}", hint=hint)


def timezone(text: str) -> str:
    """An IANA time zone name; checked against the machine's data where it has some."""
    if text in ("Etc/UTC", "UTC"):
        return text
    import zoneinfo  # any other time zone is rare, and the import costs

    if text.lower() in ("local", "localtime", "posixrules", "factory"):
        raise ValueProblem(f"{shown(text)}: not a time zone", hint="for example Europe/Berlin or Etc/UTC")
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = zoneinfo.available_timezones()
        if known or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", text):
            raise ValueProblem(f"{shown(text)}: not a time zone", hint=_zone_hint(text, known)) from None
    return text


def _zone_hint(text: str, known: set[str]) -> str:
    wanted = text[:80].replace(" ", "_")
    cities = {name.rpartition("/")[2].casefold(): name for name in sorted(known)}
    near = cities.get(wanted.casefold())
    return f"did you mean '{near}'?" if near else did_you_mean(wanted, known) or "for example Europe/Berlin or Etc/UTC"


TEXTS: Mapping[str, Callable[[str], str]] = {
    "quantity": quantity,
    "duration": duration,
    "cron": cron,
    "timezone": timezone,
}
"""By type: what gives the text back when it is a right one, and raises ``ValueProblem`` when not."""
SIZES: Mapping[str, Callable[[str], float]] = {"quantity": quantity_size, "duration": duration_seconds}
