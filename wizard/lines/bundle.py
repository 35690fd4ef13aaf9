"""The bundle in lines: the planned files and their origins, the findings, and writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.errors import WizardError
from wizard.faces.review import Review, loses_edits, shows_counts
from wizard.lines import cluster
from wizard.lines.lines import command, number, sentence, up_to
from wizard.lines.provenance import cause_text, describe_line, numbered_text
from wizard.session.leaving import leaving
from wizard.texts import wording
from wizard.texts.contract import contract_sections
from wizard.texts.keys import ANSWERS, BACK, BUNDLE, FIND, LEAVE
from wizard.texts.phrases import shell_path

if TYPE_CHECKING:
    from wizard.lines.journey import Journey, PageStep
    from wizard.render.model import BundleFile
    from wizard.session.session import Lead
    from wizard.store.writer import Action, PlanItem, WritePlan

_KEYS = (
    ("Enter", "write it"),
    ("W", "write it although kept files have errors"),
    ("d 3", "what would change in file 3"),
    ("p 3", "print file 3"),
    ("o 3", "print file 3 with the origin of each block; o 3 14 shows the origin of line 14"),
    ("c", "the contract: what the program must do, prerequisites, and next steps"),
    ("g", "go to the answer or detail that was shown last"),
    ("k 3", "keep file 3 as it is on the disk"),
    ("w 3", "write file 3 after all (or remove it, if it is no longer needed)"),
    ("O 3", "overwrite (or remove) file 3; your lines in it are lost"),
    ("f", "the findings in full; f 1 goes to the cause of finding 1"),
    ("v", "ask the cluster: a dry run, nothing is created"),
    ("e", "the details"),
    FIND,
    ANSWERS,
    ("l or b", "the list again"),
    (f"{BACK.key} or back", "back to the details"),
    LEAVE,
)


@dataclass(slots=True)
class _Desk:
    """The bundle under review, and the lead shown last (``told``), which ``g`` follows."""

    journey: Journey
    review: Review
    lead: Lead | None = None
    shown: WritePlan | None = None
    """The plan that was current at the last prompt."""


def show(journey: Journey) -> PageStep | None:
    """Show the bundle and what writing it would do; return the next page, or ``None`` once the bundle is written."""
    session, lines = journey.session, journey.lines
    if session.problems:
        return journey.details(session.problems[0].key)
    try:
        desk = _Desk(journey, Review.of(session, journey.services, journey.target))
    except WizardError as error:
        journey.complain(error)
        lines.say("The bundle cannot be shown like this: change a detail or an answer, or quit with q.")
        return journey.details()
    _list(desk)
    while True:
        # Discard keys typed before this plan was shown: they were not meant to write it.
        text = lines.ask(_prompt(desk), unseen=desk.review.plan is not desk.shown)
        desk.shown = desk.review.plan
        word, rest = command(text)
        if word in ("", "W"):
            if _write(desk, word):
                return None
        elif step := _elsewhere(desk, word, rest):
            return step
        elif not _act(desk, word, rest):
            lines.not_here(text)


def _prompt(desk: _Desk) -> str:
    findings = "f findings, " if desk.review.leads else ""
    act = "Nothing to write, Enter ends" if desk.review.plan.unchanged else "Enter writes"
    if desk.review.caution:
        act = "Enter shows the errors, W writes anyway"
    return f"{act}; d 1 diff, p 1 print, o 1 origin, {findings}c contract, v cluster, {BACK.key} back, ? keys"


def _elsewhere(desk: _Desk, word: str, rest: str) -> PageStep | None:
    journey = desk.journey
    if word in (BACK.key, "e"):
        return journey.details()
    if word == "a":
        return journey.answers(journey.bundle())
    if word == "v":
        return cluster.ask(journey)
    if word == FIND.key:
        return journey.search(rest, journey.bundle())
    lead = desk.lead if word == "g" else None
    if word == "f" and (at := number(rest, len(desk.review.leads))) is not None:
        lead = desk.review.leads[at - 1]
    return journey.lead(lead, journey.on) if lead is not None else None


def _act(desk: _Desk, word: str, rest: str) -> bool:
    """Run a command that stays on this page; return false if there is no such command."""
    lines = desk.journey.lines
    if word in ("d", "p", "o", "k", "w", "O", "diff", "print", "keep", "write"):
        _file_command(desk, word[0], rest)
    elif word == "overwrite":
        _file_command(desk, "O", rest)
    elif word == "f" and (at := number(rest, len(desk.review.leads))) is not None:
        lines.say(sentence(wording.uncaused(desk.review.findings[at - 1])))
    elif word == "f":
        _findings(desk)
    elif word == "g":
        lines.say("Nothing was shown yet: o 1 14 shows the origin of line 14 of file 1, f 1 goes to a finding's cause.")
    elif word in ("l", BUNDLE.key):
        _list(desk)
    elif word == "c":
        _contract(desk)
    elif word == "?":
        lines.help(_KEYS)
    elif word == "q":
        lines.confirm_leaving()
    else:
        return False
    return True


def _write(desk: _Desk, word: str) -> bool:
    """Write the bundle; return false after reporting an error. ``W`` ignores errors in kept files."""
    journey = desk.journey
    if refusal := desk.review.refusal:
        journey.lines.say(f"{refusal}; f lists them, f 1 goes to the cause of the first.")
        return False
    if word == "" and desk.review.caution:
        _findings(desk)
        journey.lines.say(f"{desk.review.caution}, so nothing is written. W writes the rest anyway.")
        return False
    try:
        journey.written = journey.services.write(desk.review.plan)
    except WizardError as error:
        journey.lines.say(f"Not written. {sentence(error.message, error.hint)}")
        return False
    return True


# --- output ---------------------------------------------------------------------------------------


def _list(desk: _Desk) -> None:
    lines, plan = desk.journey.lines, desk.review.plan
    counted = (*desk.review.counts, (plan.summary.unchanged, "unchanged"))
    counts = ", ".join(f"{number} {word}" for number, word in counted if number) or "nothing"
    lines.heading(f"Bundle in {shell_path(plan.target)}: {counts}.")
    for note in plan.notes:
        lines.say(sentence(note), indent=2)
    if assumed := "; ".join(each.say for each in desk.review.assumed):
        lines.say(f"{wording.assumed_text(len(desk.review.assumed), assumed)}.", indent=2, hang=2)
    lines.numbered(_line(desk, item) for item in plan.items)
    _findings(desk, brief=True)


def _line(desk: _Desk, item: PlanItem) -> str:
    counts = f", {item.added} lines more, {item.removed} less" if shows_counts(item) else ""
    note = f" ({item.note})" if item.note else ""
    lacking = f"; {desk.review.lacking[item.path]}" if item.path in desk.review.lacking else ""
    return f"{item.path}: {_state(item)}{counts}{note}{lacking}"


def _state(item: PlanItem) -> str:
    if item.state == "stale":
        who = "edited by you, " if item.edited else ""
        return f"{who}no longer needed, {'removed' if item.action == 'remove' else 'kept'}"
    if item.conflict:
        whose = "edited by you" if item.edited else "not podwizard's"
        return f"{whose}, {'kept' if item.action == 'keep' else 'replaced'}"
    kept = ", left as it is" if item.action == "keep" and item.state != "unchanged" else ""
    return f"{item.state}{kept}"


def _contract(desk: _Desk) -> None:
    journey = desk.journey
    contract = journey.session.bundle.contract
    for head, rows in contract_sections(contract, desk.review.plan.target, leaving=leaving(desk.review.plan)):
        journey.lines.heading(f"{head}:")
        for line in rows:
            journey.lines.say(line, indent=2)


def _findings(desk: _Desk, *, brief: bool = False) -> None:
    journey = desk.journey
    lines, session = journey.lines, journey.session
    lines.say()
    lines.say(f"Checked: {desk.review.summary}. Pod Security: {desk.review.pod_security}.")
    for at, (finding, lead) in enumerate(zip(desk.review.findings, desk.review.leads, strict=True), 1):
        cause = cause_text(session, lead)
        texts = [
            f"{finding.severity}: {wording.finding_line(finding)}",
            finding.hint,
            f"Caused by {cause}; f {at} goes there" if cause else "",
            "" if brief else f"At {finding.path}, rule {finding.rule}",
        ]
        lines.numbered([sentence(*texts)], first=at, of=len(desk.review.leads))


# --- one file -------------------------------------------------------------------------------------


def _file_command(desk: _Desk, word: str, rest: str) -> None:
    lines, items = desk.journey.lines, desk.review.plan.items
    which, _, line = rest.partition(" ")
    item = _item(items, which)
    if item is None:
        lines.say(f"{word}: give a file number from {up_to(len(items))}, such as: {word} 1.")
    elif word == "d":
        lines.raw(item.diff() or "no difference")
    elif word in ("k", "w", "O"):
        _choose(desk, item, word)
    else:
        file = desk.review.file(item.path)
        if file is None:
            lines.say(f"{item.path} is no longer part of the bundle.")
        elif word == "p":
            lines.raw(file.text)
        else:
            _origin(desk, file, line)


def _item(items: tuple[PlanItem, ...], text: str) -> PlanItem | None:
    """Return the file that a number or the end of a path refers to."""
    if (at := number(text, len(items))) is not None:
        return items[at - 1]
    return next((item for item in items if text and item.path.endswith(text)), None)


def _choose(desk: _Desk, item: PlanItem, word: str) -> None:
    wanted: Action = "keep" if word == "k" else ("remove" if "remove" in item.actions else "write")
    lines = desk.journey.lines
    if wanted not in item.actions:
        lines.say(f"{item.path} is {item.state}: there is nothing to write.")
        return
    if wanted != "keep" and loses_edits(item) and word != "O":
        at = desk.review.plan.items.index(item) + 1
        lines.say(f"That {wording.lost_line(item)}. O {at} does it.")
        return
    desk.review = desk.review.planned(desk.review.plan.choose(item.path, wanted))
    lines.say(f"{_line(desk, desk.review.plan.item(item.path))}.")


def _origin(desk: _Desk, file: BundleFile, line: str) -> None:
    lines, session = desk.journey.lines, desk.journey.session
    total = len(file.text.splitlines())
    if not line:
        lines.raw(numbered_text(session, file))
    elif (at := number(line, total)) is None:
        lines.say(f"{file.path} has the lines {up_to(total)}.")
    else:
        desk.lead = describe_line(session, file, at, lines)
