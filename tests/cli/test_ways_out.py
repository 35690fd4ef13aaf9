"""Every exit of every command: its exit code as documented in ``docs/formats.md``, and its message."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cluster.fake_server import Asked, Reply, fake_server, status
from wizard.cli import exits
from wizard.cli.arguments import COMMANDS
from wizard.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = f"--answers {shlex.quote(str(ROOT / 'examples' / 'orders-api.yaml'))}"
OWN = f"--catalog {shlex.quote(str(ROOT / 'examples' / 'catalogue'))}"
OLD = f"{ANSWERS} --set logs=files_only --set version=older"
DEAD = "--yes --kubeconfig dead"
REFUSING = "--yes --kubeconfig refusing/kubeconfig"
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {c: d}\n"
BAD = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replica: 1}\n"
KUBECONFIG = """
current-context: dead
clusters: [{name: dead, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: dead, user: {token: abcdefgh}}]
contexts: [{name: dead, context: {cluster: dead, user: dead}}]
"""
RESULTS = (exits.FINDINGS, exits.NOT_DECIDED)
"""Exit codes that report a result; the result is on standard output."""
Capture = pytest.CaptureFixture[str]

WAYS = [
    # command line, exit code, essential words (on standard error, or on standard output for a result)
    ("--help", 0, ""),
    ("--version", 0, ""),
    ("help new", 0, ""),
    ("--nonsense", 2, "unknown argument: --nonsense"),
    ("--version --nonsense", 2, "unknown argument: --nonsense"),
    ("nonsense=1 more", 2, "unknown argument: more"),
    # new
    (f"new out {ANSWERS}", 0, ""),
    (f"new out {ANSWERS} --dry-run=client", 0, ""),
    (f"new {ANSWERS} -o yaml", 0, ""),
    (f"new out {OLD}", 1, "before Kubernetes 1.29"),
    (f"new out {ANSWERS} --dry-run=server {REFUSING}", 1, "6 denied"),
    ("new out --no-input", 2, "some answers are missing"),
    (f"new out {ANSWERS} --set logs=nowhere", 2, "unknown option of logs"),
    ("new out --answers broken.yaml --no-input", 2, "broken.yaml:2:1: not valid YAML"),
    ("new out --catalog nowhere --no-input", 2, "nowhere"),
    (f"new edited {ANSWERS} --on-conflict=fail --set copies=elastic", 2, "deployment.yaml"),
    (f"new out {ANSWERS} --dry-run=server --kubeconfig dead", 2, "there is no terminal to confirm"),
    (f"new out {ANSWERS} --dry-run=server", 3, "no cluster is configured"),
    (f"new out {ANSWERS} --dry-run=server {DEAD}", 3, "refused the connection"),
    (f"new out --discover {DEAD} --no-input", 3, "refused the connection"),
    (f"new file/out {ANSWERS}", 5, "file"),
    (f"new out {ANSWERS} --log no/such/log", 5, "cannot write the log no/such/log"),
    # recommend
    (f"recommend {ANSWERS}", 0, ""),
    (f"recommend {OLD}", 1, "No bundle is written from these answers"),
    ("recommend", 2, "some answers are missing"),
    ("recommend --set nonsense", 2, "not KEY=VALUE"),
    ("recommend --answers nowhere", 2, "cannot read answers file nowhere"),
    (f"recommend --discover {DEAD}", 3, "refused the connection"),
    (f"recommend {ANSWERS} --log no/such/log", 5, "cannot write the log"),
    # check
    (f"check {OWN}", 0, ""),
    ("check unproved", 1, "error: "),
    ("check broken", 2, "decision_table.yaml:2:1: not valid YAML"),
    ("check --budget 0", 2, "--budget must be at least 1"),
    (f"check {OWN} --budget 3", 4, "not decided"),
    (f"check {OWN} --cover file/cover", 5, "file/cover"),
    # validate
    ("validate good.yaml", 0, ""),
    ("validate bad.yaml", 1, "replicas"),
    (f"validate good.yaml --dry-run=server {REFUSING}", 1, "1 denied"),
    (f"validate bad.yaml --dry-run=server {DEAD}", 1, "refused the connection"),
    (f"validate bad.yaml --dry-run=server -o json {DEAD}", 1, "refused the connection"),
    ("validate", 2, "the following arguments are required: PATH"),
    ("validate nowhere.yaml", 2, "cannot read nowhere.yaml"),
    ("validate empty", 2, "no manifest"),
    ("validate good.yaml --dry-run=server --kubeconfig dead", 2, "there is no terminal to confirm"),
    ("validate good.yaml --dry-run=server", 3, "no cluster is configured"),
    (f"validate good.yaml --dry-run=server {DEAD}", 3, "refused the connection"),
    (f"validate good.yaml --dry-run=server -o json {DEAD}", 3, "refused the connection"),
    ("validate good.yaml --log no/such/log", 5, "cannot write the log"),
    # patterns
    ("patterns", 0, ""),
    ("patterns sidecar.log-agent", 0, ""),
    ("patterns sidecar.log-agnet", 2, "did you mean 'sidecar.log-agent'?"),
    ("patterns --catalog broken", 2, "decision_table.yaml:2:1: not valid YAML"),
    ("patterns --log no/such/log", 5, "cannot write the log"),
    # images
    ("images", 0, ""),
    ("images --registry http://x", 2, "not a registry"),
    ("images --catalog broken", 2, "decision_table.yaml:2:1: not valid YAML"),
    ("images --log no/such/log", 5, "cannot write the log"),
    # schema, completion
    ("schema", 0, ""),
    ("schema more", 2, "invalid choice: 'more'"),
    ("schema --log no/such/log", 5, "cannot write the log"),
    ("completion bash", 0, ""),
    ("completion fsh", 2, "invalid choice: 'fsh'"),
]
ALWAYS = {"--help": (0,), "full standard output": (5,), "Ctrl-C": (130,)}
"""Exit codes that every command has; they are tested below and in ``test_redirected.py``."""


@pytest.fixture(autouse=True)
def _files(_here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115, PTH123
    files = {"good.yaml": GOOD, "bad.yaml": BAD, "broken.yaml": "answers: [\n", "dead": KUBECONFIG, "file": ""}
    for name, text in files.items():
        Path(name).write_text(text)
    for name in ("empty", "broken", "refusing"):
        Path(name).mkdir()
    Path("broken/decision_table.yaml").write_text("patterns: [\n")


def denied(asked: Asked) -> Reply | None:
    """Return the reply of a server whose policy denies every object."""
    return status(403, "denied the request: no", "Forbidden") if asked.method == "POST" and asked.query else None


@pytest.mark.parametrize(("line", "code", "words"), WAYS, ids=[line for line, _, _ in WAYS])
def test_each_exit_has_its_code_and_its_message(line: str, code: int, words: str, capsys: Capture) -> None:
    if "unproved" in line:
        shutil.copytree(ROOT / "examples" / "catalogue", "unproved")
        table = Path("unproved/decision_table.yaml")
        table.write_text(table.read_text().replace('task: {when: {ends: "yes"}', 'task: {when: {ends: "no"}'))
    if "edited" in line:
        assert run(["new", "edited", *shlex.split(ANSWERS)]) == 0
        own = Path("edited/manifests/deployment.yaml")
        own.write_text(f"{own.read_text()}# mine\n")
        capsys.readouterr()
    with fake_server(denied) as server:
        server.target(Path("refusing"))
        assert run(shlex.split(line)) == code, capsys.readouterr()
    output = capsys.readouterr()
    assert words in (output.err if code not in RESULTS else output.out + output.err)
    assert "Traceback" not in output.err and "\x1b" not in output.err + output.out
    if code == 0:
        assert output.out or line == "validate good.yaml"
    elif code not in (*RESULTS, 3):
        assert re.search(r"^podwizard: .+", output.err, re.MULTILINE)
    assert Path("out").exists() == (line == f"new out {ANSWERS}")


@pytest.mark.parametrize(
    ("command", "log"),
    [*((command, ()) for command in COMMANDS), *((c, ("--log", "log")) for c in COMMANDS if c != "completion")],
)
def test_ctrl_c_ends_every_command_with_one_message(
    command: str, log: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def interrupted(_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"wizard.cli.{command}.run", interrupted)
    words = {"validate": ["good.yaml"], "completion": ["bash"]}.get(command, [])
    assert run([command, *words, *log]) == exits.INTERRUPTED
    assert capsys.readouterr().err == "podwizard: interrupted\n  nothing is half-written\n"
    assert not log or Path("log").read_text().endswith("exit 130\n")


def test_ctrl_c_during_a_dry_run_takes_precedence_over_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.cli.server.check_documents_live", lambda *_, **__: exits.INTERRUPTED)
    assert run(["validate", "bad.yaml", "--dry-run=server", "--yes"]) == exits.INTERRUPTED


@pytest.mark.parametrize("line", ["new out --answers - --no-input", "recommend --answers -", "validate -"])
def test_ctrl_c_while_standard_input_is_read_exits_with_130(line: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "wizard", *shlex.split(line)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    wait_until_it_reads(process.pid)
    process.send_signal(signal.SIGINT)
    _, talk = process.communicate(timeout=60)
    assert (process.returncode, talk) == (130, "podwizard: interrupted\n  nothing is half-written\n")
    assert not Path("out").exists()


def wait_until_it_reads(pid: int) -> None:
    """Wait until a process has finished loading, waits for input and uses no more CPU time."""
    before, end = -1.0, time.monotonic() + 60
    while time.monotonic() < end:
        time.sleep(0.3)
        used = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])) if PROC else end
        if used == before and used > 0:
            return
        before = used


PROC = Path("/proc/self/stat").exists()


def test_ctrl_c_while_podwizard_is_loading_shows_no_traceback() -> None:
    program = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == sys.argv[1]:\n"
        "            sys.meta_path.remove(self)\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from wizard.__main__ import main\n"
        "sys.argv = ['podwizard', 'patterns']\n"
    )
    for module in ("wizard.cli", "wizard.cli.main", "wizard.cli.exits", "wizard.cli.arguments", "wizard.cli.patterns"):
        source = program.replace("sys.argv[1]", repr(module)) + "main()\n"
        words = [sys.executable, "-c", source]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == 130, (module, done.stderr)
        assert done.stderr.startswith("podwizard: interrupted\n") and done.stdout == ""


def test_the_documented_exit_codes_of_each_command_are_tested() -> None:
    text = (ROOT / "docs" / "formats.md").read_text()
    section = text.partition("## Exit codes\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE))
    documented = {
        command: {
            code for code, cell in zip((0, 1, 2, 3, 4, 5, 130), rows[command].split(" | "), strict=True) if cell != "-"
        }
        for command in COMMANDS
    }
    always = {code for codes in ALWAYS.values() for code in codes}
    tested = {
        command: {code for line, code, _ in WAYS if line.partition(" ")[0] == command} | always for command in COMMANDS
    }
    assert documented == tested
