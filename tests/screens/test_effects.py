"""The list of an option's effects and the drawing beside it: both tell the same, and neither contradicts itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from tests.journeys import CASES
from tests.shipped import CATALOG
from wizard.decision.model import Answer
from wizard.faces.consequence import ConsequenceLine, change, consequence, cost
from wizard.faces.drawing import APP, Drawing, drawing
from wizard.screens.page import Room
from wizard.screens.pages.question import QuestionView
from wizard.screens.pages.strip import Strip
from wizard.screens.text import Style, plain_text
from wizard.session.session import Session, start

Step = tuple[Session, str, Answer, Answer | None]
"""A session, and an answer to its next question with the ticks that it is compared with."""


def steps_of(session: Session, chance: random.Random) -> Iterator[Step]:
    """Yield each option of the next question: alone, and on top of some ticks."""
    question = session.question
    assert question is not None
    ids = [one.id for one in session.offered(question.id)]
    if not question.many:
        yield from ((session, question.id, one, None) for one in ids)
        return
    yield session, question.id, (), None
    for ticked in ((), a_selection(session, chance)):
        for one in ids:
            wanted = {*ticked, one} - {*question.excluded(one)}
            yield session, question.id, tuple(each for each in ids if each in wanted), ticked


def a_selection(session: Session, chance: random.Random) -> tuple[str, ...]:
    question = session.question
    assert question is not None
    ticked: tuple[str, ...] = ()
    for one in session.offered(question.id):
        if chance.random() < 0.4 and question.clash((*ticked, one.id)) is None:
            ticked = (*ticked, one.id)
    return ticked


def case_steps() -> Iterator[Step]:
    chance = random.Random(36)
    for given, *_ in CASES.values():
        session = start(CATALOG)
        while session.question is not None:
            yield from steps_of(session, chance)
            answer = given.get(session.question.id)
            session = (
                session.unsure(session.question.id) if answer is None else session.answer(session.question.id, answer)
            )


def random_steps(sessions: int) -> Iterator[Step]:
    chance = random.Random(sessions)
    for _ in range(sessions):
        session = start(CATALOG)
        while session.question is not None:
            yield from steps_of(session, chance)
            many = session.question.many
            ids = [one.id for one in session.offered(session.question.id)]
            answer = a_selection(session, chance) if many else chance.choice(ids)
            session = session.answer(session.question.id, answer)


def lines_of(session: Session, question: str, answer: Answer, instead_of: Answer | None) -> tuple[ConsequenceLine, ...]:
    if instead_of is None:
        return consequence(session, question, answer)
    return change(session, question, answer, instead_of)


def green_of(drawn: Drawing) -> list[str]:
    """Return the texts of a strip that mark something as added."""
    strip = Strip(drawn, CATALOG, 200)
    return [span.text for row in strip.lines for span in row if span.style is Style.ADDED]


def untold(step: Step) -> list[str]:
    """Return the disagreements between the list of effects and the strip of one option."""
    lines, drawn = lines_of(*step), drawing(*step)
    told = [one for one in lines if one.sign in ("added", "set")]
    text = " · ".join([*(f"{one.say} {one.field}" for one in told), *(name for one in told for name in one.names)])
    green = " ".join(green_of(drawn))
    names = {one.name for one in drawn.containers if one.new and one.role != APP and one.name != one.role}
    names |= {one.text for one in drawn.injected if one.new} | {one.text for one in drawn.settings if one.new}
    names |= {one.kind for one in drawn.around if one.new}
    shown = {one.name for one in drawn.containers} | {one.kind for one in drawn.around}
    listed = {name for one in lines if one.sign == "added" for name in one.names if name in shown}
    jobs = {one.kind for one in drawn.around for job in drawn.objects if job.new and one.pattern == job.pattern}
    return [
        *(f"green, not listed: {name}" for name in names if name not in text),
        *(f"listed, not green: {name}" for name in listed if name not in green and name not in jobs),
    ]


def contradictions(step: Step) -> list[str]:
    """Return the parts that one list both adds and removes, and the removed ones that are still drawn."""
    lines, drawn = lines_of(*step), drawing(*step)
    come = {one.say for one in lines if one.sign == "added"}
    still = {one.kind for one in drawn.around} | {one.name for one in drawn.containers}
    gone = [one for one in lines if one.sign == "removed"]
    return [one.say for one in gone if one.say in come or set(one.names) & still]


@pytest.mark.parametrize("steps", [case_steps, lambda: random_steps(12)], ids=["cases", "random"])
def test_the_list_of_effects_and_the_strip_show_the_same_as_added(steps: Callable[[], Iterator[Step]]) -> None:
    wrong = [
        (step[1:], found, lines_of(*step)) for step in steps() if (found := [*untold(step), *contradictions(step)])
    ]
    assert wrong == []


STANDARD = Room(78, 20)
LEGACY = CASES["legacy-metrics"][0]
FILE_LOGS = CASES["web-app-with-file-logs"][0]


def until(given: Mapping[str, Answer], question: str) -> Session:
    """Return the session of a case in which the question is the next one."""
    session = start(CATALOG)
    while session.question is not None and session.question.id != question:
        asked = session.question.id
        session = session.answer(asked, given[asked]) if asked in given else session.unsure(asked)
    assert session.question is not None
    return session


def panel(session: Session, option: str, *ticked: str, room: Room = STANDARD) -> list[str]:
    assert session.question is not None
    view = QuestionView.of(session, session.question.id)
    at = [one.id for one in view.options].index(option)
    return [plain_text(each) for each in replace(view, at=at, ticked=frozenset(ticked)).page(room).panel]


def test_a_helper_that_comes_with_no_tick_as_well_is_no_effect_of_a_tick() -> None:
    asked = until(LEGACY, "forms")
    assert [one.sign for one in change(asked, "forms", ("json",), ()) if one.sign in ("added", "removed")] == []
    assert cost(asked, "forms", ("json",), ()) is None
    rows = panel(asked, "json")
    assert any("json-exporter" in each for each in rows) and not any("+" in each or "- " in each for each in rows)


def test_a_replacement_is_one_line_with_the_cost_of_the_difference() -> None:
    asked = until(FILE_LOGS, "cluster")
    lines = [(one.sign, one.say) for one in change(asked, "cluster", ("collector",), ()) if one.sign != "next"]
    assert lines == [("added", "sidecar log-stream instead of sidecar log-agent")]
    price = cost(asked, "cluster", ("collector",), ())
    assert price is not None and price.cpu_millis < 0
    rows = panel(asked, "collector")
    assert any("+ sidecar log-stream" in each for each in rows)
    assert not any("+ ConfigMap" in each for each in rows), "each of the two has one"


def test_an_object_that_was_never_drawn_does_not_disappear() -> None:
    asked = until(LEGACY, "forms")
    assert "ConfigMap" in {one.kind for one in drawing(asked, "forms", ()).around}
    assert [one.say for one in change(asked, "forms", ("statsd",), ()) if one.sign == "removed"] == []


def test_an_object_that_is_only_not_certain_yet_does_not_disappear() -> None:
    asked = until(CASES["node-metrics"][0], "needs")
    assert [one.say for one in change(asked, "needs", ("outbound",), ()) if one.sign == "removed"] == []
    held = asked.answer("needs", ())
    assert not drawing(held, "needs", ("outbound",)).removed


def test_a_part_that_comes_with_every_answer_is_drawn_without_a_plus() -> None:
    rows = panel(until(FILE_LOGS, "cluster"), "scarce")
    assert any("sidecar log-agent" in each for each in rows)
    assert not any("+" in each for each in rows)


def test_the_proxy_of_a_mesh_has_one_name_in_the_list_and_in_the_strip() -> None:
    asked = until(FILE_LOGS, "cluster")
    for room in (STANDARD, Room(60, 36, 57)):
        rows = panel(asked, "mesh_injected", room=room)
        assert "+ sidecar proxy, added by the mesh" in [each.strip() for each in rows]
    assert any("+ sidecar proxy, added by the mesh" in each for each in panel(asked, "mesh_injected")[4:])
    ticked = [one.say for one in change(asked, "cluster", (), ("mesh_injected",)) if one.sign == "removed"]
    assert ticked == ["sidecar proxy, added by the mesh"]


def test_a_note_that_says_more_replaces_the_one_that_says_less() -> None:
    asked = until(CASES["ordered-start"][0], "habits")
    lines = change(asked, "habits", ("special",), ())
    assert any("each update and each lost node" in one.say for one in lines if one.sign == "note")
    spared = [one.say for one in lines if one.sign == "spared"]
    assert spared and not any("each lost node" in one for one in spared)
    assert spared[0].startswith("Warning goes away: ")


@pytest.mark.parametrize("room", [STANDARD, Room(78, 30)])
def test_the_first_tick_moves_neither_the_help_nor_the_effects(room: Room) -> None:
    for given, question in ((LEGACY, "cluster"), (CASES["ordered-start"][0], "cluster"), (FILE_LOGS, "needs")):
        asked = until(given, question)
        assert asked.question is not None
        for option in asked.offered(question):
            before, after = panel(asked, option.id, room=room), panel(asked, option.id, option.id, room=room)
            places = [before.index("If you tick this"), after.index("What this tick does")]
            assert places[0] == places[1], (question, option.id)


def test_the_sign_of_added_parts_is_the_same_for_containers_and_objects() -> None:
    green = [text for step in case_steps() for text in green_of(drawing(*step)) if text.startswith("+")]
    assert green and all(text.startswith("+ ") for text in green)
