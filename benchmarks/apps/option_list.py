"""Textual's own list of options."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import OptionList


class Options(App[None]):
    def compose(self) -> ComposeResult:
        yield OptionList(*(f"option {number}, with about as many words as an answer has" for number in range(1, 9)))


if __name__ == "__main__":
    Options().run()
