r"""The parts of a template as plain values, so that its structure can be evaluated without Jinja.

A template is read once, when the catalogue is cached. Its text, ``if`` and ``for`` become steps, and each expression
becomes a value:

    {% if own.login %}         If(((Member(Identifier("own"), Const("login")), (
      - name: {{ slug }}           Verbatim("      - name: "), Out(Identifier("slug")), Verbatim("\n"),
    {% endif %}                )),), ())
"""

from collections.abc import Mapping
from typing import NamedTuple


class Const(NamedTuple):
    """A text, number, true, false or none, or a list of these."""

    value: "str | int | float | bool | tuple[Constant, ...] | None"


Constant = str | int | float | bool | None


class Identifier(NamedTuple):
    """A variable or function."""

    name: str


class Member(NamedTuple):
    """``of.key`` or ``of[key]``."""

    of: "Expression"
    key: "Expression"


class Call(NamedTuple):
    """A function, or a method of a text, with its arguments."""

    of: "Expression"
    given: tuple["Expression", ...]


class Filtered(NamedTuple):
    """``of | name(given)``."""

    of: "Expression"
    name: str
    given: tuple["Expression", ...]


class Compared(NamedTuple):
    """``first == other``, or a chain of comparisons."""

    first: "Expression"
    others: "tuple[tuple[str, Expression], ...]"
    """(``eq``, ``ne``, ``lt``, ``lteq``, ``gt``, ``gteq``, ``in`` or ``notin``; the other side)."""


class Both(NamedTuple):
    """``left and right``."""

    left: "Expression"
    right: "Expression"


class Either(NamedTuple):
    """``left or right``."""

    left: "Expression"
    right: "Expression"


class Opposite(NamedTuple):
    """``not of``."""

    of: "Expression"


class Plus(NamedTuple):
    """``left + right``."""

    left: "Expression"
    right: "Expression"


class Joined(NamedTuple):
    """``a ~ b ~ c``."""

    parts: tuple["Expression", ...]


class Many(NamedTuple):
    """``[a, b]`` or ``(a, b)``."""

    items: tuple["Expression", ...]


class Ternary(NamedTuple):
    """``yes if test else no``."""

    test: "Expression"
    yes: "Expression"
    no: "Expression"


class Unread(NamedTuple):
    """An unsupported expression, whose value is unknown."""

    kind: str


Operation = Compared | Both | Either | Opposite | Ternary | Plus | Joined
Expression = Const | Identifier | Member | Call | Filtered | Many | Operation | Unread


class Verbatim(NamedTuple):
    """Literal text."""

    text: str


class Out(NamedTuple):
    """A value to insert into the text."""

    value: Expression


class If(NamedTuple):
    """The steps of the first branch whose condition is true."""

    branches: "tuple[tuple[Expression, Steps], ...]"
    otherwise: "Steps"


class For(NamedTuple):
    """The steps for each item; a pair may be unpacked into two names."""

    names: tuple[str, ...]
    each: Expression
    body: "Steps"


class Let(NamedTuple):
    """A value assigned to a name."""

    name: str
    value: Expression


class Indent(NamedTuple):
    """Steps whose lines are indented."""

    width: int
    body: "Steps"


Instruction = Verbatim | Out | If | For | Let | Indent
Steps = tuple[Instruction, ...]


class Fragment(NamedTuple):
    """One template file of a component."""

    path: str
    """Below ``templates/``."""
    steps: Steps


class Outline(NamedTuple):
    """Everything that one component renders."""

    workload: Fragment | None = None
    pod: Fragment | None = None
    objects: tuple[Fragment, ...] = ()
    config: tuple[Fragment, ...] = ()


Outlines = Mapping[tuple[str, str], Outline]
"""By (pattern, implementation), like the components of a catalogue."""
