"""The details form: every parameter, validated while it is typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from wizard.faces.form import DetailsForm, assumed_text, choices, example_of, label, may_grow, typed_text
from wizard.screens.page import GAP, HELP, PROSE, SIGNS, KeyHint, Page, Room, Sheet, TypedText, digits
from wizard.screens.pages.form import GO_ON, FormDrawing, FormRow, onward_key, reset_key, rows, split_rows, status_of
from wizard.screens.text import line, strong
from wizard.screens.view import MOVES, Back, Done, Go, Press, View, digit, move
from wizard.text import visible
from wizard.texts.keys import ANSWERS, FIND, LEAVE

if TYPE_CHECKING:
    from wizard.catalog.resolve import Field
    from wizard.session.session import Session

_WIDE = 116
"""The minimum width of the screen in cells at which all groups are expanded."""
_FREE_TEXT = ("text", "list", "map")
_NEXT = KeyHint("enter", "next", "to the next field that needs input, else to the one below")
_LONGEST_LINE = 90
"""The maximum width of the text entry in cells."""
_BACK = KeyHint("esc", "back", "the page before")
_TO_THE_BUNDLE = KeyHint("enter", "to the bundle")


@dataclass(frozen=True, slots=True)
class Filled:
    """The session with the form's values; ``then`` leads to the bundle when the form is complete, else elsewhere."""

    session: Session
    then: Back | Go


@dataclass(frozen=True)  # without slots, so that cached properties can store the form and its rows
class DetailsView(View[Filled]):
    """The form. ``typing`` is true while letters are text, as they are in each text field that the highlight enters."""

    session: Session
    at: str
    typing: bool = False
    left: bool = False
    """True after Esc closed the field: letters act as commands, and no field opens until the user presses Enter."""
    turned: frozenset[str] = frozenset()
    """The groups whose state differs from the default: expanded on a narrow screen, collapsed on a wide one."""
    wide: bool = False
    """True on a wide screen, where groups are expanded by default."""
    before: str = ""
    """The text of the field when the highlight entered it."""
    begins: bool = False
    """True while a text is typed, until Enter or until the field is left."""
    awaited: bool = False
    """True if the field needed a value, or its choice was still open, when the highlight entered it."""
    message: str = ""

    @classmethod
    def of(cls, session: Session, *, key: str = "", message: str = "") -> DetailsView:
        """Return the form at ``key``, else at the first field that needs input, else at "Continue to the bundle"."""
        form = DetailsForm.of(session)
        at = key or form.first or GO_ON
        heading = form.heading_of(at)
        message = message or ("" if key else assumed_text(form))
        view = cls(session, at, turned=frozenset({heading} if heading else ()), message=message)
        return view if at == GO_ON else view._entered()

    # --- drawing ---------------------------------------------------------------------------------

    def page(self, room: Room) -> Page:
        """Show the required fields, the Continue row and the defaults, with the text entry between the rows."""
        if self.wide != (room.whole >= _WIDE):
            return self.within(room).page(room)
        numbered = tuple(enumerate(self.rows))
        left, right = split_rows(self.form, numbered) if self.wide else (numbered, ())
        split = (room.whole - GAP) // 2 if right else 0
        width = split - SIGNS if split else room.listed
        at_right = any(number == self.highlighted for number, _ in right)
        here, there = (right, left) if at_right else (left, right)
        sheet, below = self._drawn(here, width)
        return Page(
            title=line(strong("Details")),
            status=status_of(self.session, self._begun),
            rows=sheet.rows,
            at=self.highlighted,
            entry=self._entry_at(4 if self.form.heading_of(self.at) == "" else 6, width),
            rest=below.rows,
            aside_rows=self._drawn(there, width)[0].rows,
            at_right=at_right,
            split=split,
            message=line(self.message),
            keys=self._keys,
        )

    def _drawn(self, numbered: tuple[tuple[int, FormRow], ...], width: int) -> tuple[Sheet, Sheet]:
        """Return the rows of a column: those up to the question above the text entry, and those below it."""
        sheet, below = Sheet(width), Sheet(width)
        drawing = FormDrawing(self.form, width, begun=self._begun)
        shown = sheet
        for number, row in numbered:
            indent = 2 if row.field is not None and self.form.is_at_top(row.field) else 4
            if row.id == GO_ON:
                drawing.go_on(shown, item=number)
            elif row.heading:
                drawing.heading(shown, row, is_open=row.heading in self.unfolded, item=number)
            elif row.field is not None and row.id == self.at and (self.is_open or self._typed(row.field)):
                drawing.asked(shown, row.field, indent, item=number)
                typed = self._typed(row.field)
                shown = below if typed else shown
                drawing.explain(shown, row.field, indent, item=PROSE if typed else number)
            elif row.field is not None:
                drawing.closed(shown, row.field, indent=indent, item=number)
        return sheet, below

    def _entry_at(self, indent: int = 0, width: int = 0) -> TypedText | None:
        field = self.field
        if field is None or not self._typed(field):
            return None
        wrong, untouched = field.state == "invalid" and not self._begun, field.parameter.key not in self.session.given
        example = example_of(field, min(width - indent, _LONGEST_LINE) - 2)
        return TypedText(self.at, self._text(field), indent, wrong, self.typing, example, untouched)

    @property
    def _onward(self) -> str:
        """The field that Enter leads to from a field at the top, while any field needs input."""
        return self.form.next_choice(self.at) or self.form.next_problem(self.at)

    @property
    def _keys(self) -> tuple[KeyHint, ...]:
        field, row = self.field, self.row
        last = field and self.form.is_at_top(field) and self.awaited and not self._onward
        onward = _TO_THE_BUNDLE if last else _NEXT
        if self.typing:
            return (
                onward,
                KeyHint("↑↓", "other field"),
                KeyHint("esc", "leave the field", "leave the field; then letters act again"),
                KeyHint("F1", "help"),
            )
        if row.heading:
            act = KeyHint("enter", "fold" if row.heading in self.unfolded else "unfold")
        elif field is None:
            act = onward_key(self.form)
        elif self.left:
            act = KeyHint("enter", "edit" if self._typed(field) else "open")
        else:
            act = onward
        choose = (KeyHint(digits(len(choices(field))), "choose"),) if field is not None and self.is_open else ()
        return (
            *choose,
            act,
            *(() if self.form.next_problem() else (KeyHint("b", "bundle", "continue to the bundle"),)),
            *(reset_key(self.session, field) if field is not None else ()),
            KeyHint(ANSWERS.key, "answers", ANSWERS.more),
            KeyHint(FIND.key, "find", FIND.more),
            KeyHint("↑↓", "other field", "another field or group", shown=False),
            KeyHint("esc", "close", "close the field; then back to the page before") if self.is_open else _BACK,
            HELP,
        )

    # --- keys ------------------------------------------------------------------------------------

    def press(self, press: Press) -> View[Filled] | Done[Filled] | None:
        """Handle keys; letters are text while a field is edited, else commands."""
        key = press.key
        if key in ("up", "down", "tab", "shift+tab", "pageup", "pagedown"):
            return self._moved({"tab": 1, "shift+tab": -1}.get(key) or press.steps)
        if self.typing:
            return self._edit(press)
        if press.steps:
            return self._moved(press.steps)
        if press.key == "paste":
            return self._entered()._pasted(press) if self.field is not None and self._typed(self.field) else None
        return self._command(press)

    def _command(self, press: Press) -> View[Filled] | Done[Filled] | None:
        key, field = press.key, self.field
        if key == "escape" and self.is_open:
            return replace(self, left=True, message="")
        if key in ("escape", "left"):
            return Done(Filled(self.session, Back()))
        if key == "a":
            return Done(Filled(self.session, Go("answers")))
        if key == "slash":
            return Done(Filled(self.session, Go("search", self.at)))
        if key == "b" or (key == "enter" and self.at == GO_ON):
            return self._go_on()
        if key in ("enter", "space", "right") and self.row.heading:
            return self._fold()
        if field is None:
            return None
        if key == "R":
            return replace(self, session=self.session.reset(field.parameter.key), message="")
        return self._choose(field, key) if self.is_open else self._start(press)

    def _fold(self) -> DetailsView:
        """Collapse an expanded group; expand a collapsed one and enter its first field."""
        turned = replace(self, turned=self.turned ^ {self.row.heading}, message="")
        if self.row.heading in self.unfolded:
            return turned
        return replace(turned, at=self.row.fields[0].parameter.key)._entered()

    def _start(self, press: Press) -> DetailsView | None:
        """Open the field; a letter without another meaning starts its text, or continues a text the user gave."""
        field = self.field
        if press.key in ("enter", "right"):
            return replace(self, message="")._entered()
        if field is None or not press.text.isprintable() or not press.text.strip() or press.text in (*MOVES, LEAVE.key):
            return None
        if not self._typed(field):
            return replace(self, message=f"enter opens the choice; {visible(press.text)} does nothing here")
        before = self._text(field) if field.parameter.key in self.session.given else ""
        return self._entered().typed(before + press.text)

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
        chosen = replace(self, session=self.session.give(field.parameter.key, raw), message="")
        return replace(chosen, turned=chosen._unfolding(self.at))

    def _unfolding(self, key: str) -> frozenset[str]:
        """Return ``turned`` with the group of ``key`` expanded: a choice may move its field to another group."""
        heading = self.form.heading_of(key)
        return self.turned if not heading or heading in self.unfolded else self.turned ^ {heading}

    def _edit(self, press: Press) -> View[Filled] | Done[Filled] | None:
        """Handle the keys that end the editing; all others edit the text."""
        if press.key == "escape":
            return replace(self, typing=False, begins=False, left=True, message=self._kept())
        return self._committed() if press.key == "enter" else None

    def _pasted(self, press: Press) -> DetailsView:
        """Replace the text of a field that is not being edited with pasted text."""
        text = visible(" ".join(press.text.split()))
        return self.typed(text)

    @property
    def entry(self) -> TypedText | None:
        """The text of the open field."""
        return self._entry_at() if self.typing else None

    def typed(self, text: str) -> DetailsView:
        """Apply the text of the open field; an empty text restores the default."""
        field = self.field
        if field is None or (text == self._text(field) and not field.secret):
            return self
        return replace(self, session=self._given(text), begins=True, message="")

    @cached_property
    def _begun(self) -> str:
        """The key of the field being typed, if its text can still become valid; else empty."""
        field = self.field
        growing = self.typing and self.begins and field is not None and field.state == "invalid" and may_grow(field)
        return self.at if growing else ""

    def _given(self, text: str) -> Session:
        return self.session.give(self.at, text) if text else self.session.reset(self.at)

    def _committed(self) -> View[Filled] | Done[Filled]:
        field = self.field
        if field is not None and field.state == "invalid":
            return replace(self, begins=False, message=_refused(field))
        if field is not None and field.state == "missing" and self.typing:
            return replace(self, message=f"{label(field)} is required: type it, or ↑↓ for another field")
        if field is not None and not self.form.is_at_top(field):
            return self._next_row()
        if self._onward:
            return self._goto(self._onward)
        return self._go_on() if self.awaited else self._next_row()

    def _next_row(self) -> DetailsView:
        return replace(self, left=False)._moved(1)

    def _go_on(self) -> View[Filled] | Done[Filled]:
        if missing := self.form.next_problem():
            view, field = self._goto(missing), self.session.resolved[missing]
            return replace(view, message=_refused(field) if field.state == "invalid" else "this is still required")
        return Done(Filled(self.session, Go("bundle")))

    def _goto(self, key: str) -> DetailsView:
        return replace(self, at=key, turned=self._unfolding(key), message="")._entered()

    def _moved(self, steps: int) -> DetailsView:
        ids = [row.id for row in self.rows]
        at = ids[move(ids.index(self.row.id), steps, len(ids))]
        moved = replace(self, at=at, typing=False, begins=False, message="")
        return moved if self.left else moved._entered()

    def _entered(self) -> DetailsView:
        """Return the form ready to type, if the highlighted row is a text field."""
        field = self.field
        typing = field is not None and self._typed(field)
        awaited = self.at in (self.form.next_choice(), *(problem.key for problem in self.session.problems))
        before = field.text if typing and field is not None else ""
        return replace(self, typing=typing, begins=False, left=False, before=before, awaited=awaited)

    def _kept(self) -> str:
        """Return a message that a changed text is kept when its field is closed; empty if it has not changed."""
        field = self.field
        if field is not None and field.secret:
            return f"not accepted and not saved: change {label(field)}; R clears it"
        if field is None or field.text == self.before:
            return ""
        if field.state == "invalid":
            return f"{label(field)} is kept, but not accepted: see ✗ below its text"
        return f"{label(field)} is now {field.text or 'empty'}; it was {self.before or 'empty'}"

    # --- state -----------------------------------------------------------------------------------

    @cached_property
    def form(self) -> DetailsForm:
        """The fields in display order."""
        return DetailsForm.of(self.session)

    def within(self, room: Room) -> DetailsView:
        """Expand all groups on a wide screen and collapse them on a narrow one, except the open field's group."""
        wide = room.whole >= _WIDE
        if wide == self.wide:
            return self
        heading = self.form.heading_of(self.at)
        turned = frozenset() if wide or not heading else frozenset({heading})
        return replace(self, wide=wide, turned=turned)

    @property
    def unfolded(self) -> frozenset[str]:
        """The headings of the expanded groups."""
        if not self.wide:
            return self.turned
        return frozenset(group.heading for group in self.form.groups) - self.turned

    @cached_property
    def rows(self) -> tuple[FormRow, ...]:
        """The visible rows."""
        return rows(self.form, self.unfolded)

    @cached_property
    def row(self) -> FormRow:
        """The highlighted row; the Continue row if the highlighted one no longer exists."""
        found = {row.id: row for row in self.rows}
        return found.get(self.at, found[GO_ON])

    @property
    def is_open(self) -> bool:
        """True if a field is open: its text is being edited, or its choices are shown and selected by number."""
        field = self.field
        return field is not None and not self.left and (self.typing or not self._typed(field))

    @property
    def field(self) -> Field | None:
        """The highlighted field."""
        return self.row.field

    @property
    def takes_question_mark(self) -> bool:
        """True in free text, such as a URL; in an empty field, a question mark opens the help."""
        field = self.field
        return bool(self.typing and field and field.text and field.parameter.type.widget in _FREE_TEXT)

    @property
    def highlighted(self) -> int:
        """The number of the open row."""
        return next(number for number, row in enumerate(self.rows) if row.id == self.row.id)

    def picked(self, item: int) -> View[Filled] | Done[Filled]:
        """Open the clicked field, fold or unfold the clicked group, or continue."""
        row = self.rows[item]
        there = replace(self, at=row.id, typing=False, message="")
        if row.id == GO_ON:
            return there._go_on()
        return there._fold() if row.heading else there._entered()

    def picked_aside(self, item: int) -> View[Filled] | Done[Filled]:
        """Do the same for a row of the other column."""
        return self.picked(item)

    def _text(self, field: Field) -> str:
        """Return the text to edit; a text that looks like a secret is only shown in the open field, for correction."""
        raw = self.session.given.get(field.parameter.key) if field.secret else None
        return raw if isinstance(raw, str) else typed_text(field)

    def _typed(self, field: Field) -> bool:
        return not choices(field)


def _refused(field: Field) -> str:
    """Return the message for a rejected value; the reason, which may be long, is shown next to the field."""
    return f"{label(field)} is not accepted: see ✗ below its {'choices' if choices(field) else 'text'}"
