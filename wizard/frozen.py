"""``@dataclass(frozen=True, ...)`` at a tenth of its price when a module is imported.

The standard decorator compiles six functions for each class and reads every annotation; with about ninety classes that
was a quarter of what ``podwizard new`` takes (``docs/decisions/0009-cheap-dataclasses.md``). Here classes share their
functions, nothing is compiled, and what ``dataclasses.fields`` reads is made when it first asks for it. Fields,
``match``, pickle and errors are as always, and type checkers see the standard decorator.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

_Put = Callable[[Any, str, Any], None]

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import replace as replace
else:

    def replace(value: Any, /, **changes: Any) -> Any:
        """The same with other values for some fields; what is left is handed on as it is."""
        return type(value)(**{name: getattr(value, name) for name in value._declared} | changes)

    def dataclass(
        cls: type | None = None, /, *, frozen: bool = False, slots: bool = False, order: bool = False, eq: bool = True
    ) -> Any:
        """The decorator, with those options that values need."""

        def made(cls: type) -> type:
            own = {name: cls.__dict__.get(name, dataclasses.MISSING) for name in cls.__annotations__}
            fields = getattr(cls, "_declared", {}) | own
            shared = {"__repr__": _repr} | (_EQUAL | {"__hash__": _hash if frozen else None} if eq else {})
            shared |= (_ORDER if order else {}) | (_FROZEN if frozen else {}) | (_STATE if frozen and slots else {})
            given = {name: function for name, function in shared.items() if name not in cls.__dict__}
            given |= {
                "__init__": _init(cls, fields),
                "__match_args__": tuple(fields),
                "__dataclass_fields__": _Description(cls, fields),
                "_declared": fields,
                "_compared": staticmethod(_values([name for name, value in fields.items() if _is_compared(value)])),
            }
            return _with_slots(cls, own, given) if slots else _in_place(cls, own, given)

        return made if cls is None else made(cls)


class _Description:
    """The fields as ``dataclasses`` describes them, worked out when it first asks."""

    def __init__(self, cls: type, fields: Mapping[str, Any]) -> None:
        self._cls, self._fields = cls, fields
        self._made: dict[str, dataclasses.Field[Any]] = {}

    def __get__(self, _instance: object, _owner: type) -> dict[str, dataclasses.Field[Any]]:
        if not self._made:
            types: dict[str, Any] = {}
            for base in reversed(self._cls.__mro__):
                types |= vars(base).get("__annotations__", {})
            namespace = {name: value for name, value in self._fields.items() if value is not dataclasses.MISSING}
            namespace |= {"__annotations__": types, "__module__": self._cls.__module__, "__doc__": self._cls.__doc__}
            twin: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(type(self._cls.__name__, (), namespace))
            self._made.update(twin.__dataclass_fields__)
        return self._made


def _with_slots(cls: type, own: Mapping[str, Any], given: Mapping[str, Any]) -> type:
    """The class anew, for a class that stands cannot get slots."""
    kept = {name: value for name, value in cls.__dict__.items() if name not in {"__dict__", "__weakref__", *own}}
    names = {"__slots__": tuple(own), "__qualname__": cls.__qualname__}
    return type(cls)(cls.__name__, cls.__bases__, {**kept, **given, **names})


def _in_place(cls: type, own: Mapping[str, Any], given: Mapping[str, Any]) -> type:
    for name, value in own.items():
        if isinstance(value, dataclasses.Field):
            delattr(cls, name)
    for name, value in given.items():
        setattr(cls, name, value)
    return cls


def _init(cls: type, fields: Mapping[str, Any]) -> Callable[..., None]:
    defaults, factories = {}, {}
    for name, value in fields.items():
        default = value
        if isinstance(value, dataclasses.Field):
            default = value.default
            if value.default_factory is not dataclasses.MISSING:
                factories[name], default = value.default_factory, _NEW
        if default is not dataclasses.MISSING:
            defaults[name] = default
        elif defaults:
            raise TypeError(f"non-default argument {name!r} follows default argument")
    put = _put_made(factories) if factories else object.__setattr__
    init = (_few if len(fields) < len(_MODELS) else _many)(tuple(fields), defaults, put)
    init.__name__, init.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
    return init


def _put_made(factories: Mapping[str, Callable[[], Any]]) -> _Put:
    def put(self: Any, name: str, value: Any) -> None:
        object.__setattr__(self, name, factories[name]() if value is _NEW else value)

    return put


def _few(fields: tuple[str, ...], defaults: Mapping[str, Any], put: _Put) -> Callable[..., None]:
    """``__init__`` for a class with few fields, as quick as one written by hand: one that is, with other names."""
    names = ("self", *fields)
    code = _MODELS[len(fields)].__code__
    constants = tuple([names[int(value[1:])] if isinstance(value, str) else value for value in code.co_consts])
    code = code.replace(co_varnames=names, co_consts=constants)
    return FunctionType(code, {"put": put}, "__init__", tuple(defaults.values()))


def _many(fields: tuple[str, ...], defaults: Mapping[str, Any], put: _Put) -> Callable[..., None]:
    """``__init__`` for any number of fields."""

    def init(self: Any, *values: Any, **named: Any) -> None:
        if named or len(values) != len(fields):
            values = bound(values, named)
        for name, value in zip(fields, values, strict=True):
            put(self, name, value)

    def bound(values: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, ...]:
        given = dict(zip(fields, values, strict=False))
        wrong = [name for name in named if name not in fields or name in given]
        missing = [name for name in fields if name not in given and name not in named and name not in defaults]
        if wrong or missing or len(values) > len(fields):
            raise TypeError(f"{init.__qualname__}() takes ({', '.join(fields)}); missing {missing}, wrong {wrong}")
        whole = {**defaults, **given, **named}
        return tuple([whole[name] for name in fields])

    return init


put: _Put = object.__setattr__
"""What the functions below call; each copy of them has its own."""


def _no(self: Any) -> None:
    pass


def _one(self: Any, _1: Any) -> None:
    put(self, "_1", _1)


def _two(self: Any, _1: Any, _2: Any) -> None:
    put(self, "_1", _1)
    put(self, "_2", _2)


def _three(self: Any, _1: Any, _2: Any, _3: Any) -> None:
    put(self, "_1", _1)
    put(self, "_2", _2)
    put(self, "_3", _3)


def _four(self: Any, _1: Any, _2: Any, _3: Any, _4: Any) -> None:
    put(self, "_1", _1)
    put(self, "_2", _2)
    put(self, "_3", _3)
    put(self, "_4", _4)


def _five(self: Any, _1: Any, _2: Any, _3: Any, _4: Any, _5: Any) -> None:
    put(self, "_1", _1)
    put(self, "_2", _2)
    put(self, "_3", _3)
    put(self, "_4", _4)
    put(self, "_5", _5)


def _six(self: Any, _1: Any, _2: Any, _3: Any, _4: Any, _5: Any, _6: Any) -> None:
    put(self, "_1", _1)
    put(self, "_2", _2)
    put(self, "_3", _3)
    put(self, "_4", _4)
    put(self, "_5", _5)
    put(self, "_6", _6)


def _is_compared(value: object) -> bool:
    return not isinstance(value, dataclasses.Field) or value.compare


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


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), tuple([getattr(self, name) for name in self._declared])


_NEW = object()
_MODELS: tuple[Any, ...] = (_no, _one, _two, _three, _four, _five, _six)
_FROZEN = {"__setattr__": _setattr, "__delattr__": _delattr}
_EQUAL = {"__eq__": _comparison(operator.eq)}
_STATE = {"__reduce__": _reduce}
_ORDER = {
    f"__{compare.__name__}__": _comparison(compare) for compare in (operator.lt, operator.le, operator.gt, operator.ge)
}
