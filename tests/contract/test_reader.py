"""Sentences for the first reader of a bundle: instructions, and nothing that contradicts the choices."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, for_each, served
from tests.contract.test_cases import AGENT, JOB, WEB, bundle, session
from tests.contract.test_databases import CRUNCHY, DATABASE, database
from tests.contract.test_loaded import LOADED
from tests.contract.test_operators import product
from tests.contract.test_proxies import other_end
from tests.contract.test_scaling import ELASTIC, TRIGGERS, scaled
from wizard.kube.kinds import template_path

HELPED = {**WEB, "needs": ("helper",), "beside": ("other",), "version": "v133"}
STORE = {**WEB, "keeps": "one_disk", "operate": "plain"}
SYSTEM = ("default", "kube-system", "kube-public", "kube-node-lease")
OUTSIDE = {"host": "shop.example.com", "entry_namespace": "edge"}


def readme(made: Rendered) -> str:
    return next(file.text for file in made.session.bundle.files if file.path == "README.md")


def test_the_contract_and_the_readme_name_the_folder_of_synced_files() -> None:
    given = {"sidecar.helper.implementation": "git-sync", "sidecar.helper.repository": "https://git.acme.io/web.git"}
    made = bundle(HELPED, **given)
    assert any("the folder `current` in /srv/synced" in one.say for one in made.contract.workloads[0].must)
    assert "`root /srv/synced/current;`" in readme(made)


@pytest.mark.parametrize("reach", ["anywhere", "declared"])
def test_the_readme_names_the_parameter_that_restricts_an_open_policy(reach: str) -> None:
    given = {"sidecar.helper.implementation": "git-sync", "sidecar.helper.repository": "https://git.acme.io/web.git"}
    text = readme(bundle(HELPED, **given, reach=reach))
    assert "`app.reach=declared`" in text
    assert "Without that restriction it allows everything" in text


@for_each(bundles)
def test_a_note_about_narrowing_a_policy_names_the_parameter_for_it(made: Rendered) -> None:
    assert all("app.reach=declared" in line for line in readme(made).split("\n") if "Narrow it" in line)


def test_no_warning_about_the_autoscaler_or_the_agent_contradicts_the_choice() -> None:
    for trigger in TRIGGERS:
        text = readme(scaled(trigger))
        assert "CPU use fits" not in text
        assert "HorizontalPodAutoscaler follows the CPU" not in text
    assert "`hpa.implementation=keda` a queue, events or requests" in readme(bundle(ELASTIC))
    given = {"adapter.loaded.implementation": "java-agent", "adapter.loaded.image": "registry.acme.io/agent:1"}
    for made in (bundle(LOADED), bundle(LOADED, **given)):
        assert "no adapter is needed" not in readme(made)
        assert "no exporter container is needed" in readme(made)


def test_one_replica_is_not_written_in_the_plural() -> None:
    assert not re.search(r"\b1 replicas", readme(scaled("redis", min=0, fallback=1, listeners="nothing")))


@for_each(served)
def test_the_readme_of_each_workload_has_the_first_commands_for_pods_that_do_not_start(made: Rendered) -> None:
    text = readme(made)
    space = made.namespace
    assert "## When it does not start" in text
    (label,) = re.findall(rf"kubectl -n {space} describe pod -l (\S+)=(\S+)", text)
    assert f"kubectl -n {space} logs -l {'='.join(label)}" in text
    kind: Any = made.workload
    for key in template_path(kind["kind"]) or ():
        kind = kind[key]
    assert kind["metadata"]["labels"][label[0]] == label[1]


def symptoms(made: Rendered) -> dict[str, str]:
    """Return the README's table of messages, each with its fix."""
    _, _, rest = readme(made).partition("| What you see | What to change |\n|---|---|\n")
    rows = [line.strip("| ").split(" | ") for line in rest.partition("\n\n")[0].split("\n")]
    return {" ".join(re.findall("`([^`]+)`", seen)): change for seen, change in rows}


def test_the_readme_names_the_field_to_change_for_each_message() -> None:
    changes = symptoms(bundle(WEB))
    assert [*changes] == [
        "ImagePullBackOff",
        "Read-only file system",
        "Permission denied",
        "operation not permitted",
        "OOMKilled",
        "Evicted",
        "Startup Liveness probe failed",
        "Readiness probe failed",
        "HTTP probe failed with statuscode: 400",
        "Pending Insufficient cpu memory",
    ]
    assert "`app.writable`" in changes["Read-only file system"]
    assert "(`app.health_port`, `app.live_path`, `app.startup_seconds`)" in changes["Startup Liveness probe failed"]


def test_the_readme_names_only_messages_that_the_bundle_can_cause() -> None:
    disk = symptoms(bundle({**WEB, "keeps": "one_disk", "operate": "plain"}, image_folders="writable"))
    assert "`app.storage_class`" in disk["Pending unbound … PersistentVolumeClaims"]
    assert "Read-only file system" not in disk
    assert "CreateContainerConfigError FailedMount" in symptoms(bundle(WEB, registry="secret", pull_secret="login"))
    agent = symptoms(bundle(AGENT, **{"app.implementation": "node-exporter"}))
    assert {"ImagePullBackOff", "violates PodSecurity"} == agent.keys()
    job = symptoms(bundle(JOB, run_seconds=60))
    assert not {one for one in job if "probe" in one} and "OOMKilled" in job


def test_the_prerequisites_of_an_ingress_include_dns_and_the_ingress_class() -> None:
    given: dict[str, Any] = {"exposure": "ingress", "tls": "controller", **OUTSIDE}
    first = " ".join(one.say for one in bundle(WEB, **given).contract.first)
    assert "The name shop.example.com must resolve to the address of the ingress controller" in first
    assert "must be the default" in first
    named = " ".join(one.say for one in bundle(WEB, **given, ingress_class="edge").contract.first)
    assert "must be the default" not in named
    gateway = bundle(WEB, exposure="httproute", gateway="public", gateway_namespace="edge", **OUTSIDE)
    first = " ".join(one.say for one in gateway.contract.first)
    assert "The name shop.example.com must resolve to the address of the Gateway" in first


def test_a_disk_without_a_storage_class_requires_a_default_class() -> None:
    first = " ".join(one.say for one in bundle(STORE).contract.first)
    assert "One of the StorageClasses must be the default" in first
    named = " ".join(one.say for one in bundle(STORE, storage_class="fast").contract.first)
    assert "must be the default" not in named


def test_the_symptoms_name_the_host_header_of_health_checks_over_http() -> None:
    checked = bundle(WEB, health="http")
    assert "`ALLOWED_HOSTS`" in symptoms(checked)["HTTP probe failed with statuscode: 400"]
    unchecked = bundle(WEB, health="tcp")
    assert "HTTP probe failed with statuscode: 400" not in symptoms(unchecked)


@pytest.mark.parametrize("namespace", SYSTEM)
def test_no_bundle_creates_a_system_namespace(namespace: str) -> None:
    made = session(WEB, namespace=namespace)
    (problem,) = made.problems
    assert problem.key == "app.namespace"
    assert "create_namespace=existing" in problem.hint
    assert not session(WEB, namespace=namespace, create_namespace="existing").problems


@for_each(bundles)
def test_no_command_that_shows_an_object_is_repeated(bundle: Rendered) -> None:
    """Require one spelling per kind, so that several sentences share the command for one object."""
    commands = [line for line in readme(bundle).split("\n") if line.startswith("kubectl ")]
    shown = [line for line in commands if " get " in line or " describe " in line]
    short = {"pvc", "storageclass", "cm", "sa", "svc", "ns"}
    assert not [line for line in shown if short & set(line.split())]
    checks = [one for one in shown if one in {need.check for need in bundle.contract.first}]
    assert len(checks) == len(set(checks))


def test_the_prerequisites_describe_the_content_of_a_file_in_a_secret() -> None:
    given = {"implementation": "pgbouncer", "host": "db.acme.io", "database": "shop", "login_secret": "pool"}
    made = bundle(other_end("protocol"), **{f"ambassador.other.{name}": value for name, value in given.items()})
    (secret,) = (one for one in made.contract.first if one.kind == "Secret")
    assert '`"USER" "PASSWORD"`' in secret.holds
    held = next(one for one in database(DATABASE, **CRUNCHY).contract.first if one.kind == "Secret")
    assert "`repo1-s3-key=KEY`" in held.holds


def test_the_comment_on_the_token_depends_on_whether_the_program_calls_the_api() -> None:
    calls, does_not = (bundle({**WEB, "habits": habits}) for habits in (("api",), ()))
    for made, commented in ((calls, False), (does_not, True)):
        text = next(file.text for file in made.session.bundle.files if file.path.endswith("deployment.yaml"))
        assert ("The program does not use the Kubernetes API" in text) == commented


@pytest.mark.parametrize("name", ["percona-xtradb", "percona-mongodb", "redis", "strimzi", "eck"])
def test_the_readme_states_that_deleting_a_bundle_deletes_an_operators_disks(name: str) -> None:
    text = readme(product(name))
    assert "**This deletes the disks with all data, too.**" in text
    assert "`kubectl delete -k .` deletes the namespace and everything in it" in text


def test_an_assumed_answer_is_marked_in_the_readme() -> None:
    known = session(WEB)
    asked = known.asked[-1] if "cluster" not in known.asked else "cluster"
    unsure = Rendered("unsure", known.unsure(asked))
    question = known.catalog.decision.questions[asked].ask
    assert "assumed" not in readme(Rendered("known", known)).partition("The answers behind this choice")[2]
    (row,) = (line for line in readme(unsure).splitlines() if line.startswith(f"| {question}"))
    assert row.endswith("(assumed) |")
