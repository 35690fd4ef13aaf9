"""Our quick ``dataclass`` against the standard one."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from typing import Any

import pytest

from wizard import frozen
from wizard.errors import Fault, Position


def _make(decorator: Any) -> Any:
    @decorator(frozen=True, slots=True, order=True)
    class Value:
        """A value."""

        name: str
        size: int = 1
        more: tuple[str, ...] = dataclasses.field(default_factory=tuple)
        note: str = dataclasses.field(default="", compare=False, repr=False)

        @property
        def double(self) -> int:
            return self.size * 2

    return Value


OURS, STANDARD = _make(frozen.dataclass), _make(dataclasses.dataclass)


def _facts(kind: Any) -> list[Any]:
    one, two = kind("a"), kind("a", 2, more=("x",), note="n")
    return [
        repr(two).replace("_make.<locals>.", ""),
        one == kind("a", note="other"),
        one != two,
        one == ("a", 1, ()),
        hash(two) == hash(("a", 2, ("x",))),
        sorted([two, one]) == [one, two],
        one < two,
        one >= two,
        dataclasses.replace(two, size=5).size,
        list(inspect.signature(kind).parameters),
        dataclasses.asdict(two),
        [field.name for field in dataclasses.fields(kind)],
        kind.__match_args__,
        two.double,
        hasattr(two, "__dict__"),
        copy.copy(two).note,
    ]


def test_it_does_what_the_standard_one_does() -> None:
    assert _facts(OURS) == _facts(STANDARD)


@pytest.mark.parametrize("kind", [OURS, STANDARD])
def test_it_refuses_what_the_standard_one_refuses(kind: Any) -> None:
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind("a", unknown=1)
    with pytest.raises(TypeError):
        assert kind("a") < "a"
    with pytest.raises(dataclasses.FrozenInstanceError):
        kind("a").name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        del kind("a").name


def test_replace_gives_another_value_of_the_same_kind() -> None:
    two = OURS("a", 2, more=("x",), note="n")
    assert frozen.replace(two, size=5) == dataclasses.replace(two, size=5) == OURS("a", 5, ("x",))
    assert frozen.replace(two, size=5).note == "n"
    with pytest.raises(TypeError):
        frozen.replace(two, unknown=1)


def test_each_value_gets_a_default_of_its_own() -> None:
    @frozen.dataclass
    class Work:
        name: str
        done: list[str] = dataclasses.field(default_factory=list)

    one, other = Work("a"), Work("a")
    one.done.append("x")
    assert (one.done, other.done) == (["x"], [])
    one.name = "b"
    assert repr(one).endswith("Work(name='b', done=['x'])")
    with pytest.raises(TypeError):
        hash(one)


def test_fields_are_inherited_and_own_methods_kept() -> None:
    @frozen.dataclass(frozen=True)
    class Base:
        name: str
        size: int = 1

    @frozen.dataclass(frozen=True)
    class Child(Base):
        note: str = ""

        def __repr__(self) -> str:
            return "mine"

    child = Child("a", note="n")
    assert [field.name for field in dataclasses.fields(child)] == ["name", "size", "note"]
    assert (child.size, child.note, repr(child), Child.size) == (1, "n", "mine", 1)
    assert frozen.replace(child, size=2) == Child("a", 2, "n") != child
    assert dataclasses.asdict(child) == {"name": "a", "size": 1, "note": "n"}


def test_a_field_without_a_default_cannot_follow_one_with() -> None:
    with pytest.raises(TypeError, match="'size' follows"):

        @frozen.dataclass(frozen=True)
        class Wrong:
            name: str = ""
            size: int  # type: ignore[misc]


def test_values_survive_pickling() -> None:
    fault = Fault("code", "message", Position("file", 1, 2), level="warning")
    assert pickle.loads(pickle.dumps(fault)) == fault
