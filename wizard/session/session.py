"""One person's journey as an immutable value; every face drives this and computes nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from wizard.catalog.clues import agrees, fits, meant, preset, sentence
from wizard.catalog.model import Catalog, Clue, Component, Evidence, Parameter
from wizard.catalog.resolve import Field, resolve, surroundings
from wizard.catalog.types.records import field_key, plain_records, with_field
from wizard.catalog.when import Surroundings
from wizard.decision.compiled import Compiled
from wizard.decision.model import Answer
from wizard.decision.results import QuestionState
from wizard.errors import UsageError, WizardError
from wizard.kube.objects import ObjectRef, enforces_privileged
from wizard.render.options import Options
from wizard.session.attached import attached
from wizard.session.choices import Problem, allowed_of, narrowed, refusal, without_credentials
from wizard.session.interview import AnswerLine, Interview, unknown

if TYPE_CHECKING:
    from wizard.render.model import Bundle, Origin, RenderRequest
    from wizard.validation.model import Document, Finding

__all__ = ["AnswerLine", "Field", "Lead", "Moved", "Problem", "Session", "start"]


@dataclass(frozen=True, slots=True)
class Lead:
    """The question or parameter to change something with, by id or key; either may be empty."""

    question: str = ""
    parameter: str = ""

    def __bool__(self) -> bool:
        """True when there is something to change."""
        return bool(self.question or self.parameter)


@dataclass(frozen=True, slots=True)
class Moved:
    """The effect of an edit, against the session before it."""

    base: tuple[str, str] | None
    """(before, after) when the certain base workload changed."""
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    set_aside: int
    restored: int
    lines: int | None = None
    """Changed bundle lines, when both bundles can be rendered."""


@dataclass(frozen=True)
class Session(Interview):
    """An interview with parameters and options, and the bundle that follows. Make the first one with ``start``."""

    given: Mapping[str, object] = field(default_factory=dict)
    """Parameters a person gave, by ``component.name``: text as typed, or plain data of an answers file."""
    options: Options = field(default_factory=Options)
    catalog_path: str = ""
    """The path of the catalogue from the bundle's folder; empty for the shipped one."""

    def moved(self, before: Session, *, with_lines: bool = False) -> Moved:
        """Compare this session with the one ``before``."""
        was, now = set(before.evaluation.candidates.certain), set(self.evaluation.candidates.certain)
        order = self.catalog.decision.patterns
        old, new = before._base, self._base
        states = [(before.evaluation.questions[q], self.evaluation.questions[q]) for q in self.evaluation.questions]
        return Moved(
            (old, new) if old and new and old != new else None,
            tuple(p for p in order if p in now - was and p != new),
            tuple(p for p in order if p in was - now and p != old),
            sum(a is not QuestionState.ASIDE and b is QuestionState.ASIDE for a, b in states),
            sum(a is QuestionState.ASIDE and b is QuestionState.ANSWERED for a, b in states),
            self._changed_lines(before) if with_lines else None,
        )

    def answer(self, question_id: str, answer: Answer, *, assumed: bool = False) -> Session:
        """As an interview has it; another answer to ``version`` counts instead of an exact version given before.

        Raises:
            UsageError: no such question or option.
        """
        session = super().answer(question_id, answer, assumed=assumed)
        if question_id != "version" or session.answers["version"] == self.answers.get("version"):
            return session
        return replace(session, options=session.options._replace(minor=None))

    # --- parameters ------------------------------------------------------------------------------

    @cached_property
    def implementations(self) -> Mapping[str, str]:
        """Pattern id -> chosen implementation, for every pattern of the verdict."""
        chosen = {}
        found = meant(self.catalog.clues, self.evidence, "implementations") if self.evidence else {}
        for pattern_id in self.verdict.patterns if self.verdict else ():
            allowed = self.allowed(pattern_id)
            if allowed:
                given = self.given.get(f"{self.scope(pattern_id)}.implementation")
                usual = found.get(pattern_id, "")
                chosen[pattern_id] = str(given) if given in allowed else usual if usual in allowed else allowed[0]
        return chosen

    def allowed(self, pattern_id: str) -> tuple[str, ...]:
        """The implementations of a pattern of the verdict that the answers allow, the default first."""
        return allowed_of(self.pattern(pattern_id), self.verdict)

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The components in play, the workload first."""
        return tuple(
            narrowed(self.catalog.components[pattern_id, name], self.pattern(pattern_id), self.allowed(pattern_id))
            for pattern_id, name in self.implementations.items()
        )

    @cached_property
    def resolved(self) -> Mapping[str, Field]:
        """Every parameter in play by key, hidden ones too."""
        settings = dict(self.verdict.settings) if self.verdict else {}
        defaults = {name: settings[name] for name in self.catalog.decision.defaults if name in settings}
        return resolve(self.components, {**self._found, **self.given}, settings, defaults, self.surroundings)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """List what a form shows: what the others depend on, what is required, the rest; each in declaration order."""
        return tuple(sorted((f for f in self.resolved.values() if f.shown), key=lambda field: field.rank))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Missing and invalid parameters, in form order."""
        found = []
        refused = {problem.key: problem for problem in self.refusals}
        for f in self.fields:
            if f.state == "missing":
                found.append(Problem(f.parameter.key, "is missing", f"--set {f.parameter.key}=..."))
            elif f.state == "invalid":
                found.append(refused.get(f.parameter.key) or Problem(f.parameter.key, f.problem, f.hint))
        return tuple(found)

    @cached_property
    def refusals(self) -> tuple[Problem, ...]:
        """Implementations that were given and that the answers do not allow."""
        return tuple(found for pattern_id in self.implementations if (found := self._refusal(pattern_id)))

    def _refusal(self, pattern_id: str) -> Problem | None:
        key, rules = f"{self.scope(pattern_id)}.implementation", (status.rule for status in self.why)
        return refusal(key, self.given.get(key), self.pattern(pattern_id), self.allowed(pattern_id), rules)

    @cached_property
    def unused(self) -> tuple[str, ...]:
        """Given parameters that this bundle has no use for."""
        used = {f.parameter.key for f in self.fields}
        used |= {f"{self.scope(p)}.implementation" for p in self.implementations}
        return tuple(key for key in self.given if key not in used)

    def give(self, key: str, raw: object) -> Session:
        """This session with a parameter given; what does not parse is kept and told by its field.

        Raises:
            UsageError: no component of the catalogue has such a parameter.
        """
        whole, number, field = field_key(key)
        if number is not None and self.parameter(whole).fields:
            known = self.given.get(whole)
            shown = self.resolved[whole].value if whole in self.resolved else self.parameter(whole).default
            items = known if isinstance(known, list) else plain_records(shown)
            return self.with_given({**self.given, whole: with_field(whole, items, number, field, raw)})
        parameter = self.parameter(key)
        if parameter.decided and not parameter.leads:
            raise UsageError(f"{key} is decided by the answers", hint="change the answer instead")
        return self.with_given({**self.given, key: attached(parameter, raw)})

    def reset(self, key: str) -> Session:
        """This session with the parameter's default again."""
        return self.with_given({k: v for k, v in self.given.items() if k != key})

    def with_given(self, given: Mapping[str, object]) -> Session:
        """This session with other parameters; what the answers alone decide is not worked out again."""
        session = replace(self, given=given)
        if "evaluation" in self.__dict__:
            session.__dict__["evaluation"] = self.evaluation
        return session

    def parameter(self, key: str) -> Parameter:
        """The declared parameter, of a component in play or else of any in the catalogue.

        Raises:
            UsageError: there is none, with "did you mean".
        """
        if key not in self._parameters:
            raise unknown("parameter", key, list(self._parameters))
        return self._parameters[key]

    @cached_property
    def _parameters(self) -> Mapping[str, Parameter]:
        everyone = (*self.catalog.components.values(), *self.components)
        return {p.key: p for component in everyone for p in component.parameters}

    # --- bundle ----------------------------------------------------------------------------------

    @cached_property
    def minor(self) -> tuple[int, int]:
        """The oldest Kubernetes minor the bundle must run on."""
        if self.options.minor is not None:
            return self.options.minor
        asked = self.evaluation.questions.get("version") is QuestionState.ANSWERED
        band = str(self.answers["version"]) if asked else ""
        return (self.catalog.bands or {}).get(band, self.catalog.default_minor)

    @cached_property
    def bundle(self) -> Bundle:
        """The rendered bundle.

        Raises:
            UsageError: questions are open, parameters are missing, or a warning of level error stops it.
        """
        from wizard.render.service import rendered

        return rendered(self.catalog, self.request())

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Run the offline checks on the bundle, for the oldest Kubernetes it must run on and the newest."""
        from wizard.validation.model import Document

        return self.findings_of([Document(f.document, f.path, {}) for f in self.bundle.manifests])

    def findings_of(self, documents: Sequence[Document]) -> tuple[Finding, ...]:
        """Run them on these documents in place of the bundle's."""
        from wizard.validation.run import check_documents

        privileged = self.bundle.privileged or any(enforces_privileged(d.object) for d in documents)
        level: Literal["privileged", "restricted"] = "privileged" if privileged else "restricted"
        return check_documents(documents, minors=(self.minor, self.catalog.minors[-1]), pod_security=level)

    @cached_property
    def answers_text(self) -> str:
        """``podwizard.yaml``: only what counts, so that any way to the same answers gives the same text."""
        return self._written(with_aside=False)

    @cached_property
    def saved_text(self) -> str:
        """The same with answers aside and unparsed parameters, for coming back later."""
        return self._written(with_aside=True)

    @cached_property
    def traced(self) -> Bundle:
        """The bundle with the parameters each line depends on; costs about another render."""
        from wizard.render.service import traced

        return traced(self.catalog, self.request(), self.bundle)

    def lead(self, ref: ObjectRef, path: str) -> Lead:
        """The answer or parameter behind a field of the bundle; empty when it is the workload's own default."""
        from wizard.render.bundle.provenance import origin_in

        origin = origin_in(self.traced, ref, path)
        if origin is None:
            return Lead()
        return Lead(self.telling(origin), origin.parameters[0] if origin.parameters else "")

    def telling(self, origin: Origin) -> str:
        """The question whose answer says most about why a block is there: the first with something chosen."""
        chosen = (item for item in origin.questions if self.answers.get(item))
        return next(chosen, origin.questions[-1] if origin.questions else "")

    # --- inside ----------------------------------------------------------------------------------

    @property
    def surroundings(self) -> Surroundings:
        """The bundle that conditions of parameters and declarations look at."""
        return surroundings(self.catalog, self.verdict.patterns if self.verdict else (), self.minor)

    @cached_property
    def _found(self) -> Mapping[str, str]:
        """Parameters of the components in play as a cluster suggests them, where they can be so."""
        clues, evidence = self.catalog.clues, self.evidence
        if not evidence:
            return {}
        said = meant(clues, evidence, "parameters")
        ours = meant(clues, evidence, "implementations")
        here = (p for component in self.components for p in component.parameters)
        fitting = {p.key: said[p.key] for p in here if p.key in said and fits(p, said[p.key])}
        chosen = {p: ours[p] for p in self.implementations if ours.get(p) in self.allowed(p)}
        return {**fitting, **{f"{self.scope(p)}.implementation": name for p, name in chosen.items()}}

    @cached_property
    def _counting(self) -> tuple[tuple[Evidence, str], ...]:
        """The evidence that the answers and parameters still agree with, each with what it stands for."""
        rows = ((item, self._stands_for(self.catalog.clues[item.clue], item)) for item in self.evidence)
        return tuple(row for row in rows if row[1])

    def _stands_for(self, clue: Clue, item: Evidence) -> str:
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

    def _changed_lines(self, before: Session) -> int | None:
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
        parameters = {key: f.parameter.type.plain(f.value) for key, f in self.resolved.items() if f.is_kept}
        given = without_credentials(self.given, self._parameters) if with_aside else parameters
        file = AnswersFile(
            table=(self.catalog.decision.id, self.catalog.decision.version),
            answers=counts,
            assumed=tuple(q for q in counts if q in self.assumed),
            parameters=given,
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

    def request(self) -> RenderRequest:
        """Give what is rendered.

        Raises:
            UsageError: questions are open, parameters are missing, or a warning of level error stops it.
        """
        from wizard.render.bundle.answers_text import again_command
        from wizard.render.model import Origin, RenderRequest

        if (verdict := self.verdict) is None:
            raise UsageError("questions are still open", hint="answer them, or give --set question=option")
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
            decision_path=self.decision_path(),
            rejected=self.rejected(),
            evidence=tuple((sentence(self.catalog.clues[e.clue], e), stands) for e, stands in self._counting),
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


def start(
    catalog: Catalog, *, compiled: Compiled | None = None, options: Options | None = None, quick: bool = False
) -> Session:
    """A session with nothing answered; ``compiled`` where the catalogue's table was compiled before."""
    if compiled is None:
        from wizard.decision.compile import compile_decision

        compiled = compile_decision(catalog.decision)
    return Session(catalog, compiled, options=options or Options(), quick=quick)
