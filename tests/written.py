"""Bundles as they are on disk."""

from __future__ import annotations

from pathlib import Path


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file by path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def assert_same_bytes(folder: Path, *others: Path) -> None:
    """Assert that all folders have the same files with the same bytes, except for podwizard's own records."""
    expected = tree(folder)
    assert len(expected) > 4
    for other in others:
        found = tree(other)
        assert found.keys() == expected.keys(), other.name
        assert [p for p in expected if found[p] != expected[p] and ".podwizard" not in p] == [], other.name
