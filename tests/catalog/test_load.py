"""Each kind of fault is found, with its place and its fix; and a sound catalogue loads."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from tests.catalog import small
from wizard.catalog.load import load_catalog
from wizard.decision.model import All, AnyOf, AtLeast, Fact, Is, Not
from wizard.errors import CatalogError

TABLE = "decision_table.yaml"
SIDECAR = "templates/sidecar/log/component.yaml"
WORKLOAD = "templates/workloads/deployment/component.yaml"
IMAGES = "templates/images.yaml"
FEATURES = "templates/features.yaml"
PARAMETERS = "templates/shared/parameters.yaml"


def test_a_sound_catalogue_loads(tmp_path: Path) -> None:
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


def test_conditions_are_read_as_structure(tmp_path: Path) -> None:
    when = "{any: [{keeps: disk}, {all: [{needs: files}]}], at_least: {n: 1, of: [{keeps: nothing}]}}"
    root = small.write(tmp_path, small.edited(TABLE, "{needs: files}, use", f"{when}, use"))
    rule = load_catalog(root).decision.section("add")[0]
    either = AnyOf((Is("keeps", ("disk",)), All((Is("needs", ("files",)),))))
    assert rule.when == All((either, AtLeast(1, (Is("keeps", ("nothing",)),))))


def test_the_digest_covers_every_file(tmp_path: Path) -> None:
    one = load_catalog(small.write(tmp_path / "one"))
    other = load_catalog(small.write(tmp_path / "other", {"templates/sidecar/log/config/agent.conf": "y\n"}))
    again = load_catalog(small.write(tmp_path / "again"))
    assert one.digest == again.digest != other.digest


FAULTS = [
    (TABLE, "    ask: What must", "    asks: What must", "5:5: unknown key 'asks' in question 'keeps' (did you mean 'ask'?)"),
    (TABLE, "    ask: What must it keep?\n", "", "5:5: question 'keeps' has no 'ask' (add 'ask:')"),
    (TABLE, "{fact: stateful}, use", "{fact: statefull}, use", "36:23: unknown fact 'statefull' in base rule 'disks' (did you mean 'stateful'?)"),
    (TABLE, "stateful: {keeps: disk}", "stateful: {keep: disk}", "17:14: unknown question 'keep' in fact 'stateful' (did you mean 'keeps'?)"),
    (TABLE, "stateful: {keeps: disk}", "stateful: {keeps: disc}", "17:21: question 'keeps' has no option 'disc' (fact 'stateful') (did you mean 'disk'?)"),
    (TABLE, "unsure: nothing", "unsure: nothink", "9:13: `unsure` of question 'keeps' cannot be 'nothink' (did you mean 'nothing'?)"),
    (TABLE, "use: StatefulSet,", "use: StatefullSet,", "36:39: unknown pattern 'StatefullSet' in base rule 'disks' (did you mean 'StatefulSet'?)"),
    (TABLE, "because: A disk is kept.", "because: ''", "36:61: `because` of base rule 'disks' is empty (write a sentence, or leave it out)"),
    (TABLE, ", because: A disk is kept.", "", "36:10: base rule 'disks' has no 'because' (add 'because:')"),
    (TABLE, "format: 1", "format: 2", "1:9: format 2 is newer than this program knows (1) (use a newer podwizard)"),
    (TABLE, "level: note", "level: info", "42:47: `level` of warn rule 'care' cannot be 'info' (one of: note, warning, error)"),
    (TABLE, "set: {copies: 3}", "set: {copys: 3}", "40:39: no workload declares the setting 'copys' (did you mean 'copies'?)"),
    (TABLE, "set: {copies: 3}", "set: {copies: many}", "40:47: setting 'copies': many: not a whole number (digits only, such as 3)"),
    (TABLE, "stateful: {keeps: disk}", "stateful: {not: {fact: stateful}}", "17:3: a condition that leads back to itself: fact 'stateful' → fact 'stateful' (break the circle)"),
    (TABLE, "    ask: What must it keep?", "    ask: What?\n    when: {needs: wait}", "4:3: a condition that leads back to itself: question 'keeps' → question 'needs' → question 'keeps' (break the circle)"),
    (TABLE, "with: StatefulSet", "with: 'statefulset.*'", "44:27: no pattern matches 'statefulset.*' (did you mean 'StatefulSet'?)"),
    (TABLE, "{keeps: nothing, needs: []}", "{keeps: nothing, needs: [file]}", "46:70: question 'needs' has no option 'file' (example 'nothing') (did you mean 'files'?)"),
    (TABLE, "warn: []", "warn: [cares]", "46:100: unknown warning 'cares' in example 'nothing' (did you mean 'care'?)"),
    (TABLE, "folder: workloads/deployment", "folder: workloads/deploiment", "19:3: pattern 'Deployment' names the folder 'templates/workloads/deploiment', and there is none (did you mean 'templates/workloads/deployment'?)"),
    (TABLE, "folder: workloads/deployment", "folder: ../templates/workloads/deployment", "19:3: pattern 'Deployment' names the folder '../templates/workloads/deployment' (a path below templates/, without `..`)"),
    (TABLE, "  keeps:\n", "  any:\n", "4:3: a question cannot be called 'any' (the word is part of conditions)"),
    (TABLE, "use: sidecar.log,", "use: Deployment,", "38:3: pattern 'Deployment' is a base, and 'logs' adds it (add another pattern)"),
    (SIDECAR, "images: [agent]", "images: [agnet]", "4:10: component 'sidecar/log' uses unknown image 'agnet' (did you mean 'agent'?)"),
    (SIDECAR, '["sidecar.*"]', "[init.secrets]", "5:9: component 'sidecar/log' needs 'init.secrets', and no pattern matches it"),
    (SIDECAR, "type: path", "type: paht", "7:29: `type` of parameter 'path' cannot be 'paht' (did you mean 'path'?)"),
    (SIDECAR, "default: 10Mi", "default: 10MB", "10:50: `default` of parameter 'limit': 10MB: not a quantity (did you mean `10Mi`?)"),
    (SIDECAR, "default: 10Mi", "default: 2Gi", "10:50: `default` of parameter 'limit': 2Gi: too large, the most is 1Gi (type 1Gi or less)"),
    (SIDECAR, "{mode: fast}", "{mod: fast}", "10:79: `shown_when` of parameter 'limit' names unknown parameter 'mod' (did you mean 'mode'?)"),
    (SIDECAR, "{mode: fast}", "{limit: 1Mi}", "10:78: conditions that lead back to themselves: limit → limit"),
    (SIDECAR, "parameter: app.name", "parameter: app.nam", "8:3: parameter 'sidecar.log.name' follows unknown 'app.nam' (did you mean 'app.name'?)"),
    (SIDECAR, "parameter: app.name", "parameter: sidecar.log.name", "8:3: parameters that follow each other in a circle: sidecar.log.name → sidecar.log.name"),
    (SIDECAR, "  path:", "  implementation:", "7:3: a parameter cannot be called 'implementation' (letters, digits, `_` and `-`)"),
    (SIDECAR, "default: fast", "default: fsat", "9:58: `default` of parameter 'mode': fsat: not one of the choices (did you mean 'fast'?)"),
    (WORKLOAD, "use: identity", "use: identiti", "6:6: component 'workloads/deployment' uses unknown group 'identiti' (did you mean 'identity'?)"),
    (WORKLOAD, "workload: workload.yaml", "workload: work.yaml", "4:11: component 'workloads/deployment' has no file 'work.yaml'"),
    (IMAGES, "tag: 1.0.0", "tag: latest", "3:3: image 'agent': example.com/agent:latest: `latest` changes under your feet (name a version, such as `example.com/agent:1.4.2`)"),
    (IMAGES, "uid: 10001", "uid: nobody", "6:10: `uid` of image 'agent' is not a whole number: 'nobody'"),
    (FEATURES, 'default: "1.30"', 'default: "1.31"', "3:10: `default` is none of the minors"),
    (PARAMETERS, "type: name", "typ: name", "4:31: unknown key 'typ' in parameter 'name' (did you mean 'type'?)"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "expected"), FAULTS, ids=lambda value: str(value)[:30])
def test_each_fault_has_its_place_and_its_fix(path: str, old: str, new: str, expected: str, tmp_path: Path) -> None:
    found = small.lines(small.write(tmp_path, small.edited(path, old, new)))
    assert f"{path}:{expected}" in found, "\n".join(found)


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    changes = small.edited(TABLE, "unsure: nothing", "unsure: nothink") | small.edited(IMAGES, "uid: 10001", "uid: x")
    root = small.write(tmp_path, changes)
    with pytest.raises(CatalogError) as caught:
        load_catalog(root)
    assert len(caught.value.faults) == 2
    assert str(caught.value).endswith("(and 1 more)")
    assert caught.value.hint


def test_a_missing_table_and_missing_folders_are_faults(tmp_path: Path) -> None:
    assert [fault.code for fault in small.faults(tmp_path)] == ["unreadable", "missing-file"]
    left_out: dict[str, str | None] = {path: None for path in small.FILES if path != TABLE}
    codes = {fault.code for fault in small.faults(small.write(tmp_path, left_out))}
    assert codes == {"missing-folder", "unknown-setting"}


def test_a_misspelled_file_is_not_ignored(tmp_path: Path) -> None:
    root = small.write(tmp_path, {"templates/sidecar/log/pods.yaml": "x"})
    assert small.lines(root) == ["templates/sidecar/log/pods.yaml: nothing reads this file (did you mean 'pod.yaml'?)"]


def test_links_never_lead_out_of_the_catalogue(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    root = small.write(tmp_path / "catalogue")
    inside = root / "templates/sidecar/log/config/again.conf"
    inside.symlink_to(root / "templates/sidecar/log/config/agent.conf")
    assert small.faults(root) == ()
    (root / "templates/sidecar/log/config/stolen.conf").symlink_to(secret)
    (root / "templates/sidecar/log/objects").symlink_to(tmp_path, target_is_directory=True)
    assert [fault.code for fault in small.faults(root)] == ["outside-catalog", "outside-catalog"]


def test_a_table_that_is_a_link_to_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(small.TABLE)
    root = small.write(tmp_path / "catalogue", {TABLE: None})
    (root / TABLE).symlink_to(tmp_path / "elsewhere.yaml")
    assert "outside-catalog" in [fault.code for fault in small.faults(root)]
