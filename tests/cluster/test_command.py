"""Dry run from the command line: the target is shown and confirmed, results are reported, exit codes are reliable."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from tests.cluster.dry import config_map, deployment
from tests.cluster.fake_server import REVIEWS, Asked, Behaviour, FakeServer, Reply, fake_server, status
from wizard.cli.main import run

ROOT = Path(__file__).resolve().parent.parent.parent


class Terminal(io.StringIO):
    """A terminal with typed input."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def manifest(tmp_path: Path) -> str:
    path = tmp_path / "objects.yaml"
    path.write_text(yaml.safe_dump_all([config_map("one", "default"), config_map("two", "default")]))
    return str(path)


def named(name: str, reply: Reply) -> Behaviour:
    """Return the behaviour of a good server with another reply for one object."""
    return lambda asked: reply if asked.path != REVIEWS and _name(asked) == name else None


def _name(asked: Asked) -> str:
    return str((asked.body or {}).get("metadata", {}).get("name", ""))


def validate(server: FakeServer, folder: Path, manifest: str, *words: str) -> int:
    server.target(folder)
    return run(["validate", manifest, "--dry-run=server", "--kubeconfig", str(folder / "kubeconfig"), *words])


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (None, 0),
        (Reply(201, config_map("two"), (("Warning", '299 - "old"'),)), 0),
        (status(422, "bad", "Invalid", causes=[{"field": "data", "message": "bad"}]), 1),
        (status(403, 'admission webhook "w" denied the request: no'), 1),
        (status(403, 'User "tester" cannot create resource "configmaps" in API group ""'), 3),
        (status(404, "not found", "NotFound", kind="namespaces"), 3),
        (Reply(500, b"oops"), 3),
        (Reply(401, {"kind": "Status"}), 3),
    ],
)
def test_the_exit_code_depends_on_the_servers_reply(
    reply: Reply | None, code: int, tmp_path: Path, manifest: str
) -> None:
    with fake_server(named("two", reply) if reply else lambda _: None) as server:
        assert validate(server, tmp_path, manifest, "--yes") == code


def test_no_dry_run_starts_without_confirmation(
    tmp_path: Path, manifest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with fake_server() as server:
        assert validate(server, tmp_path, manifest) == 2
        assert server.asked == []
        output = capsys.readouterr()
        assert "--yes" in output.err
        assert "--context fake" in output.err
        assert validate(server, tmp_path, manifest, "--context", "fake") == 0


def test_the_cluster_and_the_request_are_shown_first(
    tmp_path: Path, manifest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with fake_server() as server:
        assert validate(server, tmp_path, manifest, "--yes", "-n", "mine") == 0
    output = capsys.readouterr()
    for words in (
        "Context:   fake",
        f"Server:    {server.url}",
        "User:      tester",
        "Namespace: mine",
        "identity not",
    ):
        assert output.err.index(words) < output.err.index("as tester on Kubernetes 1.37.2")
    assert output.out == "ConfigMap/one in default: accepted\nConfigMap/two in default: accepted\n"
    assert "2 accepted; nothing was stored" in output.err


@pytest.mark.parametrize(
    ("context", "typed", "code"),
    [("fake", "yes\n", 0), ("fake", "no\n", 3), ("fake", "", 3), ("prod", "yes\n", 3), ("prod", "prod\n", 0)],
)
def test_a_dry_run_is_confirmed_on_a_terminal(
    context: str, typed: str, code: int, tmp_path: Path, manifest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys, "stderr", Terminal())
    with fake_server() as server:
        server.target(tmp_path)
        path = tmp_path / "kubeconfig"
        data = json.loads(path.read_text())
        data["contexts"][0]["name"] = data["current-context"] = context
        path.write_text(json.dumps(data))
        assert run(["validate", manifest, "--dry-run=server", "--kubeconfig", str(path)]) == code
    assert bool(server.asked) is (code == 0)


def test_results_are_reported_as_json(tmp_path: Path, manifest: str, capsys: pytest.CaptureFixture[str]) -> None:
    reply = status(
        422, "bad", "Invalid", causes=[{"field": "data.mode", "message": "bad", "reason": "FieldValueInvalid"}]
    )
    with fake_server(named("two", reply)) as server:
        assert validate(server, tmp_path, manifest, "--yes", "-o", "json") == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["format"], data["objects"], data["findings"]) == (1, 2, [])
    cluster = data["cluster"]
    assert (cluster["context"], cluster["user"], cluster["version"]) == ("fake", "tester", "1.37.2")
    assert (cluster["checked"], cluster["total"], cluster["error"]) == (2, 2, "")
    one, two = cluster["results"]
    assert (one["state"], one["settled"], one["file"]) == ("accepted", True, manifest)
    assert (two["state"], two["settled"], two["code"]) == ("invalid", False, 422)
    assert two["causes"] == [{"field": "data.mode", "message": "bad", "reason": "FieldValueInvalid"}]


def test_an_unusable_cluster_is_reported_as_json(
    tmp_path: Path, manifest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["validate", manifest, "--dry-run=server", "--yes", "-o", "json", "--kubeconfig", str(tmp_path / "gone")]
    assert run(words) == 3
    cluster = json.loads(capsys.readouterr().out)["cluster"]
    assert "there is no kubeconfig file" in cluster["error"]
    assert (cluster["checked"], cluster["total"]) == (0, 2)


def test_a_server_dry_run_of_a_new_bundle_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with fake_server() as server:
        server.target(tmp_path)
        target, answers = tmp_path / "bundle", str(ROOT / "examples" / "orders-api.yaml")
        words = ["new", str(target), "--answers", answers, "--no-input", "--dry-run=server", "--yes"]
        assert run([*words, "--kubeconfig", str(tmp_path / "kubeconfig")]) == 0
    assert not target.exists()
    assert "Deployment/orders-api in orders-api: accepted" in capsys.readouterr().out
    assert all(("dryRun", "All") in each.query for each in server.writes)


def test_hostile_texts_cannot_control_the_terminal(
    tmp_path: Path, manifest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    nasty = "\x1b]0;owned\x07\nConfigMap/two: accepted\x1b[2J"
    with fake_server(
        named("two", status(422, nasty, "Invalid", causes=[{"field": nasty, "message": nasty}]))
    ) as server:
        assert validate(server, tmp_path, manifest, "--yes") == 1
    output = capsys.readouterr()
    assert "\x1b" not in output.out + output.err
    assert "\nConfigMap/two: accepted" not in output.out


def interrupted(tmp_path: Path, manifest: str, *words: str) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of a run that Ctrl-C ends during the request for its second object."""
    never = threading.Event()
    with fake_server(named("two", Reply(wait=never))) as server:
        server.target(tmp_path)
        line = [sys.executable, "-m", "wizard", "validate", manifest, "--dry-run=server", "--yes", *words]
        environment = {**os.environ, "KUBECONFIG": str(tmp_path / "kubeconfig"), "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment, cwd=tmp_path, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background process ignores SIGINT
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        stream = process.stderr if words else process.stdout
        text = ""
        while "ConfigMap/one in default: accepted\n" not in text:
            read = stream.readline()
            assert read, text
            text += read
        process.send_signal(signal.SIGINT)
        data, talk = process.communicate(timeout=60)
        never.set()
    assert "Traceback" not in talk
    return process.returncode, data, talk


def test_ctrl_c_keeps_the_results_so_far(tmp_path: Path, manifest: str) -> None:
    code, _, talk = interrupted(tmp_path, manifest)
    assert code == 130
    assert "1 of 2 objects not checked" in talk
    assert "1 accepted, 1 not checked; nothing was stored" in talk


def test_ctrl_c_still_prints_complete_json(tmp_path: Path, manifest: str) -> None:
    code, text, _ = interrupted(tmp_path, manifest, "-o", "json")
    data = json.loads(text)
    assert (code, data["format"]) == (130, 1)
    cluster = data["cluster"]
    assert (cluster["cancelled"], cluster["checked"], cluster["total"]) == (True, 1, 2)
    assert [result["name"] for result in cluster["results"]] == ["one"]


def test_every_json_key_is_documented(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "web.yaml"
    path.write_text(yaml.safe_dump(deployment("web", "default")))
    field = "spec.containers[0].image"
    reply = status(422, "bad", "Invalid", causes=[{"field": field, "message": "bad", "reason": "FieldValueInvalid"}])
    with fake_server(lambda asked: reply if asked.path.endswith("/pods") else None) as server:
        assert validate(server, tmp_path, str(path), "--yes", "--deep", "-o", "json") == 1
    cluster = json.loads(capsys.readouterr().out)["cluster"]
    template, pod = cluster["results"]
    assert (cluster["checked"], cluster["total"]) == (1, 1)
    assert (template["kind"], template["owner"], template["state"]) == ("Deployment", "", "accepted")
    assert (pod["kind"], pod["owner"], pod["file"]) == ("Pod", "Deployment/web", str(path))
    assert pod["causes"][0]["field"] == f"spec.template.{field}"
    documented = (ROOT / "docs" / "formats.md").read_text().partition("### `cluster`")[2]
    for key in {*cluster, *pod, *pod["causes"][0]}:
        assert f"`{key}`" in documented or f"`{key}[]`" in documented, key
