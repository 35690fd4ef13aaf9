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
    """The ticks at present, which are none at first; ``None`` for a question with a single answer."""
    compared: Answer | None = None
    """The ticks to compare with: the present ones, or those without this one; ``None`` for no answer at all."""

    @property
    def is_the_selection(self) -> bool:
        """True if the line stands for the present ticks: the only one, or none for those who do not know."""
        return self.answer == self.ticked and not self.compared
