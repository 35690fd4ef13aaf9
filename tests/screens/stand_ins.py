"""Stand-ins for a cluster and for checks that return every result a screen can get, including hostile text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.test_journey import WEB
from wizard.cluster.model import Cause, CheckFinished, Event, Identity, ObjectResult, ObjectState, Target
from wizard.decision.model import Answer
from wizard.faces.services import Services
from wizard.render.model import Bundle
from wizard.session.session import Session
from wizard.store.writer import plan, write
from wizard.validation.model import Document, Finding
from wizard.validation.run import check_documents, rules

HELPERS: dict[str, Answer] = {
    **WEB,
    "logs": "files_only",
    "cluster": (),
    "needs": ("wait", "secrets"),
    "secrets": "fetched_once",
    "version": "v133",
}
"""The answers for a web service that gets a sidecar and two init containers."""
TARGETS = (
    Target("kind-dev", "dev", "https://127.0.0.1:6443", "dev-admin", "orders-api", ("~/.kube/config",)),
    Target(
        "shop-production",
        "production",
        "https://203.0.113.7:6443",
        "admin\x1b[2J\u202e",
        "orders-api",
        ("~/.kube/config",),
        credential_command="shop-login get-token",
        insecure=True,
        production=True,
        notes=("two kubeconfig files disagree about this context\x1b]0;x\x07",),
    ),
)


class AskedCluster:
    """A dry run that returns each possible object state in turn."""

    def __init__(self, bundle: Bundle, *, polite: bool = False) -> None:
        self.bundle = bundle
        self.polite = polite

    def events(self) -> Iterable[Event]:
        yield Identity("dev-admin" if self.polite else "dev\x1b[31m", (), "1.33")
        states = [ObjectState.ACCEPTED] if self.polite else list(ObjectState)
        files = [file for file in self.bundle.manifests if file.ref is not None]
        for number, file in enumerate(files):
            assert file.ref is not None
            state = states[number % len(states)]
            bad = state not in (ObjectState.ACCEPTED, ObjectState.WARNED, ObjectState.EXISTS)
            yield ObjectResult(
                file.ref,
                state,
                "the server's answer, with \x1b[2J and " + "many words " * 40 if bad else "",
                (Cause("spec.template.spec.containers[0].image", "not allowed\x07"), Cause("", "why")) if bad else (),
                ("deprecated",) if state is ObjectState.WARNED else (),
                "--- live\n+++ dry run\n@@ -1 +1 @@\n-a\n+\tb\x1b[1m\n" * 30 if state is ObjectState.EXISTS else "",
            )
        yield CheckFinished(len(files), len(files))

    def cancel(self) -> None:
        """Do nothing: no request is running."""


def services(**changes: Any) -> Services:
    """Return services with the real writer and the stand-in cluster."""
    usual: dict[str, Any] = {
        "plan": plan,
        "write": write,
        "rules": lambda: len(rules()),
        "targets": lambda: TARGETS,
        "dry_run": lambda _, bundle, **__: AskedCluster(bundle),
    }
    return Services(**{**usual, **changes})


def find_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the offline checks report findings that a bundle of ours never causes."""

    def found(documents: list[Document], **settings: Any) -> tuple[Finding, ...]:
        workload = next(d for d in documents if d.ref.kind == "Deployment")
        image = "spec.template.spec.containers[0].image"
        return (
            *check_documents(documents, **settings),
            Finding("image-tag", "warning", "the image has no digest\x1b[2J", "pin it", workload.ref, image),
            Finding("made-up", "note", "a note with " + "many words " * 30, "", workload.ref, "metadata.name"),
            Finding("made-up", "warning", "nothing leads anywhere", "", workload.ref, "spec.no.such.field"),
            Finding("made-up", "note", "one more than is shown", "", workload.ref, "kind"),
        )

    monkeypatch.setattr("wizard.validation.run.check_documents", found)


def edited_bundle(session: Session, target: Path) -> None:
    """Write a bundle in which the user changed one file and replaced another with binary content."""
    write(plan(session.bundle, target))
    readme = target / "README.md"
    readme.write_text("mine\x1b[31m\n\ttab\n" + "long " * 200 + "\n")
    (target / "manifests" / "service.yaml").write_bytes(b"\xff\xfe\x00")
