"""Helpers that run a dry run to its end, and small objects for it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.cluster.dry_run import DryRun
from wizard.cluster.model import CheckFinished, Event, Identity, ObjectResult, ObjectState, Target
from wizard.cluster.protocol import Limits
from wizard.validation.model import Document

LABELS = {"app.kubernetes.io/instance": "web"}
CONTAINER: dict[str, Any] = {"name": "web", "image": "registry.example.com/web:1.0.0"}


@dataclass(frozen=True)
class Outcome:
    """The events of a dry run."""

    events: tuple[Event, ...]

    @property
    def identity(self) -> Identity | None:
        return next((event for event in self.events if isinstance(event, Identity)), None)

    @property
    def results(self) -> tuple[ObjectResult, ...]:
        return tuple(event for event in self.events if isinstance(event, ObjectResult))

    @property
    def result(self) -> ObjectResult:
        (only,) = self.results
        return only

    @property
    def states(self) -> dict[str, ObjectState]:
        return {str(result.ref): result.state for result in self.results}

    @property
    def finished(self) -> CheckFinished:
        last = self.events[-1]
        assert isinstance(last, CheckFinished)
        assert not any(isinstance(event, CheckFinished) for event in self.events[:-1])
        return last


def documents(objects: Sequence[Mapping[str, Any]]) -> tuple[Document, ...]:
    return tuple(Document(copy.deepcopy(dict(each)), f"{number}.yaml", {}) for number, each in enumerate(objects))


def ask(target: Target, *objects: Mapping[str, Any], deep: bool = False, limits: Limits | None = None) -> Outcome:
    """Dry run objects on a target, wait for the end and return the events."""
    run = DryRun(target, documents(objects), deep=deep, limits=limits or Limits())
    return Outcome(tuple(run.events()))


def program(folder: Path, script: str, name: str = "helper") -> str:
    """Write a shell script as a program in the folder; return the command that runs it there."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return f"./{name}"


def config_map(name: str = "settings", namespace: str = "", **data: Any) -> dict[str, Any]:
    return _object("v1", "ConfigMap", name, namespace, data=data or {"mode": "on"})


def secret(name: str = "login", namespace: str = "", **data: str) -> dict[str, Any]:
    return _object("v1", "Secret", name, namespace, stringData=data)


def namespace(name: str, **labels: str) -> dict[str, Any]:
    made = _object("v1", "Namespace", name, "")
    made["metadata"]["labels"] = labels
    return made


def deployment(name: str = "web", namespace: str = "", **pod: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [CONTAINER], **pod}}
    spec = {"selector": {"matchLabels": LABELS}, "template": template}
    return _object("apps/v1", "Deployment", name, namespace, spec=spec)


def _object(api_version: str, kind: str, name: str, namespace: str, **parts: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **copy.deepcopy(parts)}
