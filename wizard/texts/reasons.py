"""Reasons of a verdict for every face: why these patterns, why not the others, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from wizard.decision.evaluate import candidates, state_after
from wizard.decision.model import Answer, Question, Rule, Setting
from wizard.decision.results import Flip, Term, Verdict, WhyNot
from wizard.text import count, first_few, first_sentence, listed
from wizard.texts.wording import bases, pattern_name, pattern_names, topic, warn_rules

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.session.session import Session


_MOST_NAMES = 5
"""The maximum number of patterns with the same reason that are all named in its label."""


class ReasonLine(NamedTuple):
    """One line of a verdict's reasons, and the questions behind it."""

    text: str
    about: str
    """The pattern's name, or the result of a change."""
    questions: tuple[str, ...]
    pattern: str = ""
    """The first pattern that it names; empty for the settings and warnings of a change."""
    wanted: tuple[tuple[str, Answer], ...] = ()
    """The answers that a change consists of, as (question, answer)."""
    names: tuple[str, ...] = ()
    """The patterns or fields that one reason is for or against."""
    field: str = ""
    """The field of the manifests behind a setting, such as ``concurrencyPolicy: Forbid``; empty without one."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a setting, one by one."""
        return self.names if self.field else ()

    @property
    def label(self) -> str:
        """The pattern, or the first ones of many, such as ``secrets fetcher, TLS sidecar and 23 more``."""
        return self.about if len(self.names) <= _MOST_NAMES else first_few(self.names, 2)

    @property
    def line(self) -> str:
        """The whole reason, such as ``Job: The work is one piece (completions: 1)``."""
        return f"{self.about}: {self.sentence}"

    @property
    def sentence(self) -> str:
        """The reason without what it is about."""
        return f"{self.text} ({self.field})" if self.field else self.text


def term_text(catalog: Catalog, term: Term) -> str:
    """Return an answer that decided something, in the words of the question and the option."""
    question = catalog.decision.questions[term.question]
    if question.many and term.option:
        ticked = term.option in term.answer
        return f'{"" if ticked else "not "}ticked: "{question.option(term.option).say}"'
    return f'{topic(question)}: "{question.answer_text(term.answer)}"'


def _questions(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.question for term in terms))


def why_reasons(session: Session) -> tuple[ReasonLine, ...]:
    """Return the reason for each part of the verdict: its patterns, then its settings of a Kubernetes field."""
    patterns = (
        ReasonLine(
            status.rule.because.rstrip("."),
            pattern_name(session.catalog, status.rule.use),
            session.behind(status.rule),
            status.rule.use,
            names=(pattern_name(session.catalog, status.rule.use),),
        )
        for status in session.why
    )
    return (*patterns, *_settings(session))


def decided(session: Session) -> dict[str, tuple[str, ...]]:
    """Name by question what the verdict's reasons name because of its answer: patterns, and fields of the manifests."""
    found: dict[str, dict[str, None]] = {}
    for reason in why_reasons(session):
        for question in reason.questions:
            found.setdefault(question, {}).update(dict.fromkeys(reason.names))
    return {question: tuple(names) for question, names in found.items()}


def _settings(session: Session) -> Iterator[ReasonLine]:
    """Yield the reasons for the settings that are a field in the manifests, such as ``concurrencyPolicy: Forbid``."""
    catalog, verdict = session.catalog, session.verdict
    if verdict is None:
        return
    for rule in verdict.fired:
        if rule.section == "set" and (fields := _fields(catalog, rule.settings)):
            name = pattern_name(catalog, verdict.base)
            yield ReasonLine(
                rule.because.rstrip("."), name, session.behind(rule), verdict.base, (), fields, ", ".join(fields)
            )


def fields_text(catalog: Catalog, settings: Iterable[tuple[str, Setting]]) -> str:
    """Return the fields that settings are written to, such as ``backoffLimit: 0``; empty for those without a field."""
    return ", ".join(_fields(catalog, settings))


def _fields(catalog: Catalog, settings: Iterable[tuple[str, Setting]]) -> tuple[str, ...]:
    known = catalog.set_fields
    return tuple(
        f"{known[name].sets}: {str(value).lower() if isinstance(value, bool) else value}"
        for name, value in settings
        if name in known and value is not None
    )


def obstacle(session: Session) -> ReasonLine:
    """Return the line for the error that stops the bundle: the way out, the error, and the questions behind it."""
    rule = session.warnings[0]
    terms = session.evaluation.rules[rule.key].terms
    return ReasonLine(rule.instead or rule.because, rule.say, _questions(terms))


def why_not_reason(session: Session, item: WhyNot) -> ReasonLine:
    """Return the answers that exclude a pattern."""
    terms = [term_text(session.catalog, term) for term in item.terms]
    text = "; ".join(terms) or item.rule.because
    name = pattern_name(session.catalog, item.pattern)
    return ReasonLine(text, name, _questions(item.terms), item.pattern, names=(name,))


def why_not_reasons(session: Session) -> tuple[ReasonLine, ...]:
    """Return the answers that exclude each rejected pattern, one line per reason.

    Workloads come first and patterns that add no container last; otherwise the patterns excluded by the latest answers
    come first.
    """
    order = list(session.catalog.decision.questions)
    workloads = bases(session.catalog)

    def nearness(item: WhyNot) -> tuple[bool, bool, int]:
        places = [order.index(term.question) for term in item.terms]
        return item.pattern not in workloads, _quiet(session, item.pattern), -max(places, default=-1)

    found: dict[tuple[str, bool], ReasonLine] = {}
    for item in sorted(session.why_not, key=nearness):
        reason = why_not_reason(session, item)
        key = (reason.text, item.pattern in workloads)
        if key in found:
            names = (*found[key].names, *reason.names)
            reason = found[key]._replace(about=", ".join(names), names=names)
        found[key] = reason
    return tuple(found.values())


def _quiet(session: Session, pattern: str) -> bool:
    """Return whether a pattern adds only objects and no container."""
    components = session.catalog.components
    roles = [components[key].role for key in components if key[0] == pattern]
    return bool(roles) and all(role == "object" for role in roles)


def flip_reason(session: Session, flip: Flip) -> ReasonLine:
    """Return the line for a changed answer that would change the verdict."""
    certain = flip.certain and flip.verdict and session.verdict
    result = _flip_result(session, flip) if certain else _flip_chances(session, flip)
    question = session.catalog.decision.questions[flip.question]
    sentence = "{change}. {effect}" if result.effect else "{change}"
    if not certain and flip.opens:
        sentence = "{change}, and {questions}"
    text = sentence.format(
        change=_change_text(question, flip.before, flip.after),
        effect=result.effect,
        questions=count(len(flip.opens), "more question"),
    )
    return ReasonLine(text, result.text, (flip.question,), result.pattern, ((flip.question, flip.after),))


class _Result(NamedTuple):
    """The result of a change, the first pattern that it names and, if the patterns stay, a reason or a warning."""

    text: str
    pattern: str = ""
    effect: str = ""


def _flip_chances(session: Session, flip: Flip) -> _Result:
    """Describe the possible results of a change that opens questions.

    These are other workloads (``Job or CronJob``), or additions to and removals from the same one (``perhaps plus a
    cache``).
    """
    catalog, verdict = session.catalog, session.verdict
    if verdict is None or flip.candidates != (verdict.base,):
        return _Result(listed(pattern_names(catalog, flip.candidates), "or"), next(iter(flip.candidates), ""))
    after = candidates(state_after(session.compiled, {**session.answers, flip.question: flip.after}))
    used = {*verdict.patterns, *(each for each in catalog.patterns if session.same_as(each))}
    sure = [item for item in after.certain if item not in used]
    new = sure or [item for item in after.possible if item not in used]
    lost = [item for item in verdict.patterns if item in after.excluded]
    sentences = _SAME_WORKLOAD if sure else _PERHAPS
    return _with_patterns(sentences[bool(new), bool(lost)], catalog, new, lost)


def _change_text(question: Question, before: Answer, after: Answer) -> str:
    """Return the condition for a change, such as ``if you tick "CPU or memory is scarce"``."""
    if not isinstance(after, tuple) or not isinstance(before, tuple):
        return f'if {topic(question)}: "{question.answer_text(after)}"'
    moved = {
        "tick": [f'"{each.say}"' for each in question.options if each.id in after and each.id not in before],
        "untick": [f'"{each.say}"' for each in question.options if each.id in before and each.id not in after],
    }
    steps = (f"{do} {listed(options)}" for do, options in moved.items() if options)
    return f"if you {listed(steps)}"


_Sentences = Mapping[tuple[bool, bool], str]
"""Sentences by (patterns are added, patterns are dropped)."""
_OTHER_WORKLOAD: _Sentences = {
    (False, False): "{workload}",
    (True, False): "{workload}, with {added}",
    (False, True): "{workload}, without {dropped}",
    (True, True): "{workload}, with {added}, without {dropped}",
}
_SAME_WORKLOAD: _Sentences = {
    (False, False): "other settings",
    (True, False): "plus {added}",
    (False, True): "without {dropped}",
    (True, True): "plus {added}, without {dropped}",
}
_PERHAPS: _Sentences = {
    (False, False): "perhaps other settings",
    (True, False): "perhaps plus {added}",
    (False, True): "without {dropped}",
    (True, True): "perhaps plus {added}, without {dropped}",
}


def _with_patterns(
    sentence: str, catalog: Catalog, added: list[str], dropped: list[str], workload: str = ""
) -> _Result:
    names = [first_few(pattern_names(catalog, items), 2) for items in (added, dropped)]
    name = pattern_name(catalog, workload) if workload else ""
    pattern = next(filter(None, (workload, *added, *dropped)), "")
    return _Result(sentence.format(workload=name, added=names[0], dropped=names[1]), pattern)


def _flip_result(session: Session, flip: Flip) -> _Result:
    """Return the result of a change whose verdict is certain."""
    catalog, before, after = session.catalog, session.verdict, flip.verdict
    assert before is not None and after is not None
    added = [item for item in flip.adds if item != after.base]
    dropped = [item for item in flip.drops if item != before.base]
    if before.base != after.base:
        sentence = _OTHER_WORKLOAD[bool(added), bool(dropped)]
        return _with_patterns(sentence, catalog, added, dropped, after.base)
    if added or dropped:
        return _with_patterns(_SAME_WORKLOAD[bool(added), bool(dropped)], catalog, added, dropped)
    if before.settings != after.settings:
        return _set(catalog, before, after)
    return _warned(
        [rule for rule in warn_rules(catalog, after.warn) if rule.id not in before.warn],
        [rule for rule in warn_rules(catalog, before.warn) if rule.id not in after.warn],
    )


def _set(catalog: Catalog, before: Verdict, after: Verdict) -> _Result:
    """Return the first setting that a change makes or drops, and the reason for a new one."""
    for sentence, rules, old in (("{name}", after.fired, before), ("without {name}", before.fired, after)):
        for rule in rules:
            changed = [one for one in rule.settings if one not in old.settings]
            if rule.section == "set" and changed:
                field = fields_text(catalog, changed)
                because = rule.because.rstrip(".") if old is before else ""
                name = field or rule.short
                text = sentence.format(name=name) if name else _SAME_WORKLOAD[False, False]
                return _Result(text, effect=because)
    return _Result(_SAME_WORKLOAD[False, False])


def _warned(new: list[Rule], gone: list[Rule]) -> _Result:
    """Return the most severe change of the warnings, and that warning."""
    for named, plain, rules, level in (
        ("no bundle: {name}", "no bundle", new, "error"),
        ("a bundle", "a bundle", gone, "error"),
        ("warning: {name}", "one more warning", new, "warning"),
        ("note: {name}", "one more note", new, "note"),
        ("no warning: {name}", "one warning less", gone, "warning"),
        ("no note: {name}", "one note less", gone, "note"),
    ):
        found = next((rule for rule in rules if rule.level == level), None)
        if found is not None:
            said = first_sentence(found.say)
            result = named.format(name=found.short) if found.short else plain
            return _Result(result, effect=f"No longer: {said}" if rules is gone else said)
    return _Result("")


def flip_reasons(session: Session) -> tuple[ReasonLine, ...]:
    """Return all flips: another workload first, then containers, then the latest answers.

    Those that change the first answer come last: they contradict what the program is.
    """
    return tuple(flip_reason(session, flip) for flip in _sorted_flips(session))


def differing_flips(session: Session, most: int) -> tuple[ReasonLine, ...]:
    """Return at most ``most`` flips with different results, including one that keeps the workload, if there is one."""
    base = session.verdict.base if session.verdict else ""
    flips = _sorted_flips(session)
    found = {_outcome_of(flip): flip for flip in reversed(flips)}
    differing = [flip for flip in flips if found[_outcome_of(flip)] is flip]
    unlike = [flip for flip in differing if _contradicts(session, flip)]
    same = [flip for flip in differing if base in _bases_after(flip) and flip not in unlike]
    others = [flip for flip in differing if flip not in same and flip not in unlike]
    kept = others[: max(most - 1, most - len(same))]
    return tuple(flip_reason(session, flip) for flip in (*kept, *same, *unlike)[:most])


def _contradicts(session: Session, flip: Flip) -> bool:
    """Return true if a flip changes the first answer, which says what kind of program it is."""
    first = next(iter(session.catalog.decision.questions))
    return flip.question == first


def _bases_after(flip: Flip) -> tuple[str, ...]:
    return (flip.verdict.base,) if flip.verdict else flip.candidates


def _outcome_of(flip: Flip) -> tuple[object, ...]:
    """Return a key that is equal for flips with the same result: workload, additions, removals and new questions."""
    return (_bases_after(flip), flip.adds, flip.drops, flip.opens if not flip.certain else ())


def _sorted_flips(session: Session) -> list[Flip]:
    base = session.verdict.base if session.verdict else ""
    order = list(session.catalog.decision.questions)

    def nearness(flip: Flip) -> tuple[bool, bool, bool, bool, int]:
        changes = bool(flip.adds or flip.drops or not flip.certain)
        moved = (*flip.adds, *flip.drops)
        quiet = bool(moved) and all(_quiet(session, each) for each in moved)
        far = _contradicts(session, flip)
        return far, base in _bases_after(flip), not changes, quiet, -order.index(flip.question)

    return sorted(session.flips, key=nearness)
