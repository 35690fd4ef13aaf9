"""Work that ends: Jobs and CronJobs. Parsers of schedules and time zones are imported only for a CronJob."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from wizard.kube.data import as_int, as_map, as_text, dig, show
from wizard.kube.reason import Reason
from wizard.text import listed, nearest
from wizard.validation.frame import Context, Subject, Violation, containers, rule

_JOBS = frozenset({"Job", "CronJob"})
_CONTROLLER_PERIOD = 10
_KEPT_ON_PURPOSE = "ignore-check.kube-linter.io/job-ttl"
"""kube-linter's annotation; its value is the reason for keeping the Job."""


def _job_spec(subject: Subject) -> tuple[str, Mapping[str, Any]]:
    """Return (path, spec) of the Job, or of a CronJob's job template."""
    if subject.kind == "Job":
        return "spec", subject.spec
    return "spec.jobTemplate.spec", as_map(dig(subject.spec, "jobTemplate", "spec"))


@rule("job-restart-policy", "error", "The pods of a Job restart OnFailure or Never", _JOBS)
def job_restart_policy(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    policy = subject.pod.spec.get("restartPolicy")
    if policy in (None, "Always", ""):
        what = f"restartPolicy is {policy}" if policy else "There is no restartPolicy"
        message = f"{what}; the pods of a {subject.kind} need OnFailure or Never."
        yield Violation(f"{subject.pod.path}.restartPolicy", message, "Write `restartPolicy: OnFailure` or `Never`.")


@rule("job-classic-sidecar", "warning", "A helper in a Job is a native sidecar", _JOBS)
def job_classic_sidecar(subject: Subject, _context: Context) -> Iterator[Violation]:
    count = len(list(containers(subject, "app")))
    if count > 1 and subject.pod is not None:
        message = f"The Job is done only when all {count} containers have ended; one that keeps running blocks it."
        hint = "Move helpers to initContainers with restartPolicy: Always."
        yield Violation(f"{subject.pod.path}.containers", message, hint)


@rule("job-indexed", "error", "Settings for indexed work are used on Indexed Jobs", _JOBS)
def job_indexed(subject: Subject, _context: Context) -> Iterator[Violation]:
    path, spec = _job_spec(subject)
    indexed = spec.get("completionMode") == "Indexed"
    if indexed and spec.get("completions") is None and spec.get("parallelism") is not None:
        yield Violation(f"{path}.completions", "An Indexed Job must set completions.", "Add completions.")
    for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
        if spec.get(field) is not None and not indexed:
            message = f"{field} works only with completionMode Indexed."
            yield Violation(f"{path}.{field}", message, "Add `completionMode: Indexed` and completions, or remove it.")


@rule("job-failure-policy", "error", "A pod failure policy needs restartPolicy Never", _JOBS)
def job_failure_policy(subject: Subject, _context: Context) -> Iterator[Violation]:
    path, spec = _job_spec(subject)
    policy = subject.pod.spec.get("restartPolicy") if subject.pod is not None else None
    if spec.get("podFailurePolicy") is not None and policy == "OnFailure":
        message = "podFailurePolicy needs pods that do not restart, but restartPolicy is OnFailure."
        yield Violation(f"{path}.podFailurePolicy", message, "Write `restartPolicy: Never`.")


@rule("job-kept", "note", "A finished Job is cleaned up", {"Job"})
def job_kept(subject: Subject, _context: Context) -> Iterator[Violation]:
    reason = as_map(subject.meta.get("annotations")).get(_KEPT_ON_PURPOSE)
    if subject.spec.get("ttlSecondsAfterFinished") is None and not reason:
        message = "The finished Job and its pods stay until someone deletes them."
        yield Violation("spec.ttlSecondsAfterFinished", message, "Add ttlSecondsAfterFinished, for example 86400.")


@rule("cron-schedule", "error", "A schedule is one the CronJob controller can read", {"CronJob"})
def cron_schedule(subject: Subject, _context: Context) -> Iterator[Violation]:
    from wizard.kube.schedules import parse_schedule, sets_time_zone

    schedule = subject.spec.get("schedule")
    if not isinstance(schedule, str) or sets_time_zone(schedule):
        return
    found = parse_schedule(schedule)
    if isinstance(found, Reason):
        hint = "Write five fields, as in `30 2 * * *` for 02:30 every night."
        yield Violation("spec.schedule", f"The schedule {show(schedule)} is not valid: {found.message}.", hint)


@rule("cron-never", "error", "A schedule names a day that exists", {"CronJob"})
def cron_never(subject: Subject, _context: Context) -> Iterator[Violation]:
    from wizard.kube.schedules import parse_schedule

    schedule = as_text(subject.spec.get("schedule"))
    found = parse_schedule(schedule)
    if not isinstance(found, Reason) and found.never is not None:
        message = f"The schedule {show(schedule)} never runs: {found.never.message}."
        yield Violation("spec.schedule", message, "Choose a time that occurs.")


@rule("cron-zone-in-schedule", "error", "A time zone belongs in timeZone, not in the schedule", {"CronJob"})
def cron_zone_in_schedule(subject: Subject, _context: Context) -> Iterator[Violation]:
    from wizard.kube.schedules import sets_time_zone

    schedule = as_text(subject.spec.get("schedule"))
    if sets_time_zone(schedule):
        message = f"The schedule {show(schedule)} sets a time zone itself, which Kubernetes refuses."
        yield Violation("spec.schedule", message, "Move it to `timeZone`.")


@rule("cron-time-zone", "error", "A time zone is one of the IANA names", {"CronJob"})
def cron_time_zone(subject: Subject, _context: Context) -> Iterator[Violation]:
    from wizard.kube.zones import parse_time_zone

    zone = subject.spec.get("timeZone")
    found = parse_time_zone(zone) if isinstance(zone, str) else None
    if isinstance(found, Reason):
        yield Violation("spec.timeZone", f"{show(zone)} is {found.message}.", f"Write {_zone_like(str(zone))}.")


def _zone_like(name: str) -> str:
    from zoneinfo import available_timezones

    return nearest(name, available_timezones(), 0.7) or "a name such as Etc/UTC or Europe/Paris"


@rule("cron-clock-change", "note", "A CronJob does not run in an hour that the clocks change", {"CronJob"})
def cron_clock_change(subject: Subject, _context: Context) -> Iterator[Violation]:
    from wizard.kube.schedules import due_between, parse_schedule
    from wizard.kube.zones import clock_changes

    zone, schedule = as_text(subject.spec.get("timeZone")), parse_schedule(as_text(subject.spec.get("schedule")))
    if not zone or isinstance(schedule, Reason) or not schedule.fields or len(schedule.fields[1].values) == 24:
        return  # a job that runs every hour misses little
    found: dict[bool, tuple[datetime, datetime]] = {}  # the next change of each kind, by whether an hour is repeated
    for first, end, twice in clock_changes(zone, date.today()):
        if due_between(schedule, first, end):
            found.setdefault(twice, (first, end))
    if found:
        message = " ".join(_changed(zone, first, end, twice=twice) for twice, (first, end) in found.items())
        spans = listed(list(dict.fromkeys(f"{first:%H:%M} to {end:%H:%M}" for first, end in found.values())))
        yield Violation("spec.schedule", message, f"Write a time outside {spans}, or `timeZone: Etc/UTC`.")


def _changed(zone: str, first: datetime, end: datetime, *, twice: bool) -> str:
    what = "exists twice" if twice else "does not exist"
    run = "may happen twice" if twice else "may be left out"
    return f"On {first:%d %B %Y} the time from {first:%H:%M} to {end:%H:%M} {what} in {zone}: a run then {run}."


@rule("cron-overlap", "note", "A CronJob sets what happens if a run is still going", {"CronJob"})
def cron_overlap(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.spec.get("concurrencyPolicy") is None:
        message = "A run that takes longer than the interval overlaps with the next one."
        hint = "Write `concurrencyPolicy: Forbid` or `Replace` if that does harm."
        yield Violation("spec.concurrencyPolicy", message, hint)


@rule("cron-deadline-short", "warning", "A starting deadline leaves the controller time to notice", {"CronJob"})
def cron_deadline_short(subject: Subject, _context: Context) -> Iterator[Violation]:
    deadline = as_int(subject.spec.get("startingDeadlineSeconds"))
    if deadline is not None and 0 <= deadline < _CONTROLLER_PERIOD:
        what = f"the controller checks every {_CONTROLLER_PERIOD} seconds and may miss every run"
        message = f"startingDeadlineSeconds is {deadline}; {what}."
        yield Violation("spec.startingDeadlineSeconds", message, "Write 60 or more.")
