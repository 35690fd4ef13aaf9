"""The details form: required fields first, checks while typing, and derived values that follow until edited."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys import answered
from tests.screens.drive import Driver, wizard
from tests.screens.small import session
from tests.screens.stand_ins import HELPERS, services
from tests.screens.terminal import terminal
from wizard.catalog.model import Catalog, Evidence
from wizard.decision.model import Answer
from wizard.faces.form import choices
from wizard.screens.page import Room, room_for
from wizard.screens.pages.details import DetailsView
from wizard.screens.paging import top_for
from wizard.screens.view import Press
from wizard.session.session import Session

SIMPLE: dict[str, str | tuple[str, ...]] = {"work": "server", "keeps": "nothing", "logs": "stdout", "needs": ()}


def value(person: Driver, key: str) -> str:
    """Return the current text of a field."""
    return session_of(person).resolved[key].text


def session_of(person: Driver) -> Session:
    """Return the form's session; the flow adopts it when the user leaves the form."""
    view = person.app.stage.view
    made: Session = view.session  # type: ignore[union-attr]
    return made


async def test_the_first_required_field_is_ready_for_typing() -> None:
    async with wizard(session(**SIMPLE)) as person:
        assert "2 still needed" in await person.press("enter")
        screen = await person.type("orders-api")
        assert "1 still needed" in screen
        assert value(person, "app.name") == "orders-api"


async def test_a_field_is_checked_while_typing_and_the_message_names_the_fix() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter")
        assert "use `-` instead of `_`" in await person.type("orders_api")


async def test_the_key_line_shows_when_enter_leads_to_the_bundle() -> None:
    async with wizard(session(**SIMPLE)) as person:
        assert "enter next" in await person.press("enter")
        await person.type("orders")
        await person.press("enter")
        assert "enter next" in person.screen
        assert "enter to the bundle" in await person.type("example.com/orders:1")


async def test_the_form_shows_whether_a_required_or_refused_field_is_above_or_below() -> None:
    async with wizard(session(**SIMPLE)) as person:
        assert "a value above is needed" in await person.press("enter")
        await person.type("orders")
        await person.press("enter", *"example.com/o:1", "escape", *["down"] * 3, "enter", "end", "9", "9")
        assert "a value below is refused" in person.screen


async def test_enter_does_not_leave_a_field_with_an_invalid_value() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter")
        await person.type("a_b")
        assert "What is it called?" in await person.press("enter")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("9",), "9"),
        (("end", "9"), "80809"),
        (("left", "9"), "98080"),
        (("right", "9"), "80809"),
        (("home", "9"), "98080"),
        (("backspace", "7"), "7"),
        (("9", "1"), "91"),
        (("9", "up", "down", "1"), "91"),
        (("up", "down", "9"), "9"),
    ],
)
async def test_typing_replaces_a_default_but_never_a_given_value(keys: tuple[str, ...], text: str) -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter", *"orders", *["down"] * 4, "enter")
        await person.press(*keys)
        assert value(person, "app.port") == text


async def test_a_pasted_text_replaces_a_default() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter", *"orders", *["down"] * 3, "enter")
        person.app.stage.post(Press("paste", "shop"))
        await person.settle()
        assert value(person, "app.namespace") == "shop"


@pytest.mark.parametrize("look", [{}, {"NO_COLOR": "1"}, {"PODWIZARD_THEME": "dark"}])
def test_a_default_that_typing_replaces_is_shown_as_selected(look: dict[str, str]) -> None:
    with terminal(environ={**look, "COLORTERM": "truecolor"}) as shown:
        shown.until("help")
        for keys, then in (("1", "find again"), ("1", "logs"), ("1", "Which of"), ("\r", "details"), ("\r", "F1 help")):
            shown.press(keys, then)
        shown.press("orders", "orders")
        shown.press("\x1b[B\x1b[B\x1b[B\r", "orders  ")
        shown.quiet()
        row = next(y for y, text in enumerate(shown.screen.display) if "▌" in text)
        at = shown.screen.display[row].index("▌")
        text, behind = (shown.screen.buffer[row][x] for x in (at + 1, at + 20))
        assert (text.bg, text.reverse) != (behind.bg, behind.reverse), shown.text


async def test_derived_values_follow_until_they_are_edited() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter")
        await person.type("one")
        assert value(person, "app.namespace") == "one"
        await person.press("escape", *["down"] * 3, "enter")
        await person.press("end", "x")
        assert value(person, "app.namespace") == "onex"
        await person.press("escape", "home", "enter")
        await person.type("s")
        assert value(person, "app.name") == "ones"
        assert value(person, "app.namespace") == "onex"


async def test_letters_are_text_inside_a_field_and_commands_outside() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter", "a")
        assert value(person, "app.name") == "a"
        assert "Answers" in await person.press("escape", "a")
        assert session_of(person).given == {"app.name": "a"}


async def test_a_paste_of_several_lines_and_control_characters_is_made_safe() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter")
        person.app.stage.post(Press("paste", "a\nb\x1b[31m\x00\u202e" + "c" * 300))
        await person.settle()
        assert "\x1b" not in person.screen
        assert "\u202e" not in person.screen
        await person.press("ctrl+u")
        await person.type("fine")
        assert value(person, "app.name") == "fine"


async def test_a_question_mark_opens_help_unless_the_field_can_contain_one() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter")
        assert "On this screen" in await person.press("question_mark")
        await person.press("escape", "escape", *["down"] * 4, "enter", "down")
        await person.type("a?b")
        assert value(person, "app.url") == "a?b"


async def test_a_digit_picks_a_choice_and_one_key_restores_the_default() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter", "escape", *["down"] * 4, "enter", *["down"] * 2)
        await person.press("2")
        assert value(person, "app.exposure") == "world"
        await person.press("R")
        assert value(person, "app.exposure") == "cluster"


async def test_groups_of_defaults_are_folded_and_show_their_values() -> None:
    async with wizard(session(**SIMPLE)) as person:
        screen = await person.press("enter")
        assert "▸ Network  port: 8080 · exposure: Programs in the cluster" in screen


OPERATED: dict[str, Answer] = {
    "work": "server",
    "keeps": "own_disk",
    "operate": "expert",
    "operator": "trusted",
    "copies": "several",
}


async def test_the_choice_of_implementation_comes_first(catalog: Catalog) -> None:
    async with wizard(answered(catalog, OPERATED)) as person:
        screen = await person.press("enter")
        assert "› Operator: which of these is it?" in screen
        assert "1  ● PostgreSQL run by CloudNativePG" in screen
        assert "1-8 choose  enter next" in screen
        screen = await person.press("2")
        assert "Which bucket do the backups go to?" in screen, "the needed fields follow the choice"
        await person.press("enter")
        await person.type("orders")
        assert value(person, "app.name") == "orders", "the next needed field is ready for typing"
        again = await person.press("escape", "escape", "enter")
        assert "Operator: which of these is it?" in again.splitlines()[2]
        assert "›" not in again.splitlines()[2], "what has been chosen is not asked again"


async def test_a_value_found_in_the_cluster_is_marked_as_found(catalog: Catalog) -> None:
    evidence = (Evidence("operator_crunchy", "postgres-operator.crunchydata.com"), Evidence("monitoring", "x"))
    async with wizard(answered(catalog, OPERATED).discovered(evidence), size=(116, 40)) as person:
        await person.press("enter")
        assert "found in the cluster" in await person.press("up", "up", "up")
        screen = await person.press("1")
        assert "found in the cluster" not in screen, "what a person chose is theirs"
        assert "▸ Metrics  scrape: Yes (found) · " in screen


async def test_the_question_stays_readable_while_a_long_value_is_typed(catalog: Catalog) -> None:
    async with wizard(answered(catalog, HELPERS)) as person:
        before = await person.press("enter")
        screen = await person.type("registry.example.com/shop/orders-api:1.4.2")
        for line in before.splitlines():
            if "(needed)" in line and "called" not in line:
                assert "…" not in line and line in screen, "and it does not jump"


async def test_the_reset_key_is_shown_only_for_a_value_that_was_changed() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter", "a", "escape")
        assert "R clear" in person.screen
        assert " R " not in (await person.press("R")).splitlines()[-1]
        await person.press(*["down"] * 4, "enter", *["down"] * 2)
        assert "R default" not in person.screen
        assert "R default" in await person.press("2")
        assert "R default" not in await person.press("R")


async def test_enter_on_an_empty_required_field_reports_that_it_is_required() -> None:
    async with wizard(session(**SIMPLE)) as person:
        await person.press("enter")
        assert "name is required: type it, or ↑↓ for another field" in await person.press("enter")


def test_letters_are_text_in_each_field_until_esc_leaves_it(catalog: Catalog) -> None:
    assert not DetailsView.of(answered(catalog, HELPERS), key="app.health").typing, "a choice"
    beside = DetailsView.of(answered(catalog, HELPERS), key="app.startup_seconds")
    assert beside.typing
    left = beside.typed("45").press(Press("escape"))
    assert isinstance(left, DetailsView) and not left.typing
    assert left.message == "startup seconds is now 45; it was 60"
    further = left.press(Press("down"))
    assert isinstance(further, DetailsView) and not further.typing
    entered = further.press(Press("enter"))
    assert isinstance(entered, DetailsView) and entered.typing
    assert entered.press(Press("escape")) == replace(entered, typing=False, left=True)


def test_a_refused_text_is_kept_with_its_field_but_not_reported_as_a_new_value(catalog: Catalog) -> None:
    left = DetailsView.of(answered(catalog, HELPERS), key="app.health_port").typed("99999").press(Press("escape"))
    assert isinstance(left, DetailsView)
    assert left.message == "health port is kept, but not accepted: see ✗ below its text"


async def test_a_collapsed_group_shows_values_in_full_or_in_few_words_and_leaves_out_empty_lists(
    catalog: Catalog,
) -> None:
    async with wizard(answered(catalog, {**HELPERS, "needs": ()}), size=(80, 60)) as person:
        folded = [heading for heading in (await person.press("enter")).splitlines() if "▸" in heading]
    assert [heading for heading in folded if heading.endswith("create namespace: Yes")], "the sentence does not fit"
    assert [heading for heading in folded if "registry: It needs no login, or the nodes have it" in heading]
    assert [heading for heading in folded if "low ports: No · UID: 10001 · image folders: No" in heading]
    assert not [heading for heading in folded if "…" in heading and len(heading) < 75]
    assert not [heading for heading in folded if "nothing" in heading]


async def test_an_empty_list_is_shown_as_none_with_the_other_empty_fields(catalog: Catalog) -> None:
    async with wizard(answered(catalog, {**HELPERS, "needs": ()}), size=(120, 60)) as person:
        screen = await person.press("enter")
    assert re.search(r"devices +\(none\)", screen)
    assert "nothing" not in screen


def test_an_empty_list_shows_an_example_and_the_syntax_of_its_items(catalog: Catalog) -> None:
    page = DetailsView.of(answered(catalog, HELPERS), key="app.env_secrets").page(Room(78, 24))
    assert page.entry is not None
    assert page.entry.text == ""
    assert page.entry.example == "for example variable=DB_PASSWORD, secret=shop, key=password"
    text_below = " ".join(str(text) for row in page.rest for row_line in row.lines for text, _ in row_line)
    assert "Write variable=..., secret=... and key=... for each, and `;` between two." in " ".join(text_below.split())


@pytest.mark.parametrize("columns", [60, 80])
async def test_choices_that_add_objects_are_visible_and_enter_keeps_them(
    columns: int, catalog: Catalog, tmp_path: Path
) -> None:
    made = answered(catalog, {**HELPERS, "needs": (), "logs": "stdout", "copies": "elastic"})
    size = (columns, 24 if columns == 80 else 20)
    async with wizard(made, services=services(), target=tmp_path / "app", size=size) as person:
        screen = await person.press("enter")
        assert "Autoscaler: which of these is it?" in screen
        assert "Is it reached from outside the cluster (HTTP)?" in screen
        await person.type("orders")
        await person.press("enter")
        await person.type("example.com/orders:1")
        assert value(person, "app.exposure") == "none"
        assert "Bundle" in await person.press("enter")
        assert not {"app.exposure", "autoscaler.implementation"} & {*person.app.flow.session.given}


PHP: dict[str, Answer] = {
    **SIMPLE,
    "copies": "several",
    "logs": "files_only",
    "metrics": "none",
    "needs": ("outbound", "helper"),
    "outbound": ("redis",),
    "client": "cannot",
    "cluster": (),
    "beside": ("web",),
    "habits": (),
    "version": "v133",
}


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_full_reason_for_a_refused_choice_is_next_to_it(catalog: Catalog, size: tuple[int, int]) -> None:
    reason = "A proxy in the pod is in front of its port, so this check would only reach the proxy"
    async with wizard(answered(catalog, PHP), size=size) as person:
        await person.press("enter", "escape")
        for _ in range(40):
            if "How can Kubernetes check" in marked(person):
                break
            await person.press("up")
        await person.press("enter")
        screen = await person.press("3")
        assert reason in " ".join(screen.split())
        assert "How can Kubernetes check its health?" in screen
        assert "1 refused" in screen
        screen = await person.press("up", "down", "enter")
        assert reason in " ".join(screen.split())
        assert "health is not accepted: see ✗ below its choices" in screen
        assert "still needed" not in screen.splitlines()[-2]


def marked(person: Driver) -> str:
    return next((line for line in person.screen.splitlines() if line.lstrip().startswith("›")), "")


async def test_b_goes_to_the_refused_field_and_does_not_call_it_required() -> None:
    async with wizard(session(**SIMPLE).give("app.name", "a").give("app.image", "nowhere/o:latest")) as person:
        await person.press("enter", "escape")
        screen = await person.press("b")
        assert "1 refused" in screen and "needed" not in screen
        assert "image is not accepted: see ✗ below its text" in screen


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
def test_an_open_choice_is_visible_together_with_its_help_if_both_fit(catalog: Catalog, size: tuple[int, int]) -> None:
    room = room_for(*size)
    for made in (answered(catalog, PHP), answered(catalog, HELPERS), answered(catalog, OPERATED)):
        for field in (one for one in made.fields if choices(one)):
            page = DetailsView.of(made, key=field.parameter.key).page(room)
            top = top_for(page.rows, page.at, 0, room.height)
            seen = [text for row in page.rows for text in row.lines][top : top + room.height]
            own = [text for row in page.rows if page.at in (row.item, row.beside) for text in row.lines]
            assert all(text in seen for text in own[: room.height]), field.parameter.key


def test_a_text_that_looks_like_a_secret_stays_editable_and_is_never_saved(catalog: Catalog) -> None:
    text = "LOG_LEVEL=info,REGION=eu,DB_PASSWORD=hunter2"
    made = answered(catalog, HELPERS)
    view = DetailsView.of(made, key="app.env").typed(text)
    assert view.entry is not None and view.entry.text == text
    left = view.press(Press("escape"))
    assert isinstance(left, DetailsView)
    assert left.message == "not accepted and not saved: change env; R clears it"
    page = left.page(room_for(80, 24))
    assert page.entry is not None and page.entry.text == text
    assert "hunter2" not in left.session._written(with_aside=True)
    beside = left.press(Press("up"))
    assert isinstance(beside, DetailsView)
    shown = "\n".join(str(text) for row in beside.page(room_for(80, 60)).rows for text in row.lines)
    assert "hunter2" not in shown and "(refused)" in shown


def test_an_emptied_optional_field_is_not_required(catalog: Catalog) -> None:
    made = answered(catalog, HELPERS)
    view = DetailsView.of(made, key="app.env").typed("DB_PASSWORD=hunter2").typed("")
    assert "app.env" not in view.session.given
    assert view.session.resolved["app.env"].state == "default"


def test_an_open_choice_highlights_its_question_and_keeps_its_options_in_view(catalog: Catalog) -> None:
    view = DetailsView.of(answered(catalog, HELPERS), key="app.health")
    page = view.page(Room(78, 24))
    question = next(row for row in page.rows if row.item == page.at)
    options = [row for row in page.rows if any(row.keys)]
    assert len(question.lines) == 1
    assert len(options) == len(choices(view.session.resolved["app.health"]))
    assert {row.beside for row in options} == {page.at}
