"""A user who runs ``podwizard validate`` against a cluster, and the output."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.dry import config_map, program
from tests.cluster.fake_server import Asked, Behaviour, FakeServer, fake_server
from wizard.cli.main import run

EXEC = "client.authentication.k8s.io/v1"


def fine(_: Asked) -> None:
    """Use the replies of a good server."""


@dataclass
class Desk:
    """A user at a command line, with the files in a folder and the captured output."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def validate(self, *objects: dict[str, Any], words: tuple[str, ...] = ()) -> str:
        """Validate objects with the folder's kubeconfig, and return all output and the exit code in one line."""
        path = self.folder / "objects.yaml"
        path.write_text(yaml.safe_dump_all(objects or (config_map("one", "default"),)))
        chosen = ("--kubeconfig", str(self.folder / "kubeconfig")) if (self.folder / "kubeconfig").exists() else ()
        code = run(["validate", str(path), "--dry-run=server", "--yes", *chosen, *words])
        output = self.capsys.readouterr()
        text = " ".join((output.out + output.err).split())
        assert "Traceback" not in text
        return f"{text} exit code {code}"

    def config(self, server: FakeServer | None = None, **parts: Any) -> None:
        """Write a kubeconfig; ``cluster`` and ``user`` add to its entries, other parts replace whole sections."""
        fake = server or FakeServer("https://cluster.example.com")
        cluster, user = parts.pop("cluster", {}), parts.pop("user", {"token": "t-o-k-e-n"})
        data = {
            "current-context": "fake",
            "clusters": [{"name": "fake", "cluster": {"server": fake.url, **cluster}}],
            "users": [{"name": "tester", "user": user}],
            "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "tester"}}],
        }
        (self.folder / "kubeconfig").write_text(json.dumps(data | parts))

    def against(self, behaviour: Behaviour, *objects: dict[str, Any], words: tuple[str, ...] = (), **parts: Any) -> str:
        """Validate objects against a server with this behaviour, and return the output."""
        with fake_server(behaviour) as server:
            self.config(server, **parts)
            return self.validate(*objects, words=words)

    def plugin(self, script: str) -> str:
        """Validate an object with this shell script as the credential helper, and return the output."""
        return self.against(fine, user={"exec": {"apiVersion": EXEC, "command": program(self.folder, script, "aws")}})


@contextmanager
def full_house() -> Iterator[int]:
    """Yield a port whose connection queue is full, so that connecting to it hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for each in waiting:
            each.close()
