"""The file templates/discovery.yaml: its keys, and the position of each fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog.small import lines, write
from wizard.catalog.clues import agreed, kinds_read
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Evidence, Lookup

FILE = "templates/discovery.yaml"
GOOD = """\
format: 1
clues:
  disk:
    look: {daemon_set: {images: ["*disk*"], reads: [/var/log]}}
    say: The * is there.
    answers: {keeps: disk}
    suggests: {needs: files}
    about: [needs]
    parameters: {sidecar.log.mode: slow}
    implementations: {sidecar.log: large}
"""


def test_a_clue_is_read(tmp_path: Path) -> None:
    clue = load_catalog(write(tmp_path, {FILE: GOOD})).clues["disk"]
    assert clue.look == Lookup("daemon_set", ("*disk*",), ("/var/log",))
    assert (clue.answers, clue.suggests, clue.about) == ((("keeps", "disk"),), (("needs", "files"),), ("needs",))
    assert clue.parameters == (("sidecar.log.mode", "slow"),)
    assert clue.implementations == (("sidecar.log", "large"),)
    assert clue.position.line == 3


OBJECTS = """\
format: 1
clues:
  way:
    look: {objects: {api: acme.io/v1, kind: Way, path: spec.mode}}
    say: It is *.
    parameters: {sidecar.log.mode: "*"}
"""


def test_a_field_of_custom_resources_presets_a_parameter(tmp_path: Path) -> None:
    clues = load_catalog(write(tmp_path, {FILE: OBJECTS})).clues
    assert clues["way"].look == Lookup("objects", ("acme.io/v1", "Way"), ("spec.mode",))
    assert kinds_read(clues) == ("Way",)
    assert agreed(clues, (Evidence("way", "slow"),), "parameters") == {"sidecar.log.mode": "slow"}


@pytest.mark.parametrize(
    "api", ["v1", "apps/v1", "policy/v1", "rbac.authorization.k8s.io/v1", "acme.io", "acme.io/v1/x"]
)
def test_an_api_that_is_built_in_or_malformed_cannot_be_looked_up(api: str, tmp_path: Path) -> None:
    (fault,) = lines(write(tmp_path, {FILE: OBJECTS.replace("acme.io/v1", api)}))
    assert f"{FILE}:4:27: objects of '{api}' are not supported" in fault


def test_the_discovery_file_is_optional(tmp_path: Path) -> None:
    assert load_catalog(write(tmp_path)).clues == {}


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("answers: {keeps: disk}", "answers: {keep: disk}", "6:15", "did you mean 'keeps'"),
        ("answers: {keeps: disk}", "answers: {keeps: disc}", "6:22", "did you mean 'disk'"),
        ("answers: {keeps: disk}", "answers: {needs: files}", "6:15", "use `suggests`"),
        ("about: [needs]", "about: [neds]", "8:13", "did you mean 'needs'"),
        ("mode: slow", "mode: slov", "9:36", "did you mean 'slow'"),
        ("sidecar.log.mode:", "sidecar.log.mod:", "9:18", "did you mean 'sidecar.log.mode'"),
        ("sidecar.log.mode: slow", "app.copies: 2", "9:18", "no parameter 'app.copies'"),
        ("sidecar.log: large", "sidecar.log: larg", "10:36", "did you mean 'large'"),
        ("daemon_set: {images", "daemon_sets: {images", "4:12", "did you mean 'daemon_set'"),
        ('images: ["*disk*"], ', "", "4:24", "has no 'images'"),
        ('["*disk*"]', "[]", "4:33", "is empty"),
        ("The * is", "The * is *", "5:10", "more than one"),
        ("suggests:", "sugests:", "7:5", "did you mean 'suggests'"),
    ],
)
def test_a_wrong_word_is_reported_at_its_position(old: str, new: str, place: str, message: str, tmp_path: Path) -> None:
    assert GOOD.count(old) == 1
    found = lines(write(tmp_path, {FILE: GOOD.replace(old, new)}))
    assert any(f"{FILE}:{place}" in line and message in line for line in found), found


@pytest.mark.parametrize(
    ("look", "message"),
    [
        ("{}", "needs one of"),
        ("{groups: [a], namespace: [b=c]}", "needs one of"),
        ("{namespace: [enabled]}", "key=value"),
        ('{version: {from: "1.40", before: "1.30"}}', "no version"),
        ('{version: {from: "new"}}', "not a Kubernetes minor"),
    ],
)
def test_an_invalid_lookup_is_a_fault(look: str, message: str, tmp_path: Path) -> None:
    text = f"format: 1\nclues:\n  one:\n    look: {look}\n    say: There.\n    about: [keeps]\n"
    found = lines(write(tmp_path, {FILE: text}))
    assert any(message in line for line in found), found


def test_a_clue_that_mentions_no_question_is_a_fault(tmp_path: Path) -> None:
    text = "format: 1\nclues:\n  one:\n    look: {groups: [a]}\n    say: There.\n"
    assert "does not mention any question" in lines(write(tmp_path, {FILE: text}))[0]
