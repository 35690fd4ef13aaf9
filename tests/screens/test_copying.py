"""The commands of the last page: each can be copied, and pasted from the screen although it is on several lines."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.screens.drive import Driver, wizard
from tests.screens.stand_ins import services
from tests.screens.test_keys_of_cases import filled
from tests.screens.test_written import case
from wizard.screens.pages.commands import command_lines
from wizard.screens.pages.written import WrittenView

WORDS = st.lists(st.text(" abc$\"'/=-", max_size=30), min_size=1, max_size=8)


@given(WORDS, st.integers(20, 80))
def test_a_command_on_several_lines_has_the_same_arguments_for_a_shell(words: list[str], width: int) -> None:
    command = shlex.join(["kubectl", *words])
    lines = command_lines(command, width, indent=2)
    assert all(text.endswith(" \\") for text in lines[:-1])
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == ["kubectl", *words]


def test_a_command_is_broken_only_where_it_must_be_and_never_inside_quotes() -> None:
    assert command_lines("kubectl apply -k orders", 60, indent=2) == ("  kubectl apply -k orders",)
    literal = '--from-literal=KEY="$A $B"'
    assert command_lines(f"kubectl create {literal}", 33) == ("kubectl create \\", f"    {literal}")


def copied(person: Driver, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list that receives each copied text."""
    texts: list[str] = []
    monkeypatch.setattr(person.app, "copy_to_clipboard", texts.append)
    return texts


@pytest.mark.parametrize("name", ["nightly-backup", "simple-api"])
async def test_each_press_of_y_copies_the_following_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wizard(case(name), services=services(), target=tmp_path / "app") as person:
        await filled(person, {})
        view, texts = person.app.stage.view, copied(person, monkeypatch)
        assert isinstance(view, WrittenView)
        commands = view.written.commands
        assert len(commands) > 1
        assert f"y copy 1 of {len(commands)}" in person.screen
        assert "copied: kubectl apply" in await person.press("y")
        assert f"y copy 2 of {len(commands)}" in person.screen
        await person.press(*"y" * len(commands))
        assert texts == [*commands, commands[0]]


async def test_y_copies_the_command_of_the_highlighted_prerequisite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wizard(case("postgres"), services=services(), target=tmp_path / "app", size=(120, 40)) as person:
        await filled(person, {})
        view, texts = person.app.stage.view, copied(person, monkeypatch)
        assert isinstance(view, WrittenView)
        needs = view.written.session.bundle.contract.first
        at = next(number for number, need in enumerate(needs) if "create secret" in need.create)
        assert "y copy its command" in await person.press(*["down"] * (at + 1))
        await person.press("y", *["up"] * (at + 1), "y")
        assert texts[0] == needs[at].create


async def test_v_on_the_last_page_asks_the_cluster_and_esc_returns_to_the_page(tmp_path: Path) -> None:
    async with wizard(case("simple-api"), services=services(), target=tmp_path / "app") as person:
        await filled(person, {})
        outcome = person.app.flow.written
        assert "kind-dev" in await person.press("v")
        page = await person.press("escape")
        assert "Before you apply" in page
        await person.press("v", "enter")
        page = await person.press("escape")
        assert "Before you apply" in page and "kubectl apply" in page and "--context kind-dev" in page
        assert person.app.flow.written is outcome, "nothing is written again"


async def test_v_is_not_offered_on_the_last_page_without_a_cluster(tmp_path: Path) -> None:
    without: dict[str, Any] = {"dry_run": None, "targets": None}
    async with wizard(case("simple-api"), services=services(**without), target=tmp_path / "app") as person:
        await filled(person, {})
        assert "ask the cluster" not in person.screen
        assert "v does nothing here" in await person.press("v")


async def test_a_message_about_missing_details_is_not_shown_again_on_the_complete_bundle(tmp_path: Path) -> None:
    session = case("simple-api").reset("app.image")
    async with wizard(session, services=services(), target=tmp_path / "app", size=(120, 40)) as person:
        assert "the details are not complete" in await person.press("b")
        await person.type("example.com/shop:1.4")
        screen = await person.press("enter")
        assert "Bundle" in screen
        assert "not complete" not in screen
