"""A screen as an immutable value that draws itself and turns keys into its successor or its result."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, NoReturn, TypeVar

from wizard.screens.page import PROSE, Page, Room, TypedText

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Press:
    """A key by its name, with the text it types; a paste is the key ``paste``."""

    key: str
    text: str = ""
    paged: int = 0
    """Of a key that turns pages: the steps to what comes next on the terminal."""

    @property
    def steps(self) -> int:
        """The rows or lines that the key moves by; 0 for a key that moves nothing."""
        return self.paged or STEPS.get(self.key, 0)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Something a screen asked for in the background has come."""

    tag: str
    value: object


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """The screen is finished and this is what it gives."""

    result: R


class View(ABC, Generic[R]):
    """A screen that ends with an ``R``."""

    __slots__ = ()
    dialog: ClassVar[bool] = False
    """True for one that is shown over another."""
    scrolls: ClassVar[bool] = False
    """True when it is a lesson, which moves by itself."""

    @abstractmethod
    def page(self, room: Room) -> Page:
        """Draw it in this much space."""

    @abstractmethod
    def press(self, press: Press) -> View[R] | Done[R] | None:
        """Take a key; ``None`` when it means nothing here."""

    @property
    def highlighted(self) -> int:
        """The number of the row that Enter is about."""
        return PROSE

    def picked(self, item: int) -> View[R] | Done[R] | None:  # noqa: ARG002
        """Take a click on a row."""
        return None

    def picked_aside(self, item: int) -> View[R] | Done[R] | None:  # noqa: ARG002
        """Take a click on a row of the second column."""
        return None

    @property
    def copies(self) -> str:
        """The text that ``y`` puts on the clipboard; empty where there is none."""
        return ""

    @property
    def entry(self) -> TypedText | None:
        """The text that is being typed; the keys that ``press`` does not take go there."""
        return None

    def typed(self, text: str) -> View[R]:  # noqa: ARG002
        """Take the text of the entry after a key."""
        return self

    def within(self, room: Room) -> View[R]:  # noqa: ARG002
        """This screen as it was shown in that space: a scrolled one is never further down than its end."""
        return self

    def arrive(self, news: Arrived) -> View[R] | Done[R]:  # noqa: ARG002
        """Take what background work brings; most screens ask for none."""
        return self

    @property
    def waits(self) -> bool:
        """Tell whether keys that mean nothing here are meant for what comes next."""
        return False

    @property
    def deed(self) -> object:
        """The final deed of Enter here; it counts only once this has been on the terminal. ``None``: nothing."""
        return None

    @property
    def leads_elsewhere(self) -> bool:
        """Tell whether ``a`` shows the answers and ``b`` the bundle, where they mean nothing else."""
        return True

    @property
    def can_discard(self) -> bool:
        """Tell whether a person who leaves here is asked about discarding the answers."""
        return True

    @property
    def takes_question_mark(self) -> bool:
        """Tell whether ``?`` is text just now, and not help."""
        return False


@dataclass(frozen=True, slots=True)
class Back:
    """Go back to where one came from."""


@dataclass(frozen=True, slots=True)
class Go:
    """Go to a place of the journey: ``answers``, ``question``, ``details``, ``lesson`` and so on."""

    place: str
    id: str = ""


def move(at: int, steps: int, total: int) -> int:
    """The highlighted index after ``steps``, stopping at both ends."""
    return max(0, min(total - 1, at + steps)) if total else 0


def digit(key: str) -> int:
    """The number of a digit key, 0 for any other; keys such as ``²`` are digits to Python but not to us."""
    return int(key) if len(key) == 1 and key in "123456789" else 0


def last_top(lines: int, height: int) -> int:
    """The first line shown when one has scrolled to the end."""
    return max(0, lines - height)


STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -1000, "end": 1000}
"""Keys that move a highlight, and how far."""

MOVES = {
    **{"j": "down", "k": "up", "g": "home", "G": "end", "upper_g": "end"},
    **{"ctrl+f": "pagedown", "ctrl+b": "pageup", "ctrl+d": "pagedown", "ctrl+u": "pageup"},
}
"""Vim's keys for moving; where letters are not text, these mean nothing else on any screen."""


def unexpected(value: object) -> NoReturn:
    """Raise what background work brought in place of a result."""
    raise value if isinstance(value, Exception) else TypeError(repr(value))
