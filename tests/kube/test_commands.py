"""Variables in commands: what the kubelet replaces, what only a shell does, and how a shell runs the same."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from wizard.kube.commands import for_a_shell, in_a_shell, unset_variables


@pytest.mark.parametrize(
    ("line", "command", "probe"),
    [
        ("check $HOSTNAME", "$HOSTNAME", "$HOSTNAME"),
        ("check http://${POD_IP}:80/x", "${POD_IP}", "${POD_IP}"),
        ("check $(POD_IP)", "", "$(POD_IP)"),
        ("check $$HOME", "", "$HOME"),
        ("check one && check two", "&&", "&&"),
        ("check | grep ok", "|", "|"),
        ("sh -c 'check \"$HOSTNAME\" && true'", "", ""),
        ("bash -ec 'check $HOSTNAME'", "", ""),
        ("mongosh --eval 'db.x.find({n: {$GT: 1}})'", "", ""),
        ("awk '{print $1}' /proc/loadavg", "", ""),
        ("grep -q 'a$' /tmp/x", "", ""),
        ("sh -c 'test \"$1\"' check $HOSTNAME", "$HOSTNAME", "$HOSTNAME"),
    ],
)
def test_a_variable_outside_a_shell_is_found(line: str, command: str, probe: str) -> None:
    words = shlex.split(line)
    assert for_a_shell(words, probe=False) == command
    assert for_a_shell(words, probe=True) == probe


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("echo http://$WHERE:80", "http://here and there:80\n"),
        ("echo $(WHERE) 'a  b' '\"'", 'here and there a  b "\n'),
        ("echo ${WHERE} && echo two", "here and there\ntwo\n"),
    ],
)
def test_the_line_for_a_shell_does_what_was_meant(line: str, printed: str) -> None:
    written = in_a_shell(shlex.split(line))
    run = subprocess.run(
        shlex.split(written), env={"WHERE": "here and there"}, capture_output=True, text=True, check=True
    )
    assert run.stdout == printed


def test_a_variable_that_a_container_is_not_given_is_named() -> None:
    assert unset_variables(["--a=$(A)", "$(B)-$(C)", "$$(D)", "$(date)"], {"B"}) == ["A", "C"]
