"""The step that waits for a migration, run with the real kubectl and a pod's own token and permissions."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.apiserver.conftest import kubectl_program
from tests.apiserver.rooms import make
from tests.apiserver.server import ApiServer
from tests.apiserver.test_covering import url
from tests.contract.bundles import Rendered, rendered
from tests.contract.test_cases import WEB, session
from wizard.session.samples import with_samples

pytestmark = pytest.mark.apiserver

ANSWERS = {
    **{key: answer for key, answer in WEB.items() if key != "two_harm"},
    "copies": "several",
    "needs": ("migrate",),
}
SPACE = "waiting-pods"
ENDED = [
    {"type": kind, "status": "True", "reason": "CompletionsReached"} for kind in ("SuccessCriteriaMet", "Complete")
]


@pytest.fixture(scope="module")
def made(api_server: ApiServer) -> Rendered:
    """Return the bundle; its Namespace, ServiceAccount and permissions are on the server, its Job is not yet."""
    bundle = rendered("waiting", with_samples(session(ANSWERS, namespace=SPACE, name="web")))
    for one in bundle.of("Namespace", "ServiceAccount", "Role", "RoleBinding"):
        make(api_server, url(one, SPACE), one)
    return bundle


def waiting(server: ApiServer, made: Rendered, folder: Path, *, timeout: str = "") -> list[str]:
    """Return the step's command with the server, its certificate and a token of the account, as a pod gets them."""
    container = next(one for one in made.containers if one["name"] == "wait-migrated")
    (account,) = made.of("ServiceAccount")
    kubectl = str(kubectl_program())
    (ca := folder / "ca.crt").write_bytes(server.ca.read_bytes())
    words = [kubectl, f"--kubeconfig={server.kubeconfig}", "-n", SPACE, "create", "token", account["metadata"]["name"]]
    token = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    args = [f"--timeout={timeout}" if timeout and word.startswith("--timeout=") else word for word in container["args"]]
    return [kubectl, f"--server={server.url}", f"--certificate-authority={ca}", f"--token={token}", *args]


def ran(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HOME": str(folder), "KUBECONFIG": os.devnull}
    return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60)


def finish(server: ApiServer, job: dict[str, Any]) -> None:
    """Set a Job's status as the controller does when its pod has succeeded."""
    at = f"/apis/batch/v1/namespaces/{SPACE}/jobs/{job['metadata']['name']}"
    found = server.request("GET", at).body
    assert isinstance(found, dict)
    found["status"] = {
        "startTime": "2026-11-28T10:00:00Z", "completionTime": "2026-11-28T10:00:09Z", "succeeded": 1, "ready": 0,
        "terminating": 0, "uncountedTerminatedPods": {}, "conditions": ENDED,
    }  # fmt: skip
    answer = server.request("PUT", f"{at}/status", found)
    assert answer.status == 200, answer


def test_the_step_fails_without_the_job_and_waits_until_it_has_succeeded(
    api_server: ApiServer, made: Rendered, tmp_path: Path
) -> None:
    missing = ran(waiting(api_server, made, tmp_path), tmp_path)
    assert missing.returncode == 1 and "NotFound" in missing.stderr
    (job,) = made.of("Job")
    make(api_server, url(job, SPACE), job)
    early = ran(waiting(api_server, made, tmp_path, timeout="1s"), tmp_path)
    assert early.returncode == 1 and "timed out waiting for the condition" in early.stderr
    finish(api_server, job)
    done = ran(waiting(api_server, made, tmp_path), tmp_path)
    assert done.returncode == 0 and "condition met" in done.stdout


def test_the_steps_account_can_only_read_jobs(api_server: ApiServer, made: Rendered, tmp_path: Path) -> None:
    words = waiting(api_server, made, tmp_path)
    *login, _ = words[: words.index("wait") + 1]
    for verb, kind, allowed in (
        ("get", "jobs.batch", True), ("watch", "jobs.batch", True), ("delete", "jobs.batch", False),
        ("create", "jobs.batch", False), ("get", "pods", False), ("get", "secrets", False),
    ):  # fmt: skip
        found = ran([*login, "auth", "can-i", verb, kind, f"--namespace={SPACE}"], tmp_path)
        assert (found.stdout.strip() == "yes") == allowed, (verb, kind)
    assert ran([*login, "auth", "can-i", "get", "jobs.batch", "--namespace=default"], tmp_path).stdout.strip() == "no"
