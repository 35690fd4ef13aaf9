"""What a user types for a parameter: quantities, durations, schedules and time zones, each refusal with its fix.

Apart from ``typed``, as few answers hold one and the imports cost. The same holds here: stricter than Kubernetes
only where docs/architecture.md ("Stricter than Kubernetes") says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wizard.catalog.typed import accept, refusal
from wizard.kube.durations import SECOND, parse_duration
from wizard.kube.quantities import BILLION, parse_quantity
from wizard.kube.reason import Reason
from wizard.kube.schedules import Schedule, parse_schedule
from wizard.kube.zones import parse_time_zone
from wizard.text import did_you_mean

_QUANTITY = "for example 250m of CPU, 128Mi of memory"
_DURATION = "for example 30s, 5m or 2h"
_ZONE = "for example Europe/Berlin or Etc/UTC"
_MOST = 2**63 - 1
_NO_ZONES = ("local", "localtime", "posixrules", "factory")
"""Names in the zone data, or of Go's, that name no place."""


def quantity(text: str) -> str:
    """Read a Kubernetes quantity, such as ``250m`` or ``128Mi``."""
    quantity_size(text)
    return text


def quantity_size(text: str) -> int:
    """Read a quantity as billionths of its unit, to compare it with bounds."""
    amount = parse_quantity(text)
    if isinstance(amount, int) and amount > _MOST * BILLION:
        amount = Reason("more than Kubernetes can count", "less than 8Ei")
    number = text[: len(text) - len(text.lstrip("0123456789."))]
    if isinstance(amount, int) and not (number[:1].isdigit() and number[-1].isdigit()):
        amount = Reason("not a quantity")
    if isinstance(amount, Reason):
        raise refusal(amount, text, _quantity_hint(text))
    return amount


def _quantity_hint(text: str) -> str:
    if text.startswith("-"):
        return "an amount is never negative"
    compact = text.replace(" ", "").replace(",", ".").removeprefix("+")
    compact = f"0{compact}" if compact.startswith(".") else compact
    match = re.fullmatch(r"(\d{1,18}(?:\.\d{1,9})?)\.?([A-Za-z]{0,3})", compact, re.ASCII)
    if match is None:
        return _QUANTITY
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
    meant = f"{number}{unit}"
    return "for example 250m or 128Mi" if isinstance(parse_quantity(meant), Reason) else f"did you mean `{meant}`?"


def duration(text: str) -> str:
    """Read a Go duration, such as ``30s`` or ``5m``."""
    duration_size(text)
    return text


def duration_size(text: str) -> int:
    """Read a duration as nanoseconds, to compare it with bounds."""
    found = parse_duration(text) if text[:1].isdigit() else Reason("not a length of time")
    if isinstance(found, Reason):
        raise refusal(found, text, _duration_hint(text))
    return found


def _duration_hint(text: str) -> str:
    match = re.fullmatch(r"(\d{1,6})\s*([A-Za-z]*)", text, re.ASCII)
    if match is None:
        return _DURATION
    number, unit = match.groups()
    if unit.lower() in ("d", "day", "days"):
        return f"did you mean `{int(number) * 24}h`?"
    if unit and unit[0].lower() in "smh":
        return f"did you mean `{number}{unit[0].lower()}`?"
    return f"add a unit: `{number}s`, `{number}m` or `{number}h`"


def cron(text: str) -> str:
    """Read a schedule; one that never runs is refused, too."""
    found = accept(parse_schedule(text), text)
    fault = found.never or _slip(found, text)
    if fault is not None:
        raise refusal(fault, text)
    return text if text.startswith("@") else " ".join(text.split())


def _slip(schedule: Schedule, text: str) -> Reason | None:
    """What Kubernetes takes, and nobody means."""
    if schedule.every is not None and schedule.every < SECOND:
        return Reason("an interval below a second", "such as @every 5m")
    parts = [part for field in text.split() for part in field.split(",")]
    if "" in parts:
        return Reason("nothing beside a comma", "write a value there, or leave the comma out")
    if any(part.startswith(("*-", "?-")) for part in parts):
        return Reason("a range that starts with a `*`", "such as 0-30")
    return None


def timezone(text: str) -> str:
    """Read an IANA time zone name; checked against the machine's data where it has some."""
    if text.lower() in _NO_ZONES:
        raise refusal(Reason("not a time zone"), text, _ZONE)
    found = parse_time_zone(text)
    if isinstance(found, Reason):
        raise refusal(found, text, _zone_hint(text))
    return found


def _zone_hint(text: str) -> str:
    import zoneinfo  # only a wrong one pays for the import

    known = zoneinfo.available_timezones()
    wanted = text[:80].replace(" ", "_")
    cities = {name.rpartition("/")[2].casefold(): name for name in sorted(known)}
    near = cities.get(wanted.casefold())
    return f"did you mean '{near}'?" if near else did_you_mean(wanted, known) or _ZONE


TEXTS: Mapping[str, Callable[[str], str]] = {
    "quantity": quantity,
    "duration": duration,
    "cron": cron,
    "timezone": timezone,
}
"""By type: what gives the text back when it is a right one, and raises ``ValueProblem`` when not."""
SIZES: Mapping[str, Callable[[str], int]] = {"quantity": quantity_size, "duration": duration_size}
