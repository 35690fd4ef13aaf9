"""One question in lines: its text, the consequences of each answer, and recording the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wizard.decision.model import Answer, Question
from wizard.faces.consequence import ConsequenceLine, consequence, cost
from wizard.faces.drawing import drawing, pod_line
from wizard.lines.lines import QUOTED, command, number, spoken, up_to
from wizard.session.interview import clash_text
from wizard.text import capital, shown
from wizard.texts import wording
from wizard.texts.keys import ANSWERS, ASK_ALL, BACK, BUNDLE, CLUSTER, FIND, LEAVE, NONE, NONE_WORDS, QUICK, WHY

if TYPE_CHECKING:
    from wizard.lines.journey import Journey, PageStep
    from wizard.session.session import Session

_SIGNS = {
    "added": "Added",
    "perhaps": "Perhaps",
    "removed": "No longer",
    "set": "Set",
    "error": "Stop",
    "warning": "Warning",
    "note": "Note",
    "next": "Next",
}
"""Labels of the signs of a consequence; a warning that goes away says so itself."""


def ask(journey: Journey, question_id: str, then: PageStep | None) -> PageStep:
    """Ask one question and return the next step."""
    session = journey.session
    question = session.catalog.decision.questions[question_id]
    _show(journey, question)
    while True:
        text = journey.lines.ask(_prompt(session, question))
        word, rest = command(text)
        if word == "" and question_id in session.answers:
            return then or journey.on()
        if word == BACK.key:
            return then or journey.before(question_id)
        if step := _elsewhere(journey, word, rest, journey.question(question_id, then=then)):
            return step
        if _looked(journey, question, word, rest):
            continue
        after = _answer(journey, question, text)
        if after is not None:
            _take(journey, question, after)
            return then or journey.on()


def _elsewhere(journey: Journey, word: str, rest: str, here: PageStep) -> PageStep | None:
    """Return the step that a command leads to, and from there back ``here``; ``None`` for any other line."""
    if word == BUNDLE.key:
        return journey.to_bundle(here)
    if word == "a":
        return journey.answers(here)
    if word == "v":
        return journey.look(here)
    if word == FIND.key:
        return journey.search(rest, here)
    return journey.quicken() if word == QUICK.key else None


def _show(journey: Journey, question: Question) -> None:
    lines, session = journey.lines, journey.session
    lines.heading(f"{spoken(wording.way(session))}.")
    lines.say(question.ask)
    if question.help:
        lines.say(question.help, indent=2)
    for found in session.evidence_lines(question.id):
        lines.say(f"Found in the cluster: {found}", indent=2, hang=2)
    lines.numbered(wording.option_text(option) for option in session.offered(question.id))
    if unsure := wording.unsure_text(question):
        lines.say(f"0  I don't know (counts as: {unsure})", indent=2, hang=3)
    if question.id in session.answers:
        assumed = " (assumed)" if question.id in session.assumed else ""
        lines.say(f"Your answer now: {session.answer_text(question.id)}{assumed}. Enter keeps it.", indent=2)


def _prompt(session: Session, question: Question) -> str:
    numbers = up_to(len(session.offered(question.id)))
    unsure = ", 0 don't know" if wording.unsure_text(question) else ""
    if question.many:
        return f"{numbers} (several: 1 2), {NONE.key} none{unsure}; {BACK.key} back, a answers, ? keys"
    return f"{numbers}{unsure}; {BACK.key} back, {FIND.key} find, a answers, w why, ? keys"


def _answer(journey: Journey, question: Question, text: str) -> Session | None:
    session = journey.session
    if text == "0" and wording.unsure_text(question):
        return session.unsure(question.id)
    offered = [option.id for option in session.offered(question.id)]
    answer = parse_answer(question, offered, text)
    if answer is None:
        journey.lines.say(_refusal(question, len(offered), text))
        return None
    if _clash(journey, question, answer):
        return None
    return session.answer(question.id, answer)


def _clash(journey: Journey, question: Question, answer: Answer) -> bool:
    """Report two options in the answer that exclude each other; return false if there are none."""
    both = question.clash(answer) if isinstance(answer, tuple) else None
    if both is not None:
        journey.lines.say(f"{clash_text(question, both)}. Give one of them.")
    return both is not None


def _refusal(question: Question, offered: int, text: str) -> str:
    wanted = "numbers from" if question.many else "one number from"
    message = f"'{shown(text, QUOTED)}' is not one of the answers." if text else "Nothing was given."
    none = f", or {NONE.key} for none of these" if question.many else ""
    return f"{message} Give {wanted} {up_to(offered)}{none}. ? lists the keys."


def _take(journey: Journey, question: Question, after: Session) -> None:
    lines, before = journey.lines, journey.session
    again = question.id in before.answers
    journey.answered(question.id, after)
    after = journey.session
    assumed = " (assumed)" if question.id in after.assumed else ""
    lines.say(f"Answer: {after.answer_text(question.id)}{assumed}.", hang=2)
    if again:
        if before.answers[question.id] != after.answers[question.id]:
            moved = wording.moved_line(after.catalog, after.moved(before, with_lines=True))
            lines.say(f"What moved: {moved or 'nothing else'}.", hang=2)
            _show_more_questions(journey, before)
        return
    given = after.answers[question.id]
    effects = consequence(before, question.id, given)
    for each in effects:
        if each.sign != "next":  # the next question is about to be shown anyway
            lines.say(_consequence_text(each), hang=2)
    _show_more_questions(journey, before)
    if any(each.sign == "added" for each in effects) and (pod := pod_line(before.catalog, drawing(after))):
        lines.say(f"So far: {pod}.", hang=2)


def _show_more_questions(journey: Journey, before: Session) -> None:
    if longer := wording.longer_text(before, journey.session):
        journey.lines.say(f"{capital(longer)}.", hang=2)


def _consequence_text(one: ConsequenceLine) -> str:
    """Return one consequence as text: its sign as a word, and its field in parentheses."""
    field = f" ({one.field})" if one.field else ""
    label = f"{_SIGNS[one.sign]}: " if one.sign in _SIGNS else ""
    return f"{label}{one.say.rstrip('.')}{field}."


# --- commands -------------------------------------------------------------------------------------


def _looked(journey: Journey, question: Question, word: str, rest: str) -> bool:
    """Run the command of a word; return false if there is none."""
    lines, session = journey.lines, journey.session
    commands: dict[str, Callable[[], None]] = {
        "?": lambda: lines.help(_keys(session, question)),
        "q": lines.confirm_leaving,
        "w": lambda: why_asked(journey, question),
        "why": lambda: why_asked(journey, question),
        "s": lambda: _so_far(journey),
        "if": lambda: _what_if(journey, question, rest),
        "l": lambda: _show(journey, question),
    }
    if word not in commands:
        return False
    commands[word]()
    return True


def _keys(session: Session, question: Question) -> tuple[tuple[str, str], ...]:
    numbers = up_to(len(session.offered(question.id)))
    if question.many:
        answer: tuple[tuple[str, str], ...] = (
            (f"numbers from {numbers}", "all that apply, such as: 1 2"),
            NONE,
        )
    else:
        answer = ((numbers, "the answer with that number"),)
    unsure = (("0", "I don't know"),) if wording.unsure_text(question) else ()
    keeps = (("Enter", "keep the answer as it is"),) if question.id in session.answers else ()
    return (
        *answer,
        *unsure,
        *keeps,
        ("if 1", "what answer 1 would do, without answering"),
        WHY,
        ("s", "what is known so far"),
        FIND,
        ANSWERS,
        CLUSTER,
        ASK_ALL if session.quick else QUICK,
        (f"{BACK.key} or back", "the question before; no answer is lost"),
        BUNDLE,
        ("l", "the question again"),
        LEAVE,
    )


def why_asked(journey: Journey, question: Question) -> None:
    """Show the rules that still test a question."""
    rows = wording.depends_lines(journey.session, question.id)
    journey.lines.say("The answer can still decide:" if rows else "No open rule depends on the answer any more.")
    for what, because in rows:
        journey.lines.say(f"{what}: {because}", indent=2, hang=2)


def _so_far(journey: Journey) -> None:
    rows = wording.so_far(journey.session)
    journey.lines.say("So far:" if rows else "Nothing is decided yet.")
    for what, reason in rows:
        journey.lines.say(f"{what}: {reason}", indent=2, hang=2)


def _what_if(journey: Journey, question: Question, text: str) -> None:
    lines, session = journey.lines, journey.session
    offered = [option.id for option in session.offered(question.id)]
    answer: Answer | None = parse_answer(question, offered, text)
    if text == "0" and wording.unsure_text(question):
        answer = session.unsure(question.id).answers[question.id]
    if answer is None:
        lines.say(f"if: give a number from {up_to(len(offered))}, such as: if 1.")
        return
    if _clash(journey, question, answer):
        return
    lines.say(f"If you answer: {question.answer_text(answer)}", hang=2)
    for each in consequence(session, question.id, answer):
        lines.say(_consequence_text(each), indent=2, hang=2)
    if price := cost(session, question.id, answer):
        lines.say(f"Cost: {price.text}.", indent=2, hang=2)


def parse_answer(question: Question, offered: list[str], text: str) -> Answer | None:
    """Return the answer that a line of numbers or option ids stands for, or ``None`` if it is not valid."""
    if question.many and text.lower() in NONE_WORDS:
        return ()
    picked = []
    for word in text.replace(",", " ").split():
        at = number(word.rstrip(".)"), len(offered))
        if at is None and word not in offered:
            return None
        picked.append(word if at is None else offered[at - 1])
    if not picked:
        return None
    if question.many:
        return tuple(option for option in offered if option in picked)
    return picked[0] if len(picked) == 1 else None
