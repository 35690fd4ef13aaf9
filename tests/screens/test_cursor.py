"""The terminal's cursor, which braille displays and magnifiers follow."""

from __future__ import annotations

from pathlib import Path

from tests.screens.terminal import WIZARD, Terminal, terminal

DOWN = "\x1b[B"

TO_A_LINE = (
    *(("1", "find again"), ("1", "How many copies"), ("2", "its logs"), ("1", "monitoring"), ("1", "it need?")),
    *(("n", "of your cluster"), ("1", "[x]"), ("\r", "true of your program"), ("n", "certain")),
    *(("\r", "still needed"), ("example.com/shop/app:1.4.2", "complete"), ("\r", "enter write"), ("o", "its source")),
)


def test_the_cursor_is_at_the_line_again_after_a_look_at_its_question(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    with terminal((*WIZARD, "./app"), environ=home, folder=tmp_path) as shown:
        shown.until("What kind of work")
        for keys, then in TO_A_LINE:
            shown.press(keys, then)
        while "matchLabels" not in marked(shown):
            before = shown.text
            shown.press(DOWN)
            while shown.text == before:
                shown.read(0.05)
        shown.press("\r", "find again")
        shown.press("\x1b", "its source")
        shown.quiet()
        assert "matchLabels" in marked(shown)
        assert "matchLabels" in shown.screen.display[shown.screen.cursor.y]


def marked(shown: Terminal) -> str:
    """Return the highlighted row; empty if there is none."""
    return next((row for row in shown.screen.display if "›" in row), "")
