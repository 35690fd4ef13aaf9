"""Loading a catalogue: a valid one loads, all faults are reported together, nothing outside its folder is read."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from tests.catalog import small
from wizard.catalog.load import load_catalog
from wizard.catalog.when import parameters_of
from wizard.decision.model import All, AnyOf, AtLeast, Fact, Is, Not
from wizard.errors import CatalogError

TABLE = "decision_table.yaml"
IMAGES = "templates/images.yaml"


def test_a_valid_catalogue_loads(tmp_path: Path) -> None:
    catalog = load_catalog(small.write(tmp_path))
    decision = catalog.decision
    assert decision.patterns == ("Deployment", "StatefulSet", "sidecar.log")
    assert decision.questions["needs"].many
    assert decision.questions["needs"].options[1].when == Is("keeps", ("disk",))
    assert decision.facts == {"stateful": Is("keeps", ("disk",))}
    assert [rule.key for rule in decision.rules] == ["base:plain", "base:disks", "add:logs", "set:few", "warn:care"]
    assert decision.rules[0].when == Not(Fact("stateful"))
    assert decision.rules[3].settings == (("copies", 3),)
    assert decision.examples[0].answers == {"keeps": "nothing", "needs": ()}
    assert catalog.default_minor == (1, 30)
    sidecar = catalog.components["sidecar.log", "large"]
    assert sidecar.config == ("config/agent.conf",)
    keys = [parameter.key for parameter in sidecar.parameters]
    assert keys == [f"sidecar.log.{name}" for name in ("implementation", "path", "name", "mode", "limit")]
    workload = catalog.components["Deployment", "default"]
    assert [parameter.key for parameter in workload.parameters] == ["app.name", "app.copies"]
    assert pickle.loads(pickle.dumps(catalog)) == catalog


def test_nested_conditions_are_parsed(tmp_path: Path) -> None:
    when = "{any: [{keeps: disk}, {all: [{needs: files}]}], at_least: {n: 1, of: [{keeps: nothing}]}}"
    root = small.write(tmp_path, small.edited(TABLE, "{needs: files}, use", f"{when}, use"))
    rule = load_catalog(root).decision.section("add")[0]
    either = AnyOf((Is("keeps", ("disk",)), All((Is("needs", ("files",)),))))
    assert rule.when == All((either, AtLeast(1, (Is("keeps", ("nothing",)),))))


def test_the_digest_covers_every_file_that_can_change_a_bundle(tmp_path: Path) -> None:
    one = load_catalog(small.write(tmp_path / "one"))
    other = load_catalog(small.write(tmp_path / "other", {"templates/sidecar/log/config/agent.conf": "y\n"}))
    again = load_catalog(small.write(tmp_path / "again"))
    assert one.digest == again.digest != other.digest


def test_lessons_are_not_part_of_the_digest(tmp_path: Path) -> None:
    one = load_catalog(small.write(tmp_path / "one"))
    other = load_catalog(small.write(tmp_path / "other", {"templates/lessons/Deployment.md": "Another page.\n"}))
    assert one.digest == other.digest


def test_the_examples_file_is_optional(tmp_path: Path) -> None:
    catalog = load_catalog(small.write(tmp_path, {"templates/examples.yaml": None}))
    assert catalog.decision.examples == ()


def test_an_option_may_have_a_term(tmp_path: Path) -> None:
    changes = small.edited(TABLE, "disk: A disk", "disk: {say: A disk, term: PersistentVolumeClaim}")
    decision = load_catalog(small.write(tmp_path, changes)).decision
    options = [(option.id, option.say, option.term) for option in decision.questions["keeps"].options]
    assert options == [("nothing", "Nothing", ""), ("disk", "A disk", "PersistentVolumeClaim")]


GROUPS = small.FILES["templates/shared/parameters.yaml"]
FIRST = f"""{GROUPS}    first: [{{say: "{{own.name}} must be known.", owner: you, when: {{given: own.name}}}}]\n"""


def test_the_prerequisites_of_a_group_apply_to_each_component_that_uses_it(tmp_path: Path) -> None:
    changes = small.edited("templates/sidecar/log/component.yaml", "images: [agent]", "use: identity\nimages: [agent]")
    catalog = load_catalog(small.write(tmp_path, {**changes, "templates/shared/parameters.yaml": FIRST}))
    for (pattern, _), component in catalog.components.items():
        (one,) = component.declares.first
        assert one.say == "{own.name} must be known." and one.owner == "you"
        assert parameters_of(one.when) == (f"{'app' if pattern == 'Deployment' else pattern}.name",)
        assert "first" not in {parameter.name for parameter in component.parameters}


def test_a_parameter_of_a_group_may_be_called_first(tmp_path: Path) -> None:
    text = f"{GROUPS}    first: {{ask: Who is first?, type: name, default: x}}\n"
    catalog = load_catalog(small.write(tmp_path, {"templates/shared/parameters.yaml": text}))
    assert "app.first" in {one.key for c in catalog.components.values() for one in c.parameters}


def test_all_faults_are_reported_together(tmp_path: Path) -> None:
    changes = small.edited(TABLE, "unsure: nothing", "unsure: nothink") | small.edited(IMAGES, "uid: 10001", "uid: x")
    root = small.write(tmp_path, changes)
    with pytest.raises(CatalogError) as caught:
        load_catalog(root)
    assert len(caught.value.faults) == 2
    assert str(caught.value).endswith("(and 1 more)")
    assert caught.value.hint


def test_a_missing_table_and_missing_folders_are_faults(tmp_path: Path) -> None:
    assert [fault.code for fault in small.faults(tmp_path)] == ["unreadable"]
    left_out: dict[str, str | None] = {path: None for path in small.FILES if path != TABLE}
    codes = {fault.code for fault in small.faults(small.write(tmp_path, left_out))}
    assert codes == {"missing-templates"}


def test_a_misspelled_file_is_not_ignored(tmp_path: Path) -> None:
    root = small.write(tmp_path, {"templates/sidecar/log/pods.yaml": "x"})
    assert small.lines(root) == ["templates/sidecar/log/pods.yaml: nothing reads this file (did you mean 'pod.yaml'?)"]


def test_a_link_out_of_the_catalogue_is_a_fault(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    root = small.write(tmp_path / "catalogue")
    inside = root / "templates/sidecar/log/config/again.conf"
    inside.symlink_to(root / "templates/sidecar/log/config/agent.conf")
    assert small.faults(root) == ()
    (root / "templates/sidecar/log/config/stolen.conf").symlink_to(secret)
    (root / "templates/sidecar/log/objects").symlink_to(tmp_path, target_is_directory=True)
    assert [fault.code for fault in small.faults(root)] == ["outside-catalog", "outside-catalog"]


def test_a_table_that_links_out_of_the_catalogue_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(small.TABLE)
    root = small.write(tmp_path / "catalogue", {TABLE: None})
    (root / TABLE).symlink_to(tmp_path / "elsewhere.yaml")
    assert "outside-catalog" in [fault.code for fault in small.faults(root)]
