"""The answer of every function of this package that cannot give a value."""

from typing import NamedTuple


class Reason(NamedTuple):
    """A reason why a text is not valid, for a caller that shows the text itself.

    Neither part repeats what was given, so both are safe to print. A caller adds where it is, and its own hint where
    this one is empty.
    """

    message: str
    """A clause that follows the text and a colon: ``a schedule has five fields, this has 4``."""
    hint: str = ""
    """The text to write instead, where the reason itself says it: ``from 0 to 59``."""
    secret: bool = False
    """The text may hold a secret, so the caller does not show it either."""
