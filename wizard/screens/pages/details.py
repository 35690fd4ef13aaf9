"""The details form: every parameter, checked while it is typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wizard.faces.form import DetailsForm, at_top, choices, label, needs_value, value_text
from wizard.screens.editor import Editor
from wizard.screens.page import HELP, WIDEST, KeyHint, Page, Room, Sheet
from wizard.screens.pages.form import GO_ON, FormRow, rows
from wizard.screens.text import Span, Style, cells, clip, line, pad, quiet, strong, wrap
from wizard.screens.view import STEPS, Back, Done, Go, Press, View, digit, move
from wizard.text import count, shorten
from wizard.texts.phrases import value_note

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.session.session import Session

_GAP = 20
_SHORT = 24
_NEEDED = len("(needed)")
_FREE_TEXT = ("text", "list", "map")


@dataclass(frozen=True, slots=True)
class Filled:
    """The session with the form's values; ``complete`` when the person goes on, else they go back or elsewhere."""

    session: Session
    then: Back | Go


@dataclass(frozen=True, slots=True)
class DetailsView(View[Filled]):
    """The form. ``editor`` is set while letters are text."""

    session: Session
    at: str
    editor: Editor | None = None
    unfolded: frozenset[str] = frozenset()
    message: str = ""

    @classmethod
    def of(cls, session: Session, *, key: str = "", message: str = "") -> DetailsView:
        """The form, on ``key``, or on the first field that wants something, or on the way on."""
        form = DetailsForm.of(session)
        at = key or form.first or GO_ON
        heading = form.heading_of(at)
        view = cls(session, at, unfolded=frozenset({heading} if heading else ()), message=message)
        return view if at == GO_ON else view._entered()

    # --- drawing ---------------------------------------------------------------------------------

    def page(self, room: Room) -> Page:
        """Show needed fields, the way on, and the defaults."""
        sheet = Sheet(room.whole if room.side else room.width)
        required = True
        for row in self.rows:
            here = row.id == self.at
            if row.id == GO_ON:
                self._way_on(sheet, here=here)
                required = False
            elif row.heading:
                self._heading(sheet, row, here=here)
            elif row.field is not None:
                self._field(sheet, row.field, here=here, indent=2 if required else 4)
        missing = sum(needs_value(f) for f in self.session.fields)
        return Page(
            title=line(strong("Details")),
            status=line(f"{missing} still needed" if missing else "complete"),
            body=sheet.done(),
            focus=sheet.focus,
            bar=self.field is None or not self._typed(self.field),
            message=line(self.message),
            keys=self._keys,
        )

    def _way_on(self, sheet: Sheet, *, here: bool) -> None:
        missing = self.form.next_problem()
        sheet.blank()
        where = "below" if self.form.heading_of(missing) else "above"
        on = "Go on to the bundle"
        said = quiet(f"{on} (something is still needed {where})") if missing else on
        sheet.add(f"{'›' if here else ' '} ", said, focus=here)
        sheet.blank()

    def _heading(self, sheet: Sheet, row: FormRow, *, here: bool) -> None:
        open_ = row.heading in self.unfolded
        head = f"{'›' if here else ' '} {'▾' if open_ else '▸'} {row.heading}"
        values = " · ".join(self._in_short(f) for f in row.fields if f.text)
        summary = "" if open_ else f"  {values or count_empty(row)}"
        sheet.add(clip(line(head, quiet(summary)), sheet.width), focus=here)

    def _field(self, sheet: Sheet, field: Field, *, here: bool, indent: int) -> None:
        if here:
            self._open_field(sheet, field, indent)
            return
        text = value_text(field) or ("(needed)" if field.required else "(none)")
        unsaid = field.state in ("default", "follows") or not (field.text or field.required)
        style = Style.QUIET if unsaid else Style.PLAIN
        note = value_note(self.session, field)
        head = pad(line(field.parameter.ask), self._asks(sheet.width)) if at_top(field) else label(field).ljust(_GAP)
        told = quiet(f"  {note}" if note else "")
        sheet.add(clip(line(" " * indent, head, " ", Span(text, style), told), sheet.width))
        if field.state == "invalid":
            self._problem(sheet, field, indent + 4)

    def _open_field(self, sheet: Sheet, field: Field, indent: int) -> None:
        sheet.add(f"›{' ' * (indent - 1)}", strong(field.parameter.ask), hang=indent, focus=True)
        if self._typed(field):
            room = sheet.width - indent - 4
            shown = self.editor.line(room) if self.editor else line(value_text(field) or quiet("(empty)"))
            sheet.add(clip((Span(" " * (indent + 2) + "│ "), *shown), sheet.width), focus=True)
        else:
            for number, (raw, said) in enumerate(choices(field), 1):
                mark = "•" if raw == field.text else " "
                sheet.add(f"{' ' * (indent + 2)}{number}  {mark} {said}", hang=indent + 7, focus=True)
        self._problem(sheet, field, indent + 4)
        if note := value_note(self.session, field):
            sheet.add(quiet(note), indent=indent + 4)
        if field.parameter.help:
            for row in wrap(line(field.parameter.help), min(sheet.width, WIDEST) - indent - 2):
                sheet.add(row, indent=indent + 2)
        sheet.blank()

    def _asks(self, width: int) -> int:
        """The column of what is asked for above the way on: as wide as it must be, and as the values let it."""
        beside = [field for field in self.session.fields if at_top(field) and field.parameter.key != self.at]
        asks = max((cells(field.parameter.ask) for field in beside), default=0)
        values = max((cells(value_text(field)) for field in beside), default=0)
        return min(asks + 1, width - 3 - max(_NEEDED, min(values, width // 3)))

    def _in_short(self, field: Field) -> str:
        found = " (found)" if value_note(self.session, field).startswith("found") else ""
        return f"{label(field)}: {shorten(value_text(field), _SHORT)}{found}"

    def _problem(self, sheet: Sheet, field: Field, indent: int) -> None:
        if field.state != "invalid" or not field.problem:
            return
        hint = f"; {field.hint}" if field.hint else ""
        sheet.add(" " * indent, Span(" ! ", Style.ATTENTION), f" {field.problem}{hint}", hang=indent + 4)

    @property
    def _keys(self) -> tuple[KeyHint, ...]:
        if self.editor is not None:
            return (
                KeyHint("enter", "next", "to the next field that needs something, or on"),
                KeyHint("↑↓", "other field"),
                KeyHint("esc", "leave the field", "then letters act again"),
                KeyHint("F1", "help"),
            )
        field, row = self.field, self.row
        if row.heading:
            act = KeyHint("enter", "fold" if row.heading in self.unfolded else "unfold")
        elif field is None:
            act = KeyHint("enter", "go on")
        elif self._typed(field):
            act = KeyHint("enter", "edit")
        else:
            act = KeyHint("enter", "next")
        choose = (
            (KeyHint(f"1-{len(choices(field))}", "choose"),) if field is not None and not self._typed(field) else ()
        )
        return (
            *choose,
            act,
            KeyHint("b", "bundle", "go on to the bundle"),
            *(_reset_key(self.session, field) if field is not None else ()),
            KeyHint("a", "answers"),
            KeyHint("esc", "back", "the verdict"),
            HELP,
        )

    # --- keys ------------------------------------------------------------------------------------

    def press(self, press: Press) -> View[Filled] | Done[Filled] | None:
        """Text while a field is edited, else letters act."""
        key = press.key
        if key in ("up", "down", "tab", "shift+tab", "pageup", "pagedown"):
            return self._moved({"tab": 1, "shift+tab": -1}.get(key) or STEPS[key])
        if self.editor is not None:
            return self._edit(press)
        if key in STEPS:
            return self._moved(STEPS[key])
        if press.key == "paste":
            return self._entered()._edit(press) if self.field is not None and self._typed(self.field) else None
        return self._command(key)

    def _command(self, key: str) -> View[Filled] | Done[Filled] | None:
        field = self.field
        if key in ("escape", "left"):
            return Done(Filled(self.session, Back()))
        if key == "a":
            return Done(Filled(self.session, Go("answers")))
        if key == "b" or (key == "enter" and self.at == GO_ON):
            return self._go_on()
        if key in ("enter", "space", "right") and self.row.heading:
            return self._fold()
        if field is None:
            return None
        if key == "R":
            return replace(self, session=self.session.reset(field.parameter.key), message="")
        return self._choose(field, key) if not self._typed(field) else self._start(key)

    def _fold(self) -> DetailsView:
        """Fold what is unfolded, else go in: to its first field, ready to type."""
        turned = replace(self, unfolded=self.unfolded ^ {self.row.heading}, message="")
        if self.row.heading in self.unfolded:
            return turned
        return replace(turned, at=self.row.fields[0].parameter.key)._entered()

    def _start(self, key: str) -> DetailsView | None:
        return self._entered() if key in ("enter", "right", "e") else None

    def _choose(self, field: Field, key: str) -> View[Filled] | Done[Filled] | None:
        options = choices(field)
        raws = [raw for raw, _ in options]
        if 0 < digit(key) <= len(options):
            raw = raws[digit(key) - 1]
        elif key in ("space", "right"):
            raw = raws[(raws.index(field.text) + 1) % len(raws)] if field.text in raws else raws[0]
        elif key == "enter":
            return self._committed()
        else:
            return None
        return replace(self, session=self.session.give(field.parameter.key, raw), message="")

    def _edit(self, press: Press) -> View[Filled] | Done[Filled] | None:
        if press.key == "escape":
            return replace(self, editor=None)
        if press.key == "enter":
            return self._committed()
        editor = self.editor.press(press) if self.editor else None
        if editor is None:
            return self
        if self.editor is not None and editor.text == self.editor.text:
            return replace(self, editor=editor)
        return replace(self, editor=editor, session=self._given(editor.text), message="")

    def _given(self, text: str) -> Session:
        return self.session.give(self.at, text) if text else self.session.reset(self.at)

    def _committed(self) -> View[Filled] | Done[Filled]:
        field = self.field
        if field is not None and field.state == "invalid":
            return replace(self, message=f"{label(field)}: {field.problem}")
        if field is not None and not at_top(field):
            return self._next_row()
        onward = self.form.next_choice(self.at) or self.form.next_problem(self.at)
        return self._goto(onward) if onward else self._go_on()

    def _next_row(self) -> DetailsView:
        return replace(self, editor=None)._moved(1)

    def _go_on(self) -> View[Filled] | Done[Filled]:
        if missing := self.form.next_problem():
            return replace(self._goto(missing), message="this is still needed")
        return Done(Filled(self.session, Go("bundle")))

    def _goto(self, key: str) -> DetailsView:
        heading = self.form.heading_of(key)
        opened = self.unfolded | ({heading} if heading else set())
        return replace(self, at=key, unfolded=opened, message="")._entered()

    def _moved(self, steps: int) -> DetailsView:
        ids = [row.id for row in self.rows]
        at = ids[move(ids.index(self.row.id), steps, len(ids))]
        moved = replace(self, at=at, editor=None, message="")
        return moved._entered() if self.editor is not None else moved

    def _entered(self) -> DetailsView:
        """Ready to type, when the highlighted row is typed text."""
        field = self.field
        if field is None or not self._typed(field):
            return replace(self, editor=None)
        return replace(self, editor=Editor.of(field.text))

    # --- what the keys and the drawing share -----------------------------------------------------

    @property
    def form(self) -> DetailsForm:
        """The fields in their order."""
        return DetailsForm.of(self.session)

    @property
    def rows(self) -> tuple[FormRow, ...]:
        """The rows on show."""
        return rows(self.form, self.unfolded)

    @property
    def row(self) -> FormRow:
        """The highlighted row; the way on when the highlighted one is gone."""
        found = {row.id: row for row in self.rows}
        return found.get(self.at, found[GO_ON])

    @property
    def field(self) -> Field | None:
        """The highlighted field."""
        return self.row.field

    @property
    def takes_question_mark(self) -> bool:
        """A question mark may stand inside free text (a URL has them); in an empty field it asks for help."""
        field = self.field
        return bool(self.editor and self.editor.text and field and field.parameter.type.widget in _FREE_TEXT)

    def _typed(self, field: Field) -> bool:
        return not choices(field)


def _reset_key(session: Session, field: Field) -> tuple[KeyHint, ...]:
    """The key that takes back what was given, where something was."""
    parameter = field.parameter
    if parameter.key not in session.given:
        return ()
    again = parameter.default is not None or bool(parameter.derived_from)
    return (KeyHint("R", "default", "the field's default again") if again else KeyHint("R", "clear", "leave it empty"),)


def count_empty(row: FormRow) -> str:
    """The summary of a heading under which nothing is set."""
    return count(len(row.fields), "setting") + ", none used"
