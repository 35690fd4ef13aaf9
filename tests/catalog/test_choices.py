"""Rules that choose and set, families, mutually exclusive options and former ids: loading, and the faults."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests import proxies
from wizard.catalog.lessons import lesson_faults, read_lesson
from wizard.catalog.load import load_catalog
from wizard.decision.compile import compile_decision
from wizard.decision.prove import prove
from wizard.errors import CatalogError, Position


class Wrong(NamedTuple):
    """A fault: in the table, ``old`` is replaced by ``new``; it is reported at the text ``at``."""

    old: str
    new: str
    at: str
    message: str
    hint: str


FAULTS = [
    Wrong(
        "implementation: watch",
        "implementation: wtch",
        "wtch",
        "pattern 'ambassador.store' has no implementation 'wtch' (add rule 'watch')",
        "did you mean 'watch'?",
    ),
    Wrong(
        "implementation: watch",
        "implementation: [watch, watch]",
        "watch], because",
        "'watch' is listed twice in add rule 'watch'",
        "keep one",
    ),
    Wrong(
        "implementation: watch",
        "implementation: []",
        "[], because",
        "`implementation` of add rule 'watch' is empty",
        "name one, or leave it out",
    ),
    Wrong(
        "use: ambassador.database,",
        "use: ambassador.database, implementation: x,",
        "x, because",
        "pattern 'ambassador.database' has only one implementation, so add rule 'database' has nothing to choose",
        "leave `implementation` out",
    ),
    Wrong(
        "implementation: [ring, both]",
        "implementation: ring",
        "ambassador.store:",
        "no rule allows implementation 'both' of pattern 'ambassador.store'",
        "name it in a rule, or remove it",
    ),
    Wrong(
        "ambassador.database.mode: statement",
        "ambassador.database.mod: statement",
        "ambassador.database.mod:",
        "no component declares the setting 'ambassador.database.mod'",
        "did you mean 'ambassador.database.mode'?",
    ),
    Wrong(
        "ambassador.database.mode: statement",
        "ambassador.database.mode: statment",
        "statment",
        "setting 'ambassador.database.mode': statment: not one of the options",
        "did you mean 'statement'?",
    ),
    Wrong(
        "default: true, set",
        "set",
        "ambassador.database.connections",
        "'ambassador.database.connections' is not decided by the table: the user may change it",
        "add `default: true` to the rule, or `decided: true` to the parameter",
    ),
    Wrong(
        "connections: 50",
        "mode: session",
        "ambassador.database.mode: session}, because: It is",
        "'ambassador.database.mode' is decided by the table, so it has no default",
        "leave `default` out",
    ),
    Wrong(
        "ambassador.database.connections: 50",
        "app.image: a",
        "app.image",
        "'app.image' is not a setting",
        "write a parameter of the workload without a prefix",
    ),
    Wrong(
        "ambassador.database.connections: 50",
        "ambassador.store.implementation: ring",
        "ambassador.store.implementation",
        "'ambassador.store.implementation' is not a setting",
        "write `implementation` in the rule that uses the pattern",
    ),
    Wrong(
        "not_with: [sentinel]",
        "not_with: [sentinels]",
        "sentinels]",
        "option 'cluster' of question 'outbound' cannot exclude 'sentinels'",
        "did you mean 'sentinel'?",
    ),
    Wrong(
        "not_with: [sentinel]",
        "not_with: cluster",
        "cluster}\n",
        "option 'cluster' of question 'outbound' cannot exclude 'cluster'",
        "one of: sentinel, database, direct",
    ),
    Wrong(
        "was: [never]",
        'not_with: ["yes"]',
        '["yes"]',
        "option 'no' of question 'pool' cannot have a `not_with`",
        "only options of a `many` can; other questions have one answer anyway",
    ),
    Wrong(
        "family: ambassador\n    costs",
        "family: ambasador\n    costs",
        "ambasador\n",
        "pattern 'ambassador.database' has the unknown family 'ambasador'",
        "did you mean 'ambassador'?",
    ),
    Wrong(
        "    family: ambassador\n    costs",
        "    costs",
        "title: Proxy of a database",
        "pattern 'ambassador.database' has no 'gives'",
        "add 'gives:'",
    ),
    Wrong(
        "families:\n",
        "families:\n  sidecar: {gives: a, costs: b, use_when: c, avoid_when: d}\n",
        "sidecar:",
        "no pattern has the family 'sidecar'",
        "write `family: sidecar` in a pattern, or remove it",
    ),
    Wrong(
        "was: [pooling]",
        "was: [size]",
        "pool:",
        "question 'pool' was 'size', which is still a question",
        "remove it from `was`, or rename the other one",
    ),
    Wrong(
        "was: [outbound.huge]",
        "was: [outbound.postgres]",
        "large:",
        "options 'outbound.database' and 'size.large' both were 'outbound.postgres'",
        "keep it in one `was`",
    ),
]


@pytest.mark.parametrize("wrong", FAULTS, ids=lambda wrong: wrong.new[:40])
def test_each_fault_is_reported_with_its_position_and_fix(wrong: Wrong, tmp_path: Path) -> None:
    root = proxies.write(tmp_path / "own", (wrong.old, wrong.new))
    before, at, _ = (root / "decision_table.yaml").read_text().partition(wrong.at)
    assert at
    file = str(root / "decision_table.yaml")
    place = Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    with pytest.raises(CatalogError) as raised:
        load_catalog(root)
    told = [(fault.position, fault.message, fault.hint) for fault in raised.value.faults]
    assert (place, wrong.message, wrong.hint) in told


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
