"""The verdict in lines: the patterns, the reasons for and against, what would change it, and the lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.faces.drawing import drawing
from wizard.faces.verdict import (
    VerdictReasons,
    container_name,
    container_title,
    cost_text,
    gains_and_prices,
    lesson_rows,
    pod_cost,
)
from wizard.lines.lines import command, number, sentence, spoken, up_to
from wizard.session.samples import preview
from wizard.text import count
from wizard.texts import wording
from wizard.texts.images import weaknesses
from wizard.texts.keys import ANSWERS, BACK, BUNDLE, FIND, LEAVE
from wizard.texts.reasons import ReasonLine, flip_reasons, why_not_reasons

if TYPE_CHECKING:
    from wizard.lines.journey import Journey, PageStep
    from wizard.render.model import PodNote
    from wizard.session.session import Session

_LEVELS = {"error": "Stop", "warning": "Warning", "note": "Note"}


def show(journey: Journey) -> PageStep:
    """Show the verdict until the user leaves it, and return the next step."""
    lines, session = journey.lines, journey.session
    reasons = _show(journey)
    while True:
        text = lines.ask(_prompt(session, len(reasons)))
        word, rest = command(text)
        if word == "" and not session.blocked:
            return journey.details()
        if word == BACK.key:
            return journey.before()
        if word == BUNDLE.key:
            return journey.to_bundle(journey.verdict())
        if word == "a":
            return journey.answers(journey.verdict())
        if word == FIND.key:
            return journey.search(rest, journey.verdict())
        step = _look(journey, word, rest, reasons)
        if step is not None:
            return step


def _prompt(session: Session, reasons: int) -> str:
    on = "" if session.blocked else "Enter goes on, "
    return f"{on}{up_to(reasons)} look, n why not, f what changes it, m more, a answers, ? keys"


def _look(journey: Journey, word: str, rest: str, reasons: tuple[ReasonLine, ...]) -> PageStep | None:
    lines, session = journey.lines, journey.session
    if (chosen := number(word, len(reasons))) is not None:
        return _behind(journey, reasons[chosen - 1])
    if word == "n":
        return _list(journey, "Why not:", why_not_reasons(session))
    if word == "f":
        return _list(journey, "What would change it:", flip_reasons(session))
    if word == "m":
        _lesson(journey, rest)
    elif word == "q":
        lines.confirm_leaving()
    elif word == "l":
        _show(journey)
    elif word == "?":
        lines.help(_keys(session))
    elif word == "":
        lines.say("An error stops the bundle: change an answer first (a lists them).")
    else:
        lines.not_here(f"{word} {rest}".strip())
    return None


def _keys(session: Session) -> tuple[tuple[str, str], ...]:
    on = () if session.blocked else (("Enter", "continue to the details: the name, the image, the defaults"),)
    return (
        *on,
        ("a number", "the answers behind that line, to change them"),
        ("n", "why not: every other pattern, and the reason against it"),
        ("f", "every answer that would change the verdict"),
        ("m", "the lesson; m 2 the lesson on the second pattern"),
        ("l", "the verdict again"),
        FIND,
        ANSWERS,
        BUNDLE,
        (f"{BACK.key} or back", "the last question"),
        LEAVE,
    )


# --- output ---------------------------------------------------------------------------------------


def _show(journey: Journey) -> tuple[ReasonLine, ...]:
    """Write the verdict, and return its reasons in the order of their numbers."""
    lines, session = journey.lines, journey.session
    lines.heading(f"Verdict: {wording.verdict_title(session)}. {wording.verdict_remark(session)}".rstrip())
    lines.say(sentence(spoken(wording.verdict_status(session))), indent=2)
    pod = None if session.blocked else preview(session)
    if pod is not None:
        _show_pod(journey, pod)
    reasons_of = VerdictReasons.of(session)
    shown = reasons_of.why
    lines.reasons("Why:", shown)
    _show_texts(journey, pod)
    for head, reasons in (("Why not:", reasons_of.why_not), ("What would change it:", reasons_of.flips)):
        if reasons:
            lines.reasons(head, reasons, first=len(shown) + 1)
            shown += reasons
    return shown


def _show_pod(journey: Journey, pod: PodNote) -> None:
    lines, catalog = journey.lines, journey.session.catalog
    copies = _copies(pod, at_once=drawing(journey.session).at_once)
    number = count(len(pod.containers), "container")
    lines.heading(f"The pod{copies}: {number}{', in start order' if len(pod.containers) > 1 else ''}.")
    for container in pod.containers:
        title = container_title(catalog, container)
        name = f"{container.role} container {container_name(container)}"
        lines.say(f"{name}: {title}" if title else name, indent=2, hang=2)


def _copies(pod: PodNote, *, at_once: bool) -> str:
    """Return the number of pods as it follows "the pod"; nothing for a single pod that is not a replica."""
    if at_once:
        return f", up to {pod.replicas} at once" if pod.replicas != "1" else ""
    copies = pod.replicas.replace("-", " to ")
    if copies[:1].isdecimal():
        copies += " copy" if copies == "1" else " copies"
    return f", {copies}"


def _show_texts(journey: Journey, pod: PodNote | None) -> None:
    lines, session = journey.lines, journey.session
    if session.verdict is None:
        return
    lines.say()
    gains, prices = gains_and_prices(session)
    if pod is not None and (cost := pod_cost(pod)):
        prices = (*prices, cost_text(cost))
    for head, texts in (("You get", gains), ("You pay", prices)):
        for text in texts:
            lines.say(f"{head}: {text}.", hang=2)
    for rule in session.warnings:
        lines.say(f"{_LEVELS[rule.level]}: {sentence(wording.warned_text(session, rule), rule.instead)}", hang=2)
    for text in weaknesses(session):
        lines.say(f"{_LEVELS['warning']}: {text}", hang=2)


# --- details --------------------------------------------------------------------------------------


def _list(journey: Journey, head: str, reasons: tuple[ReasonLine, ...]) -> PageStep | None:
    lines = journey.lines
    if not reasons:
        lines.say("Nothing to show here.")
        return None
    lines.reasons(head, reasons)
    while True:
        text = lines.ask(f"{up_to(len(reasons))} for the answers behind it, Enter back to the verdict")
        word, _ = command(text)
        if word in ("", BACK.key):
            return None
        if (chosen := number(word, len(reasons))) is not None:
            return _behind(journey, reasons[chosen - 1])
        if word == "q":
            lines.confirm_leaving()
        else:
            lines.say(f"Give a number from {up_to(len(reasons))}, or just Enter.")


def _behind(journey: Journey, reason: ReasonLine) -> PageStep | None:
    lines, session = journey.lines, journey.session
    lines.heading(reason.line)
    if not reason.questions:
        lines.say("It follows from the table only.")
        return None
    lines.say("The answers behind it:")
    lines.numbered(_answered(session, question_id) for question_id in reason.questions)
    more = ", m the lesson" if reason.pattern else ""
    while True:
        text = lines.ask(f"{up_to(len(reason.questions))} to change that answer{more}, Enter back to the verdict")
        word, _ = command(text)
        if word in ("", BACK.key):
            return None
        if (chosen := number(word, len(reason.questions))) is not None:
            return journey.question(reason.questions[chosen - 1])
        if word == "m" and reason.pattern:
            _show_lesson(journey, reason.pattern)
        elif word == "q":
            lines.confirm_leaving()
        else:
            lines.say(f"Give a number from {up_to(len(reason.questions))}, or just Enter.")


def _answered(session: Session, question_id: str) -> str:
    question = session.catalog.decision.questions[question_id]
    answer = question.answer_text(session.answers.get(question_id)) or "not asked"
    return f"{question.ask} {answer}{' (assumed)' if question_id in session.assumed else ''}"


def _lesson(journey: Journey, which: str) -> None:
    lines, session = journey.lines, journey.session
    patterns = session.verdict.patterns if session.verdict else ()
    chosen = number(which, len(patterns)) if which else None
    if len(patterns) == 1 or chosen is not None:
        _show_lesson(journey, patterns[(chosen or 1) - 1])
        return
    lines.say("Lessons on:")
    lines.numbered(wording.pattern_names(session.catalog, patterns))
    lines.say(f"m and a number shows one, such as: m {len(patterns)}.")


def _show_lesson(journey: Journey, pattern_id: str) -> None:
    lines, pattern = journey.lines, journey.session.pattern(pattern_id)
    name = wording.pattern_name(journey.session.catalog, pattern_id)
    lines.heading(name if name == pattern.title else f"{name} ({pattern.title})")
    for label, text in lesson_rows(pattern):
        lines.say(f"{label}: {text}", indent=2, hang=2)
    for paragraph in journey.session.lesson(pattern_id):
        lines.say()
        lines.say(paragraph, indent=2)
    lines.say()
