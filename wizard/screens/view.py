"""A screen as an immutable value that draws itself and turns each key into its successor or its result."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import ClassVar, Generic, NoReturn, TypeVar

from wizard.screens.page import PROSE, Page, Room, TypedText

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Press:
    """A key press: the key's name and the text it types; a paste has the key ``paste``."""

    key: str
    text: str = ""
    paged: int = 0
    """For a page key, the number of steps to move, computed from the layout on the terminal."""

    @property
    def steps(self) -> int:
        """The rows or lines that the key moves by; 0 for a key that does not move."""
        return self.paged or STEPS.get(self.key, 0)


@dataclass(frozen=True, slots=True)
class Arrived:
    """The result of background work that a view started."""

    tag: str
    value: object


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """The end of a view, with its result."""

    result: R


class View(ABC, Generic[R]):
    """A screen whose result is an ``R``."""

    __slots__ = ()
    dialog: ClassVar[bool] = False
    """True for a view that is shown over another one."""

    @abstractmethod
    def page(self, room: Room) -> Page:
        """Draw the view in the given space."""

    @abstractmethod
    def press(self, press: Press) -> View[R] | Done[R] | None:
        """Handle a key; ``None`` if the key has no meaning here."""

    @property
    def highlighted(self) -> int:
        """The number of the row that Enter applies to."""
        return PROSE

    def picked(self, item: int) -> View[R] | Done[R] | None:  # noqa: ARG002
        """Handle a click on a row."""
        return None

    def picked_aside(self, item: int) -> View[R] | Done[R] | None:  # noqa: ARG002
        """Handle a click on a row of the second column."""
        return None

    @property
    def copies(self) -> str:
        """The text that ``y`` copies to the clipboard; empty if there is none."""
        return ""

    def after_copy(self) -> View[R]:
        """Return this view after ``copies`` was copied; one with several texts offers the next one."""
        return self

    @property
    def about(self) -> tuple[str, str]:
        """A heading and a text that the help shows above the keys, because a small screen leaves it out; or empty."""
        return "", ""

    @property
    def entry(self) -> TypedText | None:
        """The text being typed; it receives the keys that ``press`` does not handle."""
        return None

    def typed(self, text: str) -> View[R]:  # noqa: ARG002
        """Apply the text of the entry after a key."""
        return self

    def within(self, room: Room) -> View[R]:  # noqa: ARG002
        """Return this view as shown in the given space, with its scroll position limited to the end."""
        return self

    def arrive(self, news: Arrived) -> View[R] | Done[R]:  # noqa: ARG002
        """Handle a result of background work; most views start none."""
        return self

    @property
    def waits(self) -> bool:
        """True if keys without a meaning here are kept for the next view."""
        return False

    @property
    def action(self) -> object:
        """The final action of Enter here, for comparison; ``None`` if it does nothing final.

        The stage rejects an Enter pressed before the view with this action was on the terminal.
        """
        return None

    @property
    def leads_elsewhere(self) -> bool:
        """True if ``a``, ``b`` and ``/`` lead to the answers, the bundle and the search from here."""
        return True

    @property
    def can_discard(self) -> bool:
        """True if a user who leaves here can choose to discard the answers."""
        return True

    @property
    def takes_question_mark(self) -> bool:
        """True while ``?`` is text instead of the help key."""
        return False


@dataclass(frozen=True, slots=True)
class Listing(View[R]):
    """A view with a list; ``at`` is the number of its highlighted row."""

    at: int = field(default=0, kw_only=True)

    @property
    def highlighted(self) -> int:
        """The number of the highlighted row."""
        return self.at

    def picked(self, item: int) -> View[R]:
        """Highlight the clicked row."""
        return replace(self, at=item)


@dataclass(frozen=True, slots=True)
class Back:
    """A request to return to the previous page."""


@dataclass(frozen=True, slots=True)
class Go:
    """A request to go to a page: ``answers``, ``question``, ``details``, ``lesson`` and so on."""

    place: str
    id: str = ""


def move(at: int, steps: int, total: int) -> int:
    """Return the highlighted index after ``steps``, stopping at both ends."""
    return max(0, min(total - 1, at + steps)) if total else 0


def digit(key: str) -> int:
    """Return the number of a digit key, or 0; Python also counts keys such as ``²`` as digits."""
    return int(key) if len(key) == 1 and key in "123456789" else 0


def last_top(lines: int, height: int) -> int:
    """Return the first visible line when scrolled to the end."""
    return max(0, lines - height)


STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -1000, "end": 1000}
"""Keys that move a highlight, and the number of steps."""

MOVES = {
    **{"j": "down", "k": "up", "g": "home", "G": "end", "upper_g": "end"},
    **{"ctrl+f": "pagedown", "ctrl+b": "pageup", "ctrl+d": "pagedown", "ctrl+u": "pageup"},
}
"""Vim's movement keys, which have no other meaning on any screen unless text is typed."""


def unexpected(value: object) -> NoReturn:
    """Raise the exception that background work returned instead of a result, or a ``TypeError``."""
    raise value if isinstance(value, Exception) else TypeError(repr(value))
