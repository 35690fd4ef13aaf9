"""Credentials of every kind, and credential helpers that fail, hang or misbehave."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.dry import Outcome, ask, config_map, program, secret
from tests.cluster.fake_server import REVIEWS, Asked, Reply, fake_server, status
from wizard.cluster.model import ObjectState
from wizard.cluster.plugin import run_plugin
from wizard.cluster.protocol import Limits
from wizard.errors import ClusterError

VERSION = "client.authentication.k8s.io/v1"
GRANT = {"apiVersion": VERSION, "kind": "ExecCredential", "status": {"token": "helper-token"}}


def helper(folder: Path, script: str, **settings: Any) -> dict[str, Any]:
    """Return a user entry with a shell script as its credential helper."""
    return {"exec": {"apiVersion": VERSION, "command": program(folder, script), **settings}}


def authorization(user: dict[str, Any], folder: Path) -> tuple[Outcome, set[str]]:
    with fake_server() as server:
        outcome = ask(server.target(folder, user=user), config_map())
    return outcome, {each.headers.get("authorization", "") for each in server.asked}


def test_a_helpers_token_is_sent(tmp_path: Path) -> None:
    outcome, sent = authorization(helper(tmp_path, f"echo noise >&2; echo '{json.dumps(GRANT)}'"), tmp_path)
    assert outcome.result.state is ObjectState.ACCEPTED
    assert sent == {"Bearer helper-token"}
    assert "helper-token" not in repr(outcome)


def test_a_helper_gets_cluster_info_arguments_and_variables(tmp_path: Path) -> None:
    passed = tmp_path / "info"
    script = f'echo "$KUBERNETES_EXEC_INFO" > {passed}; echo "$EXTRA $1" >> {passed}; echo \'{json.dumps(GRANT)}\''
    user = helper(tmp_path, script, env=[{"name": "EXTRA", "value": "more"}], args=["word"], provideClusterInfo=True)
    authorization(user, tmp_path)
    info, extra = passed.read_text().splitlines()
    spec = json.loads(info)["spec"]
    assert spec["interactive"] is False
    assert spec["cluster"]["server"].startswith("http://127.0.0.1")
    assert extra == "more word"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo please log in >&2; exit 3", "helper failed: please log in"),
        ("exit 4", "failed with exit code 4"),
        ("echo this is no JSON", "unusable output"),
        ('echo \'{"kind": "ExecCredential"}\'', "unusable output"),
        (f"echo '{json.dumps(GRANT | {'apiVersion': 'other/v1'})}'", "unusable output"),
        (f"echo '{json.dumps(GRANT | {'status': {}})}'", "unusable output"),
        ("head -c 3000000 /dev/zero", "unusable output"),
        ("read word || exit 5; echo $word", "exit code 5"),
        ("read word < /dev/tty || exit 6; echo $word", "helper failed"),
    ],
)
def test_a_failing_helper_is_reported_and_no_request_is_sent(script: str, words: str, tmp_path: Path) -> None:
    outcome, sent = authorization(helper(tmp_path, script), tmp_path)
    assert words in outcome.finished.error
    assert (sent, outcome.results) == (set(), ())


def test_a_helper_that_hangs_is_stopped(tmp_path: Path) -> None:
    with fake_server() as server:
        target = server.target(tmp_path, user=helper(tmp_path, "sleep 600"))
        outcome = ask(target, config_map(), limits=Limits(plugin=0.3))
    assert "did not answer in 0.3 s" in outcome.finished.error
    assert server.asked == []


@pytest.mark.parametrize(
    "settings",
    [
        {"command": "a\0b"},
        {"command": "ls", "args": ["a\0b"]},
        {"command": "ls", "env": [{"name": "a=b", "value": "x"}]},
    ],
)
def test_a_helper_that_cannot_be_started_is_reported(settings: dict[str, Any], tmp_path: Path) -> None:
    outcome, _ = authorization({"exec": {"apiVersion": VERSION, **settings}}, tmp_path)
    assert "cannot be started with its command, args or env" in outcome.finished.error


def test_a_helpers_variable_without_a_name_is_ignored(tmp_path: Path) -> None:
    user = helper(tmp_path, f"echo '{json.dumps(GRANT)}'", env=[{"value": "x"}, None, {"name": "A"}])
    assert authorization(user, tmp_path)[0].result.state is ObjectState.ACCEPTED


def test_a_permission_error_does_not_hide_that_a_helper_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("subprocess.Popen", refuse)
    with pytest.raises(ClusterError, match="'nowhere-at-all' was not found on PATH"):
        run_plugin({"apiVersion": VERSION, "command": "nowhere-at-all"}, tmp_path, {}, timeout=1)
    with pytest.raises(ClusterError, match="'ls' cannot be started: Permission denied"):
        run_plugin({"apiVersion": VERSION, "command": "ls"}, tmp_path, {}, timeout=1)


def test_a_missing_helper_is_reported_with_its_install_hint(tmp_path: Path) -> None:
    missing = {"exec": {"apiVersion": VERSION, "command": "no-such-helper", "installHint": "get it from the shop"}}
    outcome, _ = authorization(missing, tmp_path)
    assert outcome.finished.error == "credential helper 'no-such-helper' was not found on PATH"
    assert outcome.finished.hint == "get it from the shop"


def test_a_helper_that_needs_a_terminal_is_not_run(tmp_path: Path) -> None:
    outcome, _ = authorization(helper(tmp_path, f"touch {tmp_path}/ran", interactiveMode="Always"), tmp_path)
    assert "always needs a terminal" in outcome.finished.error
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("user", "sent"),
    [
        ({"token": "plain"}, "Bearer plain"),
        ({"token": "plain", "tokenFile": "word"}, "Bearer from-file"),
        ({"username": "anna", "password": "pass-word"}, "Basic " + base64.b64encode(b"anna:pass-word").decode()),
        ({"auth-provider": {"name": "oidc", "config": {"id-token": "a.b.c"}}}, "Bearer a.b.c"),
        ({}, ""),
    ],
)
def test_tokens_passwords_and_auth_providers_are_sent(user: dict[str, Any], sent: str, tmp_path: Path) -> None:
    (tmp_path / "word").write_text("from-file\n")
    outcome, seen = authorization(user, tmp_path)
    assert outcome.result.state is ObjectState.ACCEPTED
    assert seen == {sent}


@pytest.mark.parametrize(
    "user", [{"token": "open\nsesame-word"}, {"token": "öpen-sesame-word"}, {"as": "a\nb", "token": "t"}]
)
def test_a_credential_that_cannot_be_a_header_is_not_sent(user: dict[str, Any], tmp_path: Path) -> None:
    outcome, seen = authorization(user, tmp_path)
    assert "characters that cannot be sent" in outcome.finished.error
    assert "sesame" not in repr(outcome)
    assert seen == set()


def test_impersonation_is_sent(tmp_path: Path) -> None:
    user = {"token": "t", "as": "anna", "as-groups": ["crew"], "as-uid": "7"}
    with fake_server() as server:
        ask(server.target(tmp_path, user=user), config_map())
    for each in server.asked:
        assert each.headers["impersonate-user"] == "anna"
        assert each.headers["impersonate-group"] == "crew"
        assert each.headers["impersonate-uid"] == "7"


def test_secrets_are_never_repeated(tmp_path: Path) -> None:
    hidden = "correct-horse-battery"
    encoded = base64.b64encode(hidden.encode()).decode()
    echo = f"stored {hidden}, {encoded}, top-token-123"

    def tattle(asked: Asked) -> Reply | None:
        if asked.path == REVIEWS:
            return Reply(201, {"kind": "SelfSubjectReview", "status": {"userInfo": {"username": "top-token-123"}}})
        if asked.method == "GET":
            return None
        if asked.body["metadata"]["name"] == "warned":
            return Reply(201, asked.body, (("Warning", f'299 - "{echo}"'),))
        return status(422, echo, "Invalid", causes=[{"field": hidden, "message": echo}])

    with fake_server(tattle) as server:
        target = server.target(tmp_path, user={"token": "top-token-123"})
        outcome = ask(target, secret("refused", password=hidden), secret("warned", password=hidden))
    assert {result.state for result in outcome.results} == {ObjectState.INVALID, ObjectState.WARNED}
    for word in (hidden, encoded, "top-token-123"):
        assert word not in repr(outcome)
