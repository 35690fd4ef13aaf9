"""Consumer lag: one separate Deployment for all brokers, and the command in a broker's README that writes it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.test_cases import bundle
from tests.contract.test_own_programs import EXPORTER
from wizard.cli.main import run

LAG = {"adapter.implementation": "kafka-lag"}


def command() -> list[str]:
    """Return the arguments of the command in the README of a broker's bundle."""
    made = bundle(EXPORTER, **LAG)
    readme = next(file.text for file in made.session.bundle.files if file.path == "README.md")
    (found,) = re.findall(r"```sh\n(podwizard new kafka-lag .*?)```", readme, flags=re.DOTALL)
    return shlex.split(found.replace("\\\n", ""))[1:]


def deployment(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "manifests/deployment.yaml").read_text("utf-8"))
    return found


def test_a_broker_has_no_exporter_and_the_contract_states_where_lag_is_measured() -> None:
    made = bundle(EXPORTER, **LAG)
    assert len(made.containers) == 1
    assert any("consumer lag is measured once for all brokers" in one.say for one in made.contract.workloads[0].must)


def test_the_command_in_the_readme_writes_the_exporters_deployment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = command()
    asked[asked.index("kafka-lag")] = str(tmp_path / "lag")
    assert run(asked) == 0, capsys.readouterr().err
    spec = deployment(tmp_path / "lag")["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert spec["replicas"] == 1
    assert container["args"] == ["--kafka.server=web.web.svc:9092"]
    assert spec["template"]["metadata"]["annotations"]["prometheus.io/port"] == "9308"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    example = Path(__file__).parents[2] / "examples/kafka-lag.yaml"
    assert run(["new", str(tmp_path / "example"), "--answers", str(example), "--no-input"]) == 0
    (other,) = deployment(tmp_path / "example")["spec"]["template"]["spec"]["containers"]
    assert other["image"] == container["image"]
    assert other["ports"] == container["ports"]
