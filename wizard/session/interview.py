"""The questions and the verdict of one user's session, as an immutable value."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, Self

from wizard.catalog.clues import certain, concerns, sentence, ticked
from wizard.catalog.model import Evidence, Pattern
from wizard.decision.evaluate import asked_in_order, consequence, evaluate
from wizard.decision.explain import behind, depends_on, flips, holds, why_not
from wizard.decision.model import Answer, Option, Question, Rule
from wizard.decision.results import Consequence, Evaluation, Flip, QuestionState, RuleState, RuleStatus, Verdict, WhyNot
from wizard.errors import UsageError
from wizard.kube.credentials import is_credential
from wizard.session.given import Given
from wizard.text import did_you_mean

_SEVERITY = {"error": 0, "warning": 1, "note": 2}


class AnswerLine(NamedTuple):
    """One row of the answers list."""

    question: Question
    state: QuestionState
    answer: Answer | None
    assumed: bool
    preset: bool
    found: bool = False
    """True when the answer was found on a cluster rather than given."""


class Interview(Given):
    """Answers to a catalogue's decision, and every result that the engine derives from them.

    Each change returns a new value; derived values are computed once per value and cached on it.
    """

    # --- questions -------------------------------------------------------------------------------

    @cached_property
    def evaluation(self) -> Evaluation:
        """The engine's evaluation of the answers so far; sessions that differ only in their parameters share it."""
        return self.compiled.lately(evaluate, self.answers)

    @cached_property
    def question(self) -> Question | None:
        """The next question to ask, or ``None`` when the verdict is complete."""
        next_id = self.evaluation.next_question
        return None if next_id is None else self.catalog.decision.questions[next_id]

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The answered questions that are also asked when these answers are given in the table's order.

        An answer given out of order may turn out to decide nothing. It is not included, so that any way to the same
        outcome leaves the same record. If an answer makes an earlier question unnecessary, all answers that are not
        set aside are included.
        """
        in_order = self.compiled.lately(asked_in_order, self.answers)
        if in_order is not None:
            return in_order
        kept = (QuestionState.ANSWERED, QuestionState.LATER)
        return tuple(q for q, state in self.evaluation.questions.items() if q in self.answers and state in kept)

    def offered(self, question_id: str) -> tuple[Option, ...]:
        """Return the options of a question that are currently offered, each with its term if that is true here."""
        question = self._question(question_id)
        ids = self.evaluation.relevant_options.get(question_id)
        return tuple(self._worded(option) for option in question.options if ids is None or option.id in ids)

    def _worded(self, option: Option) -> Option:
        if option.term_unless is None:
            return option
        states = self.evaluation.questions
        counted = {q: answer for q, answer in self.answers.items() if states[q] is QuestionState.ANSWERED}
        return option._replace(term="") if holds(self.catalog.decision, counted, option.term_unless) else option

    def answer(self, question_id: str, answer: Answer, *, assumed: bool = False) -> Self:
        """Return this session with one answer given or changed.

        Raises:
            UsageError: no such question or option.
        """
        question = self._question(question_id)
        known = [option.id for option in question.options]
        picked = answer if isinstance(answer, tuple) else (answer,)
        if question.many != isinstance(answer, tuple):
            form = "a,b" if question.many else "one option"
            raise UsageError(f"{question_id}: give {form}", hint=f"--set {question_id}={'|'.join(known)}")
        for option in picked:
            if option not in known:
                raise unknown(f"option of {question_id}", option, known)
        if question.many and (both := question.clash(picked)) is not None:
            raise UsageError(f"{question_id}: {clash_text(question, both)}", hint=f"give one of {' and '.join(both)}")
        ordered: Answer = tuple(o for o in known if o in picked) if question.many else answer
        marks = self.assumed | {question_id} if assumed else self.assumed - {question_id}
        return self._replace(
            answers={**self.answers, question_id: ordered},
            assumed=marks,
            preset=self.preset - {question_id},
        )

    def unsure(self, question_id: str) -> Self:
        """Return this session with "I don't know" as the answer.

        Raises:
            UsageError: the question has no safe assumption.
        """
        question = self._question(question_id)
        if question.many:
            return self.answer(question_id, (), assumed=True)
        if question.unsure is None:
            options = " ".join(o.id for o in question.options)
            raise UsageError(f"{question_id}: this question needs an answer", hint=f"one of: {options}")
        return self.answer(question_id, question.unsure, assumed=True)

    def forget(self, question_id: str) -> Self:
        """Return this session without the answer to a question."""
        rest = {k: v for k, v in self.answers.items() if k != question_id}
        return self._replace(answers=rest, assumed=self.assumed - {question_id}, preset=self.preset - {question_id})

    def assume_rest(self) -> Self:
        """Return this session with safe assumptions for questions that cannot change the workload (``--quick``)."""
        session = self
        while (question := session.question) is not None:
            state = evaluate(session.compiled, session.answers, only_base=True).questions[question.id]
            if state in (QuestionState.NEXT, QuestionState.LATER) or not (question.many or question.unsure):
                break
            session = session._assumed(question.id)
        return session

    def assume_missing(self) -> Self:
        """Return this session with "I don't know" for every open question, as far as that is safe."""
        session = self
        while (question := session.question) is not None and (question.many or question.unsure):
            session = session.unsure(question.id)
        return session

    def consequence(self, question_id: str, answer: Answer, instead_of: Answer | None = None) -> Consequence:
        """Return what this answer would do, cached because a session never changes.

        Args:
            question_id: the question.
            answer: the answer to try.
            instead_of: the answer to compare with; without it, the question counts as unanswered.
        """
        known: dict[tuple[str, Answer, Answer | None], Consequence] = self.__dict__.setdefault("_consequences", {})
        key = (question_id, answer, instead_of)
        if key not in known:
            known[key] = consequence(self.compiled, self.answers, *key)
        return known[key]

    def depends(self, question_id: str) -> tuple[Rule, ...]:
        """Return the rules that the answer to this question, given or not, can decide beside the other answers."""
        others = {key: answer for key, answer in self.answers.items() if key != question_id}
        return depends_on(self.compiled, others, question_id)

    def trail(self) -> tuple[AnswerLine, ...]:
        """Return a line for every answered, set aside, settled and next question, in the table's order.

        An answer whose question may or may not be asked again is included as ``LATER``.
        """
        hidden = (QuestionState.UNASKED, QuestionState.LATER)
        return tuple(
            AnswerLine(
                question,
                state,
                self.answers.get(question.id),
                question.id in self.assumed,
                question.id in self.preset,
                self._was_found(question.id),
            )
            for question in self.catalog.decision.questions.values()
            if (state := self.evaluation.questions[question.id]) not in hidden
            or (state is QuestionState.LATER and question.id in self.answers)
        )

    # --- evidence from a cluster -----------------------------------------------------------------

    def discovered(self, evidence: Iterable[Evidence]) -> Self:
        """Return this session with new evidence from a cluster in place of earlier evidence.

        Certain evidence answers its question, unless the user already did; the rest is in ``suggested`` and
        ``evidence_lines``.
        """
        session = self
        for question_id in sorted(self.preset):
            if self._was_found(question_id):
                session = session.forget(question_id)
        session = session._replace(evidence=tuple(evidence))
        for question_id, option in session._certain.items():
            if question_id not in session.answers or question_id in session.assumed:
                session = session.answer(question_id, option)
                session = session._replace(preset=session.preset | {question_id})
        return session

    def recalled(self, evidence: Iterable[Evidence]) -> Self:
        """Return this session with the evidence of an earlier one, whose answers are already present."""
        session = self._replace(evidence=tuple(evidence))
        same = {q for q, option in session._certain.items() if session.answers.get(q) == option}
        return session._replace(preset=session.preset | (same - session.assumed))

    @cached_property
    def suggested(self) -> Mapping[str, tuple[str, ...]]:
        """Options that the evidence from a cluster suggests, by question."""
        return ticked(self.catalog.decision, self.catalog.clues, self.evidence)

    def preselected(self, question_id: str) -> Answer:
        """Return the answer that Enter alone gives: the current, else the suggested, else the harmless one.

        The harmless answer is the one that "I don't know" stands for, or the first option if the question has none.
        """
        question = self._question(question_id)
        suggested = self.suggested.get(question_id, ())
        if (given := self.answers.get(question_id)) is not None or question.many:
            return suggested if given is None else given
        options = [option.id for option in self.offered(question_id)]
        wished = (*suggested[:1], *((question.unsure,) if question.unsure else ()))
        return next((option for option in wished if option in options), options[0])

    @cached_property
    def ahead(self) -> tuple[str, ...]:
        """The questions still to come if the user accepts every preselected answer; each such answer removes one."""
        session, found = self, list[str]()
        while (question := session.question) is not None:
            found.append(question.id)
            session = session.answer(question.id, session.preselected(question.id))
            session = session.assume_rest() if session.quick else session
        return tuple(found)

    def evidence_lines(self, question_id: str) -> tuple[str, ...]:
        """Return sentences that describe what was found on a cluster about a question."""
        clues = self.catalog.clues
        about = (item for item in self.evidence if question_id in concerns(clues[item.clue]))
        return tuple(sentence(clues[item.clue], item) for item in about)

    @cached_property
    def _certain(self) -> Mapping[str, str]:
        return certain(self.catalog.clues, self.evidence)

    def _was_found(self, question_id: str) -> bool:
        return question_id in self.preset and self.answers[question_id] == self._certain.get(question_id)

    def _assumed(self, question_id: str) -> Self:
        options = [o.id for o in self.offered(question_id) if o.id in self.suggested.get(question_id, ())]
        if not options:
            return self.unsure(question_id)
        many = self._question(question_id).many
        return self.answer(question_id, tuple(options) if many else options[0], assumed=True)

    # --- verdict ---------------------------------------------------------------------------------

    @cached_property
    def verdict(self) -> Verdict | None:
        """The complete verdict, or ``None`` while questions are open."""
        return self.evaluation.verdict

    @property
    def base(self) -> str:
        """The workload, once it is certain; empty before."""
        bases = self.catalog.decision.bases
        return next((one for one in self.evaluation.candidates.certain if one in bases), "")

    @cached_property
    def why(self) -> tuple[RuleStatus, ...]:
        """The fired base and add rules, in output order."""
        order = {pattern: n for n, pattern in enumerate(self.catalog.decision.patterns)}
        fired = [
            s
            for s in self.evaluation.rules.values()
            if s.state is RuleState.MATCHED and s.rule.section in ("base", "add")
        ]
        return tuple(sorted(fired, key=lambda s: (s.rule.section != "base", order[s.rule.use])))

    def behind(self, rule: Rule) -> tuple[str, ...]:
        """Return the questions whose answers are the reason for what a matched rule gives, in the table's order.

        The questions that lead to the workload are repeated for an addition or a setting only if its rule tests them.
        """
        return tuple(q for q in self.catalog.decision.questions if q in self._behind[rule.key])

    @cached_property
    def _behind(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        workload: frozenset[str] = frozenset()
        fired = (s for s in self.evaluation.rules.values() if s.state is RuleState.MATCHED)
        for status in sorted(fired, key=lambda s: s.rule.section != "base"):
            tested = {term.question for term in status.terms}
            questions = behind(self.compiled, self.answers, status.rule, status.terms)
            found[status.rule.key] = questions - (workload - tested)
            workload |= questions if status.rule.section == "base" else frozenset()
        return found

    @cached_property
    def why_not(self) -> tuple[WhyNot, ...]:
        """The nearest rule of each pattern that was not chosen."""
        return why_not(self.compiled, self.answers)

    def rejected(self) -> tuple[tuple[str, str], ...]:
        """Return the workloads that were not chosen, each with the answers that rule it out, or the rule's reason."""
        rows = []
        for item in why_not(self.compiled, self.answers, only_base=True):
            asked = dict.fromkeys(t.question for t in item.terms)
            reasons = "; ".join(f"{self._question(q).ask} {self.answer_text(q)}" for q in asked)
            rows.append((self.catalog.patterns[item.pattern].title, reasons or item.rule.because))
        return tuple(rows)

    def decision_path(self) -> tuple[tuple[str, str], ...]:
        """Return the questions that were asked, each with its answer in words; assumed answers are marked."""
        marks = dict.fromkeys(self.assumed, " (assumed)")
        return tuple((self._question(q).ask, f"{self.answer_text(q)}{marks.get(q, '')}") for q in self.asked)

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        """Every single answer that would change the verdict, nearest first."""
        return flips(self.compiled, self.answers)

    @cached_property
    def warnings(self) -> tuple[Rule, ...]:
        """The fired warnings, most severe first."""
        fired = [
            s.rule for s in self.evaluation.rules.values() if s.state is RuleState.MATCHED and s.rule.section == "warn"
        ]
        return tuple(sorted(fired, key=lambda rule: _SEVERITY[rule.level]))

    @cached_property
    def blocked(self) -> bool:
        """True when a warning of level error stops the bundle."""
        return any(rule.level == "error" for rule in self.warnings)

    def pattern(self, pattern_id: str) -> Pattern:
        """Return the texts of a pattern."""
        return self.catalog.patterns[pattern_id]

    def lesson(self, pattern_id: str) -> tuple[str, ...]:
        """Return the paragraphs of the catalogue's lesson on a pattern; empty if it has none."""
        from wizard.catalog.lessons import read_lesson  # imported here because only opening a lesson needs it

        return read_lesson(self.catalog, pattern_id)

    # --- inside ----------------------------------------------------------------------------------

    def _question(self, question_id: str) -> Question:
        questions = self.catalog.decision.questions
        if question_id not in questions:
            raise unknown("question", question_id, list(questions))
        return questions[question_id]

    def scope(self, pattern_id: str) -> str:
        """Return the component part of a pattern's parameter keys: ``app`` for the base, else its id."""
        return "app" if pattern_id in self.catalog.decision.bases else pattern_id

    def answer_text(self, question_id: str) -> str:
        """Return the answer in the catalogue's words; empty if there is none."""
        return self._question(question_id).answer_text(self.answers.get(question_id))


def clash_text(question: Question, both: tuple[str, str]) -> str:
    """Return the message that two options exclude each other."""
    one, other = (question.option(option).say for option in both)
    return f"'{one}' and '{other}' exclude each other"


def unknown(kind: str, name: str, known: list[str]) -> UsageError:
    """Return the error for an unknown name, with a suggestion; a name that looks like a secret is not repeated."""
    if is_credential(name):
        return UsageError(f"unknown {kind}, and it looks like a secret", hint=f"one of: {', '.join(known[:12])}")
    return UsageError(f"unknown {kind}: {name}", hint=did_you_mean(name, known) or f"one of: {', '.join(known[:12])}")
