"""An interpreter for the steps of a template, which computes its text from a session's values without Jinja.

A value that is not known yet, or an expression that the interpreter does not support, is unknown: an ``if`` on it is
left out, and in a line it becomes an empty text.

The steps may come from a third-party catalogue, so the work is bounded in any case. Each step and each expression
costs one unit of a budget, and a value costs more units by its size before it is used: repeatedly doubling a text or a
list soon exhausts the budget.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from wizard.errors import WizardError
from wizard.render.outline import model
from wizard.render.templates.filters import FILTERS, indented

_MOST = 20_000
"""The budget for one fragment in steps and expressions; a text counts as one for each 64 characters."""
_CALL = 10
"""The cost of calling a function of the context."""
_NAME = 100
"""The longest text that a function accepts as a name, in characters."""
_LARGEST = 2**63
_METHODS = ("split", "strip", "startswith", "endswith", "partition", "rpartition", "lower", "upper", "replace")
_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": eq,
    "ne": ne,
    "lt": lt,
    "lteq": le,
    "gt": gt,
    "gteq": ge,
    "in": lambda one, other: one in other,
    "notin": lambda one, other: one not in other,
}
OPEN = object()
"""The value of a parameter that is not decided yet."""


class Unknown(Exception):  # noqa: N818 - not an error: it only abandons one condition or value
    """The signal that a value is not known."""


def text_of(steps: model.Steps, names: Mapping[str, Any]) -> str:
    """Return the text that steps produce with these variables and functions, as far as it is known."""
    follower = _Follower(dict(names))
    try:
        return "".join(follower.follow(steps))
    except (Unknown, RecursionError):  # over budget, or nested too deeply
        return ""


class _Follower:
    """The variables and the remaining budget while steps are followed."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.left = _MOST

    def follow(self, steps: model.Steps) -> Iterator[str]:
        for step in steps:
            if isinstance(step, model.Verbatim):
                self._count(1 + (len(step.text) >> 6))
                yield step.text
                continue
            self._count()
            if isinstance(step, model.Out):
                yield self.weighed(self._out(step.value))
            elif isinstance(step, model.If):
                yield from self.follow(self._branch(step))
            elif isinstance(step, model.For):
                yield from self._each(step)
            elif isinstance(step, model.Let):
                self.names[step.name] = self._known(step.value, OPEN)
            elif isinstance(step, model.Indent):
                text = "".join(self.follow(step.body))
                self._count(len(text) + max(0, step.width) * (text.count("\n") + 1) >> 6)
                yield indented(text, step.width, True)

    def _count(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise Unknown

    def weighed(self, value: Any) -> Any:
        """Return the value after charging its size to the budget."""
        if isinstance(value, str):
            self._count(len(value) >> 6)
        elif isinstance(value, list | tuple):
            self._count(len(value))
            for one in value:
                self.weighed(one)
        elif isinstance(value, dict):
            self.weighed([*value, *value.values()])
        elif isinstance(value, int) and abs(value) > _LARGEST:
            raise Unknown
        return value

    def _made(self, function: Callable[..., Any], of: Any, given: list[Any]) -> Any:
        """Return the result of a filter or method, which may be as large as the product of its operands."""
        before = self.left
        self.weighed(of)
        size = before - self.left
        self.weighed(given)
        self._count(size * (before - size - self.left - len(given)))
        try:
            return self.weighed(function(of, *given))
        except (TypeError, ValueError, LookupError, AttributeError, WizardError):
            raise Unknown from None

    def _known(self, value: model.Expression, otherwise: Any) -> Any:
        try:
            return self.value(value)
        except Unknown:
            if self.left < 0:
                raise
            return otherwise

    def _out(self, value: model.Expression) -> str:
        found = self._known(value, "")
        if isinstance(found, str):
            return " ".join(found.split("\n"))
        return "null" if found is None else json.dumps(found, default=str)

    def _branch(self, step: model.If) -> model.Steps:
        for test, body in step.branches:
            found = self._known(test, OPEN)
            if found is OPEN:
                return ()
            if found:
                return body
        return step.otherwise

    def _each(self, step: model.For) -> Iterator[str]:
        items = self._known(step.each, ())
        items = list(items) if isinstance(items, list | tuple | dict) else []
        before = dict(self.names)
        self._count(len(before) >> 4)
        for number, item in enumerate(items):
            values = item if len(step.names) > 1 and isinstance(item, list | tuple) else (item,)
            self.names.update(zip(step.names, values, strict=False))
            self.names["loop"] = {"first": number == 0, "last": number == len(items) - 1, "index": number + 1}
            yield from self.follow(step.body)
        self.names = before

    def value(self, value: model.Expression) -> Any:
        """Return the value of an expression.

        Raises:
            Unknown: it is not known.
        """
        self._count()
        read = _VALUES.get(type(value))
        found = read(self, value) if read else OPEN
        if found is OPEN:
            raise Unknown
        return found

    def name(self, value: model.Identifier) -> Any:
        return self.names.get(value.name, OPEN)

    def part(self, value: model.Member) -> Any:
        """Return an item of a mapping or list, or a field of a record."""
        of = self.value(value.of)
        key: Any = value.key.value if isinstance(value.key, model.Const) else self.value(value.key)
        if isinstance(of, dict):
            return of.get(key, OPEN)
        if isinstance(of, list | tuple) and isinstance(key, int):
            return of[key] if -len(of) <= key < len(of) else OPEN
        fields = getattr(of, "_fields", ())
        return getattr(of, key) if key in fields else OPEN

    def call(self, value: model.Call) -> Any:
        """Return the result of a function of the context, or of a method of a text."""
        given = [self.value(one) for one in value.given]
        of = value.of
        if isinstance(of, model.Member):
            owner, name = self.value(of.of), self.value(of.key)
            if not isinstance(owner, str) or name not in _METHODS:
                raise Unknown
            return self._made(getattr(str, name), owner, given)
        function = self.value(of)
        self._count(_CALL)
        if any(isinstance(one, str) and len(one) > _NAME for one in given):
            raise Unknown
        try:
            return self.weighed(function(*given))
        except TypeError:
            raise Unknown from None

    def filtered(self, value: model.Filtered) -> Any:
        if value.name not in _FILTERS:
            raise Unknown
        of, given = self.value(value.of), [self.value(one) for one in value.given]
        return self._made(_FILTERS[value.name], of, given)

    def compared(self, value: model.Compared) -> Any:
        left = self.value(value.first)
        for operator, other in value.others:
            right = self.value(other)
            self.weighed(left)
            self.weighed(right)
            try:
                if not _COMPARED[operator](left, right):
                    return False
            except (TypeError, LookupError):
                raise Unknown from None
            left = right
        return True

    def plus(self, value: model.Plus) -> Any:
        """Return the sum of two numbers, or two concatenated lists."""
        left, right = self.value(value.left), self.value(value.right)
        self.weighed((left, right))
        try:
            return self.weighed(left + right)
        except TypeError:
            raise Unknown from None

    def logical(self, value: model.Both | model.Either) -> Any:
        """Return the side that decides ``and`` or ``or``, even if the other one is unknown."""
        decisive = isinstance(value, model.Either)
        left = self._known(value.left, OPEN)
        if left is not OPEN and bool(left) is decisive:
            return left
        right = self.value(value.right)
        return left if left is OPEN and bool(right) is not decisive else right


def _with(items: Any, attribute: str, test: str, *given: Any) -> Iterator[tuple[bool, Any]]:
    if test not in ("equalto", "in"):
        raise ValueError(test)
    for item in items:
        found = item[attribute] if isinstance(item, Mapping) else getattr(item, attribute)
        yield (found == given[0] if test == "equalto" else found in given[0]), item


_FILTERS: Mapping[str, Callable[..., Any]] = {
    **{name: FILTERS[name] for name in ("env", "full_host", "mounts", "ordinals", "prefixed", "quoted")},
    "count": len,
    "first": lambda items: items[0],
    "items": lambda value: list(value.items()),
    "dictsort": lambda value: sorted(value.items()),
    "join": lambda items, by="": by.join(map(str, items)),
    "last": lambda items: items[-1],
    "length": len,
    "list": list,
    "lower": lambda text: text.lower(),
    "map": lambda items, attribute: [item[attribute] for item in items],
    "max": max,
    "min": min,
    "rejectattr": lambda items, *given: [item for found, item in _with(items, *given) if not found],
    "replace": lambda text, old, new: text.replace(old, new),
    "selectattr": lambda items, *given: [item for found, item in _with(items, *given) if found],
    "sort": sorted,
    "string": str,
    "trim": lambda text: text.strip(),
    "unique": lambda items: list(dict.fromkeys(items)),
    "upper": lambda text: text.upper(),
}

_VALUES: Mapping[type, Callable[[_Follower, Any], Any]] = {
    model.Const: lambda _, value: value.value,
    model.Identifier: _Follower.name,
    model.Member: _Follower.part,
    model.Call: _Follower.call,
    model.Filtered: _Follower.filtered,
    model.Compared: _Follower.compared,
    model.Both: _Follower.logical,
    model.Either: _Follower.logical,
    model.Opposite: lambda follower, value: not follower.value(value.of),
    model.Plus: _Follower.plus,
    model.Joined: lambda follower, value: "".join(follower.weighed(str(follower.value(one))) for one in value.parts),
    model.Many: lambda follower, value: follower.weighed([follower.value(one) for one in value.items]),
    model.Ternary: lambda follower, value: follower.value(value.yes if follower.value(value.test) else value.no),
}
