"""Our quick ``dataclass`` against the standard one."""

from __future__ import annotations

import copy
import dataclasses
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


def test_values_survive_pickling() -> None:
    fault = Fault("code", "message", Position("file", 1, 2), level="warning")
    assert pickle.loads(pickle.dumps(fault)) == fault
