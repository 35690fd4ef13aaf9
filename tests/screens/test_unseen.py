"""Protection against accidental keys: Enter counts only once the screen was visible; destructive keys are capitals."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.journeys import answered
from tests.lines.terminal import terminal as plain_terminal
from tests.screens.drive import Driver, no_services, wizard
from tests.screens.small import session as small_session
from tests.screens.stand_ins import TARGETS, edited_bundle, services
from tests.screens.terminal import WIZARD, Terminal, terminal
from tests.screens.test_journey import WEB
from wizard.catalog.model import Catalog
from wizard.faces.resume import Earlier
from wizard.render.model import Bundle
from wizard.screens.view import Press
from wizard.session.session import Session
from wizard.store.writer import WriteOutcome, WritePlan, plan, write

NAMED = {"name": "orders", "image": "example.com/orders:1"}
UNSEEN = "press Enter again: it came before this screen"


@pytest.fixture
def web(catalog: Catalog) -> Session:
    return answered(catalog, WEB, **NAMED)


async def held_up(person: Driver, *keys: str) -> None:
    """Press keys while a slow operation is running."""
    for key in keys:
        person.app.stage.post(Press(key, key if len(key) == 1 else ""))
    await person.pilot.pause()


async def test_enter_during_rendering_writes_nothing(web: Session, tmp_path: Path) -> None:
    go_on = Event()

    def slow(bundle: Bundle, target: Path) -> WritePlan:
        assert go_on.wait(30)
        return plan(bundle, target)

    async with wizard(web, services=services(plan=slow), target=tmp_path / "orders") as person:
        await held_up(person, "enter", "b")
        assert "rendering and checking" in person.screen
        await held_up(person, "enter", "enter")
        go_on.set()
        await person.settle()
        assert UNSEEN in person.screen and "deployment.yaml" in person.screen
        assert not (tmp_path / "orders").exists()
        assert "kubectl apply -k" in await person.press("enter")


async def test_enter_after_a_choice_counts_only_once_the_choice_was_shown(web: Session, tmp_path: Path) -> None:
    edited_bundle(web, tmp_path)
    async with wizard(web, services=services(), target=tmp_path) as person:
        await person.press("enter", "b")
        edited = next(at for at, item in enumerate(plan(web.bundle, tmp_path).items) if item.edited)
        await person.press("home", *["down"] * edited)
        assert UNSEEN in await person.ahead("O", "enter")
        assert person.app.flow.written is None
        assert "! README.md lost" in " ".join(person.screen.split())
        await person.press("enter", "escape", "W")  # a kept file has an error
        assert person.app.flow.written is not None


async def test_the_bundle_stays_on_the_screen_while_it_is_written(web: Session, tmp_path: Path) -> None:
    go_on = Event()

    def slow(given: WritePlan) -> WriteOutcome:
        assert go_on.wait(30)
        return write(given)

    async with wizard(web, services=services(write=slow), target=tmp_path / "orders") as person:
        bundle = await person.press("enter", "b")
        await held_up(person, "enter")
        *kept, message, keys = person.screen.splitlines()
        assert kept == bundle.splitlines()[:-2]
        assert (message.strip(), keys.strip()) == ("writing …", "? help")
        go_on.set()
        await person.settle()
        assert "kubectl apply -k" in person.screen


async def test_a_click_on_write_before_it_was_shown_is_ignored(web: Session, tmp_path: Path) -> None:
    async with wizard(web, services=services(), target=tmp_path / "orders") as person:
        screen = await person.press("enter", "b")
        at = screen.splitlines()[-1].index("enter write")
        person.app.stage._shown_action = None
        await person.click(at, 23)
        assert UNSEEN in person.screen
        await person.click(at, 23)
        assert "kubectl apply -k" in person.screen


async def test_enter_before_the_cluster_was_shown_starts_no_dry_run(web: Session, tmp_path: Path) -> None:
    go_on, asked = Event(), []

    def slow() -> tuple[Any, ...]:
        assert go_on.wait(30)
        return TARGETS[1:]

    given = services(targets=slow, dry_run=lambda target, *_, **__: asked.append(target))
    async with wizard(web, services=given, target=tmp_path / "orders") as person:
        await person.press("enter", "b")
        await held_up(person, "v", "enter", "enter", "enter")
        go_on.set()
        await person.settle()
        assert UNSEEN in person.screen
        assert "Enter again" in await person.press("enter"), "production is confirmed twice, and each time was seen"
        assert not asked


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Terminal]:
    own = dict.fromkeys(("HOME", "XDG_STATE_HOME"), str(tmp_path))
    given = (f"app.{key}={value}" for key, value in NAMED.items())
    words = [word for item in (*given, *preset()) for word in ("--set", item)]
    with terminal((*WIZARD, "./orders", *words), environ=own, folder=tmp_path) as made:
        yield made


def preset() -> Iterator[str]:
    for key, value in WEB.items():
        if value and key != "cluster":  # one question stays open, so that the wizard starts with it
            yield f"{key}={','.join(value) if isinstance(value, tuple) else value}"


def test_enter_keys_typed_before_the_bundle_was_shown_write_nothing(shown: Terminal, tmp_path: Path) -> None:
    shown.until("[ ]")
    while "certain ·" not in shown.text:
        before = shown.text
        shown.press("n")
        while shown.text == before:  # on a busy machine, the next screen takes a while
            shown.quiet(0.4)
    shown.press("\r", "complete")
    shown.press("\x1bb\r\r\r\n", UNSEEN[:30])
    shown.quiet(0.5)
    assert not (tmp_path / "orders").exists()
    shown.press("\r", "kubectl apply -k")
    assert (tmp_path / "orders" / "podwizard.yaml").exists()


def test_enter_keys_typed_before_the_numbered_lines_show_the_bundle_write_nothing(tmp_path: Path) -> None:
    given = [f"app.{key}={value}" for key, value in NAMED.items()]
    words = [word for item in (*given, *preset()) for word in ("--set", item)]
    with plain_terminal("./orders", "--plain", *words, cwd=tmp_path) as lines:
        lines.prompt()
        while "Verdict" not in lines.text:
            lines.type("-")
        lines.type("")
        os.write(lines.fd, b"\n\n\n\n")
        lines.until("Enter writes")
        lines.prompt()
        assert not (tmp_path / "orders").exists()
        lines.press(b"\n")
        assert lines.end() == 0
    assert (tmp_path / "orders" / "podwizard.yaml").exists()


# --- letter keys --------------------------------------------------------------------------------------


async def test_j_and_k_only_move_the_highlight_on_the_bundle(web: Session, tmp_path: Path) -> None:
    edited_bundle(web, tmp_path)
    async with wizard(web, services=services(), target=tmp_path) as person:
        await person.press("enter", "b", "home")
        before = person.app.stage.view
        await person.press("j", "k")
        assert person.app.stage.view == before
        await person.press("G", "k", "g")
        assert person.app.stage.view == before


async def test_j_and_k_move_through_the_answers_and_are_never_answer_keys(catalog: Catalog) -> None:
    session = answered(catalog, {**WEB, "logs": "files_only", "cluster": (), "needs": ("wait",)}, **NAMED)
    async with wizard(session, services=services()) as person:
        first = await person.press("a")
        assert first != await person.press("j")
        assert await person.press("k") == first
        assert await person.press("g") == first
        signs = {line[2:3] for line in first.splitlines()[2:-2] if line[3:5] == "  "}
        assert not signs & set("jkgG")


async def test_lowercase_letters_do_not_discard_answers() -> None:
    async with wizard(small_session()) as person:
        await person.press("1", "ctrl+c")
        for letter in "dk":
            assert "Leave the wizard?" in await person.press(letter)
        await person.press("ctrl+c")
    assert person.outcome.keep
    found = small_session(work="server", keeps="disk")
    async with wizard(small_session(), services=no_services(found=(Earlier(found),))) as person:
        assert "earlier run" in await person.press("n")
        assert "What kind of work" in await person.press("N")
