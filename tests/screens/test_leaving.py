"""Ways to leave the wizard, and their effect on the answers of this run and of earlier runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.screens.drive import no_services, wizard
from tests.screens.small import session
from wizard.faces.resume import Earlier
from wizard.session.session import Session


async def test_ctrl_c_opens_the_quit_dialog_and_keeps_the_answers_by_default() -> None:
    async with wizard(session()) as person:
        assert "Save the answers" in await person.press("1", "ctrl+c")
        await person.press("enter")
    assert person.outcome.keep
    assert person.outcome.session.answers == {"work": "server"}
    assert person.outcome.written is None


async def test_the_answers_can_be_discarded_on_leaving() -> None:
    async with wizard(session()) as person:
        await person.press("1", "ctrl+c", "D")
    assert not person.outcome.keep


async def test_leaving_warns_that_answers_which_cannot_be_saved_are_lost() -> None:
    async with wizard(session(), services=no_services(saves=lambda: False)) as person:
        screen = await person.press("1", "ctrl+c")
        assert "the answers are lost: they cannot be saved" in screen
        assert "Save the answers" not in screen and "s save" not in screen
        assert "What must it find again?" in await person.press("enter"), "Enter alone loses nothing"
        await person.press("ctrl+c", "D")
    assert person.outcome.session.answers == {"work": "server"}


async def test_a_second_ctrl_c_leaves_immediately_and_keeps_the_answers() -> None:
    async with wizard(session()) as person:
        await person.press("1", "ctrl+c", "ctrl+c")
    assert person.outcome.keep


async def test_esc_returns_from_the_quit_dialog_to_the_question() -> None:
    async with wizard(session()) as person:
        screen = await person.press("1", "ctrl+c", "escape")
        assert "What must it find again?" in screen


async def test_a_terminal_that_hangs_up_keeps_the_answers() -> None:
    async with wizard(session()) as person:
        await person.press("1", "hangup")
    assert person.outcome.keep


def saving(saved: list[Session]) -> Callable[[Session], str]:
    """Return a save service that appends sessions to ``saved`` and reports no problem."""

    def save(made: Session) -> str:
        saved.append(made)
        return ""

    return save


async def test_answers_are_saved_after_each_answer() -> None:
    saved: list[Session] = []

    async with wizard(session(), services=no_services(save=saving(saved))) as person:
        await person.press("1", "2")
    assert [dict(made.answers) for made in saved] == [{"work": "server"}, {"work": "server", "keeps": "disk"}]


async def test_saving_starts_after_the_next_question_is_on_the_terminal() -> None:
    shown: list[str] = []

    def save(_: Session) -> str:
        shown.append(person.screen)
        return ""

    async with wizard(session(), services=no_services(save=save)) as person:
        await person.press("1")
    assert "What must it find again?" in shown[0]


async def test_answers_are_saved_even_if_the_terminal_hangs_up_before_the_next_frame() -> None:
    saved: list[Session] = []

    async with wizard(session(), services=no_services(save=saving(saved))) as person:
        await person.ahead("1", "hangup")
    assert [dict(made.answers) for made in saved] == [{"work": "server"}]


async def test_a_failed_save_is_reported_and_the_questions_continue() -> None:
    def save(_: Session) -> str:
        raise OSError("the disk is full")

    async with wizard(session(), services=no_services(save=save)) as person:
        assert "not saved: the disk is full" in await person.press("1")
        assert "Where does it write its logs?" in await person.press("1")


async def test_an_earlier_run_is_offered() -> None:
    found = session(work="server", keeps="disk")
    async with wizard(session(), services=no_services(found=(Earlier(found),))) as person:
        assert "answers from an earlier run" in person.screen
        assert "Where does it write its logs?" in await person.press("c")


async def test_an_earlier_run_can_be_declined() -> None:
    found = session(work="server", keeps="disk")
    async with wizard(session(), services=no_services(found=(Earlier(found),))) as person:
        await person.press("N")
        assert person.app.flow.session.answers == {}


def earlier() -> tuple[Earlier, ...]:
    """Return two earlier runs: one with a name from two hours ago, one from yesterday."""
    web = session(work="server", keeps="disk").give("app.name", "orders")
    return Earlier(web, 7_200.0, "1"), Earlier(session(work="server"), 86_400.0, "2")


@pytest.mark.parametrize(
    ("keys", "begun", "shown"),
    [
        (("enter",), ["1"], "Where does it write its logs?"),
        (("down", "enter"), ["2"], "What must it find again?"),
        (("2",), ["2"], "What must it find again?"),
        (("down", "r"), ["2"], "1 given"),
        (("N",), [""], "What kind of work"),
        (("end", "enter"), [""], "What kind of work"),
        (("9", "d", "end", "D", "r"), [], "Start over"),
    ],
)
async def test_each_of_several_earlier_runs_can_be_chosen(keys: tuple[str, ...], begun: list[str], shown: str) -> None:
    taken: list[str] = []

    def begin(chosen: Earlier | None) -> str:
        taken.append(chosen.id if chosen else "")
        return ""

    given = no_services(found=earlier(), found_stays=True, begin=begin)
    async with wizard(session(), services=given) as person:
        first = person.screen
        assert "answers from 2 earlier runs" in first and "those above are kept" in first
        assert "› 1  orders, " in first and "1 day ago" in first
        assert shown in await person.press(*keys)
        assert taken == begun


async def test_only_a_capital_d_forgets_an_earlier_run() -> None:
    gone: list[str] = []
    given = no_services(found=earlier(), found_stays=True, forget=lambda each: gone.append(each.id))
    async with wizard(session(), services=given) as person:
        shown = await person.press("d", "ctrl+c")
        assert "answers of earlier runs are kept" in shown and "Discard" not in shown
        assert "Leave the wizard?" in await person.press("D")
        shown = await person.press("escape", "down", "D")
        assert gone == ["2"] and "forgotten: Deployment" in shown and "1 earlier run" in shown
        assert "What kind of work" in await person.press("D")
    assert gone == ["2", "1"]


async def test_leaving_before_choosing_keeps_all_earlier_runs() -> None:
    async with wizard(session(), services=no_services(found=earlier(), found_stays=True)) as person:
        await person.press("ctrl+c", "enter")
    assert person.outcome.keep


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_nine_earlier_runs_fit_on_the_screen(size: tuple[int, int]) -> None:
    found = tuple(Earlier(session(work="server").give("app.name", f"o{n}"), n * 60.0, str(n)) for n in range(9))
    async with wizard(session(), services=no_services(found=found, found_stays=True), size=size) as person:
        assert all(f"{n + 1}  o{n}, " in person.screen for n in range(9))


@pytest.mark.parametrize("way", ["hangup", "ctrl+c"])
async def test_form_values_are_kept_on_hangup_and_ctrl_c(way: str) -> None:
    saved: list[Session] = []

    made = session(work="server", keeps="nothing", logs="stdout", needs=())
    async with wizard(made, services=no_services(save=saving(saved))) as person:
        await person.press("enter")
        await person.type("orders")
        await person.press(*([way] if way == "hangup" else [way, way]))
    assert person.outcome.session.given == {"app.name": "orders"}
    assert saved[-1].given == {"app.name": "orders"}
