"""The rows of the details form and their drawing: required fields first, then the defaults under headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.faces.form import choices, in_few_words, in_words, is_assumed, is_none, label, lacking, value_text
from wizard.screens.page import HELD, PROSE, WIDEST, KeyHint, Sheet, first_lines
from wizard.screens.text import (
    BLANK,
    Line,
    Span,
    Style,
    accent,
    beside,
    cells,
    clip,
    line,
    plain_text,
    quiet,
    strong,
    width_of,
    wrap,
)
from wizard.text import count
from wizard.texts.phrases import awaited_note, awaited_text, items_text, source_text, value_note

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.faces.form import DetailsForm
    from wizard.session.session import Session

GO_ON = "go-on"
_GAP = 21
_COLUMN = 48
"""The width of the column of questions at the top."""
_LEAST = 24
"""The minimum width of the column of their values."""
_HANG = 2
_MOST_LINES = 3
"""The maximum number of lines of a value in a closed field."""
_DIGITS = 10
"""The first number without a digit key."""
_AROUND_CONTINUE = 3
"""Lines of the Continue row, including the blank lines around it."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row that can be highlighted: a field, a heading, or the Continue row."""

    id: str
    field: Field | None = None
    heading: str = ""
    fields: tuple[Field, ...] = ()
    """For a heading, the fields it groups."""


Numbered = tuple[int, FormRow]
"""The number of a row in the form, and the row."""


def rows(form: DetailsForm, unfolded: frozenset[str]) -> tuple[FormRow, ...]:
    """List the visible rows, from top to bottom."""
    found = [FormRow(f.parameter.key, field=f) for f in form.top]
    found.append(FormRow(GO_ON))
    for group in form.groups:
        found.append(FormRow(f"heading:{group.heading}", heading=group.heading, fields=group.fields))
        if group.heading in unfolded:
            found += [FormRow(f.parameter.key, field=f) for f in group.fields]
    return tuple(found)


class FormDrawing:
    """A drawing of a form's rows."""

    def __init__(self, form: DetailsForm, width: int, *, begun: str = "") -> None:
        self.form = form
        self.begun = begun
        """The key of a field whose text is only a beginning; its problem is not shown yet."""
        self.session = form.session
        self.column = min(_COLUMN, width - _LEAST)

    def go_on(self, sheet: Sheet, *, item: int) -> None:
        """Add the row that leads to the bundle, with the reason why it cannot be used yet."""
        missing = self.form.next_problem()
        sheet.blank()
        on = "Continue to the bundle"
        if missing:
            sheet.add("  ", quiet(on), Span("  "), *self._lacking(missing), hang=4, item=item)
        else:
            sheet.add("  ", accent(on), item=item)
        sheet.blank()

    def _lacking(self, key: str) -> Line:
        where = "below" if self.form.heading_of(key) else "above"
        refused = self.session.resolved[key].state == "invalid" and key != self.begun
        return notices(((f"a value {where} is {'refused' if refused else 'needed'}", refused),))

    def heading(self, sheet: Sheet, row: FormRow, *, is_open: bool, item: int) -> None:
        """Add a heading; if its group is collapsed, with the problems in it and its values in short."""
        fault = () if is_open else notices(lacking(row.fields))
        fault = line("  ", *fault) if fault else ()
        head = line(f"  {'▾' if is_open else '▸'} ", accent(row.heading), *fault)
        summary = "" if is_open else f"  {self._summary(row, sheet.width - width_of(head) - 2)}"
        sheet.add(clip((*head, quiet(summary)), sheet.width), item=item)

    def _summary(self, row: FormRow, room: int) -> str:
        """Return the values of a collapsed group, the longest ones in few words if not all of them fit in full."""
        used = [field for field in row.fields if not is_none(field)]
        texts = [self._in_words(field, value_text(field)) for field in used]
        for at in sorted(range(len(used)), key=lambda at: -len(texts[at])):
            if cells(" · ".join(texts)) > room:
                texts[at] = self._in_words(used[at], in_few_words(used[at]))
        return " · ".join(texts) or count_empty(row)

    def closed(self, sheet: Sheet, field: Field, *, indent: int, item: int) -> None:
        """Add a closed field: its name or question, and its value."""
        value, note = self._value(field), value_note(self.session, field)
        at_top = self.form.is_at_top(field)
        head, column = (self.form.question(field), self.column) if at_top else (label(field), _GAP)
        if not at_top and field.parameter.key in self.session.given:
            note = "yours"
        sign = Span("~ ", Style.ATTENTION) if at_top and is_assumed(field) else Span("  ")
        lines = _beside(head, sign, value, note, column, sheet.width - indent)
        sheet.extend([line(" " * indent, *each) for each in lines], item=item)
        if field.state == "invalid":
            self._problem(sheet, field, indent + 4, item=item)

    def _value(self, field: Field) -> Span:
        if text := value_text(field):
            style = Style.QUIET if is_assumed(field) else Style.PLAIN
            return Span("(none)" if is_none(field) else text, style)
        if field.state == "invalid":
            return Span("(refused)", Style.ERROR)
        if leader := self.form.awaited(field):
            return quiet(f"({awaited_note(leader)})")
        return Span("(needed)", Style.NOTICE) if field.required else quiet("(none)")

    def asked(self, sheet: Sheet, field: Field, indent: int, *, item: int) -> None:
        """Add the question of the open field, which carries the highlight, and its choices."""
        sheet.add(" " * indent, strong(self.form.question(field)), hang=indent, item=item)
        sheet.beside = item
        for number, (raw, text) in enumerate(choices(field), 1):
            mark = HELD if raw == field.text else Span(" ")
            words = (f"{' ' * (indent + 2)}{number}  ", mark, f" {text}")
            sheet.add(*words, hang=indent + 7, key=str(number) if number < _DIGITS else "")

    def explain(self, sheet: Sheet, field: Field, indent: int, *, item: int) -> None:
        """Add the open field's problem, the source of its value, and its help, which stay visible with the field."""
        sheet.beside = item
        if field.parameter.key != self.begun:
            self._problem(sheet, field, indent + 2)
        leader = self.form.awaited(field)
        if source := awaited_text(leader) if leader else source_text(self.session, field):
            sheet.add(quiet(source), indent=indent + 2)
        for text in filter(None, (field.parameter.help, items_text(field.parameter))):
            for row in wrap(line(quiet(in_words(self.session, text))), min(sheet.width, WIDEST) - indent - 2):
                sheet.add(row, indent=indent + 2)
        sheet.beside = PROSE
        sheet.extend(() if sheet.lines and not plain_text(sheet.lines[-1]).strip() else (BLANK,))

    def _in_words(self, field: Field, value: str) -> str:
        found = " (found)" if value_note(self.session, field).startswith("found") else ""
        return f"{label(field)}: {value}{found}"

    def _problem(self, sheet: Sheet, field: Field, indent: int, *, item: int = PROSE) -> None:
        if field.state != "invalid" or not field.problem:
            return
        text = in_words(self.session, f"{field.problem}; {field.hint}" if field.hint else field.problem)
        sheet.add(" " * indent, *_notice(text, refused=True), hang=indent + 2, item=item)


def status_of(session: Session, begun: str) -> Line:
    """Return how many values are needed and refused; the one of the field ``begun`` counts as needed."""
    fields = (f._replace(state="missing") if f.parameter.key == begun else f for f in session.fields)
    return notices(lacking(fields)) or line("complete")


def onward_key(form: DetailsForm) -> KeyHint:
    """Return what Enter does on the Continue row: while a value is needed or refused, it leads there."""
    if not (key := form.next_problem()):
        return KeyHint("enter", "go on")
    refused = form.session.resolved[key].state == "invalid"
    return KeyHint("enter", f"to the {'refused' if refused else 'needed'} value")


def notices(texts: tuple[tuple[str, bool], ...]) -> Line:
    """Return what is needed and what is refused, each with its sign; true marks a text as refused."""
    shown = [_notice(text, refused=refused) for text, refused in texts]
    return line(*(part for at, each in enumerate(shown) for part in ((" · ", each) if at else (each,))))


def _notice(text: str, *, refused: bool) -> Line:
    if refused:
        return line(Span("✗ ", Style.ERROR), Span(text, Style.REMOVED))
    return line(Span("! ", Style.ATTENTION), Span(text, Style.NOTICE))


def _beside(head: str, sign: Span, value: Span, note: str, column: int, width: int) -> tuple[Line, ...]:
    """Return a question or name with the sign of its value and the value, on at most three lines, and a note.

    The value is in the second column, after ``column`` cells, or after a question that is longer than that, or below
    the question if it is too long itself. The note is left out where it does not fit.
    """
    left = width - column - cells(sign.text)
    if cells(head) >= column and cells(f"{head} {sign.text}{value.text}") <= width:
        return (line(head, " ", sign, *_noted((line(value),), note, width - cells(f"{head} {sign.text}"))[0]),)
    if cells(value.text) <= left or column <= width // 2:
        values = _noted(first_lines(wrap(line(value), left), _MOST_LINES, left), note, left)
        return beside(wrap(line(head), column - 1, hang=_HANG), _signed(sign, values), column, 0)
    left = width - 2 * _HANG
    values = _noted(first_lines(wrap(line(value), left), _MOST_LINES, left), note, left)
    rows = _signed(line(" " * _HANG, sign), values)
    return (*wrap(line(head), width, hang=_HANG), *rows)


def _signed(sign: Span | Line, rows: tuple[Line, ...]) -> tuple[Line, ...]:
    """Put a sign before the first of several lines."""
    first = line(sign)
    return tuple(line(" " * width_of(first) if at else first, *each) for at, each in enumerate(rows))


def _noted(values: tuple[Line, ...], note: str, width: int) -> tuple[Line, ...]:
    """Return the lines of a value, followed by a note if there is room."""
    if not note or width_of(values[-1]) + cells(note) + 2 > width:
        return values
    return (*values[:-1], line(*values[-1], quiet(f"  {note}")))


def split_rows(form: DetailsForm, numbered: tuple[Numbered, ...]) -> tuple[tuple[Numbered, ...], tuple[Numbered, ...]]:
    """Divide the rows into two columns of similar height, regardless of which groups are expanded."""
    left = len(form.top) + _AROUND_CONTINUE
    high = left + sum(1 + len(group.fields) for group in form.groups)
    begin = ""
    for group in form.groups:
        if not begin and left + len(group.fields) > high // 2:
            begin = f"heading:{group.heading}"
        left += 1 + len(group.fields)
    at = next((at for at, (_, row) in enumerate(numbered) if row.id == begin), len(numbered))
    return numbered[:at], numbered[at:]


def count_empty(row: FormRow) -> str:
    """Return the summary of a group without any values."""
    return count(len(row.fields), "setting") + ", none used"


def reset_key(session: Session, field: Field) -> tuple[KeyHint, ...]:
    """Return the key that resets the field, if it has been given a value."""
    parameter = field.parameter
    if parameter.key not in session.given:
        return ()
    again = parameter.default is not None or bool(parameter.derived_from)
    return (KeyHint("R", "default", "the field's default again") if again else KeyHint("R", "clear", "leave it empty"),)
