"""Dry run from the screens, on a real terminal, with a credential helper that reads from the keyboard."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.screens.terminal import ROOT, WIZARD, terminal
from wizard.cli.main import run

HELPER = """#!/bin/sh
echo "Password for the cluster:" >&2
echo "Password, please:" > /dev/tty
exec 3> {folder}/held
read word < /dev/tty
echo "$word" > {folder}/stolen
sleep 600
"""


def test_a_hanging_credential_helper_gets_neither_keyboard_nor_screen_and_esc_ends_it(tmp_path: Path) -> None:
    helper, config, bundle = tmp_path / "login", tmp_path / "config", tmp_path / "orders"
    helper.write_text(HELPER.format(folder=tmp_path))
    helper.chmod(0o755)
    os.mkfifo(tmp_path / "held")
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "./login"}}
    config.write_text(
        json.dumps(
            {
                "current-context": "prod",
                "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
                "users": [{"name": "u", "user": user}],
                "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u"}}],
            }
        )
    )
    assert run(["new", str(bundle), "--answers", str(ROOT / "examples" / "orders-api.yaml"), "--no-input"]) == 0
    environ = {"KUBECONFIG": str(config), "HOME": str(tmp_path)}
    with terminal((*WIZARD, str(bundle)), environ=environ) as person:
        person.until("enter details", seconds=60)
        person.press("\r", "Continue to")
        person.press("\r", "ask the cluster")
        assert "through ./login" in person.press("v", "looks like production")
        person.quiet(0.4)  # Enter counts only when it is pressed after the page was shown
        person.press("\r", "press Enter again")
        person.press("\r", "asking")
        with (tmp_path / "held").open("rb") as held:  # open() returns once the helper holds the other end
            person.press("?", "On this screen")
            assert "Password" not in person.text
            person.press("\x1b", "asking")
            person.press("\x1b", "stopped")
            assert held.read() == b""  # read() returns when the helper is gone
        person.press("\x1b", "Bundle")
        assert not (tmp_path / "stolen").exists() or not (tmp_path / "stolen").read_text().strip()
