"""``@dataclass(frozen=True, ...)`` at a fifth of its price when a module is imported.

The standard decorator compiles six functions for each class; with about ninety classes that was a fifth of what
``podwizard new`` takes (``docs/decisions/0009-cheap-dataclasses.md``). Here a class gets one compiled function,
``__init__``, and shares the others. Fields, ``replace``, ``match``, pickle and errors are as always, and type checkers
see the standard decorator.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(
        cls: type | None = None, /, *, frozen: bool = False, slots: bool = False, order: bool = False, eq: bool = True
    ) -> Any:
        """The decorator, with those options that values need; what is not frozen is made by the standard one."""

        def made(cls: type) -> type:
            cls.__doc__ = cls.__doc__ or cls.__name__  # else the standard one makes it from a signature, which is slow
            if not frozen:
                return dataclasses.dataclass(slots=slots, order=order, eq=eq)(cls)
            bare = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            shared = _SHARED | (_EQUAL if eq else {}) | (_ORDER if order else {}) | (_STATE if slots else {})
            fields = dataclasses.fields(bare)
            bare.__init__ = _init(fields)
            bare._compared = staticmethod(_values([field.name for field in fields if field.compare]))
            for name, function in shared.items():
                if name not in cls.__dict__:
                    setattr(bare, name, function)
            return bare

        return made if cls is None else made(cls)


def _init(fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    scope: dict[str, Any] = {"_put": object.__setattr__, "_new": object()}
    parameters, lines = ["self"], []
    for field in fields:
        name, value = field.name, field.name
        if field.default is not dataclasses.MISSING:
            scope[f"_of_{name}"] = field.default
            parameters.append(f"{name}=_of_{name}")
        elif field.default_factory is not dataclasses.MISSING:
            scope[f"_of_{name}"] = field.default_factory
            parameters.append(f"{name}=_new")
            value = f"_of_{name}() if {name} is _new else {name}"
        else:
            parameters.append(name)
        lines.append(f"\n _put(self,{name!r},{value})")
    exec(f"def __init__({','.join(parameters)}):{''.join(lines) or ' pass'}", scope)  # noqa: S102 - as dataclasses does
    init: Callable[..., None] = scope["__init__"]
    init.__annotations__ = {field.name: field.type for field in fields}
    return init


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads these attributes as a tuple."""
    if len(names) > 1:
        return operator.attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Any, object], Any]:
    def compared(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compare(self._compared(self), self._compared(other))

    return compared


def _setattr(_self: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__dataclass_fields__]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__dataclass_fields__, state, strict=True):
        object.__setattr__(self, name, value)


_SHARED = {"__repr__": _repr, "__setattr__": _setattr, "__delattr__": _delattr}
_EQUAL = {"__eq__": _comparison(operator.eq), "__hash__": _hash}
_STATE = {"__getstate__": _getstate, "__setstate__": _setstate}
_ORDER = {
    f"__{compare.__name__}__": _comparison(compare) for compare in (operator.lt, operator.le, operator.gt, operator.ge)
}
