"""Rules that choose and set, families, mutually exclusive options and former ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import proxies
from wizard.catalog.lessons import lesson_faults, read_lesson
from wizard.catalog.load import load_catalog
from wizard.decision.compile import compile_decision
from wizard.decision.prove import prove
from wizard.errors import CatalogError


def test_a_setting_is_a_default_in_all_rules_or_in_none(tmp_path: Path) -> None:
    # One workload lets the user choose a setting that the other workload decides.
    root = proxies.write(
        tmp_path / "own",
        (
            "because: They do not.}\n",
            "because: They do not.}\n"
            "  few: {when: {size: small}, set: {replicas: 1}, because: Small.}\n"
            "  many: {when: {size: large}, default: true, set: {replicas: 3}, because: Large.}\n",
        ),
        (
            "    folder: workloads/service\n",
            "    implementations: {fixed: workloads/service, free: workloads/free}\n",
        ),
    )
    for name, decided in (("service", ", decided: true"), ("free", "")):
        folder = root / "templates" / "workloads" / name
        folder.mkdir(exist_ok=True)
        workload = (root / "templates/workloads/service/workload.yaml").read_text()
        (folder / "workload.yaml").write_text(workload)
        head = "format: 1\ntitle: Deployment\nrole: workload\nworkload: workload.yaml\ntemplate: spec.template\n"
        parameter = f"parameters:\n  replicas: {{ask: How many?, type: integer, default: 1{decided}}}\n"
        (folder / "component.yaml").write_text(f"{head}use: [program]\n{parameter}")
    with pytest.raises(CatalogError) as raised:
        load_catalog(root)
    assert raised.value.message.endswith("'replicas' is a default in set rule 'many', but is decided in another")


def test_a_former_parameter_name_that_is_still_in_use_is_a_fault(tmp_path: Path) -> None:
    root = proxies.write(tmp_path / "own")
    component = root / "templates" / "components" / "database" / "component.yaml"
    component.write_text(component.read_text().replace("clients, sidecar", "mode, sidecar"))
    with pytest.raises(CatalogError) as raised:
        load_catalog(root)
    name = "ambassador.database"
    wanted = f"parameter '{name}.connections' was '{name}.mode', which is still a parameter"
    assert [fault.message for fault in raised.value.faults] == [wanted]


def test_the_catalogue_of_proxies_is_proved(tmp_path: Path) -> None:
    catalog = load_catalog(proxies.write(tmp_path / "own"))
    proof = prove(compile_decision(catalog.decision))
    assert [fault for fault in proof.faults if fault.level != "note"] == []
    assert proof.answer_sets == 36


def test_a_pattern_inherits_the_texts_and_lesson_of_its_family(tmp_path: Path) -> None:
    root = proxies.write(tmp_path / "own")
    catalog = load_catalog(root)
    store, database = catalog.patterns["ambassador.store"], catalog.patterns["ambassador.database"]
    assert store.gives == database.gives == "The program talks to a plain address."
    assert (store.costs, database.costs) == ("A proxy in each pod.", "A pool in each pod.")
    assert read_lesson(catalog, "ambassador.store") == ("It speaks for you.",)
    assert lesson_faults(catalog) == ()
    lessons = root / "templates" / "lessons"
    (lessons / "ambassador.store.md").write_text("It knows the store.\n")
    assert read_lesson(catalog, "ambassador.store") == ("It knows the store.",)
    assert read_lesson(catalog, "ambassador.database") == ("It speaks for you.",)
    (lessons / "ambassador.md").unlink()
    assert [fault.message for fault in lesson_faults(catalog)] == ["pattern 'ambassador.database' has no lesson"]


def test_a_promise_can_name_a_family_with_a_glob(tmp_path: Path) -> None:
    promise = "  direct: {when: {outbound: direct}, level: note, say: Nothing., because: None., instead: Nothing.}\n"
    never = f'{promise}never:\n  - {{use: "ambassador.*", with: ["ambassador.*"]}}\n'
    catalog = load_catalog(proxies.write(tmp_path / "own", (promise, never)))
    found = [fault.message for fault in prove(compile_decision(catalog.decision)).faults if fault.level == "error"]
    assert len(found) == 1
    assert found[0].startswith("'ambassador.store' occurs with 'ambassador.database', which a promise excludes")
