"""The result of every function of this package that cannot return a value."""

from typing import NamedTuple


class Reason(NamedTuple):
    """A reason why a text is not valid, for a caller that shows the text itself.

    Neither part repeats the text, so both are safe to print. The caller adds the place, and its own hint if this one
    is empty.
    """

    message: str
    """A clause to follow the text and a colon: ``a schedule has five fields, this has 4``."""
    hint: str = ""
    """The fix, if the reason knows it: ``from 0 to 59``."""
    secret: bool = False
    """The text may hold a secret, so the caller must not show it either."""
