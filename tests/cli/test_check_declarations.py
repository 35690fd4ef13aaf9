"""``podwizard check`` on declarations: unused declarations, and ports and times that no component declares."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.at_hand import render_here
from wizard.cli.main import run

SMALL = Path(__file__).resolve().parents[2] / "examples/catalogue"
SERVICE, BATCH = "templates/workloads/service/", "templates/workloads/batch/"
HEAD = "use: [program]\n"
IMAGE = "          image: {{ app.image }}\n"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def copy(_here: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(SMALL, tmp_path / "own")
    render_here(monkeypatch)
    return tmp_path / "own"


def checked(capsys: Capture, code: int = 1) -> str:
    assert run(["check", "own"]) == code
    return "".join(capsys.readouterr())


def declare(folder: Path, where: str, text: str) -> None:
    file = folder / where / "component.yaml"
    file.write_text(file.read_text("utf-8").replace(HEAD, f"{HEAD}{text}", 1), "utf-8")


def write(folder: Path, where: str, text: str) -> None:
    """Add lines to the program's container, after its image."""
    file = folder / where / "workload.yaml"
    assert file.read_text("utf-8").count(IMAGE) == 1
    file.write_text(file.read_text("utf-8").replace(IMAGE, IMAGE + text), "utf-8")


def place(folder: Path, path: str, word: str) -> str:
    """Return the place of a word in a file in the form that messages use."""
    for number, line in enumerate((folder / path).read_text("utf-8").split("\n"), start=1):
        if word in line:
            return f"own/{path}:{number}:{line.index(word) + 1}"
    raise AssertionError(word)


NEVER = "when: {has: sidecar.logs}"
"""A condition that never holds: no Job of this catalogue has that sidecar."""
UNUSED = {
    "listens": "{port: 8080, protocol: http, to: [callers], " + NEVER + "}",
    "connects": "{host: db.example.com, port: 5432, " + NEVER + "}",
    "times": "{stop: 5, " + NEVER + "}",
    "must": "{say: Write files., " + NEVER + "}",
    "first": "{say: A queue., owner: you, " + NEVER + "}",
    "provides": "{key: app.name, value: x, " + NEVER + "}",
    "scrape": "{name: metrics, port: 9090, path: /metrics, " + NEVER + "}\n"
    "listens:\n  - {port: 9090, protocol: http, to: [monitoring], " + NEVER + "}",
    "replicas": "{least: 2, " + NEVER + "}\n  - {least: 1}",
}


@pytest.mark.parametrize("key", UNUSED)
def test_a_declaration_that_never_applies_is_reported_with_its_place(copy: Path, key: str, capsys: Capture) -> None:
    if key == "replicas":
        file = copy / BATCH / "component.yaml"
        file.write_text(file.read_text("utf-8").replace("replicas: [{least: 1}]", ""), "utf-8")
    declare(copy, BATCH, f"{key}:\n  - {UNUSED[key]}\n")
    out = checked(capsys)
    assert f"own/{BATCH}component.yaml:8:5: `{key}` of component 'workloads/batch' never applies in any bundle" in out
    assert "(remove it, or change its `when`)" in out


def test_a_contract_line_whose_condition_never_holds_is_reported(copy: Path, capsys: Capture) -> None:
    speed = "{ask: How fast?, type: integer, default: 1, must: {say: Run * times., " + NEVER + "}}"
    declare(copy, BATCH, "parameters:\n  speed: " + speed + "\n")
    write(copy, BATCH, "          env: [{name: SPEED, value: {{ app.speed ~ '' }}}]\n")
    out = checked(capsys)
    assert f"own/{BATCH}component.yaml:8:60: `must` of component 'workloads/batch' never applies in any bundle" in out


UNDECLARED = {
    "a containerPort": ("ports: [{containerPort: 8080}]", "8080", "container shop has port 8080, which its component"),
    "a probe": (
        "readinessProbe: {tcpSocket: {port: 8081}}",
        "8081",
        "the readinessProbe of container shop checks port 8",
    ),
    "a pause": (
        "lifecycle: {preStop: {sleep: {seconds: 7}}}",
        "7}",
        "container shop waits 7 s before it stops, which its component does not declare (add `stop: 7` to `times`",
    ),
}


@pytest.mark.parametrize("what", UNDECLARED)
def test_an_undeclared_port_or_pause_of_a_container_is_reported(copy: Path, what: str, capsys: Capture) -> None:
    line, value, message = UNDECLARED[what]
    write(copy, SERVICE, f"          {line}\n")
    out = checked(capsys)
    assert f"error: {place(copy, f'{SERVICE}workload.yaml', value)}: {message}" in out
    assert "of workloads/service/component.yaml" in out


OBJECT = """\
apiVersion: {}
kind: {}
metadata:
  name: {{{{ app.name }}}}
  namespace: {{{{ app.namespace }}}}
spec: {}
"""
OBJECTS = {
    "the Service sends to port 8082": (
        "v1",
        "Service",
        "{selector: {app.kubernetes.io/name: shop}, ports: [{port: 80, targetPort: 8082}]}",
    ),
    "the NetworkPolicy opens port 8083": (
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "{podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{protocol: TCP, port: 8083}]}]}",
    ),
    "the NetworkPolicy lets out to port 8084": (
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{protocol: TCP, port: 8084}]}]}",
    ),
}


@pytest.mark.parametrize("message", OBJECTS)
def test_an_undeclared_port_of_an_object_is_reported(copy: Path, message: str, capsys: Capture) -> None:
    file = copy / SERVICE / "objects/more.yaml"
    file.parent.mkdir()
    file.write_text(OBJECT.format(*OBJECTS[message]), "utf-8")
    out = checked(capsys)
    where = place(copy, f"{SERVICE}objects/more.yaml", message[-4:])
    assert f"error: {where}: {message}, which no component declares" in out


def test_a_declared_port_is_not_reported(copy: Path, capsys: Capture) -> None:
    write(
        copy,
        SERVICE,
        "          ports: [{containerPort: 8080}]\n"
        "          readinessProbe: {tcpSocket: {port: 8080}}\n"
        "          lifecycle: {preStop: {sleep: {seconds: 7}}}\n",
    )
    declare(copy, SERVICE, "listens: [{port: 8080, protocol: http, to: [callers]}]\ntimes: [{stop: 7}]\n")
    assert "error" not in checked(capsys, 0)


def test_a_contract_line_whose_value_is_in_no_manifest_is_reported(copy: Path, capsys: Capture) -> None:
    declare(copy, SERVICE, "parameters:\n  speed: {ask: How fast?, type: integer, default: 1, must: Run * times.}\n")
    (copy / SERVICE / "notes.md").write_text("It runs {{ app.speed }} times.\n", "utf-8")
    out = checked(capsys)
    assert f"own/{SERVICE}component.yaml:8:3: app.speed is a line of the contract, but no manifest has its value" in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "listens: [{port: app.prot, protocol: http, to: [callers]}]",
            "component 'workloads/service' names unknown",
        ),
        ("listens: [{port: http, protocol: http, to: [callers]}]", "cannot be 'http'"),
        ("times: [{stop: soon}]", "cannot be 'soon'"),
        ("provides: [{key: sidecar.logs.paht, value: x}]", "did you mean 'sidecar.logs.path'?"),
        ('first: [{say: "A queue for {own.nmae}.", owner: you}]', "did you mean 'app.name'?"),
        ("replicas: [{least: 1, when: {has: sidecar.lgos}}]", "did you mean 'sidecar.logs'?"),
    ],
)
def test_a_declaration_with_an_unknown_name_is_refused_with_its_place(
    copy: Path, text: str, message: str, capsys: Capture
) -> None:
    declare(copy, SERVICE, f"{text}\n")
    err = checked(capsys, 2)
    assert f"own/{SERVICE}component.yaml:7:" in err
    assert message in err
