"""Rows of the details form, and how they are drawn: what must be given first, then the defaults under headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.faces.form import choices, in_words, label, value_text
from wizard.screens.page import PROSE, WIDEST, Sheet
from wizard.screens.text import Line, Span, Style, accent, cells, clip, line, pad, quiet, strong, wrap
from wizard.text import count, shorten
from wizard.texts.phrases import items_text, value_note

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.faces.form import DetailsForm

GO_ON = "go-on"
_GAP, _SHORT = 20, 24


@dataclass(frozen=True, slots=True)
class FormRow:
    """Something the highlight can be on: a field, a heading, or the way on."""

    id: str
    field: Field | None = None
    heading: str = ""
    fields: tuple[Field, ...] = ()
    """Of a heading: what is folded under it."""


def rows(form: DetailsForm, unfolded: frozenset[str]) -> tuple[FormRow, ...]:
    """List the rows on show, from top to bottom."""
    found = [FormRow(f.parameter.key, field=f) for f in form.top]
    found.append(FormRow(GO_ON))
    for group in form.groups:
        found.append(FormRow(f"heading:{group.heading}", heading=group.heading, fields=group.fields))
        if group.heading in unfolded:
            found += [FormRow(f.parameter.key, field=f) for f in group.fields]
    return tuple(found)


class FormDrawing:
    """Draws the rows of a form."""

    def __init__(self, form: DetailsForm, width: int) -> None:
        self.form = form
        self.session = form.session
        self.asks = self._asks(width)

    def way_on(self, sheet: Sheet, *, item: int) -> None:
        """The row that leads to the bundle, with what keeps one from it."""
        missing = self.form.next_problem()
        sheet.blank()
        on = "Go on to the bundle"
        said = quiet(f"{on} ({self._lacking(missing)})") if missing else accent(on)
        sheet.add("  ", said, item=item)
        sheet.blank()

    def _lacking(self, key: str) -> str:
        where = "below" if self.form.heading_of(key) else "above"
        refused = self.session.resolved[key].state == "invalid"
        return f"an answer {where} is refused" if refused else f"something is still needed {where}"

    def heading(self, sheet: Sheet, row: FormRow, *, is_open: bool, item: int) -> None:
        """A heading, with the values under it in short where they are folded."""
        values = " · ".join(self._in_short(f) for f in row.fields if f.text)
        summary = "" if is_open else f"  {values or count_empty(row)}"
        head = line(f"  {'▾' if is_open else '▸'} ", accent(row.heading), quiet(summary))
        sheet.add(clip(head, sheet.width), item=item)

    def closed(self, sheet: Sheet, field: Field, *, indent: int, item: int) -> None:
        """A field that is not open: its name or question, and its value."""
        value = self._value(field)
        note = value_note(self.session, field)
        told = quiet(f"  {note}" if note and indent + _GAP + 1 + cells(value.text) + cells(note) < sheet.width else "")
        head: Line | str = label(field).ljust(_GAP)
        if self.form.is_at_top(field):
            room = sheet.width - indent - 1 - cells(value.text) - cells(told.text)
            head = pad(line(field.parameter.ask), max(self.asks, min(cells(field.parameter.ask), room)))
        sheet.add(clip(line(" " * indent, head, " ", value, told), sheet.width), item=item)
        if field.state == "invalid":
            self._problem(sheet, field, indent + 4, item=item)

    @staticmethod
    def _value(field: Field) -> Span:
        if text := value_text(field):
            return Span(text, Style.QUIET if field.state in ("default", "follows") else Style.PLAIN)
        if field.state == "invalid":
            return Span("(refused)", Style.ATTENTION)
        return Span("(needed)", Style.ATTENTION) if field.required else quiet("(none)")

    @staticmethod
    def asked(sheet: Sheet, field: Field, indent: int, *, item: int) -> None:
        """The question of the field that is open, and its choices."""
        sheet.add(" " * indent, strong(field.parameter.ask), hang=indent, item=item)
        for number, (raw, said) in enumerate(choices(field), 1):
            mark = "●" if raw == field.text else " "
            sheet.add(f"{' ' * (indent + 2)}{number}  {mark} {said}", hang=indent + 7, item=item)

    def told(self, sheet: Sheet, field: Field, indent: int, *, item: int) -> None:
        """Its problem, where its value comes from, and its help, in sight together with it."""
        sheet.beside = item
        self._problem(sheet, field, indent + 2)
        if note := value_note(self.session, field):
            sheet.add(quiet(note), indent=indent + 2)
        for told in filter(None, (field.parameter.help, items_text(field.parameter))):
            for row in wrap(line(quiet(in_words(self.session, told))), min(sheet.width, WIDEST) - indent - 2):
                sheet.add(row, indent=indent + 2)
        sheet.beside = PROSE
        sheet.blank()

    def _asks(self, width: int) -> int:
        """The column of what is asked for above the way on: as wide as it must be, wherever the highlight is."""
        asks = max((cells(field.parameter.ask) for field in self.form.top), default=0)
        return min(asks + 1, width - 3 - width // 4)

    def _in_short(self, field: Field) -> str:
        found = " (found)" if value_note(self.session, field).startswith("found") else ""
        return f"{label(field)}: {shorten(value_text(field), _SHORT)}{found}"

    def _problem(self, sheet: Sheet, field: Field, indent: int, *, item: int = PROSE) -> None:
        if field.state != "invalid" or not field.problem:
            return
        said = in_words(self.session, f"{field.problem}; {field.hint}" if field.hint else field.problem)
        sheet.add(" " * indent, Span("! ", Style.ATTENTION), said, hang=indent + 2, item=item)


def count_empty(row: FormRow) -> str:
    """The summary of a heading under which nothing is set."""
    return count(len(row.fields), "setting") + ", none used"
