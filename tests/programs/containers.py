"""Containers of a bundle run as plain processes, with the files, variables and arguments from the bundle.

A test that needs a program that is not installed is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.contract.bundles import Rendered

Secrets = Mapping[str, Mapping[str, bytes]]
USER = "postgres"
"""Debian's user for PostgreSQL, since some programs refuse to run as root."""


def program(*names: str) -> str:
    """Return the path of the first installed program, from the system or this Python's environment."""
    places = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{Path(sys.executable).parent}"
    found = next((path for path in (shutil.which(name, path=places) for name in names) if path), None)
    if not found:
        pytest.skip(f"needs {' or '.join(names)}")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Container:
    """A container as the kubelet would set it up, with mounted files below ``folder`` and the contents of Secrets."""

    def __init__(self, made: Rendered, name: str, folder: Path, secrets: Secrets, **moved: int) -> None:
        """Take the container as written, but with ``p8443=20001`` listening on 20001 instead of 8443."""
        self.spec = next(one for one in made.containers if one["name"] == name)
        self.folder = folder / name
        self._moved = {port[1:]: str(number) for port, number in moved.items()}
        self._maps = {one["metadata"]["name"]: one["data"] for one in made.of("ConfigMap")}
        self._volumes = {one["name"]: one for one in made.template["spec"].get("volumes", ())}
        self._secrets = secrets
        self._mounts = [one["mountPath"] for one in self.spec.get("volumeMounts", ())]
        for mount in self.spec.get("volumeMounts", ()):
            self._fill(self.folder / mount["mountPath"].lstrip("/"), self._volumes.get(mount["name"], {}))

    def _fill(self, place: Path, volume: dict[str, Any]) -> None:
        place.mkdir(parents=True, exist_ok=True)
        for name, text in self._maps.get(volume.get("configMap", {}).get("name"), {}).items():
            (place / name).write_text(self.here(text))
        if "secret" in volume:
            keys = self._secrets[volume["secret"]["secretName"]]
            items = volume["secret"].get("items") or [{"key": key, "path": key} for key in keys]
            for one in items:
                (place / one["path"]).write_bytes(keys[one["key"]])

    def here(self, text: str) -> str:
        """Return the text with the container's folders and ports replaced by those on this computer."""
        if self._mounts:  # in one pass: the folder itself may be below one of the mounts, such as /tmp
            paths = "|".join(re.escape(path) for path in sorted(self._mounts, key=len, reverse=True))
            text = re.sub(rf"(?:{paths})(?=[/\s\"';]|$)", lambda found: f"{self.folder}{found[0]}", text)
        for port, number in self._moved.items():
            text = re.sub(rf"(?<!\d){port}(?!\d)", number, text)
        return text

    @property
    def env(self) -> dict[str, str]:
        """The container's variables, including those from Secrets."""
        found = {}
        for one in self.spec.get("env", ()):
            reference = one.get("valueFrom", {}).get("secretKeyRef")
            value = self._secrets[reference["name"]][reference["key"]].decode() if reference else one.get("value", "")
            found[one["name"]] = self.here(value)
        return found

    @property
    def args(self) -> list[str]:
        return [self.here(word) for word in self.spec.get("args", ())]

    @property
    def command(self) -> list[str]:
        """The container's command with its arguments."""
        return [*(self.here(word) for word in self.spec["command"]), *self.args]

    @contextmanager
    def running(self, words: list[str], port: int, **given: Any) -> Iterator[None]:
        with running(words, port, env={**os.environ, **self.env}, **given):
            yield


@contextmanager
def running(words: list[str], port: int, **given: Any) -> Iterator[None]:
    """Run a program until the block ends; it must listen on ``port`` of 127.0.0.1 within 20 seconds."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **given)
    try:
        deadline = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        else:
            process.kill()
            pytest.fail(f"{words[0]} does not listen: {process.communicate()[1].decode(errors='replace')[-800:]}")
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=10)
        process.kill()
        process.communicate()


def soon(true: Callable[[], bool]) -> bool:
    """Poll for up to 10 seconds, since a proxy needs some time to see if a server accepts its login."""
    deadline = time.monotonic() + 10
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def unprivileged() -> dict[str, Any]:
    """Return the keywords that run a child process as an unprivileged user if the tests run as root."""
    return {"user": USER} if os.getuid() == 0 else {}
