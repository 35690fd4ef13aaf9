"""An interview with the parameters of its verdict: their values, their problems, and the components in play."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Self

from wizard.catalog.clues import agreed, fits
from wizard.catalog.model import Component, Parameter
from wizard.catalog.resolve import Field, Readings, resolve, surroundings
from wizard.catalog.types.records import field_key, plain_records, with_field
from wizard.catalog.when import Surroundings
from wizard.decision.model import Answer
from wizard.decision.results import Flip, QuestionState, WhyNot
from wizard.errors import UsageError
from wizard.session.attached import attached
from wizard.session.choices import Problem, narrowed, refusal
from wizard.session.interview import Interview, unknown


class Details(Interview):
    """An interview with parameters and options."""

    def answer(self, question_id: str, answer: Answer, *, assumed: bool = False) -> Self:
        """Return the session with an answer; a changed answer to ``version`` replaces an exact version given before.

        Raises:
            UsageError: no such question or option.
        """
        session = super().answer(question_id, answer, assumed=assumed)
        if question_id != "version" or session.answers["version"] == self.answers.get("version"):
            return session
        return session._replace(options=session.options._replace(minor=None))

    @cached_property
    def implementations(self) -> Mapping[str, str]:
        """Map of pattern id to chosen implementation, for every pattern of the verdict."""
        chosen = {}
        found = agreed(self.catalog.clues, self.evidence, "implementations") if self.evidence else {}
        for pattern_id in self.verdict.patterns if self.verdict else ():
            allowed = self.allowed(pattern_id)
            if allowed:
                given = self.given.get(f"{self.scope(pattern_id)}.implementation")
                usual = found.get(pattern_id, "")
                chosen[pattern_id] = str(given) if given in allowed else usual if usual in allowed else allowed[0]
        return chosen

    def allowed(self, pattern_id: str) -> tuple[str, ...]:
        """Return the implementations of a pattern of the verdict that the answers allow, the default first."""
        known = tuple(name for name, _ in self.pattern(pattern_id).implementations)
        return dict(self.verdict.implementations if self.verdict else ()).get(pattern_id, known)

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The components in play, the workload first."""
        return tuple(
            narrowed(self.catalog.components[pattern_id, name], self.pattern(pattern_id), self.allowed(pattern_id))
            for pattern_id, name in self.implementations.items()
        )

    def same_as(self, pattern_id: str, allowed: tuple[str, ...] = ()) -> str:
        """Return the pattern of the verdict whose component another pattern would give, too; empty if there is none.

        ``allowed`` are the other pattern's implementations that count; without any, all of them do.
        """
        folders = {
            folder for name, folder in self.pattern(pattern_id).implementations if not allowed or name in allowed
        }
        used = ((each, dict(self.pattern(each).implementations)[name]) for each, name in self.implementations.items())
        return next((each for each, folder in used if each != pattern_id and folder in folders), "")

    @cached_property
    def why_not(self) -> tuple[WhyNot, ...]:
        """The nearest rule of each pattern that was not chosen, without those that give a component in play."""
        return tuple(one for one in super().why_not if not self.same_as(one.pattern, one.rule.implementations))

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        """Every single answer that would change the verdict to other components, settings or warnings."""
        return tuple(flip for each in super().flips if (flip := self._without_same(each)) is not None)

    def _without_same(self, flip: Flip) -> Flip | None:
        """Return a change without patterns that give the same component; ``None`` if nothing else changes."""
        if flip.verdict is None or self.verdict is None:
            return flip
        known = {new: tuple(name for name, _ in self.pattern(new).implementations) for new in flip.adds}
        allowed = {**known, **dict(flip.verdict.implementations)}
        same = {new: self.same_as(new, allowed[new][:1]) for new in flip.adds}
        same = {new: old for new, old in same.items() if old in flip.drops}
        adds, drops = ({*names} - {*out} for names, out in ((flip.adds, same), (flip.drops, same.values())))
        changed = (
            adds or drops or flip.verdict.settings != self.verdict.settings or flip.verdict.warn != self.verdict.warn
        )
        left = flip._replace(
            adds=tuple(each for each in flip.adds if each in adds),
            drops=tuple(each for each in flip.drops if each in drops),
        )
        return left if changed else None

    @cached_property
    def resolved(self) -> Mapping[str, Field]:
        """Every parameter in play by key, including hidden ones."""
        settings = dict(self.verdict.settings) if self.verdict else {}
        defaults = {name: settings[name] for name in self.catalog.decision.defaults if name in settings}
        given = {**self._found, **self.given}
        return resolve(self.components, given, settings, defaults, self.surroundings, self._readings)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The form's fields: those that others depend on, required ones, the rest; each group in declaration order."""
        return tuple(sorted((f for f in self.resolved.values() if f.shown), key=lambda field: field.rank))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Missing and invalid parameters, in form order."""
        found = []
        refused = {problem.key: problem for problem in self.refusals}
        for f in self.fields:
            if f.state == "missing":
                found.append(Problem(f.parameter.key, "is missing", self._setting(f.parameter)))
            elif f.state == "invalid":
                found.append(refused.get(f.parameter.key) or Problem(f.parameter.key, f.problem, f.hint))
        return tuple(found)

    def _setting(self, parameter: Parameter) -> str:
        """Return the ``--set`` of a missing parameter, or of the implementation that other given ones belong to."""
        own = f"--set {parameter.key}=..."
        same = (key for key in self.given if key.rpartition(".")[0] == parameter.component)
        meant = next(((key, one) for key in same if (one := self.user_of(key))), None)
        return f"{own}, or --set {meant[1]}, which uses {meant[0]}" if meant else own

    def user_of(self, key: str) -> str:
        """Return the setting of the first implementation that would use a given parameter; empty if there is none.

        For example, ``sidecar.helper.implementation=git-sync`` for ``sidecar.helper.repository``. A chosen
        implementation stays.
        """
        for pattern_id in self.implementations if key not in self._in_play else ():
            choice = f"{self.scope(pattern_id)}.implementation"
            for name in self.allowed(pattern_id) if choice not in self.given else ():
                if any(one.key == key for one in self.catalog.components[pattern_id, name].parameters):
                    return f"{choice}={name}"
        return ""

    @cached_property
    def refusals(self) -> tuple[Problem, ...]:
        """Given implementations that the answers do not allow."""
        rules, found = [status.rule for status in self.why], []
        for pattern_id in self.implementations:
            key = f"{self.scope(pattern_id)}.implementation"
            found.append(refusal(key, self.given.get(key), self.pattern(pattern_id), self.allowed(pattern_id), rules))
        return tuple(problem for problem in found if problem is not None)

    @cached_property
    def unused(self) -> tuple[str, ...]:
        """Given parameters that this bundle does not use."""
        used = {f.parameter.key for f in self.fields}
        used |= {f"{self.scope(p)}.implementation" for p in self.implementations}
        return tuple(key for key in self.given if key not in used)

    def give(self, key: str, raw: object) -> Self:
        """Return the session with a parameter given; a value that does not parse is kept, and its field reports it.

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

    def reset(self, key: str) -> Self:
        """Return the session with the parameter back at its default."""
        return self.with_given({k: v for k, v in self.given.items() if k != key})

    def with_given(self, given: Mapping[str, object]) -> Self:
        """Return the session with other parameters; values that were parsed before are not parsed again."""
        session = self._replace(given=given)
        session.__dict__["_readings"] = self._readings
        return session

    def parameter(self, key: str) -> Parameter:
        """Return the declared parameter, of a component in play or else of any in the catalogue.

        Raises:
            UsageError: there is no such parameter; the hint suggests a similar name.
        """
        found = self._declared(key)
        if found is None:
            raise unknown("parameter", key, list(self._anywhere))
        return found

    def _declared(self, key: str) -> Parameter | None:
        return self._in_play.get(key) or self._anywhere.get(key)

    @cached_property
    def _readings(self) -> Readings:
        return Readings()

    @cached_property
    def _in_play(self) -> Mapping[str, Parameter]:
        return {p.key: p for component in self.components for p in component.parameters}

    @cached_property
    def _anywhere(self) -> Mapping[str, Parameter]:
        return {p.key: p for component in self.catalog.components.values() for p in component.parameters}

    @cached_property
    def minor(self) -> tuple[int, int]:
        """The oldest Kubernetes minor that the bundle must run on."""
        if self.options.minor is not None:
            return self.options.minor
        asked = self.evaluation.questions.get("version") is QuestionState.ANSWERED
        band = str(self.answers["version"]) if asked else ""
        return (self.catalog.bands or {}).get(band, self.catalog.default_minor)

    @property
    def surroundings(self) -> Surroundings:
        """The facts about the bundle that conditions of parameters and declarations test."""
        return surroundings(self.catalog, self.verdict.patterns if self.verdict else (), self.minor)

    @cached_property
    def _found(self) -> Mapping[str, str]:
        """Parameter values that a cluster suggests for the components in play, as far as they are valid there."""
        clues, evidence = self.catalog.clues, self.evidence
        if not evidence:
            return {}
        values = agreed(clues, evidence, "parameters")
        ours = agreed(clues, evidence, "implementations")
        here = (p for component in self.components for p in component.parameters)
        fitting = {p.key: values[p.key] for p in here if p.key in values and fits(p, values[p.key])}
        chosen = {p: ours[p] for p in self.implementations if ours.get(p) in self.allowed(p)}
        return {**fitting, **{f"{self.scope(p)}.implementation": name for p, name in chosen.items()}}
