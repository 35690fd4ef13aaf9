"""Variables in commands: expanded by the kubelet, only by a shell, or left undefined by the container."""

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
def test_shell_syntax_outside_a_shell_is_found(line: str, command: str, probe: str) -> None:
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
def test_a_command_rewritten_for_a_shell_prints_what_was_meant(line: str, printed: str) -> None:
    written = in_a_shell(shlex.split(line))
    run = subprocess.run(
        shlex.split(written), env={"WHERE": "here and there"}, capture_output=True, text=True, check=True
    )
    assert run.stdout == printed


def test_variables_that_the_container_does_not_define_are_listed() -> None:
    assert unset_variables(["--a=$(A)", "$(B)-$(C)", "$$(D)", "$(date)"], {"B"}) == ["A", "C"]
