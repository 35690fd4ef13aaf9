"""The verdict in lines: what, why, why not the others, what would change it, and the lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.lines.lines import command, number, sentence, spoken, up_to
from wizard.session.covering import preview
from wizard.text import count, cpu_text, first_sentence, memory_text
from wizard.texts import wording
from wizard.texts.reasons import Reason, flip_reasons, telling_flips, why_not_reasons, why_reasons

if TYPE_CHECKING:
    from wizard.lines.journey import Journey, Place
    from wizard.render.model import PodNote
    from wizard.session.session import Session

_SHOWN = 3
_LEVELS = {"error": "Stop", "warning": "Warning", "note": "Note"}


def show(journey: Journey) -> Place:
    """Show the verdict until the person goes somewhere."""
    lines, session = journey.lines, journey.session
    reasons = _tell(journey)
    while True:
        text = lines.ask(_prompt(session, len(reasons)))
        word, rest = command(text)
        if word == "" and not session.blocked:
            return journey.details()
        if word == "b":
            return journey.before()
        if word == "a":
            return journey.answers(journey.verdict())
        place = _look(journey, word, rest, reasons)
        if place is not None:
            return place


def _prompt(session: Session, reasons: int) -> str:
    on = "" if session.blocked else "Enter goes on, "
    return f"{on}{up_to(reasons)} look, n why not, f what changes it, m more, a answers, ? keys"


def _look(journey: Journey, word: str, rest: str, reasons: tuple[Reason, ...]) -> Place | None:
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
        _tell(journey)
    elif word == "?":
        lines.help(_keys(session))
    elif word == "":
        lines.say("An error stops the bundle: change an answer first (a lists them).")
    else:
        lines.not_here(f"{word} {rest}".strip())
    return None


def _keys(session: Session) -> tuple[tuple[str, str], ...]:
    on = () if session.blocked else (("Enter", "go on to the details: the name, the image, the defaults"),)
    return (
        *on,
        ("a number", "the answers behind that line, to change them"),
        ("n", "why not: every other pattern, and what speaks against it"),
        ("f", "every answer that would change the verdict"),
        ("m", "the lesson; m 2 the lesson on the second pattern"),
        ("l", "the verdict again"),
        ("a", "all answers, to look at or change"),
        ("b", "the last question"),
        ("q", "leave; the answers can be kept for later"),
    )


# --- telling --------------------------------------------------------------------------------------


def _tell(journey: Journey) -> tuple[Reason, ...]:
    """Write the verdict and give the reasons in the order of their numbers."""
    lines, session = journey.lines, journey.session
    title, praise = f"{wording.verdict_title(session)}.", wording.verdict_praise(session)
    lines.heading(f"Verdict: {title} {praise.removeprefix(title).strip()}".rstrip())
    lines.say(sentence(spoken(wording.verdict_status(session))), indent=2)
    pod = None if session.blocked else preview(session)
    if pod is not None:
        _tell_pod(journey, pod)
    told = why_reasons(session)
    lines.reasons("Why:", told)
    _tell_texts(journey, pod)
    for head, reasons in (
        ("Why not:", why_not_reasons(session)[:_SHOWN]),
        ("What would change it:", telling_flips(session, _SHOWN)),
    ):
        if reasons:
            lines.reasons(head, reasons, first=len(told) + 1)
            told += reasons
    return told


def _tell_pod(journey: Journey, pod: PodNote) -> None:
    lines, catalog = journey.lines, journey.session.catalog
    copies = pod.replicas.replace("-", " to ")
    if copies[:1].isdecimal():
        copies += " copy" if copies == "1" else " copies"
    number = count(len(pod.containers), "container")
    lines.heading(f"The pod, {copies}: {number}{', in the order of their start' if len(pod.containers) > 1 else ''}.")
    for container in pod.containers:
        name = wording.pattern_name(catalog, container.component)
        what = name if container.component in catalog.patterns else container.title
        same = what.lower() in (container.name.lower(), container.role)
        called = container.name or wording.UNNAMED
        lines.say(f"{container.role} container {called}{'' if same else f': {what}'}", indent=2, hang=2)


def _tell_texts(journey: Journey, pod: PodNote | None) -> None:
    lines, session = journey.lines, journey.session
    if session.verdict is None:
        return
    lines.say()
    parts = [session.pattern(item) for item in wording.additions(session) or (session.verdict.base,)]
    several = len(parts) > 1
    for head, texts in (("You get", [(p, p.gives) for p in parts]), ("You pay", [(p, p.costs) for p in parts])):
        if head == "You pay" and pod is not None and (cost := _cost(pod)):
            lines.say(f"{head}: {cost}.", hang=2)
        for part, text in texts:
            if text:
                who = f"{part.short or part.title}: " if several else ""
                lines.say(f"{head}: {who}{first_sentence(text)}.", hang=2)
    for rule in session.warnings:
        lines.say(f"{_LEVELS[rule.level]}: {sentence(rule.say, rule.instead)}", hang=2)


def _cost(pod: PodNote) -> str:
    cpu, memory = pod.helper_cpu_millis, pod.helper_memory_bytes
    if not cpu and not memory:
        return ""
    text = f"{cpu_text(cpu)} CPU and {memory_text(memory)} more in each pod"
    if pod.replicas.isdecimal() and int(pod.replicas) > 1:
        copies = int(pod.replicas)
        text += f", {cpu_text(cpu * copies)} and {memory_text(memory * copies)} in all"
    return text


# --- looking closer -------------------------------------------------------------------------------


def _list(journey: Journey, head: str, reasons: tuple[Reason, ...]) -> Place | None:
    lines = journey.lines
    if not reasons:
        lines.say("Nothing to show here.")
        return None
    lines.reasons(head, reasons)
    while True:
        text = lines.ask(f"{up_to(len(reasons))} for the answers behind it, Enter back to the verdict")
        word, _ = command(text)
        if word in ("", "b"):
            return None
        if (chosen := number(word, len(reasons))) is not None:
            return _behind(journey, reasons[chosen - 1])
        if word == "q":
            lines.confirm_leaving()
        else:
            lines.say(f"Give a number from {up_to(len(reasons))}, or just Enter.")


def _behind(journey: Journey, reason: Reason) -> Place | None:
    lines, session = journey.lines, journey.session
    lines.heading(f"{reason.about}: {reason.text}")
    if not reason.questions:
        lines.say("It follows from the table alone.")
        return None
    lines.say("The answers behind it:")
    lines.numbered(_said(session, question_id) for question_id in reason.questions)
    more = ", m the lesson" if reason.pattern else ""
    while True:
        text = lines.ask(f"{up_to(len(reason.questions))} to change that answer{more}, Enter back to the verdict")
        word, _ = command(text)
        if word in ("", "b"):
            return None
        if (chosen := number(word, len(reason.questions))) is not None:
            return journey.question(reason.questions[chosen - 1])
        if word == "m" and reason.pattern:
            _tell_lesson(journey, reason.pattern)
        elif word == "q":
            lines.confirm_leaving()
        else:
            lines.say(f"Give a number from {up_to(len(reason.questions))}, or just Enter.")


def _said(session: Session, question_id: str) -> str:
    question = session.catalog.decision.questions[question_id]
    said = wording.answer_text(question, session.answers.get(question_id)) or "not asked"
    return f"{question.ask} {said}{' (assumed)' if question_id in session.assumed else ''}"


def _lesson(journey: Journey, which: str) -> None:
    lines, session = journey.lines, journey.session
    patterns = session.verdict.patterns if session.verdict else ()
    chosen = number(which, len(patterns)) if which else None
    if len(patterns) == 1 or chosen is not None:
        _tell_lesson(journey, patterns[(chosen or 1) - 1])
        return
    lines.say("Lessons on:")
    lines.numbered(session.pattern(item).title for item in patterns)
    lines.say(f"m and a number tells one, such as: m {len(patterns)}.")


def _tell_lesson(journey: Journey, pattern_id: str) -> None:
    lines, pattern = journey.lines, journey.session.pattern(pattern_id)
    lines.heading(pattern.title)
    for label, text in (
        ("Gives", pattern.gives),
        ("Costs", pattern.costs),
        ("Use it", pattern.use_when),
        ("Avoid it", pattern.avoid_when),
    ):
        if text:
            lines.say(f"{label}: {' '.join(text.split())}", indent=2, hang=2)
    for paragraph in journey.session.lesson(pattern_id):
        lines.say()
        lines.say(paragraph, indent=2)
    lines.say()
