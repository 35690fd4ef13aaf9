"""Keys of the details form: Esc closes the open field first; Enter goes to the next field or to the bundle."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from tests.journeys import CASES, answered
from tests.screens.drive import wizard
from tests.screens.small import session
from tests.screens.stand_ins import HELPERS
from wizard.catalog.model import Catalog
from wizard.screens.page import room_for
from wizard.screens.pages.details import DetailsView
from wizard.screens.pages.form import GO_ON
from wizard.screens.text import plain_text
from wizard.screens.view import Done, Press
from wizard.session.session import Session

SIMPLE: dict[str, str | tuple[str, ...]] = {"work": "server", "keeps": "nothing", "logs": "stdout", "needs": ()}


def complete() -> Session:
    """Return a session with all required details."""
    return session(**SIMPLE).give("app.name", "shop").give("app.image", "example.com/shop:1")


def pressed(view: DetailsView, *keys: str) -> DetailsView:
    """Return the form after these keys; fail if one of them leaves it."""
    for key in keys:
        after = view.press(Press(key, key if len(key) == 1 else ""))
        assert isinstance(after, DetailsView), key
        view = after
    return view


def hints(view: DetailsView) -> dict[str, str]:
    """Return each key in the key line with its description."""
    return {key.name: key.does for key in view.page(room_for(80, 24)).keys}


def test_esc_closes_an_open_choice_and_a_second_esc_leaves_the_form(catalog: Catalog) -> None:
    view = DetailsView.of(answered(catalog, HELPERS), key="app.health")
    assert hints(view)["esc"] == "close"
    closed = pressed(view, "escape")
    assert "1-5" not in hints(closed) and hints(closed)["enter"] == "open" and hints(closed)["esc"] == "back"
    assert closed.session is view.session
    assert pressed(closed, "2").session is view.session, "a digit chooses nothing in a closed field"
    assert pressed(closed, "2").message == "enter opens the choice; 2 does nothing here"
    assert pressed(pressed(closed, "2"), "enter").message == "", "the message is gone once the choice is open"
    assert "1-5" in hints(pressed(closed, "enter"))
    assert isinstance(closed.press(Press("escape")), Done)


def test_esc_closes_a_text_field_and_a_second_esc_leaves_the_form() -> None:
    closed = pressed(DetailsView.of(session(**SIMPLE)), "escape")
    assert hints(closed)["enter"] == "edit"
    assert closed.press(Press("j", "j")) is None, "the stage moves by it"
    assert isinstance(closed.press(Press("escape")), Done)


def test_enter_in_a_complete_form_goes_to_the_next_field_and_the_key_line_shows_it() -> None:
    view = DetailsView.of(complete(), key="app.name")
    assert hints(view)["enter"] == "next"
    assert pressed(view.typed("store"), "enter").at == "app.image"
    assert pressed(view, "enter", "enter").at == "go-on"


def test_enter_on_the_last_required_field_goes_to_the_bundle() -> None:
    view = DetailsView.of(session(**SIMPLE).give("app.name", "shop")).typed("example.com/shop:1")
    assert hints(view)["enter"] == "to the bundle"
    assert isinstance(view.press(Press("enter")), Done)


def test_a_choice_stays_under_the_cursor_when_its_answer_removes_the_requirement(catalog: Catalog) -> None:
    view = DetailsView.of(answered(catalog, {**HELPERS, "logs": "files_only"}), key="sidecar.log-agent.login")
    for key in ("2", "1", "2"):
        view = pressed(view, key)
        assert view.row.id == "sidecar.log-agent.login"
    folded = DetailsView.of(view.session, key="sidecar.log-agent.login")
    assert folded.form.heading_of(folded.at) == ""
    assert pressed(folded, "1").row.id == "sidecar.log-agent.login"


def test_a_letter_without_a_command_starts_typing_in_the_field_that_was_left() -> None:
    left = pressed(DetailsView.of(session(**SIMPLE)), "escape")
    typing = pressed(left, "o")
    assert typing.typing and typing.session.given["app.name"] == "o"
    assert pressed(pressed(typing, "escape"), "e").session.given["app.name"] == "oe", "it goes on with what was typed"
    default = pressed(DetailsView.of(complete(), key="app.port"), "escape", "9")
    assert default.session.given["app.port"] == "9", "a default is replaced"
    assert isinstance(left.press(Press("a", "a")), Done), "what the key line names comes first"
    assert "app.name" not in pressed(left, "b").session.given


async def test_a_folded_group_shows_the_problems_of_its_fields() -> None:
    made = session(work="server", keeps="nothing", logs="stdout", needs=()).give("app.port", "99999")
    view = DetailsView.of(made, key="app.name")
    rows = ["".join(plain_text(each) for each in row.lines) for row in view.page(room_for(80, 24)).rest]
    assert any(row.strip().startswith("▸ Network  ✗ 1 refused") for row in rows), rows
    assert any("Continue to the bundle  ! a value above is needed" in row for row in rows), rows
    assert plain_text(view.page(room_for(80, 24)).status) == "! 2 still needed · ✗ 1 refused"


def test_the_bundle_key_is_shown_only_once_the_form_is_complete() -> None:
    incomplete = session(**SIMPLE).give("app.name", "shop")
    assert "b" not in hints(pressed(DetailsView.of(incomplete, key="app.name"), "escape"))
    assert hints(pressed(DetailsView.of(complete(), key="app.name"), "escape"))["b"] == "bundle"


async def test_the_form_on_the_smallest_screen_begins_with_no_value_without_its_question(catalog: Catalog) -> None:
    answers, given = CASES["web-app-with-file-logs"]
    async with wizard(answered(catalog, answers, **given), size=(60, 20)) as person:
        await person.press("enter")
        for _ in range(12):
            listed = person.app.stage.screen.body.rows
            starts = accumulate((len(row.lines) for row in listed._rows), initial=0)
            assert int(listed.scroll_offset.y) in starts, person.screen
            await person.press("down")


def test_the_continue_row_names_the_value_that_enter_leads_to() -> None:
    view = DetailsView.of(complete())
    there = replace(view, at=GO_ON, typing=False)
    assert hints(there)["enter"] == "go on"
    for given, does in (({"app.image": "nowhere/o:latest"}, "to the refused value"), ({}, "to the needed value")):
        made = complete().reset("app.image")
        for key, text in given.items():
            made = made.give(key, text)
        assert hints(replace(there, session=made))["enter"] == does
