"""The run of an exec credential plugin: always without a terminal, and with a time limit."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from wizard.cluster.exec_entry import hidden_words
from wizard.cluster.texts import Curtain
from wizard.errors import ClusterError
from wizard.text import one_line

_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_LARGEST = 1 << 20
_TAIL = 300
_SHORTEST_SECRET = 4
_LOG_IN = "log in with it in a terminal, then ask again"
_GROUP_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Credential:
    """A plugin's credential; secret."""

    token: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


def run_plugin(
    settings: Mapping[str, Any],
    folder: Path,
    cluster: Mapping[str, Any],
    *,
    timeout: float,
    secrets: Iterable[str] = (),
) -> Credential:
    """Run a plugin and return its credential; ``secrets`` and its arguments and variables are hidden in its messages.

    Raises:
        ClusterError: the plugin is missing, fails, hangs, or returns unusable output.
    """
    command, version = str(settings.get("command") or ""), str(settings.get("apiVersion") or "")
    name = Path(command).name
    if not command:
        raise ClusterError("the credential helper of this context has no command", hint="fix the kubeconfig")
    if version not in _VERSIONS:
        raise ClusterError(
            f"credential helper {name} uses {version or 'an unknown version'}", hint=f"use {_VERSIONS[0]}"
        )
    if settings.get("interactiveMode") == "Always":
        raise ClusterError(f"credential helper {name} always needs a terminal", hint=_LOG_IN)
    if os.sep in command and not os.path.isabs(command):  # noqa: PTH117
        command = str(folder / command)
    words = [command, *(str(word) for word in settings.get("args") or ())]
    curtain = Curtain((*secrets, *hidden_words(settings)), shortest=_SHORTEST_SECRET)
    environment = _environment(settings, cluster, version)
    install_hint = str(settings.get("installHint") or "").strip() or "install it, or pick another --context"
    code, output, complaint = _run(words, environment, name, curtain.hide(install_hint), timeout)
    if code != 0:
        tail = curtain.hide(one_line(complaint))[-_TAIL:]  # hide before cutting, or part of a secret could remain
        reason = f": {tail}" if tail else f" with exit code {code}"
        raise ClusterError(f"credential helper {name} failed{reason}", hint=_LOG_IN)
    return _credential(output, version, name)


def _environment(settings: Mapping[str, Any], cluster: Mapping[str, Any], version: str) -> dict[str, str]:
    spec: dict[str, Any] = {"interactive": False}
    if settings.get("provideClusterInfo"):
        spec["cluster"] = dict(cluster)
    info = {"apiVersion": version, "kind": "ExecCredential", "spec": spec}
    added = {str(e["name"]): str(e.get("value") or "") for e in settings.get("env") or () if e and e.get("name")}
    return {**os.environ, **added, "KUBERNETES_EXEC_INFO": json.dumps(info)}


def _run(
    words: list[str], environment: dict[str, str], name: str, install_hint: str, timeout: float
) -> tuple[int, str, str]:
    pipes = subprocess.PIPE
    try:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=pipes, stderr=pipes, env=environment)
    except OSError as error:
        if not _missing(error, words[0], environment):
            raise ClusterError(f"credential helper '{name}' cannot be started: {error.strerror}") from None
        raise ClusterError(f"credential helper '{name}' was not found on PATH", hint=install_hint[:_TAIL]) from None
    except ValueError:  # a NUL byte, a lone surrogate, or `=` in a variable's name
        raise ClusterError(
            f"credential helper '{name}' cannot be started with its command, args or env",
            hint="fix the kubeconfig",
        ) from None
    assert process.stdout is not None
    assert process.stderr is not None
    output, complaint = _Tap(process.stdout), _Tap(process.stderr)
    try:
        code = process.wait(timeout)
        for tap in (output, complaint):
            tap.thread.join(_GROUP_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise ClusterError(
            f"credential helper {name} did not answer in {timeout:g} s (it may want input) and was stopped",
            hint=_LOG_IN,
        ) from None
    return code, output.text, complaint.text


def _missing(error: OSError, command: str, environment: Mapping[str, str]) -> bool:
    """Return true if the program does not exist; an inaccessible folder in PATH causes 'permission denied' instead."""
    if isinstance(error, FileNotFoundError):
        return True
    from shutil import which

    return os.sep not in command and which(command, path=environment.get("PATH")) is None


class _Tap:
    """A thread that reads a stream to its end and keeps a limited part of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._kept = bytearray()
        self.thread = threading.Thread(target=self._drain, args=(stream,), daemon=True)
        self.thread.start()

    def _drain(self, stream: IO[bytes]) -> None:
        while chunk := stream.read1(65536):  # type: ignore[attr-defined]
            self._kept += chunk[: max(0, _LARGEST - len(self._kept))]

    @property
    def text(self) -> str:
        return bytes(self._kept).decode(errors="replace")


def _credential(output: str, version: str, name: str) -> Credential:
    unusable = ClusterError(
        f"credential helper {name} returned unusable output", hint="run it in a terminal and check its output"
    )
    try:
        data = json.loads(output)
    except (ValueError, RecursionError):
        raise unusable from None
    status = data.get("status") if isinstance(data, dict) else None
    if not isinstance(status, dict) or data.get("apiVersion") != version or data.get("kind") != "ExecCredential":
        raise unusable
    token, certificate, key = (status.get(part) or "" for part in ("token", "clientCertificateData", "clientKeyData"))
    texts = all(isinstance(part, str) for part in (token, certificate, key))
    if not texts or not (token or (certificate and key)):
        raise unusable
    return Credential(token, certificate, key)
