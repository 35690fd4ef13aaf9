"""Arguments and variables of a kubeconfig's ``exec`` entry, which must not be shown or logged."""

from __future__ import annotations

import base64
import json
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from tests.cluster.desk import EXEC, Desk, fine
from tests.cluster.dry import program
from wizard.cluster.exec_entry import shown_command
from wizard.cluster.plugin import run_plugin
from wizard.errors import ClusterError

SESAME = "correct-horse-battery"
PRINTS_ALL = 'echo "usage: $0 $*" >&2; echo "variable: $LOGIN" >&2; exit 1'


def failure(folder: Path, script: str, **settings: Any) -> str:
    """Return message and hint about a helper that fails."""
    with pytest.raises(ClusterError) as caught:
        run_plugin({"apiVersion": EXEC, "command": program(folder, script), **settings}, folder, {}, timeout=10)
    return f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    "arguments",
    [
        [SESAME],
        ["--token", SESAME],
        [f"--token={SESAME}"],
        ["-p", SESAME],
        ["--user", SESAME],
        ["--cluster-name", SESAME],
        [f"LOGIN={SESAME}"],
        [f"anna:{SESAME}"],
        ["--url", f"https://anna:{SESAME}@example.com/"],
        [json.dumps({"status": {"token": SESAME}})],
        ["-c", f"curl -H 'Authorization: Bearer {SESAME}' https://example.com"],
    ],
)
def test_a_helper_that_repeats_its_command_line_reveals_no_argument(arguments: list[str], tmp_path: Path) -> None:
    whole = failure(tmp_path, PRINTS_ALL, args=["get-token", *arguments])
    alone = failure(tmp_path, f"echo 'login with {SESAME} was refused' >&2; exit 1", args=arguments)
    assert "failed: usage: ./helper get-token" in whole.replace(f"{tmp_path}/helper", "./helper")
    assert "login with ••• was refused" in alone
    assert SESAME not in whole + alone


def test_a_value_attached_to_its_flag_is_hidden(tmp_path: Path) -> None:
    assert "Sesame" not in failure(tmp_path, PRINTS_ALL, args=["-pSesame-1"])


@pytest.mark.parametrize(
    "value", [SESAME, "1234", "true", f"a {SESAME}\nb", f"https://anna:{SESAME}@proxy.example.com"]
)
def test_a_helper_that_repeats_its_environment_reveals_no_value(value: str, tmp_path: Path) -> None:
    message = failure(tmp_path, PRINTS_ALL, env=[{"name": "LOGIN", "value": value}])
    assert "variable: •••" in message
    assert value not in message and SESAME not in message


@pytest.mark.parametrize(
    "form",
    [
        lambda text: json.dumps(text),
        lambda text: shlex.quote(text),
        lambda text: repr(text),
        lambda text: quote(text, safe=""),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: text.replace(" ", "\n"),
    ],
)
def test_a_quoted_or_encoded_value_is_hidden(form: Any, tmp_path: Path) -> None:
    secret = "it's \"ö$ 9\\ horse"
    (tmp_path / "message").write_text(f"with {form(secret)} refused")
    message = failure(tmp_path, f"cat {tmp_path}/message >&2; exit 1", args=["--phrase", secret])
    assert "horse" not in message
    assert message.startswith("credential helper helper failed: with ") and "refused" in message


def test_a_value_at_the_truncation_point_of_a_message_is_hidden(tmp_path: Path) -> None:
    script = f"echo 'begins {SESAME} {'x ' * 145}' >&2; exit 1"
    assert "battery" not in failure(tmp_path, script, args=["--token", SESAME])


def test_flags_and_harmless_arguments_stay_readable_in_a_message(tmp_path: Path) -> None:
    message = failure(
        tmp_path, PRINTS_ALL, args=["eks", "get-token", "--cluster-name", "c1", "--output", "json", "--region", "x"]
    )
    assert "eks get-token --cluster-name c1 --output json --region x" in message


def test_an_install_hint_reveals_no_value(tmp_path: Path) -> None:
    settings = {"apiVersion": EXEC, "command": "no-such-helper", "args": [SESAME], "installHint": f"get it: {SESAME}"}
    with pytest.raises(ClusterError) as caught:
        run_plugin(settings, tmp_path, {}, timeout=1)
    assert caught.value.hint == "get it: •••"


def test_a_users_secrets_are_neither_shown_nor_logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ["argument-word", "flag-value", "variable-word", "refresh-word", "client-word", "pass-word-1"]
    config = {"name": "oidc", "config": {"refresh-token": "refresh-word", "client-secret": "client-word"}}
    user = {
        "exec": {
            "apiVersion": EXEC,
            "command": program(tmp_path, f'echo "$0 $* $LOGIN {" ".join(secrets)}" >&2\nexit 1'),
            "args": ["argument-word", "--user=flag-value"],
            "env": [{"name": "LOGIN", "value": "variable-word"}],
        },
        "auth-provider": config,
        "username": "anna",
        "password": "pass-word-1",
    }
    log = tmp_path / "log"
    message = Desk(tmp_path, capsys, monkeypatch).against(fine, user=user, words=("--log", str(log)))
    assert "credential helper helper failed" in message and "exit code 3" in message
    for word in secrets:
        assert word not in message + log.read_text()


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (
            "eks get-token --cluster-name shop-1 --region eu-west-1",
            "eks get-token --cluster-name shop-1 --region eu-west-1",
        ),
        (
            "get-token --server-id 6dae42f8-4368 --login azurecli",
            "get-token --server-id 6dae42f8-4368 --login azurecli",
        ),
        ("get-token --token a-b-c --client-secret=x --cluster c", "get-token --token … --client-secret=… --cluster c"),
        ("--cluster-token abcd --role-arn arn:aws:iam::1:role/x", "--cluster-token … --role-arn arn:aws:iam::1:role/x"),
        ("hunter2 -p hunter2 LOGIN=x --user anna", "… -p … LOGIN=… --user …"),
        ("-phunter2 --verbose", "-p… --verbose"),
        ('-c \'echo {"token": "abc"}\'', "-c …"),
    ],
)
def test_the_command_to_confirm_shows_only_known_harmless_arguments(arguments: str, shown: str) -> None:
    plugin = yaml.safe_load(json.dumps({"command": "helper", "args": shlex.split(arguments)}))
    assert shown_command(plugin) == f"helper {shown}"
