"""The box of the program that an operator runs: its instances, Services, disks and backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.screens.pages.boxes import box
from wizard.screens.text import BLANK, Line, Span, Style, line, quiet, spread, strong, wrap

if TYPE_CHECKING:
    from wizard.faces.drawing import DrawnProduct

OPEN_PRODUCT = "a database or broker"
_MADE = "created, updated and repaired by the operator"
_CHOSEN_LATER = line(quiet("You choose the product in the details."))
_PROPOSED = line(Span("~ ", Style.ATTENTION), Span("assumed; choose the product in the details", Style.NOTICE))


def product_box(product: DrawnProduct, width: int, most: int) -> list[Line]:
    """Return the box; without space (``most`` is 0) only the product and its instances."""
    first, *rest = product_lines(product, width - 4, most)
    return box("operator", first, tuple(rest), Style.OPERATOR, width)


def product_lines(product: DrawnProduct, width: int, most: int) -> tuple[Line, ...]:
    """Return the product with its number of instances, and the facts about them if there is space."""
    title = product.title or OPEN_PRODUCT
    count = f"×{product.instances}" if product.instances else ""
    rows = [spread(line(strong(title)), line(quiet(count)), width)]
    if len(title) + len(count) + 1 > width:
        rows = [*wrap(line(strong(title)), width), *((line(quiet(count)),) if count else ())]
    state = _PROPOSED if product.proposed else BLANK if product.title else _CHOSEN_LATER
    for row in (state, *(line(quiet(f"  {each}")) for each in product.lines if most)):
        rows += wrap(row, width, hang=4) if row else ()
    for each in product.goes_to if most else ():
        rows += wrap(line(f"▸ {each}"), width, hang=2)
    if most > 1:
        rows += wrap(line(quiet(_MADE)), width)
    return tuple(rows)
