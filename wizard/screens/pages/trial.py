"""A line of a question's options, tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from wizard.decision.model import Answer


class Trial(NamedTuple):
    """The answer that one line stands for, before it is given."""

    heading: str
    answer: Answer
    ticked: Answer | None = None
    """Of several ticks those that stand; ``None`` while nothing is ticked."""
    compared: Answer = ()
    """The answer that this one is compared with where something is ticked: the ticks, or those without this one."""
