"""The question screen: digits answer immediately, arrows only highlight, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from tests import proxies
from tests.journeys import CASES, answered
from tests.screens.drive import key_event, no_services, wizard
from tests.screens.small import session
from tests.screens.test_journey import WEB
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Catalog
from wizard.decision.model import Answer
from wizard.screens.page import HELP, KeyHint, Room, key_parts, keys_width, room_for, shown_keys
from wizard.screens.pages.question import QuestionView
from wizard.screens.text import Style
from wizard.session.session import start


async def test_the_first_screen_is_the_first_question() -> None:
    async with wizard(session()) as person:
        assert "What kind of work is it?" in person.screen
        assert "about 4 questions, 1 minute" in person.screen
        assert "› 1  It serves until it is stopped" in person.screen


async def test_a_digit_answers_immediately() -> None:
    async with wizard(session()) as person:
        assert "What must it find again?" in await person.press("1")
        assert "1 answered" in person.screen


async def test_arrows_only_highlight_and_the_panel_follows() -> None:
    async with wizard(session(work="server")) as person:
        assert "the workload is Deployment" in person.screen
        screen = await person.press("down")
        assert "the workload is StatefulSet" in screen
        assert "What must it find again?" in screen


async def test_a_key_without_a_visible_character_is_named_in_the_message_that_it_does_nothing() -> None:
    async with wizard(session()) as person:
        assert "space does nothing here" in await person.press("space")


async def test_enter_answers_with_the_highlighted_option() -> None:
    async with wizard(session()) as person:
        await person.press("down", "enter")
        assert person.app.flow.session.answers == {"work": "task"}


async def test_zero_means_i_dont_know_and_its_answer_counts_as_assumed() -> None:
    async with wizard(session(work="server", keeps="nothing")) as person:
        assert "counts as: To standard output" in person.screen
        await person.press("0")
        assert person.app.flow.session.answers["logs"] == "stdout"
        assert person.app.flow.session.assumed == {"logs"}


async def test_zero_does_nothing_if_the_question_has_no_unsure_option() -> None:
    async with wizard(session()) as person:
        assert "0 does nothing here" in await person.press("0")
        assert "does nothing" not in await person.press("down")


async def test_digits_and_space_tick_options_and_enter_submits_them() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout")) as person:
        screen = await person.press("2", "up", "space")
        assert "[x] Another service" in screen
        assert "[x] A program beside" in screen
        await person.press("1", "enter")
        assert person.app.flow.session.answers["needs"] == ("helper",)


async def test_one_key_answers_none_of_these() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout")) as person:
        screen = await person.press("1", "n")
        assert person.app.flow.session.answers["needs"] == ()
        assert "Plain Deployment" in screen


async def test_going_back_shows_the_given_answer_and_loses_nothing() -> None:
    async with wizard(session()) as person:
        screen = await person.press("1", "2", "escape")
        assert "What must it find again?" in screen
        assert "›●2  Its own disk" in screen, "and the answer that holds is marked"
        screen = await person.press("left")
        assert "What kind of work is it?" in screen
        assert "first question" in await person.press("left")
        assert person.app.flow.session.answers == {"work": "server", "keeps": "disk"}


async def test_the_effect_of_a_changed_answer_is_shown() -> None:
    async with wizard(session(work="server", keeps="disk", logs="stdout")) as person:
        screen = await person.press("a", "down", "enter", "1")
        assert "StatefulSet → Deployment" in screen


async def test_a_changed_answer_that_brings_up_more_questions_names_them(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        await person.press("1", "1", "2", "1", "escape")
        screen = await person.press("3")
        assert "1 more question: Kubernetes version" in screen


async def test_a_tick_without_an_effect_says_that_nothing_more_changes(catalog: Catalog) -> None:
    asked: dict[str, Answer] = {"work": "server", "keeps": "own_disk", "operate": "plain", "copies": "several"}
    asked |= {"logs": "stdout", "metrics": "native", "needs": (), "cluster": ()}
    server = start(catalog)
    for question_id, answer in asked.items():
        server = server.answer(question_id, answer)
    async with wizard(server) as person:
        assert "What this tick does" in await person.press("1"), "a warning"
        screen = await person.press("3")
        assert "[x] It needs a device of the node" in screen
        assert "What this tick does" in screen and "= changes nothing more" in screen
        assert "With your selection" in screen


async def test_keys_typed_ahead_are_processed_in_order() -> None:
    async with wizard(session()) as person:
        await person.ahead("1", "1", "2", "n")
        assert "Deployment, with log sidecar" in person.screen


async def test_w_shows_the_patterns_that_depend_on_the_question() -> None:
    async with wizard(session(work="server", keeps="nothing")) as person:
        screen = await person.press("w")
        assert "log sidecar" in screen
        assert "It writes only to files." in screen
        assert "Where does it write its logs?" in await person.press("escape")


async def test_help_lists_the_keys_of_the_screen() -> None:
    async with wizard(session()) as person:
        screen = await person.press("question_mark")
        assert "answer with the highlighted option" in screen
        assert "What kind of work is it?" in await person.press("escape")


async def test_the_filter_finds_an_answer_and_enter_changes_it() -> None:
    async with wizard(session(work="server", keeps="disk", logs="files")) as person:
        screen = await person.press("a")
        assert "decides: log sidecar" in screen
        screen = await person.press("slash", *"disk")
        assert "its own disk" in screen.lower()
        assert "Only to files" not in screen
        assert "What must it find again?" in await person.press("enter", "enter")


async def test_each_of_the_first_answers_is_two_keys_away() -> None:
    async with wizard(session(work="server", keeps="disk", logs="files")) as person:
        assert "Where does it write its logs?" in await person.press("a", "3")


async def test_answers_set_aside_are_listed() -> None:
    made = session(work="server", keeps="disk").answer("work", "task")
    async with wizard(made) as person:
        screen = await person.press("a")
        assert "aside, because they are no longer asked" in screen
        assert "Its own disk" in screen


async def test_ticked_options_survive_a_visit_to_another_page() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout")) as person:
        for away in ("w", "a", "question_mark"):
            await person.press(*(("2",) if away == "w" else ()), away)
            assert "[x] A program beside" in await person.press("escape"), away
        await person.press("escape", "1")
        assert "[x] A program beside" in person.screen, "and a step back"


async def test_vim_keys_move_the_highlight() -> None:
    async with wizard(session()) as person:
        assert "› 2" in await person.press("j")
        assert "› 1" in await person.press("k")
        last = await person.press("G")
        assert "› 1" not in last
        assert await person.press("end") == last
        assert "› 1" in await person.press("g")
        assert person.app.flow.session.answers == {}


async def test_the_first_question_offers_the_cluster_and_later_ones_offer_back_and_answers() -> None:
    services = no_services(save=lambda _: "", targets=lambda: (), discover=lambda _: None)
    async with wizard(session(), services=services) as person:
        assert "back" not in person.screen
        assert "v cluster" in person.screen
        screen = await person.press("1")
        assert "← back  w why  a answers" in screen
        assert "v cluster" not in screen


async def test_with_ticks_the_effect_of_the_highlighted_option_precedes_that_of_all(
    catalog: Catalog,
) -> None:
    made = answered(catalog, {"work": "server", "keeps": "nothing", "copies": "several"})
    made = made.answer("logs", "stdout").answer("metrics", "native")
    async with wizard(made) as person:
        assert "If you tick this\n" in person.screen
        assert "no need to ask" not in person.screen
        screen = await person.press("4", "down")
        own, _, whole = screen[screen.index("If you tick this") : screen.index("So far")].partition("With what is")
        assert "wait-migrated" in own, "the highlighted one first, by itself"
        assert " wait " not in own
        assert not whole or "+ init wait " in whole


async def test_the_pod_so_far_is_a_strip_below_100_columns_and_boxes_from_there(catalog: Catalog) -> None:
    answers: dict[str, Answer] = {**WEB, "needs": ("wait",)}
    made = answered(catalog, answers).forget("habits")
    async with wizard(made) as person:
        strip = person.screen[person.screen.index("So far") :]
        assert "So far   Deployment" in strip
        assert "init wait → Awaited service › app your program" in strip
    async with wizard(made, size=(120, 36)) as person:
        assert "┌─ init ─" in person.screen
        assert "▼ then" in person.screen
        assert "So far" not in person.screen


async def test_additions_of_the_highlighted_option_are_drawn_as_added(catalog: Catalog) -> None:
    made = answered(catalog, {**WEB, "cluster": ()}).forget("logs")
    async with wizard(made, size=(120, 36)) as person:
        screen = person.screen
        while "› 3" not in screen:
            screen = await person.press("down")
        assert "╭╌ + sidecar ╌" in screen


async def test_answers_kept_behind_an_open_question_stay_listed(catalog: Catalog) -> None:
    async with wizard(answered(catalog, {**WEB, "keeps": "own_disk"})) as person:
        assert "Does it take an expert on the product" in person.screen
        screen = await person.press("a")
        assert "3 given · 5 kept" in screen
        rows = screen[screen.index("kept in case they are asked again") :]
        assert "logs To standard output" in " ".join(rows.split())
        assert "Where does your program write its logs?" in await person.press("5")


async def test_the_term_of_an_option_is_on_its_right_or_else_on_a_line_below(
    catalog: Catalog,
) -> None:
    async with wizard(start(catalog)) as person:
        rows = person.screen.splitlines()
        node, task = (next(row for row in rows if row.startswith(f"   {digit}  ")) for digit in (2, 3))
        assert node.endswith("one per node    DaemonSet")
        assert len(node) == len(task), "one edge"
    async with wizard(start(catalog), size=(60, 20)) as person:
        rows = person.screen.splitlines()
        at = next(at for at, row in enumerate(rows) if row.startswith("   4  "))
        assert rows[at].endswith("set times")
        assert rows[at + 1].split() == ["CronJob"]
        assert len(rows[at + 1]) == len(next(row for row in rows if row.endswith("Job"))), "one edge"


@pytest.mark.parametrize("question", ["work", "keeps", "copies", "parts", "overlap", "late", "two_harm", "operate"])
def test_a_short_list_of_options_on_the_smallest_screen_shows_all_of_its_terms(question: str, catalog: Catalog) -> None:
    answers = next(given for given, _ in CASES.values() if question in given)
    before = dict(islice(answers.items(), [*answers].index(question)))
    view = QuestionView.of(answered(catalog, before), question)
    terms = [span.text for each in view.page(room_for(60, 20)).lines for span in each if span.style is Style.QUIET]
    assert {option.term for option in view.options} <= {*terms}


def test_the_term_of_an_option_is_dim(catalog: Catalog) -> None:
    lines = QuestionView.of(start(catalog), "work").page(Room(76, 20)).lines
    assert [span.style for each in lines for span in each if span.text == "DaemonSet"] == [Style.QUIET]


async def test_ticking_an_option_unticks_excluded_options_and_reports_it(tmp_path: Path) -> None:
    made = start(load_catalog(proxies.write(tmp_path / "own")))
    async with wizard(made) as person:
        assert "[x] A store that is a cluster" in await person.press("1")
        screen = await person.press("2")
        assert "[ ] A store that is a cluster" in screen
        assert "[x] A store with sentinels" in screen
        assert 'unticked, because both cannot be true: "A store that is a cluster"' in screen
        screen = await person.press("up")
        drawn = screen[screen.index("So far") :]
        assert "ring" in drawn and "watch" not in drawn, "what the panel tries leaves the other one out"
        await person.press("enter")
        assert person.app.flow.session.answers == {"outbound": ("sentinel",)}


async def test_quick_mode_asks_only_for_the_workload_and_shows_its_assumptions(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        assert "r quick" in person.screen
        assert "is assumed" in await person.press("r")
        await person.press("3")
        made = person.app.flow.session
        assert made.quick
        assert made.verdict is not None and made.verdict.base == "Job"
        assert "assumed" in person.screen.splitlines()[0]


async def test_quick_mode_can_be_turned_off_before_anything_is_assumed(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        before = person.app.flow.session.ahead
        assert "r ask all" in await person.press("r")
        assert len(person.app.flow.session.ahead) < len(before)
        assert "every question that counts is asked again" in await person.press("r")
        assert person.app.flow.session.ahead == before


async def test_ctrl_c_closes_the_palette_and_then_opens_the_quit_dialog(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        person.app.action_command_palette()
        await person.pilot.pause()
        assert len(person.app.screen_stack) == 2
        person.app.post_message(key_event("ctrl+c"))
        await person.pilot.pause()
        assert len(person.app.screen_stack) == 1
        assert "Leave the wizard?" in await person.press("ctrl+c")


@pytest.mark.parametrize("columns", [60, 80])
def test_the_key_line_of_every_question_keeps_its_keys_while_the_highlight_moves(
    columns: int, catalog: Catalog
) -> None:
    learned = set()
    for answers, _ in CASES.values():
        session = start(catalog)
        for question, answer in answers.items():
            view = QuestionView.of(session, question)
            for shown in (view, replace(view, at=len(view.options) - 1 + view.question.many), view.picked(0)):
                if not isinstance(shown, QuestionView):  # the question of one answer is answered
                    continue
                keys = shown.page(room_for(columns, 20)).keys
                line = shown_keys(keys, columns - 2)
                words = {key.does for key in line}
                assert [key for key in line if key.name != "m"] == [
                    *shown_keys(tuple(key for key in keys if key.name != "m"), columns - 2)
                ], "the lesson's key takes no other key's place"
                learned |= {key.name for key in line[-2:] if key.name == "m"}
                assert not any(key.name == "m" for key in line[:-2])
                if session.answers:
                    enter = next(key.does for key in keys if key.name == "enter")
                    assert {enter, "back", "why", "help"} <= words, words
                    assert columns == 60 or "answers" in words
                assert "unsure" in words or not view.question.many
            session = session.answer(question, answer)
    assert learned or columns == 60


def test_keys_with_the_same_effect_share_a_description_and_spare_keys_are_dropped_first() -> None:
    keys = (KeyHint("1-3", "answer"), KeyHint("enter", "answer"), KeyHint("a", "answers", spare=True), HELP)
    room = keys_width(keys)
    assert "".join(f"{' ' * before}{name}{does}" for before, name, does, _ in key_parts(keys)) == (
        "1-3 enter answer  a answers  ? help"
    )
    assert shown_keys(keys, room) == keys
    assert [key.name for key in shown_keys(keys, room - 1)] == ["1-3", "enter", "?"]


async def test_enter_is_labelled_none_while_no_option_is_ticked() -> None:
    async with wizard(session(work="server", keeps="nothing", logs="stdout"), size=(60, 20)) as person:
        assert "n enter none" in person.screen
        assert "enter go on" in await person.press("1")
