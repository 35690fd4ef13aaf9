"""Dialogs over a page, on a real terminal."""

from __future__ import annotations

import pytest

from tests.screens.terminal import terminal


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_a_dialog_is_never_on_the_terminal_without_its_contents(size: tuple[int, int]) -> None:
    with terminal(columns=size[0], rows=size[1]) as shown:
        shown.until("What kind of work")
        shown.press("112\r", "Why not")
        shown.quiet()
        for keys, inside in (("m", "It is a long story"), ("?", "On this screen")):
            shown.press(keys)
            frames = []
            while inside not in shown.text:
                if shown.read(0.01):
                    frames.append(shown.text)
            empty = [each for each in frames if inside not in each and each.count("Why not") == 0]
            assert not empty, empty[0]
            shown.press("\x1b", "Why not")
            shown.quiet()
