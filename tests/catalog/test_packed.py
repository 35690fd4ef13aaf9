"""A packed mapping, whose values are unpickled one at a time."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from wizard.catalog.packed import pack


def test_a_packed_mapping_equals_the_original() -> None:
    whole = {"a": (1, "x"), "b": (2, "y")}
    packed = pack(whole)
    assert packed == whole
    assert list(packed) == ["a", "b"]
    assert len(packed) == 2
    assert "a" in packed
    assert "c" not in packed
    assert packed.get("c") is None
    with pytest.raises(KeyError):
        packed["c"]


def test_a_packed_mapping_survives_pickling_and_unpickles_each_value_once() -> None:
    packed = pickle.loads(pickle.dumps(pack({"a": [1], "b": [2]})))
    assert packed["a"] is packed["a"]
    assert dict(packed) == {"a": [1], "b": [2]}


def test_a_membership_test_unpickles_nothing(tmp_path: Path) -> None:
    class Loud:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (_note, (str(tmp_path / "unpickled"),))

    packed = pack({"a": Loud(), "b": 1})
    assert "a" in packed
    assert packed["b"] == 1
    assert not (tmp_path / "unpickled").exists()
    _ = packed["a"]
    assert (tmp_path / "unpickled").exists()


def _note(path: str) -> None:
    Path(path).touch()
