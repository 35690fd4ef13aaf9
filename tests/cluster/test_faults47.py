"""Every numbered fault that a dry run must survive (1 to 47), and its output on the command line."""

from __future__ import annotations

import functools
import re
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.certificates import certificate
from tests.cluster.desk import EXEC, Desk, fine, full_house
from tests.cluster.dry import config_map, deployment, namespace, secret
from tests.cluster.fake_server import REVIEWS, Asked, Behaviour, FakeServer, Reply, fake_server, status
from wizard.cli import server as command
from wizard.cluster import child
from wizard.cluster.connection import Connection
from wizard.cluster.dry_run import DryRun
from wizard.cluster.model import CheckFinished
from wizard.cluster.protocol import Limits
from wizard.cluster.request_error import explain
from wizard.texts.cluster import event_lines

QUICK = Limits(connect=0.5, read=1.0, plugin=0.5)
HANGS = threading.Event()


Fault = Callable[[Desk], str]
FAULTS: list[tuple[int, str, Fault]] = []


def fault(number: int, *words: str) -> Callable[[Fault], Fault]:
    """Register the scene of fault ``number``, whose output contains these words."""

    def register(scene: Fault) -> Fault:
        FAULTS.append((number, "|".join(words), scene))
        return scene

    return register


def objects_get(reply: Reply) -> Behaviour:
    """Return the behaviour of a good server with this reply for the objects."""
    return lambda asked: reply if asked.method == "POST" and asked.path != REVIEWS else None


def answered(number: int, reply: Reply, *words: str) -> None:
    """Register a fault that consists of one reply to an object."""
    fault(number, *words)(lambda desk: desk.against(objects_get(reply)))


def invalid(message: str, **cause: str) -> Reply:
    return status(422, message, "Invalid", causes=[{"message": message, **cause}])


# --- the kubeconfig ------------------------------------------------------------------------------

fault(1, "no cluster is configured; only offline checks are possible", "set KUBECONFIG")(lambda desk: desk.validate())


@fault(2, "is not a valid kubeconfig", "line ")
def broken_file(desk: Desk) -> str:
    (desk.folder / "kubeconfig").write_text("users: [\n{")
    return desk.validate()


@fault(3, "no current context", "choose one with --context: fake")
def no_current_context(desk: Desk) -> str:
    parts: dict[str, Any] = {"current-context": ""}
    desk.config(**parts)
    return desk.validate()


@fault(4, "Note: ", "Context: fake")
def files_disagree(desk: Desk) -> str:
    with fake_server() as server:
        desk.config(server)
        other = desk.folder / "other"
        other.write_text((desk.folder / "kubeconfig").read_text().replace('"fake"', '"other"'))
        (desk.folder / "kubeconfig").rename(desk.folder / "first")
        desk.monkeypatch.setenv("KUBECONFIG", f"{desk.folder / 'first'}:{other}")
        return desk.validate()


@fault(5, "context fake names user tester, which is not defined")
def no_such_user(desk: Desk) -> str:
    desk.config(users=[])
    return desk.validate()


@fault(6, "gone.crt (certificate-authority of cluster fake) cannot be read")
def no_certificate_file(desk: Desk) -> str:
    desk.config(cluster={"certificate-authority": "gone.crt"})
    return desk.validate()


fault(7, "impersonation is set: the result is for anna")(
    lambda desk: desk.against(fine, user={"token": "t", "as": "anna"})
)
fault(8, "credential helper 'aws-not-here' was not found on PATH")(
    lambda desk: desk.against(fine, user={"exec": {"apiVersion": EXEC, "command": "aws-not-here"}})
)
fault(9, "credential helper aws failed: please log in", "log in with it in a terminal")(
    lambda desk: desk.plugin("echo please log in >&2; exit 1")
)
fault(10, "did not answer in 0.5 s (it may want input) and was stopped")(lambda desk: desk.plugin("sleep 60"))
fault(11, "returned unusable output")(lambda desk: desk.plugin("echo hello"))

# --- the network ---------------------------------------------------------------------------------


@fault(12, "cannot resolve cluster.example.com: is the VPN on")
def no_such_host(desk: Desk) -> str:
    error = explain(socket.gaierror(-2, "Name or service not known"), Connection("https://cluster.example.com"))
    return f"{error.message}: {error.hint}"


@fault(13, "refused the connection", "is the cluster running", "exit code 3")
def nobody_listens(desk: Desk) -> str:
    with fake_server() as server:
        desk.config(server)
    return desk.validate()


@fault(14, "127.0.0.1")
def packets_are_dropped(desk: Desk) -> str:
    with full_house() as port:
        desk.config(FakeServer(f"http://127.0.0.1:{port}"))
        return desk.validate()


@fault(15, "cannot verify 127.0.0.1", "self-signed certificate")
def unknown_authority(desk: Desk) -> str:
    with fake_server(certificate=certificate(desk.folder)) as server:
        desk.config(server)
        return desk.validate()


@fault(16, "does not speak the expected protocol", "check http and https")
def tls_to_a_plain_port(desk: Desk) -> str:
    with fake_server() as server:
        server.url = server.url.replace("http:", "https:")
        desk.config(server)
        return desk.validate()


@fault(17, "identity not verified", "ConfigMap/one in default: accepted")
def not_verified(desk: Desk) -> str:
    with fake_server(certificate=certificate(desk.folder)) as server:
        desk.config(server, cluster={"insecure-skip-tls-verify": True})
        return desk.validate()


fault(18, "the proxy http://127.0.0.1:1 cannot be reached")(
    lambda desk: desk.against(fine, cluster={"proxy-url": "http://user:hidden-word@127.0.0.1:1"})
)
fault(19, "is not a Kubernetes API")(lambda desk: desk.against(lambda _: Reply(404, b"<html>not here</html>")))

# --- the user ------------------------------------------------------------------------------------

fault(20, "the credentials of context fake were rejected or have expired", "2 of 2 objects not checked")(
    lambda desk: desk.against(lambda _: Reply(401, {"kind": "Status"}), config_map("a"), config_map("b"))
)
fault(21, "no credentials were sent", "check the user of context fake")(
    lambda desk: desk.against(lambda _: status(403, 'User "system:anonymous" cannot create resource "x"'), user={})
)


def refused(name: str, reply: Reply) -> Behaviour:
    return lambda asked: reply if ((asked.body or {}).get("metadata") or {}).get("name") == name else None


fault(
    22,
    "you are not allowed to create configmaps in namespace default; not checked",
    "ConfigMap/two in default: accepted",
)(
    lambda desk: desk.against(
        refused("one", status(403, 'User "u" cannot create resource "configmaps" in API group ""')),
        config_map("one", "default"),
        config_map("two", "default"),
    )
)


def exists(patched: Reply) -> Behaviour:
    def behave(asked: Asked) -> Reply | None:
        if asked.path == REVIEWS or asked.path == "/version":
            return None
        if asked.method == "POST":
            return status(409, "already exists", "AlreadyExists")
        return patched if asked.method == "PATCH" else Reply(200, config_map("one", "default"))

    return behave


fault(23, "exists; cannot be compared (no patch permission)")(
    lambda desk: desk.against(exists(status(403, 'User "u" cannot patch resource "configmaps"')))
)


def fresh(asked: Asked) -> Reply | None:
    inside = "/namespaces/fresh/" in asked.path
    return status(404, "not found", "NotFound", kind="namespaces") if inside else None


fault(
    24,
    "deferred: namespace fresh is new; nothing else is wrong",
    "checked in stand-in namespace default",
    "1 accepted, 1 deferred (1 checked in a stand-in)",
)(lambda desk: desk.against(fresh, namespace("fresh"), config_map("one", "fresh")))
fault(25, "namespace fresh does not exist here; not checked", "create it first")(
    lambda desk: desk.against(fresh, config_map("one", "fresh"))
)
answered(
    26,
    status(403, "unable to create new content in namespace default because it is being terminated", "Forbidden"),
    "namespace default is being deleted; nothing can be created in it",
)
THING = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x", "namespace": "default"}}
fault(27, "kind Thing (example.com/v1) is not installed on this cluster; not checked")(
    lambda desk: desk.against(fine, THING)
)
fault(28, "apps/v1beta1 is not served by Kubernetes 1.37.2")(
    lambda desk: desk.against(fine, deployment(namespace="default") | {"apiVersion": "apps/v1beta1"})
)

# --- the object ----------------------------------------------------------------------------------

answered(
    29,
    status(400, 'strict decoding error: unknown field "spec.a", unknown field "spec.b"', "BadRequest"),
    "spec.a: unknown field",
    "spec.b: unknown field",
)
fault(30, "invalid: fields do not fit", "data.mode: unknown field")(
    lambda desk: desk.against(
        exists(status(500, "failed to create typed patch object (x): .data.mode: field not declared in schema"))
    )
)
answered(31, invalid(f"Invalid value: {'x' * 9000}: too odd", field="data.mode"), "data.mode: Invalid value", "too odd")
answered(32, invalid("ValidatingAdmissionPolicy 'calm' with binding 'b' denied request: hush"), "policy calm: hush")
answered(
    33,
    status(500, 'failed calling webhook "w.example.com": connection refused', "InternalError"),
    "admission webhook w.example.com failed; not checked",
    "the manifest is not the cause",
)
fault(34, "owns fields that would change", "data.mode: conflict with", "would need --force-conflicts")(
    lambda desk: desk.against(
        exists(
            status(
                409,
                "conflict",
                "Conflict",
                causes=[{"reason": "FieldManagerConflict", "message": 'conflict with "helm"', "field": ".data.mode"}],
            )
        )
    )
)
answered(35, invalid("field is immutable", field="data"), "data cannot change on the existing ConfigMap", "rename it")


@fault(36, "accepted with warnings", 'warning: old "field"', "2 accepted with warnings")
def only_warnings(desk: Desk) -> str:
    def warn(asked: Asked) -> Reply | None:
        inside = "/namespaces/" in asked.path
        return Reply(201, asked.body, (("Warning", '299 - "old \\"field\\""'),)) if inside else None

    output = desk.against(warn, config_map("one", "default"), config_map("two", "default"))
    assert output.count("warning: old") == 1
    return output


answered(37, Reply(413, b"Request entity too large"), "too large for the API", "3 MiB")

# --- during the run ------------------------------------------------------------------------------

answered(38, Reply(429, b"no", (("Retry-After", "0"),)), "the cluster is busy; not checked", "exit code 3")
fault(39, "127.0.0.1", "in time; not checked", "1 accepted, 1 unknown")(
    lambda desk: desk.against(refused("two", Reply(wait=HANGS)), config_map("one"), config_map("two"))
)


@fault(40, "was lost", "1 accepted, 1 not checked", "1 of 2 objects not checked")
def lost_half_way(desk: Desk) -> str:
    seen = threading.Event()

    def lose(asked: Asked) -> Reply | None:
        name = ((asked.body or {}).get("metadata") or {}).get("name")
        if name == "one":
            seen.set()
        return Reply(reset=True, wait=seen) if name == "two" else None

    return desk.against(lose, config_map("one"), config_map("two"))


@fault(41, "stopped", "1 of 2 objects not checked")
def cancelled(desk: Desk) -> str:
    return " ".join(event_lines(CheckFinished(1, 2, cancelled=True)))


@fault(42, "the checker stopped unexpectedly (code -9)", "exit code 3")
def killed(desk: Desk) -> str:
    killed = (sys.executable, "-c", "import os; print('junk'); os.kill(os.getpid(), 9)")
    desk.monkeypatch.setattr(child, "command", lambda _module: killed)
    return desk.against(fine)


@fault(43, "needs the package kubernetes", "kubernetes>=37")
def no_library(desk: Desk) -> str:
    desk.monkeypatch.setattr(child, "find_spec", lambda _: None)
    return desk.against(fine)


fault(44, "the offline checks know Kubernetes up to 1.", "the server's response counts")(
    lambda desk: desk.against(
        lambda asked: Reply(200, {"gitVersion": "v1.99.0+build"}) if asked.path == "/version" else None
    )
)
fault(45, "the cluster changes data.mode, metadata.labels.team (added)")(
    lambda desk: desk.against(
        lambda asked: Reply(201, changed(asked.body)) if "/namespaces/" in asked.path else None,
        labelled(config_map("one", "default")),
    )
)


def labelled(obj: dict[str, Any], **more: str) -> dict[str, Any]:
    return {**obj, "metadata": {**obj["metadata"], "labels": {"app": "one", **more}}}


def changed(obj: dict[str, Any]) -> dict[str, Any]:
    return labelled({**obj, "data": {"mode": "off"}}, team="core")


@fault(46, "invalid")
def secrets(desk: Desk) -> str:
    echo = invalid("correct-horse and t-o-k-e-n", field="data.correct-horse")
    output = desk.against(objects_get(echo), secret("login", "default", word="correct-horse"))
    assert "correct-horse" not in output
    assert "t-o-k-e-n" not in output
    return output


@fault(47, "looks like production", "audit log", "webhooks", "through ./aws")
def production(desk: Desk) -> str:
    context = {"name": "prod", "context": {"cluster": "fake", "user": "tester"}}
    parts: dict[str, Any] = {"contexts": [context], "current-context": "prod"}
    return desk.against(fine, user={"exec": {"apiVersion": EXEC, "command": "./aws"}}, **parts)


def test_every_fault_number_has_a_scene() -> None:
    assert sorted({number for number, _, _ in FAULTS}) == list(range(1, 48))


@pytest.mark.parametrize(("number", "words", "scene"), FAULTS, ids=[str(number) for number, _, _ in FAULTS])
def test_each_numbered_fault_is_explained(
    number: int,
    words: str,
    scene: Fault,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command, "DryRun", functools.partial(DryRun, limits=QUICK))
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    output = scene(Desk(tmp_path, capsys, monkeypatch))
    for each in words.split("|"):
        assert each in output, output
    assert not re.search(r"\bvalid\b", output.replace("not a valid", ""))
