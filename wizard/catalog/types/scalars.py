"""Types with a single value on one line: the base classes, texts, choices, switches and whole numbers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.typed import TEXT_LIMIT, ValueProblem, fits, one_line, refused
from wizard.kube.durations import SECOND, parse_duration
from wizard.kube.reason import Reason
from wizard.text import did_you_mean, shown

_UNITS = ("s", "m", "h")


class Scalar(ParameterType):
    """A type whose values are one line of text, or are parsed from one."""

    mark: ClassVar[str] = "{mark}"
    """The format of its sentinels, from a word that can be found in any text, or from a number."""
    tabs: ClassVar[bool] = False

    @abstractmethod
    def read(self, parameter: Parameter, text: str) -> Value | Reason:
        """Parse the text, or return the reason why it is not valid; ``wizard.kube`` decides validity."""

    def parse(self, parameter: Parameter, raw: object) -> Value:
        text = one_line(raw, tabs=self.tabs)
        if not text:
            return None
        found = self.read(parameter, text)
        if isinstance(found, Reason):
            raise refused(found, text)
        return fits(found, parameter.max_length or TEXT_LIMIT) if isinstance(found, str) else found

    def sentinel(self, _parameter: Parameter, number: int, _value: Value) -> Value:
        return self.mark.format(mark=f"zq{number:04d}zq", number=number)


def read_several(text: str, read: Callable[[str], str | Reason]) -> str | Reason:
    """Read texts that are separated by blanks or commas; each is kept once."""
    found = [read(each) for each in text.replace(",", " ").split()]
    wrong = next((each for each in found if isinstance(each, Reason)), None)
    return wrong or " ".join(dict.fromkeys(map(str, found)))


class Bounded(Scalar):
    """A type whose values have a size, with a minimum and a maximum."""

    keys: ClassVar[tuple[str, ...]] = ("min", "max")

    @abstractmethod
    def size(self, value: Value) -> int:
        """Return the size of a value, for comparisons."""

    def parse(self, parameter: Parameter, raw: object) -> Value:
        value = super().parse(parameter, raw)
        low, high = parameter.minimum, parameter.maximum
        if value is not None and low is not None and self.size(value) < self.size(low):
            raise ValueProblem(f"{value}: too small, the minimum is {low}", hint=f"type {low} or more")
        if value is not None and high is not None and self.size(value) > self.size(high):
            raise ValueProblem(f"{value}: too large, the maximum is {high}", hint=f"type {high} or less")
        return value


class Number(Bounded):
    """A type whose values are whole numbers."""

    widget = "number"
    first: ClassVar[int]
    """The offset of its sentinels."""

    def size(self, value: Value) -> int:
        return value if isinstance(value, int) else 0

    def sentinel(self, _parameter: Parameter, number: int, _value: Value) -> Value:
        return self.first + number


class Text(Scalar):
    name = "text"
    takes = "one line of printable text"
    widget = "text"
    keys = ("max_length", "starts")
    tabs = True

    def read(self, parameter: Parameter, text: str) -> str | Reason:
        start = parameter.starts
        if not start or (text.startswith(start) and text != start):
            return text
        return Reason(f"it must begin with {start}, followed by more", _beginning(parameter, text))


def _beginning(parameter: Parameter, text: str) -> str:
    """Return the hint for a text without its required prefix: the completed text, if only the prefix is missing."""
    if text == parameter.starts:
        return f"add the rest after {parameter.starts}"
    if parameter.starts.endswith("/"):
        return f"did you mean `{parameter.starts}{shown(text.lstrip('/'))}`?"
    return f"for example {parameter.sample}" if parameter.sample else ""


class Integer(Number):
    name = "integer"
    takes = "a whole number; `min` and `max` bound it"
    first = 910000

    def read(self, _parameter: Parameter, text: str) -> int | Reason:
        digits = text[1:] if text[:1] in ("-", "+") else text
        if _is_number(digits):
            return int(text)
        bare = text.replace(",", "").replace("_", "").replace(" ", "").replace("'", "")
        hint = f"did you mean `{bare}`?" if _is_number(bare) else "digits only, such as 3"
        return Reason("not a whole number", hint)


class Seconds(Integer):
    name = "seconds"
    takes = "a whole number of seconds, or a length of time such as `90s` or `3h`; `min` and `max` bound it"

    def read(self, parameter: Parameter, text: str) -> int | Reason:
        time = parse_duration(text) if text[-1:] in _UNITS else None
        if not isinstance(time, int):
            found = super().read(parameter, text)
            return found._replace(hint="for example 90, 90s or 3h") if isinstance(found, Reason) else found
        return Reason("not whole seconds", "for example 90s") if time % SECOND else time // SECOND

    def part(self, _parameter: Parameter, value: Value, part: str) -> Value:
        """Return ``yes`` if it is at least ``part`` seconds, else ``no``, for a choice with these options."""
        if not (isinstance(value, int) and part.isdecimal()):
            return None
        return "yes" if value >= int(part) else "no"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


class Boolean(Scalar):
    name = "boolean"
    takes = "true or false"
    widget = "switch"

    def read(self, _parameter: Parameter, text: str) -> bool | Reason:
        word = text.lower()
        if word in ("true", "yes", "on", "false", "no", "off"):
            return word in ("true", "yes", "on")
        return Reason("neither true nor false", "type true or false")

    def format(self, _parameter: Parameter, value: Value) -> str:
        return "true" if value else "false"

    def sentinel(self, _parameter: Parameter, _number: int, value: Value) -> Value:
        return not value


class Choice(Scalar):
    name = "choice"
    takes = "one of its `options`"
    widget = "choice"
    keys = needs = ("options",)

    def read(self, parameter: Parameter, text: str) -> str | Reason:
        known = [option for option, _ in parameter.options]
        same = [option for option in known if option.lower() == text.lower()]
        if text in known or len(same) == 1:
            return text if text in known else same[0]
        return Reason("not one of the options", did_you_mean(text, known) or f"one of: {', '.join(known)}")


SCALARS: tuple[ParameterType, ...] = (Text(), Integer(), Seconds(), Boolean(), Choice())
