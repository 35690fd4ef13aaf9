"""Alerts for runs that fail or do not happen, since Kubernetes itself does not alert anyone."""

from __future__ import annotations

from typing import Any

from wizard.kube.data import mapping
from wizard.kube.objects import ObjectRef
from wizard.kube.reason import Reason
from wizard.kube.schedules import longest_pause, parse_schedule
from wizard.kube.zones import has_steady_clocks

_HOUR = 3600


def alerts(ref: ObjectRef, spec: Any) -> str:
    """Return the sentence with the metrics to alert on for a CronJob; empty if its schedule cannot be read.

    ``kube_job_status_failed`` also counts failed pods of a Job whose retry succeeded, so the Job's condition is used.
    Source: github.com/kubernetes/kube-state-metrics, internal/store/job.go and cronjob.go.
    """
    schedule = parse_schedule(str(spec.get("schedule") or ""))
    if isinstance(schedule, Reason):
        return ""
    job = mapping(spec, "jobTemplate", "spec")
    late = int(spec.get("startingDeadlineSeconds") or 0) + int(job.get("activeDeadlineSeconds") or 0)
    clock = 0 if has_steady_clocks(str(spec.get("timeZone") or "")) else _HOUR
    seconds = -(-(longest_pause(schedule) + late + clock) // _HOUR) * _HOUR
    labels = f'namespace="{ref.namespace}", '
    return (
        "Kubernetes does not alert you when a run fails. With kube-state-metrics, alert on "
        f'`kube_job_failed{{{labels}job_name=~"{ref.name}-[0-9]+", condition="true"}} == 1` (a run has failed) and on '
        f'`time() - kube_cronjob_status_last_successful_time{{{labels}cronjob="{ref.name}"}} > {seconds}` (none has '
        "succeeded for longer than the longest pause of the schedule, a late start and a whole run take together). The "
        "first goes on as long as a failed Job is kept: when you know why, delete it "
        f"(`kubectl -n {ref.namespace} delete job JOB`). The second has no value before the first success."
    )
