"""Where the person is, and the steps before the bundle: questions, answers, verdict, details."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wizard import wording
from wizard.catalog.resolve import Field
from wizard.decision.model import Answer, Question
from wizard.decision.results import QuestionState
from wizard.plain.lines import Back, Lines
from wizard.services import Services
from wizard.session import Session

_HELP = (
    "a number   answers; several numbers where several may be true, - for none",
    "0          I don't know",
    "if N       what answer N would do",
    "w          why this is asked",
    "s          what is known so far",
    "a          the answers given, to change any of them",
    "b          one step back",
    "q          leave; the answers can be kept for later",
)


@dataclass
class Journey:
    """The person's place; the session itself stays immutable and every change makes a new one."""

    session: Session
    target: Path | None
    services: Services
    lines: Lines
    context: str = ""
    """The kubeconfig context that was asked."""

    def take(self, session: Session) -> None:
        """Make ``session`` the current one and save it."""
        self.session = session
        if note := self.services.save(session):
            self.lines.say(note)

    def change(self, session: Session) -> None:
        """Take an edited session and say what moved."""
        moved = wording.moved_line(session.catalog, session.moved(self.session))
        self.take(session)
        if moved:
            self.lines.say(f"-> {moved}", hang=3)

    # --- questions -------------------------------------------------------------------------------

    def questions(self) -> None:
        """Ask until nothing is left to ask."""
        asked: list[str] = []
        while (question := self.session.question) is not None:
            try:
                if self._ask(question):
                    asked.append(question.id)
            except Back:
                if asked:
                    self.change(self.session.forget(asked.pop()))
                else:
                    self.lines.say("This is the first question.")

    def _ask(self, question: Question) -> bool:
        """One question; false when an edit of other answers came between."""
        lines, offered = self.lines, self.session.offered(question.id)
        lines.say()
        lines.say(f"[{wording.progress(self.session)}]")
        lines.say(question.ask)
        if question.help:
            lines.say(question.help, indent=2)
        lines.numbered([option.say for option in offered])
        if unsure := wording.unsure_text(question):
            lines.say(f"0  I don't know (counts as: {unsure})", indent=2, hang=3)
        wanted = "numbers, or - for none" if question.many else "a number"
        before = self.session
        while True:
            text = lines.ask(f"{wanted} (? for help):")
            if self._command(question, text):
                if self.session is not before:
                    return False
                continue
            if text == "0" and unsure:
                return self._answer(question, None)
            answer = parse_answer(question, [option.id for option in offered], text)
            if answer is not None:
                return self._answer(question, answer)
            lines.say(f"'{text[:40]}' is none of the answers. Give {wanted}, or ? for help.")

    def _answer(self, question: Question, answer: Answer | None) -> bool:
        before = self.session
        after = before.unsure(question.id) if answer is None else before.answer(question.id, answer)
        self.take(after)
        result = before.consequence(question.id, after.answers[question.id])
        for _, text in wording.consequence_lines(before.catalog, result):
            self.lines.say(f"-> {text}", hang=3)
        return True

    def _command(self, question: Question, text: str) -> bool:
        """Do what a command word says; false when ``text`` is none."""
        word, _, rest = text.partition(" ")
        if word in ("b", "back"):
            raise Back
        commands: dict[str, Callable[[], None]] = {
            "?": self._help,
            "q": self.lines.confirm_leaving,
            "quit": self.lines.confirm_leaving,
            "a": self.answers,
            "answers": self.answers,
            "w": lambda: self._why_asked(question),
            "s": self._so_far,
            "if": lambda: self._what_if(question, rest),
        }
        if word not in commands:
            return False
        commands[word]()
        return True

    def _help(self) -> None:
        for line in _HELP:
            self.lines.say(line, indent=2, hang=11)

    def _so_far(self) -> None:
        for what, reason in wording.so_far(self.session):
            self.lines.say(f"{what}: {reason}", indent=2, hang=2)

    def _what_if(self, question: Question, number: str) -> None:
        offered = self.session.offered(question.id)
        if not number.isdigit() or not 1 <= int(number) <= len(offered):
            self.lines.say(f"if: give a number from 1 to {len(offered)}")
            return
        option = offered[int(number) - 1].id
        result = self.session.consequence(question.id, (option,) if question.many else option)
        for _, text in wording.consequence_lines(self.session.catalog, result):
            self.lines.say(text, indent=2, hang=2)

    def _why_asked(self, question: Question) -> None:
        self.lines.say("It still decides about:")
        for what, because in wording.depends_lines(self.session, question.id):
            self.lines.say(f"{what}: {because}", indent=2, hang=2)

    # --- answers ---------------------------------------------------------------------------------

    def answers(self) -> None:
        """List the answers and change any of them."""
        while True:
            trail = [line for line in self.session.trail() if line.answer is not None]
            rows = []
            for line in trail:
                marks = " (assumed)" if line.assumed else ""
                aside = " [aside: no longer asked]" if line.state is QuestionState.ASIDE else ""
                rows.append(f"{line.question.ask} {self.session.answer_text(line.question.id)}{marks}{aside}")
            self.lines.say()
            self.lines.say("Answers")
            self.lines.numbered(rows)
            text = self.lines.ask("a number changes one, Enter goes on:")
            if not text:
                return
            if text in ("q", "quit"):
                self.lines.confirm_leaving()
            elif text.isdigit() and 1 <= int(text) <= len(trail):
                self._change_answer(trail[int(text) - 1].question)
            else:
                self.lines.say(f"Give a number from 1 to {len(trail)}, or Enter.")

    def _change_answer(self, question: Question) -> None:
        offered = self.session.offered(question.id)
        self.lines.say(question.ask)
        self.lines.numbered([option.say for option in offered])
        text = self.lines.ask("new answer (Enter leaves it as it is):")
        if not text:
            return
        answer = parse_answer(question, [option.id for option in offered], text)
        if answer is None:
            self.lines.say(f"'{text[:40]}' is none of the answers; nothing is changed.")
        else:
            self.change(self.session.answer(question.id, answer))

    # --- verdict ---------------------------------------------------------------------------------

    def verdict(self) -> None:
        """Show the verdict until the person goes on."""
        show_verdict(self.session, self.lines)
        while True:
            text = self.lines.ask("Enter goes on; n why not, f what would change it, m more, a answers, q leave:")
            if text == "" and not self.session.blocked:
                return
            if text == "":
                self.lines.say("An error stops the bundle: change an answer first (a).")
            elif text == "n":
                self.lines.reasons("Why not", wording.why_not_reasons(self.session))
            elif text == "f":
                self.lines.reasons("Would change it", wording.flip_reasons(self.session))
            elif text == "m":
                self._lessons()
            elif text in ("a", "b"):
                raise Back
            elif text == "q":
                self.lines.confirm_leaving()
            else:
                self.lines.say(f"'{text[:40]}' does nothing here.")

    def _lessons(self) -> None:
        for pattern_id in self.session.verdict.patterns if self.session.verdict else ():
            pattern = self.session.pattern(pattern_id)
            self.lines.say(pattern.title)
            for paragraph in (p for p in pattern.lesson.split("\n\n") if p.strip()):
                self.lines.say(" ".join(paragraph.split()), indent=2)

    # --- details ---------------------------------------------------------------------------------

    def details(self) -> None:
        """Ask for what has no safe default, then offer the rest."""
        while True:
            self._required()
            text = self.lines.ask("Enter takes the defaults; l lists them, a number changes one, a answers:")
            optional = [f for f in self.session.fields if not f.required]
            if text == "":
                return
            if text in ("a", "b"):
                raise Back
            if text == "q":
                self.lines.confirm_leaving()
            elif text.isdigit() and 1 <= int(text) <= len(optional):
                self._field(optional[int(text) - 1])
            elif text == "l":
                self.lines.numbered([f"{f.parameter.ask} {f.text or '-'}" for f in optional])
            else:
                self.lines.say(f"'{text[:40]}' does nothing here.")

    def _required(self) -> None:
        while problems := self.session.problems:
            self._field(next(f for f in self.session.fields if f.parameter.key == problems[0].key))

    def _field(self, item: Field) -> None:
        parameter, lines = item.parameter, self.lines
        lines.say()
        lines.say(parameter.ask)
        if parameter.help:
            lines.say(parameter.help, indent=2)
        for option, sentence in parameter.options:
            lines.say(f"{option}: {sentence}", indent=2, hang=2)
        needed = item.state in ("missing", "invalid")
        shown = f" [{item.text}]" if item.text else ""
        while True:
            text = lines.ask(f"{parameter.key}{shown}:")
            if text == "" and not needed:
                return
            if text == "":
                lines.say("This one is needed. (The answer b alone goes back to the answers.)")
                continue
            if text == "b":
                raise Back
            after = self.session.give(parameter.key, text)
            problem = next((p for p in after.problems if p.key == parameter.key), None)
            if problem is None:
                self.take(after)
                return
            lines.say(f"{problem.message}. {problem.hint}".rstrip())


def parse_answer(question: Question, offered: list[str], text: str) -> Answer | None:
    """The answer a line of numbers or option ids means, or ``None``."""
    if question.many and text in ("-", "none"):
        return ()
    words = text.replace(",", " ").split()
    picked = [offered[int(w) - 1] if w.isdigit() and 1 <= int(w) <= len(offered) else w for w in words]
    if not picked or any(option not in offered for option in picked):
        return None
    if question.many:
        return tuple(option for option in offered if option in picked)
    return picked[0] if len(picked) == 1 else None


def show_verdict(session: Session, lines: Lines) -> None:
    """The verdict with its reasons."""
    lines.say()
    lines.say(f"{wording.verdict_title(session)}   ({wording.verdict_status(session)})")
    if praise := wording.verdict_praise(session):
        lines.say(praise)
    for reason in wording.why_reasons(session):
        lines.say(f"Why: {reason.about}: {reason.text}", indent=2, hang=5)
    for pattern_id in session.verdict.patterns if session.verdict else ():
        pattern = session.pattern(pattern_id)
        lines.say(f"You get: {pattern.gives}", indent=2, hang=9)
        lines.say(f"You pay: {pattern.costs}", indent=2, hang=9)
    for rule in session.warnings:
        lines.say(f"{rule.level.capitalize()}: {rule.say} {rule.instead}".rstrip(), indent=2, hang=9)
