"""The verdict screen: every line leads to the answers behind it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.journeys import CASES, answered
from tests.screens.drive import wizard
from tests.screens.small import session
from tests.screens.stand_ins import HELPERS
from tests.screens.test_journey import WEB
from tests.screens.test_sheets import verdict
from tests.shipped import CATALOG
from wizard.catalog.model import Catalog
from wizard.decision.model import Answer
from wizard.faces.verdict import SHOWN, gains_and_prices
from wizard.screens.dialogs.lesson import LessonView
from wizard.screens.page import GAP, room_for, shown_keys
from wizard.screens.pages.reasons import Group, ReasonsView
from wizard.screens.text import plain_text
from wizard.session.samples import preview
from wizard.texts import wording
from wizard.texts.reasons import differing_flips, flip_reasons, why_not_reasons, why_reasons

SIMPLE: dict[str, str | tuple[str, ...]] = {"work": "server", "keeps": "nothing", "logs": "stdout", "needs": ()}


def unspaced(text: str) -> str:
    """Return a text without the spaces and line breaks that wrapping changes."""
    return "".join(text.split())


def labels(screen: str) -> str:
    """Return the labels to the left of the reasons, of which long ones are wrapped."""
    return unspaced("".join(row[2:24] for row in screen.splitlines()))


async def test_a_plain_workload_needs_no_additions() -> None:
    async with wizard(session(**SIMPLE)) as person:
        assert "Plain Deployment" in person.screen
        assert person.screen.splitlines()[-2].strip() == "Your program needs no helper container."
        assert "certain · 4 answers" in person.screen


async def test_a_verdict_with_notes_only_does_not_speak_of_warnings(catalog: Catalog) -> None:
    async with wizard(answered(catalog, {**WEB, "copies": "one", "two_harm": "no"})) as person:
        assert "Note       · With one replica" in person.screen
        assert "Warning" not in person.screen
    async with wizard(answered(catalog, {**WEB, "habits": ("several",)})) as person:
        assert "Warning    ! Several programs in one image restart only together." in person.screen


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
async def test_up_highlights_no_line_of_a_verdict_until_one_is_highlighted(
    size: tuple[int, int], catalog: Catalog
) -> None:
    async with wizard(answered(catalog, WEB), size=size) as person:
        assert "enter details" in await person.press("up")
        assert "enter look" in await person.press("down", "up"), "the first line"


async def test_a_verdicts_help_lists_each_key_once() -> None:
    async with wizard(session(**SIMPLE), size=(80, 50)) as person:
        screen = await person.press("?")
        keys = [line.split()[0] for line in screen.splitlines() if line.startswith("   ") and line[3:4].strip()]
        assert "a" in keys
        assert len(keys) == len({*keys}) + keys.count("esc") - 1, "esc has a meaning here and one everywhere"


@pytest.mark.parametrize("keys", [("down",), ("n", "escape"), ("a", "escape")])
async def test_the_remark_on_a_verdict_leaves_with_the_next_key(keys: tuple[str, ...]) -> None:
    async with wizard(session(**SIMPLE)) as person:
        assert "needs no helper container" in person.screen
        screen = await person.press(*keys)
        assert "Plain Deployment" in screen
        assert "needs no helper container" not in screen


async def test_a_complete_list_that_is_longer_than_the_screen_shows_the_position(catalog: Catalog) -> None:
    async with wizard(answered(catalog, HELPERS), size=(60, 20)) as person:
        header = (await person.press("n", "down")).splitlines()[0]
        assert re.search(r"  2 of \d\d$", header), header


async def test_reasons_for_and_against_quote_the_users_answers() -> None:
    async with wizard(session(**{**SIMPLE, "logs": "files"})) as person:
        assert "Deployment, with log sidecar" in person.screen
        assert "log sidecar  It writes only to files" in person.screen
        assert 'StatefulSet  data: "Nothing"' in person.screen


async def test_a_line_leads_to_the_answer_behind_it() -> None:
    async with wizard(session(**{**SIMPLE, "logs": "files"})) as person:
        screen = await person.press("down", "down", "enter")
        assert "The answers behind it" in screen
        assert "Where does it write its logs?" in await person.press("enter")


async def test_answers_that_would_change_the_verdict_are_listed() -> None:
    async with wizard(session(**SIMPLE)) as person:
        screen = await person.press("f")
        assert 'StatefulSet               if data: "Its own disk"' in screen
        assert "Plain Deployment" in await person.press("escape")


def test_a_choice_that_adds_nothing_is_not_in_the_title_and_costs_nothing(catalog: Catalog) -> None:
    made = answered(catalog, {**WEB, "metrics": "foreign", "source": "no", "forms": (), "version": "v133"})
    assert wording.verdict_title(made) == "Deployment, with metrics adapter"
    none = made.give("adapter.implementation", "unmeasured")
    assert wording.verdict_title(none) == "Plain Deployment"
    gains, prices = gains_and_prices(none)
    assert not [text for text in (*gains, *prices) if "metrics" in text or "container" in text]


def test_changes_of_what_the_program_is_come_last(catalog: Catalog) -> None:
    session = answered(catalog, {**WEB, "copies": "several"})
    flips = [reason.questions for reason in flip_reasons(session)]
    of_work = [("work" in questions) for questions in flips]
    assert any(of_work) and of_work == sorted(of_work)
    assert not [reason for reason in differing_flips(session, 3) if "work" in reason.questions]


async def test_the_highlight_survives_a_visit_to_another_page() -> None:
    async with wizard(session(**{**SIMPLE, "logs": "files"})) as person:
        before = await person.press("down", "down")
        marked = next(row for row in before.splitlines() if "›" in row)
        for key in ("n", "f", "a", "m", "enter"):
            await person.press(key)
            assert marked in await person.press("escape"), key


async def test_the_highlighted_reason_survives_a_visit_to_its_answers(catalog: Catalog) -> None:
    async with wizard(answered(catalog, {**WEB, "copies": "several"})) as person:
        listed = await person.press("n", "down", "down")
        await person.press("enter")
        assert await person.press("escape") == listed


async def test_one_key_opens_the_lesson_and_it_scrolls() -> None:
    async with wizard(session(**{**SIMPLE, "logs": "files"})) as person:
        screen = await person.press("m")
        assert "log sidecar gives much. And more." in screen
        assert await person.press("end") != screen
        assert "Why" in await person.press("escape")


async def test_an_error_stops_the_user_names_the_fix_and_leads_to_its_answers() -> None:
    async with wizard(session(work="task", logs="files")) as person:
        assert "stopped · 2 answers" in person.screen
        assert "enter what stops it" in person.screen
        screen = await person.press("enter")
        assert "The logs of a task in files are lost." in screen
        assert "Write them to standard output." in screen
        assert "What is it called?" not in screen
        screen = await person.press("down", "enter")
        assert "Where does it write its logs?" in screen
        assert "Plain Job" in await person.press("1")


async def test_back_leads_to_the_last_question() -> None:
    async with wizard(session()) as person:
        await person.press("1", "1", "1", "enter")
        assert "Which of these does it need?" in await person.press("escape")


async def test_the_key_line_at_80x24_shows_every_key(catalog: Catalog) -> None:
    async with wizard(answered(catalog, HELPERS)) as person:
        keys = person.screen.splitlines()[-1]
        assert keys == " enter details  n why not  f otherwise  a answers  m learn  / find  ? help"


async def test_the_smallest_verdict_names_the_keys_of_its_complete_lists(catalog: Catalog) -> None:
    async with wizard(answered(catalog, HELPERS), size=(60, 20)) as person:
        for screen in (person.screen, await person.press("down")):
            assert "n why not  f otherwise" in screen.splitlines()[-1]


async def test_paragraphs_are_complete_if_there_is_room_and_truncated_if_not(catalog: Catalog) -> None:
    session = answered(catalog, {**WEB, "copies": "one", "two_harm": "no"})
    async with wizard(session) as person:
        tight = person.screen.splitlines()
        assert "  You get    As many identical replicas as you want, replaced a few at a" in person.screen
        assert "              time during an update and restarted when they fail" in person.screen
        assert len([row for row in tight[2:-2] if row]) >= 17, "no line is wasted while something is cut"
        assert "▼" not in person.screen and [row for row in tight if row.endswith("…")], "a cut saves a second page"
    async with wizard(session, size=(80, 40)) as person:
        assert not [row for row in person.screen.splitlines() if row.endswith("…")]
        last = await person.press("end")
        assert "if you tick" in last[last.index("\n ›") :]


@pytest.mark.parametrize("case", ["simple-api", "nightly-backup", "web-app-with-file-logs"])
def test_no_reason_is_cut_on_a_verdict_of_two_pages(case: str) -> None:
    room = room_for(80, 24)
    lines = verdict(case).page(room).lines
    assert len(lines) > room.height
    assert not [text for each in lines if (text := plain_text(each)).rstrip().endswith("…")]


async def test_patterns_that_a_changed_answer_may_bring_are_named(catalog: Catalog) -> None:
    session = answered(catalog, WEB)
    reasons = {reason.about: reason.text for reason in flip_reasons(session)}
    assert reasons["perhaps plus metrics adapter, metrics adapter for JSON and 5 more"].startswith("if metrics: ")
    assert reasons["perhaps plus secrets fetcher, secrets sidecar"].endswith("and 1 more question")
    assert "Deployment" not in reasons, "what it is already would change nothing"
    async with wizard(session) as person:
        screen = await person.press("f", "end")
        columns = {row.find("if ") for row in screen.splitlines() if "  if " in row}
        assert columns == {29}, "one column, however long the names are"


async def test_up_at_the_end_of_a_lesson_scrolls_it(catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB)) as person:
        assert "A Deployment is a wish" in await person.press("m"), "not that of a quiet addition"
        await person.press("escape")
        end = await person.press("m", "end")
        assert await person.press("down", "space") == end
        assert await person.press("up") != end


async def test_the_flips_shown_differ_and_one_keeps_the_workload(catalog: Catalog) -> None:
    session = answered(catalog, HELPERS)
    shown = [reason.about for reason in differing_flips(session, 3)]
    assert len(set(shown)) == 3
    assert any(about.startswith(("plus", "without", "perhaps")) for about in shown)
    async with wizard(session, size=(100, 40)) as person:
        assert all(unspaced(about) in labels(person.screen) for about in shown)


async def test_the_drawing_shows_the_programs_name_only_once_it_is_known(catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB)) as person:
        while "│ " not in person.screen:
            await person.settle()
        assert "│ your program" in person.screen
        await person.press("enter")
        await person.type("example.com/orders:1")
        screen = await person.press("escape", "escape")
        while "│ " not in person.screen:
            await person.settle()
        assert "│ orders" in screen


async def test_a_wide_verdict_shows_reasons_on_the_left_and_the_pod_with_its_cost_on_the_right(
    catalog: Catalog,
) -> None:
    async with wizard(answered(catalog, HELPERS), size=(160, 60)) as person:
        rows = person.screen.splitlines()[2:-2]
        left = max(len(row[:79].rstrip()) for row in rows)
        assert left <= 77, "paragraphs are no wider than reads well"
        right = "\n".join(row[79:] for row in rows)
        assert "┌─ app ─" in right
        assert "You pay" in right
        assert not [row for row in rows if row.endswith("…")]


async def test_reasons_push_no_warning_off_the_screen(catalog: Catalog) -> None:
    answers: dict[str, Answer] = {
        **{**WEB, "metrics": "foreign", "source": "no", "forms": ()},
        **{"needs": ("mtls", "secrets", "helper"), "beside": (), "self_tls": "no", "secrets": "renewed"},
        **{"cluster": ("collector", "scarce"), "version": "v129"},
    }
    session = answered(catalog, answers)
    assert len(session.warnings) > 1
    async with wizard(session) as person:
        assert all(" ".join(rule.say.split()[:4]) in person.screen for rule in session.warnings)
        assert "Warning" in await person.press("down"), "and while the first line is highlighted"


async def test_a_flip_leads_to_its_question_with_the_new_answer_highlighted(catalog: Catalog) -> None:
    async with wizard(answered(catalog, {**WEB, "copies": "several"})) as person:
        await person.press("f")
        while "StatefulSet" not in person.screen.split("\n ›")[1].splitlines()[0]:
            await person.press("down")
        screen = await person.press("enter", "enter")
        assert "find again after a restart" in screen
        assert "› 2  Its own data" in screen
        assert "●1" in screen, "the answer that holds is marked"


@pytest.mark.parametrize("size", [(100, 24), (100, 30), (120, 30), (120, 40), (200, 30), (200, 60)])
@pytest.mark.parametrize("case", CASES)
def test_gains_costs_and_warnings_beside_any_pod_are_shown_in_full(case: str, size: tuple[int, int]) -> None:
    view = verdict(case)
    view = replace(view, pod=preview(view.session))
    gains, prices = gains_and_prices(view.session)
    room = room_for(*size)
    page = view.page(room)
    column = list(page.aside or page.lines)[: room.height]
    start = room.second + GAP if page.aside and room.third else 0
    read = "".join(plain_text(each)[start:] for each in column).replace(" ", "")
    for text in (*gains[:1], *prices[:1], *view._amounts, *(rule.say for rule in view.session.warnings)):
        assert text.replace(" ", "") in read, text
    assert not any("…" in plain_text(each) for each in page.aside)


@pytest.mark.parametrize("size", [(80, 60), (120, 40), (200, 60)])
async def test_a_verdict_shows_as_many_reasons_as_there_is_room_for(size: tuple[int, int], catalog: Catalog) -> None:
    made = answered(catalog, WEB)
    async with wizard(made, size=size) as person:
        screen = person.screen
        more = 3 * SHOWN if size[1] == 60 else SHOWN + 1
        seen = unspaced(screen) if size[0] == 80 else labels(screen)
        assert all(unspaced(reason.label) in seen for reason in why_not_reasons(made)[:more])
        assert all(unspaced(flip.label) in seen for flip in differing_flips(made, more))
        assert "▼" not in screen, "nothing is below the screen"


async def test_the_highlight_stays_on_its_reason_when_a_new_size_shows_more_of_them(catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB), size=(80, 24)) as person:
        marked = next(row for row in (await person.press("end")).splitlines() if "›" in row).split("  ")[1].strip(" ›")
        await person.pilot.resize_terminal(200, 60)
        await person.settle()
        assert any("›" in row and marked in row for row in person.screen.splitlines()), marked


async def test_a_lesson_has_the_name_that_the_verdict_uses_beside_its_title(catalog: Catalog) -> None:
    async with wizard(answered(catalog, {**WEB, "logs": "files_only", "cluster": (), "version": "v133"})) as person:
        assert "log-shipping sidecar" in person.screen
        assert "log-shipping sidecar  Log sidecar that ships log files" in await person.press("m")


async def test_a_job_verdict_names_the_settings_that_its_answers_decided(catalog: Catalog) -> None:
    answers = {**CASES["nightly-backup"][0], "overlap": "replace", "twice_ok": "no"}
    async with wizard(answered(catalog, answers), size=(120, 40)) as person:
        assert "concurrencyPolicy: Replace" in person.screen
        assert "Work that must not be done twice" in person.screen
        assert "backoffLimit: 0" in person.screen
        screen = await person.press("down", "down", "enter")
        assert "What should happen if a run is still going when the next one is due?" in screen


async def test_a_verdict_counts_the_reasons_that_it_does_not_show(catalog: Catalog) -> None:
    made = answered(catalog, WEB)
    for size in [(80, 24), (120, 40)]:
        async with wizard(made, size=size) as person:
            assert f" of {len(why_not_reasons(made))}" in person.screen, size


async def test_patterns_with_one_reason_are_counted_in_its_label_and_named_in_the_complete_list(
    catalog: Catalog,
) -> None:
    async with wizard(answered(catalog, {**CASES["postgres"][0]}), size=(120, 40)) as person:
        assert "API rights" not in person.screen
        screen = await person.press("n")
        assert "26more" in labels(screen)
        assert "API rights" in screen


async def test_a_change_of_settings_or_warnings_names_them(catalog: Catalog) -> None:
    made = answered(catalog, {**CASES["nightly-backup"][0]})
    found = {reason.questions[0]: reason.line for reason in flip_reasons(made)}
    assert found["late"] == (
        'startingDeadlineSeconds: 60: if missed runs: "No; wait for the next time". '
        "A run that cannot start within a minute is skipped"
    )
    warned = [reason.text for reason in flip_reasons(made) if reason.about == "warning: several programs in one image"]
    assert warned and warned[0].endswith("Several programs in one image restart only together")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("case", ["one-off-migration", "nightly-backup"])
def test_a_field_of_the_manifests_is_on_one_line_with_its_value(case: str, size: tuple[int, int]) -> None:
    view = verdict(case)
    fields = [name for reason in why_reasons(view.session) if reason.field for name in reason.names]
    lines = [plain_text(each) for each in view.page(room_for(*size)).lines]
    assert fields and all(any(field in each for each in lines) for field in fields)


def test_no_lesson_is_titled_with_its_name_twice() -> None:
    for pattern in CATALOG.patterns.values():
        name = wording.pattern_name(CATALOG, pattern.id)
        first, _, more = plain_text(LessonView(pattern, (), name).title(100)).partition("  ")
        words = {*more.lower().split()}
        assert first == name and (not more or words - {*name.lower().split()}), pattern.id


@pytest.mark.parametrize("case", ["simple-api", "racing-migration"])
def test_the_keys_of_a_highlighted_line_include_the_list_of_other_verdicts(case: str) -> None:
    page = replace(verdict(case), at=0).page(room_for(80, 24))
    assert {"n", "f"} <= {hint.name for hint in shown_keys(page.keys, 78)}


@pytest.mark.parametrize("group", ["why_not", "flips"])
def test_a_complete_list_of_reasons_counts_its_lines(group: Group) -> None:
    view = ReasonsView.of(group, verdict("simple-api").session)
    assert plain_text(replace(view, at=4).page(room_for(80, 24)).status) == f"5 of {len(view.reasons)}"
