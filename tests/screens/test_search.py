"""The search for users who know what they want: two words instead of ten questions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journeys import answered
from tests.screens.drive import wizard
from tests.screens.test_journey import WEB
from wizard.catalog.model import Catalog
from wizard.faces.search import hits_of, shows, taken_text
from wizard.screens.page import room_for
from wizard.screens.pages.search import SearchView
from wizard.screens.text import plain_text, width_of
from wizard.session.session import start


async def test_choosing_a_found_pattern_sets_its_answers_and_continues(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        assert "/ I know what I want" in person.screen
        await person.press("slash")
        assert "› pattern  CronJob" in await person.type("cron")
        screen = await person.press("enter")
        assert "1 answer set for CronJob: kind of work" in screen
        assert person.app.flow.session.answers == {"work": "schedule"}
        assert "What kind of work" not in screen


async def test_arrows_move_through_the_hits_and_esc_changes_nothing(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        await person.press("slash", *"redis", "down", "down")
        assert "› product" in person.screen
        screen = await person.press("escape")
        assert "What kind of work" in screen
        assert not person.app.flow.session.answers


async def test_letters_are_text_and_an_empty_result_is_reported(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        screen = await person.press("slash", *"qab?j")
        assert "▌qab?j" in screen
        assert "No match" in screen
        assert "No match" in await person.press("enter")


async def test_a_second_search_starts_empty(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        await person.press("slash", *"redis", "escape", "slash")
        assert "▌redis" not in person.screen
        assert "› pattern  CronJob" in await person.type("cron")


async def test_a_hits_answers_and_the_answers_it_sets_aside_are_both_reported(catalog: Catalog) -> None:
    async with wizard(start(catalog).answer("work", "server").answer("keeps", "nothing")) as person:
        await person.press("slash", *"cron")
        assert "1 answer set for CronJob: kind of work; " in await person.press("enter")


async def test_choosing_a_found_field_option_sets_it_and_opens_the_details_there(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        await person.press("slash")
        assert "› field    exposure: Yes, through an Ingress" in await person.type("ingress")
        screen = await person.press("enter")
        assert "the details show exposure, after the questions" in screen
        assert "What kind of work" in screen
        while "still needed" not in screen:
            screen = await person.press("enter")
        assert "● Yes, through an Ingress" in screen


async def test_a_found_field_is_open_when_the_details_are_shown(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        await person.press("slash")
        await person.type("cpu request")
        screen = await person.press("enter")
        assert "the details ask for CPU request, after the questions" in screen
        while "still needed" not in screen:
            screen = await person.press("enter")
        assert "›   How much CPU does each replica request?" in screen


async def test_a_hit_on_the_verdict_sets_its_answers_and_leads_to_the_open_question(catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB)) as person:
        assert "/ find" in person.screen.splitlines()[-1]
        verdict = await person.press("down")  # without the remark that the first key ends
        assert await person.press("slash", *"cron", "escape") == verdict
        await person.press("slash", *"cron")
        assert "1 answer set for CronJob: kind of work" in await person.press("enter")
        assert person.app.flow.session.question is not None


async def test_a_field_found_on_the_verdict_opens_in_the_details(catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB)) as person:
        await person.press("slash")
        await person.type("cpu request")
        assert "›   How much CPU does each replica request?" in await person.press("enter")
        assert "Plain Deployment" in await person.press("escape", "escape")


async def test_a_field_found_in_the_details_opens_at_once(catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB)) as person:
        await person.press("enter", "escape")
        assert "/ find" in person.screen.splitlines()[-1]
        await person.press("slash")
        await person.type("cpu request")
        assert "›   How much CPU does each replica request?" in await person.press("enter")


async def test_esc_leads_from_the_search_back_to_the_row(catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB)) as person:
        before = await person.press("enter", "down", "down")
        marked = next(row for row in before.splitlines() if row.startswith(" ›"))
        assert "I know what I want" in await person.press("slash")
        assert marked in await person.press("escape")


async def test_a_slash_is_text_while_a_fields_text_is_typed(catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB)) as person:
        screen = await person.press("enter", *"a/b")
        assert "a/b" in screen
        assert "Details" in screen


@pytest.mark.parametrize("way", ["n", "m", "question_mark"])
async def test_the_search_opens_from_lists_and_dialogs_too(way: str, catalog: Catalog) -> None:
    async with wizard(answered(catalog, WEB)) as person:
        verdict = await person.press("down")  # without the remark that the first key ends
        assert "I know what I want" in await person.press(way, "slash")
        await person.press("escape")
        assert verdict in (person.screen, await person.press("escape"))


def test_a_hit_without_a_field_in_the_bundle_is_reported_as_such(catalog: Catalog) -> None:
    made = answered(catalog, WEB)
    hit = next(each for each in hits_of(catalog) if each.parameter and not shows(made, each) and not each.value)
    assert taken_text(made, made, hit).startswith("with these answers, there is no ")


def test_products_of_a_pattern_are_named_by_their_titles(catalog: Catalog) -> None:
    rows = [plain_text(row.lines[0]) for row in SearchView(hits_of(catalog), "redis").page(room_for(120, 40)).rest]
    assert any(row.startswith("  pattern  proxy for Redis  ") for row in rows)
    assert any(row.startswith("  product  Proxy for Redis Cluster (Envoy)  ") for row in rows)
    assert len({*rows}) == len(rows)


async def test_a_cut_line_of_the_search_is_shown_whole_below_the_list(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        await person.press("slash")
        screen = await person.type("statsd")
        rows = [row.rstrip() for row in screen.splitlines()]
        assert any(row.startswith(" › pattern") and row.endswith("…") for row in rows)
        assert "monitoring reads; the program stays unchanged" in " ".join(" ".join(rows).split())


async def test_the_keys_of_a_search_without_a_match_offer_no_hit(catalog: Catalog) -> None:
    async with wizard(start(catalog)) as person:
        await person.press("slash")
        assert "take it" in await person.type("redis")
        await person.press("escape", "slash")
        screen = await person.type("qqq")
        assert "No match" in screen
        assert "take it" not in screen
        assert "F1 help" in screen


def test_the_title_of_the_search_is_never_cut(catalog: Catalog) -> None:
    for width in (60, 80, 120):
        page = SearchView(hits_of(catalog)).page(room_for(width, 20))
        assert width_of(page.title) + width_of(page.status) + 1 <= room_for(width, 20).whole
        assert "type to find" in plain_text(page.status)


def test_the_list_of_hits_is_equally_high_for_each_highlight(catalog: Catalog) -> None:
    view = SearchView(hits_of(catalog), "vault")
    panels = [replace(view, at=at).page(room_for(80, 24)).panel for at in range(len(view.hits))]
    assert {len(panel) for panel in panels} == {len(panels[0])} and len(panels[0]) > 1
    assert all(plain_text(panel[1]).strip() for panel in panels)
