"""The fallback to numbered lines where screens cannot be shown, and the line that gives the reason."""

from __future__ import annotations

import pytest

from wizard.cli.terminal import no_screens


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({"TERM": "xterm", "LANG": "C.UTF-8"}, ""),
        ({"TERM": "xterm", "LANG": "de_DE.utf8"}, ""),
        ({"TERM": "dumb", "LANG": "C.UTF-8"}, "TERM=dumb"),
        ({"LANG": "C.UTF-8"}, "TERM="),
        ({"TERM": "xterm", "LANG": "C"}, "not UTF-8"),
        ({"TERM": "xterm", "LC_ALL": "POSIX", "LANG": "C.UTF-8"}, "not UTF-8"),
    ],
)
def test_the_reason_for_numbered_lines_is_the_terminal_or_the_locale(environ: dict[str, str], why: str) -> None:
    reason = no_screens(environ)
    assert why in reason
    assert bool(reason) == bool(why)
