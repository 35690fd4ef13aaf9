"""Types whose values are amounts and times: quantities, durations, schedules and time zones.

They are stricter than Kubernetes only in the cases that docs/architecture.md ("Stricter than Kubernetes") lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.types.scalars import Bounded, Scalar
from wizard.kube.durations import SECOND, parse_duration
from wizard.kube.quantities import BILLION, parse_quantity
from wizard.kube.reason import Reason
from wizard.text import did_you_mean

if TYPE_CHECKING:
    from wizard.kube.schedules import Schedule

_QUANTITY = "for example 250m of CPU, 128Mi of memory"
_DURATION = "for example 30s, 5m or 2h"
_ZONE = "for example Europe/Berlin or Etc/UTC"
_MOST = 2**63 - 1
_NO_ZONES = ("local", "localtime", "posixrules", "factory")
"""Names in the zone data or in Go that do not name a place."""


class Quantity(Bounded):
    name = "quantity"
    takes = "a Kubernetes quantity: `250m`, `1.5`, `64Mi`"
    bounds = "value"
    mark = "8{number:04d}Mi"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        amount = parse_quantity(text)
        if isinstance(amount, Reason):
            return amount._replace(hint=amount.hint or _quantity_hint(text))
        if amount > _MOST * BILLION:
            return Reason("more than Kubernetes can represent", "less than 8Ei")
        number = text[: len(text) - len(text.lstrip("0123456789."))]
        if not (number[:1].isdigit() and number[-1].isdigit()):
            return Reason("not a quantity", _quantity_hint(text))
        return text

    def size(self, value: Value) -> int:
        """Return the amount in billionths of the unit."""
        amount = parse_quantity(str(value))
        return 0 if isinstance(amount, Reason) else amount


def _quantity_hint(text: str) -> str:
    if text.startswith("-"):
        return "an amount cannot be negative"
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


class Duration(Bounded):
    name = "duration"
    takes = "`30s`, `5m`, `1h30m`"
    bounds = "value"
    mark = "8{number:04d}s"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        found = parse_duration(text) if text[:1].isdigit() else Reason("not a duration")
        return found._replace(hint=found.hint or _duration_hint(text)) if isinstance(found, Reason) else text

    def size(self, value: Value) -> int:
        """Return the duration in nanoseconds."""
        found = parse_duration(str(value))
        return 0 if isinstance(found, Reason) else found


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


class Cron(Scalar):
    name = "cron"
    takes = "a schedule of five fields, or `@daily` and the like; the time zone is a separate parameter"
    mark = "7 7 7 7 {mark}"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        from wizard.kube.schedules import parse_schedule  # only a bundle with a schedule pays for the import

        found = parse_schedule(text)
        fault = found if isinstance(found, Reason) else found.never or _slip(found, text)
        if fault is not None:
            return fault
        return text if text.startswith("@") else " ".join(text.split())


def _slip(schedule: Schedule, text: str) -> Reason | None:
    """Return a reason against text that Kubernetes accepts but that is surely not meant."""
    if schedule.every is not None and schedule.every < SECOND:
        return Reason("an interval below a second", "such as @every 5m")
    parts = [part for field in text.split() for part in field.split(",")]
    if "" in parts:
        return Reason("a comma without a value", "add a value, or remove the comma")
    if any(part.startswith(("*-", "?-")) for part in parts):
        return Reason("a range that starts with a `*`", "such as 0-30")
    return None


class Timezone(Scalar):
    name = "timezone"
    takes = "a name such as `Europe/Berlin`"
    mark = "Etc/{mark}"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        if text.lower() in _NO_ZONES:
            return Reason("not a time zone", _ZONE)
        from wizard.kube.zones import parse_time_zone  # only a bundle with a schedule pays for the import

        found = parse_time_zone(text)
        return found._replace(hint=found.hint or _zone_hint(text)) if isinstance(found, Reason) else found


def _zone_hint(text: str) -> str:
    import zoneinfo  # only an invalid zone pays for the import

    known = zoneinfo.available_timezones()
    wanted = text[:80].replace(" ", "_")
    cities = {name.rpartition("/")[2].casefold(): name for name in sorted(known)}
    near = cities.get(wanted.casefold())
    return f"did you mean '{near}'?" if near else did_you_mean(wanted, known) or _ZONE


AMOUNTS: tuple[ParameterType, ...] = (Quantity(), Duration(), Cron(), Timezone())
