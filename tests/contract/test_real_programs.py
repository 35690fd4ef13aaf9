"""Needs of real programs: slow health commands, long starts, and folders of the image that are written to or kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import JOB, WEB, bundle, session

ONE_DISK = {
    "work": "server", "keeps": "one_disk", "operate": "plain", "logs": "stdout", "metrics": "none", "needs": (),
    "habits": (), "cluster": ("collector",),
}  # fmt: skip
SLOW = ["rabbitmq-diagnostics", "ping"]


def program(made: Rendered) -> dict[str, Any]:
    return dict(made.template["spec"]["containers"][0])


def test_a_slow_health_command_has_ten_seconds() -> None:
    """Allow for Erlang, Java and Python commands that start in two or three seconds; one second would end every try."""
    made = program(bundle(WEB, health="exec", alive_command=SLOW, startup_seconds=60))
    probes = [made[name] for name in ("startupProbe", "readinessProbe", "livenessProbe")]
    assert [one["exec"]["command"] for one in probes] == [SLOW] * 3
    assert [one["timeoutSeconds"] for one in probes] == [10] * 3
    assert probes[0]["periodSeconds"] * probes[0]["failureThreshold"] == 60
    worker = program(bundle(WEB, listeners="nothing", alive="exec", alive_command=SLOW))["livenessProbe"]
    assert worker["timeoutSeconds"] == 10


def test_a_program_may_take_an_hour_to_start() -> None:
    made = bundle(WEB, startup_seconds=3600)
    assert program(made)["startupProbe"]["failureThreshold"] == 3600
    assert made.workload is not None and made.workload["spec"]["progressDeadlineSeconds"] > 3600


@pytest.mark.parametrize(("answers", "given"), [(WEB, {}), (JOB, {"run_seconds": 60}), (ONE_DISK, {})])
def test_a_program_may_write_into_its_image_on_request(answers: dict[str, Any], given: dict[str, Any]) -> None:
    plain, made = bundle(answers, **given), bundle(answers, **given, image_folders="writable")
    assert program(plain)["securityContext"]["readOnlyRootFilesystem"] is True
    assert program(made)["securityContext"]["readOnlyRootFilesystem"] is False
    says = [one.say for one in made.contract.workloads[0].must]
    assert any("Keep nothing it needs later in the folders of its image" in say for say in says)
    assert not any("read-only" in say for say in says)
    assert made.workload is not None
    assert "ignore-check.kube-linter.io/no-read-only-root-fs" in made.workload["metadata"]["annotations"]
    assert not [one.rule for one in made.session.findings if one.severity == "error"]


def test_a_migration_may_write_into_its_image_if_the_program_may() -> None:
    racing = {**WEB, "needs": ("migrate",), "copies": "several"}
    racing.pop("two_harm")
    made = bundle(racing, image_folders="writable", **{"job.migrate.command": ["/app", "migrate"]})
    (job,) = made.of("Job")
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is False
    assert "ignore-check.kube-linter.io/no-read-only-root-fs" in job["metadata"]["annotations"]


def test_several_folders_are_kept_on_one_disk() -> None:
    """Cover Gitea: its first start writes keys into /etc/gitea; without them, the next start is another Gitea."""
    made = bundle(ONE_DISK, data_path="/var/lib/gitea", kept_paths=["/etc/gitea"])
    kept = {one["mountPath"]: one.get("subPath") for one in program(made)["volumeMounts"] if one["name"] == "data"}
    assert kept == {"/var/lib/gitea": None, "/etc/gitea": ".kept/etc/gitea"}
    assert any("/etc/gitea" in one.say for one in made.contract.workloads[0].must)
    (problem,) = session(ONE_DISK, data_path="/data", kept_paths=["/data/keys"]).problems
    assert problem.key == "app.kept_paths"
