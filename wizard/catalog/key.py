"""One key of a catalogue file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a mapping; ``shape`` names the type of its value, and ``map:x`` and ``list:x`` hold records ``x``."""

    name: str
    shape: str
    says: str
    required: bool = False
    one_of: tuple[str, ...] = ()


Record = tuple[Key, ...]


def need(name: str, shape: str, says: str, one_of: tuple[str, ...] = ()) -> Key:
    """Return a key that each mapping must have."""
    return Key(name, shape, says, required=True, one_of=one_of)


DECLARED_WHEN = Key("when", "when", "Applies only if this holds.")
