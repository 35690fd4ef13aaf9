"""The reloader: it watches the files that the program reads, and calls the program when they change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.test_cases import WEB, bundle, session

HELPED = {**WEB, "needs": ("helper",), "beside": ("other",), "version": "v133"}


def given(**values: object) -> dict[str, Any]:
    whole = {"implementation": "reloader", "object": "rules", **values}
    return {f"sidecar.helper.{name}": value for name, value in whole.items()}


@pytest.mark.parametrize(("kind", "source"), [("config-map", "configMap"), ("secret", "secret")])
def test_the_helper_and_the_program_mount_the_same_files_read_only(kind: str, source: str) -> None:
    made = bundle(HELPED, **given(kind=kind, folder="/etc/rules"))
    (volume,) = [one for one in made.template["spec"]["volumes"] if source in one]
    mounts = [one for c in made.containers for one in c["volumeMounts"] if one["name"] == volume["name"]]
    assert {one["mountPath"] for one in mounts} == {"/watched", "/etc/rules"}
    # Kubernetes never updates a single file (subPath).
    assert all(one["readOnly"] and "subPath" not in one for one in mounts)
    assert [
        one.name for one in made.contract.first if one.kind == {"configMap": "ConfigMap"}.get(source, "Secret")
    ] == ["rules"]


def test_the_helper_calls_the_program_on_its_own_port() -> None:
    made = bundle(HELPED, listeners="name=http, port=9000", **given(reload_path="/reload"))
    assert "--reload-url=http://127.0.0.1:9000/reload" in made.containers[0]["args"]
    other = bundle(HELPED, **given(reload_port=8086))
    assert "--reload-url=http://127.0.0.1:8086/-/reload" in other.containers[0]["args"]
    assert any("POST to port 8086" in one.say for one in other.contract.workloads[0].must)


@pytest.mark.parametrize("listeners", [[], "name=calls, port=9000, protocol=grpc"])
def test_the_reload_port_is_required_if_the_first_port_does_not_speak_http(listeners: object) -> None:
    assert [one.key for one in session(HELPED, listeners=listeners, **given()).problems] == [
        "sidecar.helper.reload_port"
    ]
    assert not session(HELPED, listeners=listeners, **given(reload_port=8086)).problems
