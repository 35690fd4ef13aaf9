"""The answer that a line of a question's options tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from wizard.decision.model import Answer


class Trial(NamedTuple):
    """The answer that one line represents, before it is given."""

    heading: str
    answer: Answer
    ticked: Answer | None = None
    """The ticks at present; ``None`` while nothing is ticked."""
    compared: Answer = ()
    """The answer to compare with while something is ticked: the present ticks, or those without this one."""

    @property
    def is_the_only_tick(self) -> bool:
        """True if the line is ticked and no other one is."""
        return self.answer == self.ticked and not self.compared
