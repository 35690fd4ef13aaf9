"""The panel of a question: the effect of each option, of one tick, and of all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.journeys import answered
from wizard.catalog.model import Catalog
from wizard.screens.page import Room
from wizard.screens.pages.question import QuestionView
from wizard.screens.text import Line, plain_text
from wizard.session.session import start

_TICKED = "What this tick does"
_HEADS = ("If you ", _TICKED)


@pytest.mark.parametrize("room", [Room(58, 16), Room(78, 20), Room(78, 30), Room(60, 36, 57)])
def test_highlighting_another_option_moves_no_line_of_the_panel(catalog: Catalog, room: Room) -> None:
    asked = start(catalog)
    while asked.question is not None:
        view = QuestionView.of(asked, asked.question.id)
        pages = [replace(view, at=at).page(room) for at in range(len(view.options))]
        helped = {bool(asked.question.help) and _row(asked.question.help[:20], page.panel) for page in pages}
        # The help is above for every option, or below the consequences that leave room for it.
        assert len(helped) == 1 or all(row is None or row > 3 for row in helped), asked.question.id
        assert len({_row("If you ", page.panel) for page in pages}) == 1, asked.question.id
        strips = {_row("So far", page.panel) for page in pages}
        assert len(strips) == 1 or room.height <= 20, asked.question.id  # long consequences shorten the strip
        assert None not in strips or room.side, asked.question.id
        assert all(len(page.panel) + len(view.options) < room.height for page in pages)
        asked = asked.answer(asked.question.id, () if view.question.many else view.options[-1].id)


@pytest.mark.parametrize("room", [Room(58, 16), Room(78, 20), Room(78, 32), Room(60, 36, 57)])
def test_with_ticks_each_options_own_effect_comes_first_and_no_line_moves(catalog: Catalog, room: Room) -> None:
    asked = start(catalog)
    seen = 0
    while asked.question is not None:
        first = QuestionView.of(asked, asked.question.id)
        if asked.question.many:
            excluded = asked.question.excluded(first.options[0].id)
            others = [one.id for one in first.options[1:] if one.id not in excluded]
            view = replace(first, ticked=frozenset((first.options[0].id, *others[:1])))
            total = len(view.options) + 1
            pages = [replace(view, at=at).page(room) for at in range(total)]
            heads = [_TICKED if one.id in view.ticked else "If you tick this" for one in view.options]
            for page, head in zip(pages, heads, strict=False):
                assert len(page.lines) + len(page.panel) <= room.height
                assert _row(_HEADS, page.panel) is None or _row(head, page.panel) is not None
            heads_at = {_row(_HEADS, page.panel) for page in pages} - {None}  # a tick without effect has no heading
            assert len(heads_at) == 1 or (room.height <= 16 and not heads_at), asked.question.id
            assert len({_row("With your selection", page.panel) for page in pages}) == 1, asked.question.id
            seen += any(_row("With your selection", page.panel) for page in pages)
            wholes = {
                tuple(plain_text(each) for each in page.panel[at : at + 2])
                for page in pages
                if (at := _row("With your selection", page.panel)) is not None
            }
            assert len(wholes) <= 1, "all together are the same, whichever is highlighted"
        asked = asked.answer(asked.question.id, () if first.question.many else first.options[-1].id)
    assert seen or room.height < 30


def test_a_ticked_option_shows_the_patterns_it_adds(catalog: Catalog) -> None:
    made = answered(catalog, {"work": "server", "keeps": "nothing", "copies": "several"})
    made = made.answer("logs", "stdout").answer("metrics", "native")
    view = replace(QuestionView.of(made, "needs"), ticked=frozenset({"wait", "held"}))
    at = [one.id for one in view.options].index("wait")
    panel = "\n".join(plain_text(each) for each in replace(view, at=at).page(Room(78, 40)).panel)
    own, _, whole = panel.partition("With your selection")
    assert f"{_TICKED}\n  + init wait" in own
    assert "  + init wait" in whole


@pytest.mark.parametrize("room", [Room(58, 16), Room(78, 20), Room(78, 40), Room(60, 36, 57)])
def test_the_effect_of_the_only_tick_is_shown_once(catalog: Catalog, room: Room) -> None:
    made = answered(catalog, {"work": "server", "keeps": "nothing", "copies": "several"})
    made = made.answer("logs", "stdout").answer("metrics", "native")
    view = replace(QuestionView.of(made, "needs"), ticked=frozenset({"wait"}))
    ids = [one.id for one in view.options]
    ticked = replace(view, at=ids.index("wait")).page(room).panel
    assert _row("With your selection", ticked) is None
    rows = [plain_text(each) for each in ticked]
    assert sum("init wait" in each for each in rows[: _row("So far", ticked)]) == 1
    if room.height > 30:
        assert _row(_TICKED, ticked) == _row("If you tick this", replace(view, at=ids.index("held")).page(room).panel)
        assert any("next: " in each for each in rows)


def test_the_drawing_next_to_a_ticked_option_includes_its_patterns(catalog: Catalog) -> None:
    made = answered(catalog, {"work": "server", "keeps": "nothing", "copies": "several"})
    made = made.answer("logs", "stdout").answer("metrics", "native")
    plain = QuestionView.of(made, "needs")
    at = [one.id for one in plain.options].index("wait")
    view = replace(plain, at=at, ticked=frozenset({"wait"}))
    so_far = "\n".join(plain_text(each) for each in view.page(Room(78, 40)).panel).partition("So far")[2]
    beside = "\n".join(plain_text(each) for each in view.page(Room(60, 36, 57)).aside)
    assert "wait" in so_far and "wait" in beside


def _row(text: str | tuple[str, ...], panel: tuple[Line, ...]) -> int | None:
    return next((number for number, each in enumerate(panel) if plain_text(each).startswith(text)), None)


def test_a_tick_shows_only_its_own_effects(catalog: Catalog) -> None:
    made = answered(catalog, {"work": "server", "keeps": "nothing", "copies": "one", "two_harm": "no"})
    made = made.answer("logs", "stdout").answer("metrics", "native").answer("needs", ())
    view = QuestionView.of(made, "cluster")
    ids = [one.id for one in view.options]
    lost = "Nothing collects the program's output"

    def own(option: str) -> str:
        panel = replace(view, at=ids.index(option)).page(Room(78, 20)).panel
        return "\n".join(plain_text(each) for each in panel[_row("If you tick this", panel) :])

    assert f"✓ Note goes away: {lost}" in own("collector")
    assert lost not in own("scarce") and "next: " in own("scarce")


@pytest.mark.parametrize("room", [Room(78, 34), Room(60, 36, 57)])
def test_before_the_first_tick_the_effect_of_none_is_shown_as_well(catalog: Catalog, room: Room) -> None:
    made = answered(catalog, {"work": "server", "keeps": "nothing", "copies": "one", "two_harm": "no"})
    made = made.answer("logs", "files_only").answer("metrics", "native").answer("needs", ())
    panel = [plain_text(each) for each in QuestionView.of(made, "cluster").page(room).panel]
    ticked, none = panel.index("If you tick this"), panel.index("If you tick none")
    assert any("sidecar log-" in each for each in panel[ticked:none])
    assert any("sidecar log-" in each for each in panel[none:])
