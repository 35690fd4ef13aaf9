"""Sentences that every face shows in the same words.

Pure functions from a session and the engine's results to plain text: no terminal, no markup, no colours.
Texts from a catalogue or a server are passed through; the code that shows them sanitizes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from wizard.decision.model import Option, Question, Rule
from wizard.decision.results import QuestionState, RuleState
from wizard.kube.versions import minor_text
from wizard.text import count, first_few, listed
from wizard.texts.keys import ASK_ALL, LEAVE
from wizard.texts.phrases import remaining, whole_way

if TYPE_CHECKING:
    from wizard.catalog.model import Catalog
    from wizard.session.kept import Missed
    from wizard.session.session import Moved, Session
    from wizard.store.plan import PlanItem
    from wizard.validation.model import Finding

FIRST_QUESTION = f"this is the first question; {LEAVE.key} leaves"
"""The message for a user who goes back from the first question."""
UNNAMED = "your program"
"""The name of a program without a name."""


def bundle_lacks(session: Session) -> str:
    """Return the reason why the bundle is not complete; empty if it is."""
    if session.question is not None:
        return "the bundle comes when the questions are answered"
    if session.blocked:
        return "something stops the bundle"
    return "the details are not complete" if session.problems else ""


def pattern_name(catalog: Catalog, pattern_id: str) -> str:
    """Return a few words for a pattern; a workload is called by its title, as in Kubernetes."""
    pattern = catalog.patterns.get(pattern_id)
    if pattern is None:
        return pattern_id
    return pattern.title if pattern_id in bases(catalog) else pattern.short or pattern.title


def pattern_names(catalog: Catalog, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the names of several patterns."""
    return tuple(pattern_name(catalog, item) for item in ids)


def bases(catalog: Catalog) -> tuple[str, ...]:
    """Return the patterns that can be the workload, in output order."""
    used = catalog.decision.bases
    return tuple(item for item in catalog.decision.patterns if item in used)


def topic(question: Question) -> str:
    """Return a short noun for a question."""
    return question.topic or question.id.replace("_", " ")


def topics(catalog: Catalog, ids: Iterable[str]) -> tuple[str, ...]:
    """Return short nouns for several questions."""
    return tuple(topic(catalog.decision.questions[item]) for item in ids)


# --- a question ----------------------------------------------------------------------------------


def option_text(option: Option) -> str:
    """Return the option's sentence, followed by the Kubernetes term in brackets."""
    return f"{option.say} [{option.term}]" if option.term else option.say


def progress(session: Session) -> str:
    """Return the progress, such as ``3 answered · about 5 more``."""
    return f"{steps(session)[0]} answered · {remaining(session.evaluation.remaining, len(session.ahead))}"


def way(session: Session) -> str:
    """Return the progress to show next to a question; before the first answer, ``about 9 questions, 2 minutes``."""
    if steps(session)[0]:
        return progress(session)
    return whole_way(session.evaluation.remaining, len(session.ahead))


def steps(session: Session) -> tuple[int, int]:
    """Return the number of answered questions, and that number plus the questions likely to follow."""
    answered = sum(state is QuestionState.ANSWERED for state in session.evaluation.questions.values())
    return answered, answered + len(session.ahead)


def quick_text(session: Session) -> str:
    """Describe the effect of turning ``quick`` on or off."""
    if session.quick:
        return f"quick: a shows what is assumed, {ASK_ALL.key} asks all again"
    return "every question that counts is asked again"


def longer_text(before: Session, after: Session) -> str:
    """Name the additional questions that an answer brought up; empty if there are none."""
    more = len(after.ahead) - len(before.ahead)
    news = [question for question in after.ahead if question not in before.ahead]
    if more < 0 or not news:
        return ""
    return f"{count(len(news), 'more question')}: {listed(topics(after.catalog, news))}"


def implied_text(before: Session, after: Session, name: str) -> str:
    """Name the answers that were set in one step: ``2 answers set for CronJob: kind of work, needs``."""
    new = [q for q, answer in after.answers.items() if before.answers.get(q) != answer]
    if not new:
        return f"{name}: nothing changed"
    return f"{count(len(new), 'answer')} set for {name}: {listed(topics(after.catalog, new))}"


def unsure_text(question: Question) -> str:
    """Return the answer that "I don't know" counts as; empty if the question does not offer it."""
    if question.many:
        return "none of these"
    return question.option(question.unsure).say if question.unsure else ""


def unticked_text(question: Question, gone: Collection[str]) -> str:
    """Name the options that were unticked because a newly ticked one excludes them."""
    names = [f'"{option.say}"' for option in question.options if option.id in gone]
    return f"unticked, because both cannot be true: {listed(names)}"


def warn_rules(catalog: Catalog, ids: Iterable[str]) -> tuple[Rule, ...]:
    """Return the warnings with these ids."""
    rules = {rule.id: rule for rule in catalog.decision.section("warn")}
    return tuple(rules[item] for item in ids if item in rules)


def spared_text(rule: Rule) -> str:
    """Return the good news that a warning no longer applies."""
    return f"{rule.level.capitalize()} goes away: {rule.say}"


def instead_text(new: str, old: str) -> str:
    """Return a part and the part that it replaces."""
    return f"{new} instead of {old}"


def so_far(session: Session) -> tuple[tuple[str, str], ...]:
    """List the facts known so far as (pattern or label, reason or names)."""
    catalog, evaluation = session.catalog, session.evaluation
    reasons = {
        status.rule.use: status.rule.because
        for status in evaluation.rules.values()
        if status.state is RuleState.MATCHED and status.rule.use
    }
    lines = [(pattern_name(catalog, item), reasons.get(item, "").rstrip(".")) for item in evaluation.candidates.certain]
    if out := [item for item in bases(catalog) if item in evaluation.candidates.excluded]:
        lines.append(("ruled out", ", ".join(pattern_names(catalog, out))))
    ahead = [
        item
        for item, state in evaluation.questions.items()
        if state in (QuestionState.NEXT, QuestionState.LATER)
        and item != evaluation.next_question
        and item not in session.answers
    ]
    if ahead:
        lines.append(("may be asked", first_few(topics(catalog, ahead), 5)))
    return tuple(lines)


def still_possible(session: Session) -> str:
    """Name the workloads that are still possible, such as ``Job``; empty if the answers exclude none."""
    excluded = session.evaluation.candidates.excluded
    left = [each for each in bases(session.catalog) if each not in excluded]
    return listed(pattern_names(session.catalog, left), "or") if len(left) < len(bases(session.catalog)) else ""


def depends_lines(session: Session, question_id: str) -> tuple[tuple[str, str], ...]:
    """List the rules that still depend on a question as (effect, reason); a warning's reason is its sentence."""
    lines = []
    for rule in session.depends(question_id):
        if rule.use:
            what = pattern_name(session.catalog, rule.use)
        elif rule.section == "warn":
            what = {"error": "an obstacle", "warning": "a warning", "note": "a note"}[rule.level]
        else:
            known = (session.catalog.set_fields.get(name) for name, _ in rule.settings)
            what = listed(dict.fromkeys(one.sets for one in known if one is not None)) or "a setting"
        lines.append((what, rule.say if rule.section == "warn" else rule.because or rule.say))
    return tuple(dict.fromkeys(lines))


# --- the verdict ---------------------------------------------------------------------------------


def additions(session: Session) -> tuple[str, ...]:
    """Return the patterns of the verdict that add a container or a Job, without those that only add other objects.

    An implementation without any template beside others with one, such as "No exporter for now", adds nothing.
    """
    components, verdict = session.catalog.components, session.verdict
    chosen = session.implementations.items()
    made = {pattern: components[pattern, name] for pattern, name in chosen}
    bare = {pattern for pattern, one in made.items() if not (one.pod or one.objects)}
    others = (key for key in components if key[0] in bare)  # the catalogue unpacks each component that is looked at
    empty = {key[0] for key in others if components[key].pod or components[key].objects}
    loud = {pattern for pattern, one in made.items() if one.role != "object"} - empty
    return tuple(item for item in verdict.add if item in loud) if verdict else ()


def _operated(session: Session) -> bool:
    return any(component.role == "operator" for component in session.components)


def verdict_title(session: Session, *, width: int = 0) -> str:
    """Return ``Deployment, with log sidecar``, or the number of additions if the names need more than ``width``."""
    if session.verdict is None:
        return "Not decided yet"
    base, added = pattern_name(session.catalog, session.verdict.base), additions(session)
    if not added:
        return base if _operated(session) else f"Plain {base}"
    title = f"{base}, with {listed(pattern_names(session.catalog, added))}"
    return title if not width or len(title) <= width else f"{base}, with {count(len(added), 'addition')}"


def default_product(session: Session) -> str:
    """Return the product that the operator of a verdict runs until the user chooses one; empty if there is none."""
    if session.verdict is None or not session.catalog.patterns[session.verdict.base].products:
        return ""
    field = session.resolved.get("app.implementation")
    return dict(field.parameter.options)[field.text] if field is not None and field.state == "default" else ""


def verdict_remark(session: Session) -> str:
    """Return a sentence that praises the simplest outcome, or names the default product; empty for other verdicts."""
    if product := default_product(session):
        return f"The default product is {product}."
    if session.verdict is None or additions(session) or _operated(session):
        return ""
    return "Your program needs no helper container."


def assumed_topics(session: Session) -> tuple[str, ...]:
    """Name what is assumed in a verdict: answers, and the product that an operator runs."""
    states = session.evaluation.questions
    given = (q for q, state in states.items() if state is QuestionState.ANSWERED and q in session.assumed)
    return (*topics(session.catalog, given), *(("product",) if default_product(session) else ()))


def verdict_status(session: Session, *, width: int = 0) -> str:
    """Return ``certain · 8 answers`` or ``8 answers, assumed: logs``, after ``stopped`` if an error blocks the bundle.

    If the names of what is assumed need more than ``width``, only their number is shown.
    """
    given = [q for q, state in session.evaluation.questions.items() if state is QuestionState.ANSWERED]
    assumed = assumed_topics(session)
    answers, stopped = count(len(given), "answer"), "stopped · " if session.blocked else ""
    if not assumed:
        return f"{stopped or 'certain · '}{answers}"
    text = f"{stopped}{answers}, assumed: {listed(assumed)}"
    return text if not width or len(text) <= width else f"{stopped}{answers}, {len(assumed)} assumed"


# --- answers and edits ---------------------------------------------------------------------------


def moved_line(catalog: Catalog, moved: Moved) -> str:
    """Describe the effect of an edit in one line; empty if nothing changed."""
    parts = []
    if moved.base:
        before, after = (pattern_name(catalog, item) for item in moved.base)
        parts.append(f"{before} → {after}")
    if moved.gained:
        parts.append(f"now with {listed(pattern_names(catalog, moved.gained))}")
    if moved.lost:
        parts.append(f"now without {listed(pattern_names(catalog, moved.lost))}")
    if moved.set_aside:
        parts.append(f"{count(moved.set_aside, 'answer')} set aside")
    if moved.restored:
        parts.append(f"{count(moved.restored, 'answer')} restored")
    if moved.lines:
        parts.append(f"{count(moved.lines, 'line')} will change")
    return "; ".join(parts)


# --- findings and what comes next ----------------------------------------------------------------


def finding_line(finding: Finding) -> str:
    """Return a finding in one line: the object, the error, and the place if it is in a file that the user wrote."""
    place = str(finding.ref) if finding.ref.kind else str(finding.position or "")
    where = f" ({finding.position})" if finding.position and finding.ref.kind else ""
    return f"{place}: {finding.message}{where}" if place else finding.message


def uncaused(finding: Finding) -> str:
    """Return the reason why a finding leads to no answer or parameter."""
    if finding.position is not None:
        return f"it is in the file that you edited, {finding.position}"
    return "it is not caused by an answer or a detail, but by podwizard"


def missed_text(session: Session, missed: Missed) -> str:
    """Name the parts that a kept file lacks: ``not in it: app.image, the answer on copies``."""
    questions = session.catalog.decision.questions
    named = [
        lead.parameter or f"the answer on {topic(questions[lead.question])}"
        for lead in missed.causes
        if lead.parameter or lead.question in questions
    ]
    lines = f"{count(missed.lines, 'other line' if named else 'line')} of the bundle" if missed.lines else ""
    return f"not in it: {first_few([*named, *filter(None, [lines])])}"


def findings_summary(findings: Sequence[Finding], rules: int, minor: tuple[int, int]) -> str:
    """Return a summary such as ``158 offline rules, Kubernetes 1.33: nothing found``."""
    counted = {level: sum(f.severity == level for f in findings) for level in ("error", "warning", "note")}
    text = ", ".join(count(number, level) for level, number in counted.items() if number) or "nothing found"
    return f"{count(rules, 'offline rule')}, Kubernetes {minor_text(minor)}: {text}"


def assumed_text(number: int, values: str) -> str:
    """Return the values that the user has not given, after the key that changes them."""
    return f"Assumed; e changes {'it' if number == 1 else 'them'}. {values}"


def lost_line(item: PlanItem) -> str:
    """Describe the loss when podwizard writes or removes a file that the user edited or that is not podwizard's."""
    does = "removes" if "remove" in item.actions else "overwrites"
    lines = count(item.yours, "line") if item.yours else "what"
    if item.edited:
        return f"{does} {lines} you edited in {item.path}"
    return f"{does} {lines if item.yours else 'all'} of {item.path}, which is not podwizard's"


def warned_text(session: Session, rule: Rule) -> str:
    """Return a warning and the assumed answers behind it, so that nobody mistakes it for a fact."""
    terms = session.evaluation.rules[rule.key].terms if session.assumed else ()
    assumed = [each for each in dict.fromkeys(term.question for term in terms) if each in session.assumed]
    rests = f"This depends on assumptions: {listed(topics(session.catalog, assumed))}." if assumed else ""
    return f"{rule.say} {rests}" if rests else rule.say


KEPT_LACKS = "Add these first: the kept files lack some of your answers."
"""The line before the command that applies a bundle, below the list of missing parts."""


def left_text(path: str) -> str:
    """Name the temporary files that a write could not remove; empty if there are none."""
    return f"{path} could not be removed: remove it, the bundle does not need it." if path else ""


def kept_errors(errors: int) -> str:
    """Count the errors in kept files; empty if there are none."""
    return f"{count(errors, 'error')} in kept files" if errors else ""
