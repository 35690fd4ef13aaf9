"""Internal errors in any part of the program: the terminal is restored, the answers are saved, one message is shown."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.screens.terminal import WIZARD, Terminal, terminal

FIRST = "What kind of work"
_RUN = "\nimport sys\nsys.argv = ['podwizard', *{arguments}]\nfrom wizard.__main__ import main\nmain()\n"
_AT_X = """
import asyncio, wizard.screens.{module} as m
was = m.{owner}.{name}
def broken(self, *given, **named):
    if 'x' in [getattr(each, 'key', '') for each in given]:
        {fails}
    return was(self, *given, **named)
m.{owner}.{name} = broken
"""


def at_x(place: str, fails: str = "1 / 0") -> str:
    """Return code that makes a method fail when it gets the key x."""
    module, owner, name = place.rsplit(".", 2)
    return _AT_X.format(module=module, owner=owner, name=name, fails=fails)


BREAKING = {
    "a view": at_x("pages.question.QuestionView.press"),
    "a key's handler": at_x("app.WizardApp._take"),
    "the input thread": at_x("terminal.driver.ChangedCellsDriver.process_message"),
    "a widget": at_x(
        "stage.Stage.post",
        "rows = self.screen.body.rows; type(rows).render_line = lambda *_: 1 / 0; rows.refresh(); return",
    ),
    "a callback of the loop": at_x("stage.Stage.post", "asyncio.get_running_loop().call_soon(lambda: 1 / 0); return"),
    "a worker": at_x(
        "pages.question.QuestionView.press",
        "from wizard.screens.view import Done, Go; return Done(Go('cluster'))",
    )
    + "import wizard.cli.server as s\ns.targets = lambda *_: 1 / 0\n",
    "a stream of a worker": at_x("stage.Stage.post", "self.stream(lambda: [1 / 0][0]); return"),
    "a recursion without an end": at_x("pages.question.QuestionView.press", "broken(self, *given)"),
}


def broken(code: str, *arguments: str) -> tuple[str, ...]:
    """Return the command of a wizard that runs the failure-injecting ``code`` first."""
    return (sys.executable, "-c", code + _RUN.format(arguments=list(arguments)))


def own(folder: Path) -> dict[str, str]:
    return dict.fromkeys(("HOME", "XDG_STATE_HOME", "TMPDIR"), str(folder))


def check_report(shown: Terminal, folder: Path, kind: str = "ZeroDivisionError") -> None:
    """Check the output, exit code and crash report after an internal error."""
    assert shown.ended() == 70
    assert shown.restored()
    text = " ".join(shown.text.split())
    assert f"podwizard: internal error: {kind}" in text
    assert "Traceback" not in shown.sent.decode(errors="replace")
    assert "your answers are saved; come back with: podwizard ./orders" in text
    (report,) = folder.glob("podwizard-crash-*.txt")
    assert report.stat().st_mode & 0o077 == 0
    assert re.search(rf"^{kind}$", report.read_text(), re.MULTILINE)


@pytest.mark.parametrize("where", BREAKING)
def test_an_internal_error_leaves_the_terminal_restored_and_the_answers_saved(where: str, tmp_path: Path) -> None:
    with terminal(broken(BREAKING[where], "./orders"), environ=own(tmp_path), folder=tmp_path) as shown:
        shown.until(FIRST)
        for number, key in enumerate("112", 1):
            shown.press(key, f"{number} answered")
        shown.press("x")
        check_report(shown, tmp_path, "RecursionError" if "recursion" in where else "ZeroDivisionError")
    with terminal((*WIZARD, "./orders"), environ=own(tmp_path), folder=tmp_path) as shown:
        shown.until("answers from an earlier run")
        assert "3 answered" in shown.text


def test_an_internal_error_in_the_numbered_lines_is_reported_like_one_in_the_screens(tmp_path: Path) -> None:
    code = "import wizard.lines.answers as a\na.review = lambda *_: 1 / 0\n"
    with terminal(broken(code, "./orders", "--plain"), environ=own(tmp_path), folder=tmp_path) as shown:
        shown.until("What kind of work")
        shown.press("1\n", "What must each copy")
        shown.quiet()  # wait for the prompt, so that the next keys come after it
        shown.press("a\n")
        check_report(shown, tmp_path)


def test_an_internal_error_in_a_command_exits_with_70_and_offers_no_way_to_continue(tmp_path: Path) -> None:
    code = "import wizard.cli.patterns as p\np.run = lambda a: 1 / 0\n"
    with terminal(broken(code, "patterns"), environ=own(tmp_path), folder=tmp_path) as shown:
        assert shown.ended() == 70
        assert "podwizard: internal error: ZeroDivisionError" in shown.text
        assert "come back" not in shown.text


def test_an_internal_error_before_the_command_is_known_exits_with_70(tmp_path: Path) -> None:
    code = "import wizard.cli.main as m\nm.build_parser = lambda *a: 1 / 0\n"
    with terminal(broken(code, "patterns"), environ=own(tmp_path), folder=tmp_path) as shown:
        assert shown.ended() == 70
        assert "podwizard: internal error: ZeroDivisionError" in shown.text


def test_a_program_that_cannot_be_loaded_reports_an_internal_error_without_a_traceback(tmp_path: Path) -> None:
    code = "import sys\nsys.modules['wizard.cli.main'] = None\n"
    with terminal(broken(code, "patterns"), environ=own(tmp_path), folder=tmp_path) as shown:
        assert shown.ended() == 70
        assert "internal error: ModuleNotFoundError" in shown.text
        assert "Traceback" not in shown.text
