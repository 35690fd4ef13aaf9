"""One user's session as an immutable value; every face drives it and computes nothing itself."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from wizard.catalog.clues import agrees, preset, sentence
from wizard.catalog.model import Catalog, Clue, Evidence
from wizard.catalog.resolve import Field
from wizard.decision.compiled import Compiled
from wizard.decision.results import QuestionState
from wizard.errors import UsageError, WizardError
from wizard.kube.objects import ObjectRef, enforces_privileged
from wizard.session.choices import Problem, without_credentials
from wizard.session.details import Details
from wizard.session.interview import AnswerLine

if TYPE_CHECKING:
    from wizard.render.model import Bundle, Origin, RenderRequest
    from wizard.validation.model import Document, Finding

__all__ = ["AnswerLine", "Field", "Lead", "Moved", "Problem", "Session", "start"]


class Lead(NamedTuple):
    """The question or parameter to change, by id or key; either may be empty."""

    question: str = ""
    parameter: str = ""

    def __bool__(self) -> bool:
        """Return true if there is something to change."""
        return bool(self.question or self.parameter)


class Moved(NamedTuple):
    """The effect of an edit, compared with the session before it."""

    base: tuple[str, str] | None
    """(before, after) when the certain base workload changed."""
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    set_aside: int
    restored: int
    lines: int | None = None
    """Changed bundle lines, when both bundles can be rendered."""


class Session(Details):
    """An interview with parameters and options, and the resulting bundle; created by ``start``."""

    def moved(self, before: "Session", *, with_lines: bool = False) -> Moved:
        """Compare this session with an earlier one."""
        was, now = set(before.evaluation.candidates.certain), set(self.evaluation.candidates.certain)
        order = self.catalog.decision.patterns
        old, new = before.base, self.base
        states = [(before.evaluation.questions[q], self.evaluation.questions[q]) for q in self.evaluation.questions]
        return Moved(
            (old, new) if old and new and old != new else None,
            tuple(p for p in order if p in now - was and p != new),
            tuple(p for p in order if p in was - now and p != old),
            sum(a is not QuestionState.ASIDE and b is QuestionState.ASIDE for a, b in states),
            sum(a is QuestionState.ASIDE and b is QuestionState.ANSWERED for a, b in states),
            self._changed_lines(before) if with_lines else None,
        )

    @cached_property
    def bundle(self) -> "Bundle":
        """The rendered bundle.

        Raises:
            UsageError: questions are open, parameters are missing, or a warning of level error stops it.
        """
        from wizard.render.service import rendered

        return rendered(self.catalog, self.request)

    @cached_property
    def findings(self) -> tuple["Finding", ...]:
        """The findings of the offline checks, for the oldest Kubernetes the bundle must run on and for the newest."""
        from wizard.validation.model import Document

        return self.findings_of([Document(f.document, f.path, {}) for f in self.bundle.manifests])

    def findings_of(self, documents: Sequence["Document"]) -> tuple["Finding", ...]:
        """Run the offline checks on these documents in place of the bundle's."""
        from wizard.validation.run import check_documents

        privileged = self.bundle.privileged or any(enforces_privileged(d.object) for d in documents)
        level: Literal["privileged", "restricted"] = "privileged" if privileged else "restricted"
        return check_documents(documents, minors=(self.minor, self.catalog.minors[-1]), pod_security=level)

    @cached_property
    def answers_text(self) -> str:
        """The text of ``podwizard.yaml``: only what counts, so any way to the same answers gives the same text."""
        return self._written(with_aside=False)

    @cached_property
    def saved_text(self) -> str:
        """The text of the saved answers, including answers set aside and parameters that do not parse."""
        return self._written(with_aside=True)

    @cached_property
    def traced(self) -> "Bundle":
        """The bundle with the parameters that each line depends on; costs about as much as another render."""
        from wizard.render.service import traced

        return traced(self.catalog, self.request, self.bundle)

    def lead(self, ref: ObjectRef, path: str) -> Lead:
        """Return the answer or parameter behind a field of the bundle; empty for the workload's own default."""
        from wizard.render.bundle.provenance import origin_in
        from wizard.session.causes import own_parameters

        origin = origin_in(self.traced, ref, path)
        if origin is None:
            return Lead()
        own = own_parameters(self, origin)
        return Lead(self.question_behind(origin), own[0] if own else "")

    def question_behind(self, origin: "Origin") -> str:
        """Return the question that best explains a block, such as a PodDisruptionBudget's number of replicas."""
        from wizard.session.causes import causes

        return next((each.question for each in causes(self, origin)), "")

    # --- inside ----------------------------------------------------------------------------------

    @cached_property
    def _counting(self) -> tuple[tuple[Evidence, str], ...]:
        """The evidence that the answers and parameters still agree with, each with the answer or value it supports."""
        rows = ((item, self._supported(self.catalog.clues[item.clue], item)) for item in self.evidence)
        return tuple(row for row in rows if row[1])

    def _supported(self, clue: Clue, item: Evidence) -> str:
        for question_id, option in (*clue.answers, *clue.suggests):
            answer = self.answers.get(question_id, ())
            asked = self.evaluation.questions[question_id] is QuestionState.ANSWERED
            if asked and option in (answer if isinstance(answer, tuple) else (answer,)):
                question = self._question(question_id)
                return f"{question.ask} {question.option(option).say}"
        for key, value in preset(clue, item):
            one = self.resolved.get(key)
            if one is not None and one.shown and agrees(one.parameter, one.value, value):
                return f"{one.parameter.ask} {dict(one.parameter.options).get(value, value)}"
        for pattern_id, name in clue.implementations:
            if self.implementations.get(pattern_id) == name:
                return self.catalog.components[pattern_id, name].title
        return ""

    def _changed_lines(self, before: "Session") -> int | None:
        from difflib import unified_diff

        try:
            old, new = before.bundle, self.bundle
        except WizardError:
            return None
        was, now = ([line for f in b.files for line in f.text.splitlines()] for b in (old, new))
        return sum(line[0] in "+-" for line in unified_diff(was, now, n=0)) - 2 if was != now else 0

    def _written(self, *, with_aside: bool) -> str:
        from wizard.render.bundle.answers_file import AnswersFile
        from wizard.render.bundle.answers_text import write_answers

        kept = [q for q in self.catalog.decision.questions if q in self.answers] if with_aside else self.asked
        counts = {q: self.answers[q] for q in kept}
        if with_aside:
            parameters = without_credentials(self.given, self._declared)
        else:
            parameters = {key: f.parameter.type.plain(f.value) for key, f in self.resolved.items() if f.is_kept}
        file = AnswersFile(
            table=(self.catalog.decision.id, self.catalog.decision.version),
            answers=counts,
            assumed=tuple(q for q in counts if q in self.assumed),
            parameters=parameters,
            implementations={
                f"{self.scope(p)}.implementation": i
                for p, i in self.implementations.items()
                if len(self.allowed(p)) > 1
            },
            options=self.options,
            evidence=self.evidence if with_aside else tuple(item for item, _ in self._counting),
            catalog=self.catalog_path,
        )
        return write_answers(file)

    @cached_property
    def request(self) -> "RenderRequest":
        """The verdict, parameters and options to render.

        Raises:
            UsageError: questions are open, parameters are missing, or a warning of level error stops it.
        """
        from wizard.render.bundle.answers_text import again_command
        from wizard.render.model import Origin, RenderRequest
        from wizard.session.certain import drawn_of

        if (verdict := self.verdict) is None:
            raise UsageError("questions are still open", hint="answer them, or use --set question=option")
        if self.blocked:
            raise UsageError(self.warnings[0].say, hint=self.warnings[0].instead)
        if self.problems:
            first = self.problems[0]
            raise UsageError(f"{first.key}: {first.message}", hint=first.hint)
        return RenderRequest(
            verdict=verdict,
            parameters={key: f.value for key, f in self.resolved.items()},
            options=self.options,
            implementations=self.implementations,
            answers=self.answers,
            assumed=tuple(sorted(self.assumed)),
            minor=self.minor,
            drawing=drawn_of(self),
            decision_path=self.decision_path(),
            rejected=self.rejected(),
            evidence=tuple((sentence(self.catalog.clues[e.clue], e), supports) for e, supports in self._counting),
            warnings=tuple((rule.level, rule.say, rule.instead) for rule in self.warnings),
            origins={
                s.rule.use: Origin(
                    self.scope(s.rule.use), s.rule.key, tuple(dict.fromkeys(t.question for t in s.terms))
                )
                for s in self.why
            },
            answers_text=self.answers_text,
            command=again_command(self.catalog_path),
        )


def start(catalog: Catalog, *, compiled: Compiled | None = None, quick: bool = False) -> Session:
    """Return a session without answers; pass ``compiled`` if the catalogue's table is already compiled."""
    if compiled is None:
        from wizard.decision.compile import compile_decision

        compiled = compile_decision(catalog.decision)
    return Session(catalog, compiled, quick=quick)
