"""The page after writing: commands are complete on every terminal size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys import CASES, answered, session_of
from tests.screens.drive import wizard
from tests.screens.stand_ins import services
from tests.screens.test_keys_of_cases import filled
from tests.shipped import CATALOG
from wizard.faces.written import written
from wizard.screens.page import PROSE, room_for, shown_keys
from wizard.screens.pages.written import WrittenView
from wizard.screens.text import plain_text, width_of
from wizard.session.samples import with_samples
from wizard.session.session import Session
from wizard.store.writer import WriteOutcome, plan, write
from wizard.text import count
from wizard.texts.contract import contract_sections, first_summary, first_text, next_lines


def case(name: str) -> Session:
    answers, given = CASES[name]
    return with_samples(answered(CATALOG, answers, **given))


def shown(session: Session, *, left: str = "") -> WrittenView:
    outcome = WriteOutcome(Path("orders"), ("podwizard.yaml",), (), left=left)
    return WrittenView(written(session, plan(session.bundle, "orders"), outcome, context="", catalog=""))


@pytest.mark.parametrize("name", CASES)
def test_screen_readme_and_shell_list_the_same_number_of_prerequisites(name: str) -> None:
    session = case(name)
    contract = session.bundle.contract
    number = len(contract.first)
    assert first_summary(contract, "x") == (f"Do {count(number, 'thing')} before you apply: see x" if number else "")
    _, _, after = session.bundle.files[0].text.partition("## First: prerequisites in the cluster")
    listed = after.partition("\n## ")[0].partition("Left out, because")[0]
    assert sum(row.startswith("- ") for row in listed.splitlines()) == number
    rows = shown(session).page(room_for(120, 40)).rows
    head = next(at for at, row in enumerate(rows) if plain_text(row.lines[0]).startswith("Before you apply"))
    end = next(at for at, row in enumerate(rows) if at > head and not plain_text(row.lines[0]).strip())
    assert sum(row.item >= 0 for row in rows[head:end]) == number
    in_shell = dict(contract_sections(contract, "orders")).get("Before you apply", ())
    assert sum(not text.startswith("  ") for text in in_shell) == number


@pytest.mark.parametrize("name", CASES)
def test_a_prerequisite_begins_with_those_who_see_to_it_if_that_is_not_the_user(name: str) -> None:
    for need in case(name).bundle.contract.first:
        assert first_text(need).startswith("Your administrators: ") == (need.owner == "platform")


@pytest.mark.parametrize("name", CASES)
def test_y_copies_first_what_creates_the_prerequisites_then_the_next_commands(name: str) -> None:
    view, copied = shown(case(name)), list[str]()
    created = [one.made("./orders") for one in view.written.session.bundle.contract.first if one.create]
    for _ in view.written.to_copy:
        copied.append(view.copies)
        view = view.after_copy()
    assert copied == [*created, *view.written.commands]
    labels = [plain for plain in (hint.does for hint in view.page(room_for(120, 40)).keys) if plain.startswith("copy")]
    assert labels == [f"copy 1 of {len(copied)}" if len(copied) > 1 else "copy the command"]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
@pytest.mark.parametrize("name", CASES)
def test_the_field_behind_a_line_is_named_whole(size: tuple[int, int], name: str) -> None:
    view, room = shown(case(name)), room_for(*size)
    for at in range(40):
        message = replace(view, at=at).page(room).message
        assert width_of(message) <= room.whole


def joined(texts: Iterable[str]) -> str:
    """Return lines as one, with commands that continue on the next line put together as a shell does."""
    return " ".join(" ".join(texts).split()).replace(" \\ ", " ")


def test_the_caution_is_below_its_command() -> None:
    panel = [plain_text(each).strip() for each in shown(case("nightly-backup")).page(room_for(80, 24)).panel]
    begin = next(at for at, text in enumerate(panel) if "create job --from=cronjob" in text)
    assert "starts a real run" in "".join(panel[begin + 1 : begin + 3])
    tall = " ".join(plain_text(each) for each in shown(case("nightly-backup")).page(room_for(120, 60)).panel)
    assert tall.count("starts a real run") == 1 and "clocks of Europe/Berlin" in tall


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_temporary_files_that_could_not_be_removed_are_named_below_the_contract(size: tuple[int, int]) -> None:
    page = shown(case("simple-api"), left="orders/.podwizard/staged").page(room_for(*size))
    read = "".join(plain_text(each).strip() for each in (*page.panel, *page.foot))
    assert "! orders/.podwizard/staged could not be removed" in read and "kubectl apply" in read


async def test_esc_returns_from_the_written_page_to_the_bundle_and_enter_back_again(tmp_path: Path) -> None:
    async with wizard(case("simple-api"), services=services(), target=tmp_path / "app") as person:
        await filled(person, {})
        page, outcome = person.screen, person.app.flow.written
        assert "esc back" in page
        assert "nothing changes" in await person.press("escape")
        assert await person.press("enter") == page
        assert person.app.flow.written is outcome, "nothing was to be written"
        await person.press("enter")
        assert person.done and not person.outcome.changed


async def test_answers_changed_after_writing_are_kept_and_the_written_bundle_is_reported(
    tmp_path: Path,
) -> None:
    async with wizard(case("simple-api"), services=services(), target=tmp_path / "app") as person:
        await filled(person, {})
        await person.press("escape", "a", "enter", "4", "ctrl+c", "enter")
        assert person.done
        outcome = person.outcome
        assert outcome.changed and outcome.keep and outcome.session.answers["work"] == "schedule"
        assert outcome.shown.answers["work"] == "server" and outcome.shown.verdict is not None


def test_commands_that_do_not_fit_are_counted_and_never_truncated() -> None:
    session = case("nightly-backup")
    outcome = WriteOutcome(Path("orders"), ("podwizard.yaml",), ())
    done = written(session, plan(session.bundle, "orders"), outcome, context="", catalog="")
    commands = next_lines(session.bundle.contract, "orders")
    for size in ((60, 20), (80, 24)):
        room = room_for(*size)
        panel = [plain_text(each).strip() for each in WrittenView(done).page(room).panel]
        shown = [one for one in commands if one in joined(panel)]
        assert commands[: len(shown)] == tuple(shown)
        left = len(commands) - len(shown)
        assert (f"and {left} more commands, in README.md" in panel) == (left > 0)
        assert len(panel) <= room.height // 2 + 2


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (80, 24)])
async def test_every_prerequisite_can_be_scrolled_into_view(
    columns: int, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # in the commands, a short path
    async with wizard(case("postgres"), services=services(), target=Path("app"), size=(columns, rows)) as person:
        await filled(person, {})
        view = person.app.stage.view
        assert isinstance(view, WrittenView)
        needs = [first_text(need)[:40] for need in view.written.session.bundle.contract.first]
        seen = [person.screen]
        for _ in range(len(needs) + 1):
            seen.append(await person.press("down"))
            assert "›" in seen[-1], "the highlighted line is in sight"
        assert not all(text in seen[0] for text in needs)
        assert [text for text in needs if not any(text in screen for screen in seen)] == []
        assert "enter change it" in " ".join(seen)


async def test_a_command_for_the_bundles_readme_is_shown_if_the_user_has_another_readme(tmp_path: Path) -> None:
    target = tmp_path / "app"
    target.mkdir()
    (target / "README.md").write_text("mine\n")
    async with wizard(case("simple-api"), services=services(), target=target, size=(120, 30)) as person:
        await filled(person, {})
        screen = " ".join(person.screen.split())
        assert "README.md is yours and is kept" in screen
        assert "-o readme" in screen
    assert (target / "README.md").read_text() == "mine\n"


def test_no_readme_command_is_shown_if_the_readme_was_written() -> None:
    session = case("simple-api")
    outcome = WriteOutcome(Path("orders"), ("README.md", "podwizard.yaml"), ())
    done = written(session, plan(session.bundle, "orders"), outcome, context="", catalog="")
    assert not done.readme_command


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_every_command_that_deletes_objects_can_be_scrolled_into_view(
    size: tuple[int, int], tmp_path: Path
) -> None:
    target = tmp_path / "app"
    write(plan(case("simple-api").give("app.name", "orders").bundle, target))
    session = case("nightly-backup").give("app.name", "orders")
    file = target / "manifests" / "deployment.yaml"
    file.write_text(file.read_text() + "# mine\n")
    async with wizard(session, services=services(), target=target, size=size) as person:
        await filled(person, {})
        view = person.app.stage.view
        assert isinstance(view, WrittenView)
        assert any("deployment.apps" in step.command for step in view.written.leaving)
        seen = [person.screen] + [await person.press("down") for _ in range(30)]
        for step in view.written.leaving:
            assert any(step.command in joined([screen]) for screen in seen), step.command


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
@pytest.mark.parametrize("name", ["postgres", "web-app-with-file-logs", "ordered-start"])
async def test_the_prerequisites_are_shown_together_with_the_apply_command(
    name: str, size: tuple[int, int], tmp_path: Path
) -> None:
    async with wizard(case(name), services=services(), target=tmp_path / "app", size=size) as person:
        await filled(person, {})
        view = person.app.stage.view
        assert isinstance(view, WrittenView)
        needs = view.written.session.bundle.contract.first
        screen = " ".join(person.screen.split())
        assert "Before you apply" in screen and "kubectl apply" in screen
        assert (f"Do {count(len(needs), 'thing')} before you apply: see above, or README.md." in screen) == bool(needs)
        assert view.written.first.endswith("/app/README.md") or not needs


@pytest.mark.parametrize("name", ["redis-cluster-client", "web-app-with-file-logs", "nightly-backup", "simple-api"])
def test_everything_fits_at_120x40_and_the_highlight_reaches_every_line(name: str) -> None:
    room = room_for(120, 40)
    view = shown(case(name))
    for at in range(-1, len(view._leads)):
        page = replace(view, at=at).page(room)
        assert len(page.lines) + len(page.panel) + len(page.foot) <= room.height
        assert sum(len(row.lines) for row in page.aside_rows) + len(page.foot) <= room.height
        assert at == PROSE or at in [row.item for row in page.rows], "the highlight is where the keys go"
        items = [row.item for row in (*page.rows, *page.aside_rows) if row.item != PROSE]
        assert sorted(items) == list(range(len(view._leads)))


async def test_arrows_move_between_the_contracts_columns(tmp_path: Path) -> None:
    session = case("ordered-start")
    async with wizard(session, services=services(), target=tmp_path / "orders", size=(120, 40)) as person:
        await person.press("enter", "b")
        screen = await person.press("enter")
        left, right = (screen.splitlines()[2].index(head) for head in ("Before you", "Your program must"))
        assert left < right
        assert right > more_sign(screen) + 1, "the sign that there is more does not touch the other column"
        screen = await person.press(*["down"] * (len(session.bundle.contract.first) + 1))
        assert right > more_sign(screen) + 1
        assert "← listeners: On which ports does it listen?" in screen
        assert "On which ports does it listen?" in await person.press("enter")


def more_sign(screen: str) -> int:
    """Return the column of the sign that the left column has more lines."""
    return next(row.index("▼") for row in screen.splitlines() if "▼" in row)


@pytest.mark.parametrize(("size", "does"), [((60, 20), "more"), ((80, 24), "more"), ((200, 60), "line")])
def test_the_key_line_of_the_last_screen_tells_if_lines_are_hidden(
    size: tuple[int, int], does: str, tmp_path: Path
) -> None:
    made = session_of(CATALOG, "simple-api")
    wanted = plan(made.bundle, tmp_path / "app")
    page = WrittenView(written(made, wanted, write(wanted), context="", catalog="")).page(room_for(*size))
    keys = {key.name: key.does for key in shown_keys(page.keys, size[0] - 2)}
    assert keys["↑↓"] == does
    assert {"enter", "y", "?"} <= set(keys)
