"""Cluster lookup from the numbered lines and from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cluster.fake_server import fake_server
from tests.cluster.test_discovery import answering
from tests.lines.talk import FakeRun, services, talk
from wizard.catalog.model import Catalog, Evidence
from wizard.cli.main import run
from wizard.cluster.model import CheckFinished, Target
from wizard.session.session import start

TARGET = Target("kind", "kind-cluster", "https://127.0.0.1:6443", "admin", "default", ("config",))
WORDS = ["work=server", "keeps=nothing", "copies=several", "logs=files_only", "metrics=none", "needs=none"]


def test_a_lookup_is_confirmed_and_reported(catalog: Catalog) -> None:
    found = CheckFinished(2, 2, evidence=(Evidence("version_133", "v1.37.2"),))
    given = services(targets=lambda: (TARGET,), discover=lambda _: FakeRun(found))
    result = talk(start(catalog), "v", "yes", "a", "q", "k", given=given)
    assert "Nothing is created or changed" in result.flat
    assert "The cluster runs Kubernetes v1.37.2." in result.flat
    assert result.outcome.session.answers == {"version": "v133"}
    assert "found in the cluster" in result.flat


@pytest.mark.parametrize("typed", [["", "q", "k"], ["yes", "q", "k"]])
def test_a_declined_or_interrupted_lookup_changes_nothing(typed: list[str], catalog: Catalog) -> None:
    given = services(targets=lambda: (TARGET,), discover=lambda _: FakeRun(KeyboardInterrupt()))
    result = talk(start(catalog), "v", *typed, given=given)
    assert result.outcome.session.answers == {}
    assert "No cluster can be inspected here." in talk(start(catalog), "v", "q", "k").flat


def sets(words: list[str]) -> list[str]:
    return [part for word in words for part in ("--set", word)]


def test_the_command_line_presets_answers_from_a_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with fake_server(answering()) as server:
        server.target(tmp_path)
        words = ["recommend", "--discover", "--kubeconfig", str(tmp_path / "kubeconfig"), "-o", "yaml"]
        assert run([*words, *sets(WORDS)]) == 2
        assert "there is no terminal to confirm" in capsys.readouterr().err
        assert server.asked == []
        assert run([*words, "--yes", "--quick", *sets(WORDS)]) == 0
        output = capsys.readouterr()
    assert "The DaemonSet logging/fluent-bit reads" in output.err
    answers = yaml.safe_load(output.out)["answers"]
    assert (answers["cluster"], answers["version"]) == (["collector", "mesh_injected"], "v133")
    assert {each.method for each in server.asked} == {"GET"}
    assert run([*words, "--yes", *sets(WORDS)]) == 3
    assert "refused the connection" in capsys.readouterr().err
