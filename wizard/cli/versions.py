"""Kubernetes versions as options give them; apart, so that ``validate`` need not load the questions for it."""

from __future__ import annotations

from wizard.errors import UsageError


def version_of(text: str) -> tuple[int, int]:
    """``1.NN``, perhaps with a patch behind it, as numbers.

    Raises:
        UsageError: it is not of that form.
    """
    numbers = text.removeprefix("v").split(".")
    if not 2 <= len(numbers) <= 3 or not all(n.isascii() and n.isdigit() and len(n) < 4 for n in numbers):
        raise UsageError(f"--kubernetes-version {text[:40]}: not a version", hint="such as 1.33")
    return int(numbers[0]), int(numbers[1])
