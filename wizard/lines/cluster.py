"""Cluster requests in lines: the confirmation, then one line per object as its result arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.catalog.clues import kinds_read
from wizard.cluster.model import CheckFinished, Identity, ObjectResult
from wizard.errors import WizardError
from wizard.faces.dry_run import DryRunState, detail_lines
from wizard.faces.leads import lead_of_result
from wizard.faces.services import finished_of
from wizard.lines.lines import command, number, sentence, up_to
from wizard.texts.cluster import found_lines, in_short, promises, target_rows
from wizard.texts.keys import BACK

if TYPE_CHECKING:
    from wizard.cluster.model import Event, Target
    from wizard.faces.services import ClusterRun
    from wizard.lines.journey import Journey, PageStep
    from wizard.lines.lines import Lines

_PODS = "pods"


def ask(journey: Journey) -> PageStep:
    """Choose and confirm a cluster, run the dry run, and return the page that can change a result's cause."""
    lines, services = journey.lines, journey.services
    if services.targets is None or services.dry_run is None:
        lines.say("No cluster is configured here.")
        return journey.bundle()
    services.prepare()
    try:
        target = _choose(lines, services.targets())
        word = target and _confirmed(lines, target, deep=services.deep)
        if target is None or not word:
            lines.say("No cluster was used.")
            return journey.bundle()
        journey.context = target.context
        run = services.dry_run(target, journey.session.bundle, deep=services.deep or word == _PODS)
        results = _run(lines, run, len(journey.session.bundle.manifests))
    except WizardError as error:
        journey.complain(error)
        return journey.bundle()
    return _look(journey, results)


def look(journey: Journey, back: PageStep) -> PageStep:
    """Choose and confirm a cluster, and take from it the answers that it reveals."""
    lines, services = journey.lines, journey.services
    if services.targets is None or services.discover is None:
        lines.say("No cluster can be inspected here.")
        return back
    services.prepare()
    try:
        target = _choose(lines, services.targets())
        kinds = kinds_read(journey.session.catalog.clues)
        if target is None or not _confirmed(lines, target, looking=True, kinds=kinds):
            lines.say("No cluster was inspected.")
            return back
        finished = _looked(lines, services.discover(target))
    except WizardError as error:
        journey.complain(error)
        return back
    for row in found_lines(journey.session.catalog.clues, finished):
        lines.say(row, indent=2, hang=2)
    journey.discovered(finished.evidence)
    return journey.on()


def _looked(lines: Lines, check: ClusterRun) -> CheckFinished:
    lines.say("Looking; Ctrl+C stops.")
    lines.writer.flush()
    try:
        return finished_of(check)
    except KeyboardInterrupt:
        lines.say()
        return CheckFinished(0, 0, cancelled=True)
    finally:
        check.cancel()


def _choose(lines: Lines, targets: tuple[Target, ...]) -> Target | None:
    if not targets:
        lines.say("There is no cluster to use: the kubeconfig has none.")
        return None
    target = targets[0]
    if len(targets) > 1:
        lines.heading("Contexts:")
        lines.numbered(f"{item.context or item.cluster}: {item.server}" for item in targets)
        text = lines.ask(f"Which one? {up_to(len(targets))}, Enter uses the first, {BACK.key} back")
        chosen = number(text, len(targets))
        if text and chosen is None:
            return None
        target = targets[(chosen or 1) - 1]
    return target


def _confirmed(
    lines: Lines, target: Target, *, looking: bool = False, deep: bool = False, kinds: tuple[str, ...] = ()
) -> str:
    """Return ``yes``, ``pods`` to also validate a Pod of each workload, or an empty string if not confirmed."""
    _show(lines, target, " ".join(promises(looking=looking, deep=deep, kinds=kinds)))
    word = "production" if target.production else "yes"
    does = ("Look at", "looks at") if looking else ("Ask", "asks")
    more = "" if looking or deep else f', "{word} {_PODS}" also validates a Pod of each workload'
    reply = lines.ask(f'{does[0]} this cluster? "{word}" {does[1]} it{more}, Enter goes back')
    sure, _, rest = reply.lower().replace('"', "").partition(" ")
    if sure not in ((word,) if target.production else ("yes", "y")) or rest not in ("", _PODS if more else ""):
        return ""
    return rest or "yes"


def _show(lines: Lines, target: Target, promised: str) -> None:
    lines.heading("The cluster:")
    for label, text in target_rows(target):
        lines.say(f"{label}: {text}", indent=2, hang=2)
    lines.say(promised)


def _run(lines: Lines, check: ClusterRun, total: int) -> tuple[ObjectResult, ...]:
    run = DryRunState(total)
    lines.say("Asking; Ctrl+C stops.")
    lines.writer.flush()
    try:
        for event in check.events():
            run = run.after(event)
            _show_event(lines, event, run)
            lines.writer.flush()
    except KeyboardInterrupt:
        check.cancel()
        lines.say()
        lines.say(f"Stopped after {len(run.results)}; the results so far are above.")
    finally:
        check.cancel()
    return run.results


def _show_event(lines: Lines, event: Event, run: DryRunState) -> None:
    if isinstance(event, Identity):
        lines.say(f"{event.user} on Kubernetes {event.version}.", indent=2)
    elif isinstance(event, ObjectResult):
        remark = in_short(event)
        lines.numbered([f"{event.ref}: {event.state.value}{f'. {remark}' if remark else ''}"], first=len(run.results))
    else:
        if event.error:
            lines.say(sentence(event.error, event.hint))
        lines.say(sentence(f"{'stopped; ' if event.cancelled else ''}{run.summary}"))


def _look(journey: Journey, results: tuple[ObjectResult, ...]) -> PageStep:
    lines = journey.lines
    if not results:
        return journey.bundle()
    while True:
        text = lines.ask(f"{up_to(len(results))} the full response, g 1 goes to its cause, Enter back to the bundle")
        word, rest = command(text)
        if word in ("", BACK.key):
            return journey.bundle()
        if (at := number(word, len(results))) is not None:
            _full(lines, results[at - 1])
        elif word == "g" and (at := number(rest, len(results))) is not None:
            if step := _cause(journey, results[at - 1]):
                return step
            lines.say("It is not caused by an answer or a detail.")
        elif word == "q":
            lines.confirm_leaving()
        else:
            lines.say(f"Give a number from {up_to(len(results))}, g and a number, or just Enter.")


def _full(lines: Lines, result: ObjectResult) -> None:
    lines.say(f"{result.ref}: {result.state.value}")
    for _, text in detail_lines(result):
        lines.say(text, indent=2, hang=2)
    if result.diff:
        lines.raw(result.diff)


def _cause(journey: Journey, result: ObjectResult) -> PageStep | None:
    return journey.lead(lead_of_result(journey.session, result), journey.on)
