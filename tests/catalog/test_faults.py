"""All kinds of faults in a catalogue, each with its position and fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalog import small
from tests.catalog.faults_of_tables import FAULTS_OF_TABLES, Wrong
from wizard.errors import Position

SIDECAR = "templates/sidecar/log/component.yaml"
WORKLOAD = "templates/workloads/deployment/component.yaml"
IMAGES = "templates/images.yaml"
FEATURES = "templates/features.yaml"
EXAMPLES = "templates/examples.yaml"
PARAMETERS = "templates/shared/parameters.yaml"


FAULTS = [
    *FAULTS_OF_TABLES,
    Wrong(
        EXAMPLES,
        "{keeps: nothing",
        "{keep: nothing",
        "keep:",
        "unknown question 'keep' in example 'nothing'",
        "did you mean 'keeps'?",
    ),
    Wrong(
        EXAMPLES,
        "{keeps: nothing",
        "{keeps: nothink",
        "nothink",
        "question 'keeps' has no option 'nothink' (example 'nothing')",
        "did you mean 'nothing'?",
    ),
    Wrong(
        EXAMPLES,
        "base: Deployment",
        "base: Deploiment",
        "Deploim",
        "unknown pattern 'Deploiment' in example 'nothing'",
        "did you mean 'Deployment'?",
    ),
    Wrong(
        EXAMPLES,
        "format: 1",
        "format: 2",
        "2",
        "format 2 is newer than this podwizard supports (1)",
        "use a newer podwizard",
    ),
    Wrong(
        EXAMPLES,
        "{keeps: nothing, needs: []}",
        "{keeps: nothing, needs: [file]}",
        "file]",
        "question 'needs' has no option 'file' (example 'nothing')",
        "did you mean 'files'?",
    ),
    Wrong(
        EXAMPLES,
        "warn: []",
        "warn: [cares]",
        "cares",
        "unknown warning 'cares' in example 'nothing'",
        "did you mean 'care'?",
    ),
    Wrong(
        SIDECAR,
        "images: [agent]",
        "images: [agnet]",
        "agne",
        "component 'sidecar/log' uses unknown image 'agnet'",
        "did you mean 'agent'?",
    ),
    Wrong(
        SIDECAR,
        '["sidecar.*"]',
        "[init.secrets]",
        "init",
        "component 'sidecar/log' needs 'init.secrets', but no pattern matches it",
        "",
    ),
    Wrong(
        SIDECAR,
        "type: path",
        "type: paht",
        "paht",
        "`type` of parameter 'path' cannot be 'paht'",
        "did you mean 'path'?",
    ),
    Wrong(
        SIDECAR,
        "default: 10Mi",
        "default: 10MB",
        "10MB",
        "`default` of parameter 'limit': 10MB: not a quantity",
        "did you mean `10Mi`?",
    ),
    Wrong(
        SIDECAR,
        "default: 10Mi",
        "default: 2Gi",
        "2Gi,",
        "`default` of parameter 'limit': 2Gi: too large, the maximum is 1Gi",
        "type 1Gi or less",
    ),
    Wrong(
        SIDECAR,
        "{mode: fast}",
        "{mod: fast}",
        "mod:",
        "parameter 'limit': unknown parameter 'sidecar.log.mod'",
        "did you mean 'sidecar.log.mode'?",
    ),
    Wrong(
        SIDECAR,
        "{mode: fast}",
        "{limit: 1Mi}",
        "limit:",
        "parameters that depend on each other in a circle: sidecar.log.limit → sidecar.log.limit",
        "",
    ),
    Wrong(
        SIDECAR,
        "parameter: app.name",
        "parameter: app.nam",
        "name:",
        "parameter 'sidecar.log.name' follows unknown 'app.nam'",
        "did you mean 'app.name'?",
    ),
    Wrong(
        SIDECAR,
        "parameter: app.name",
        "parameter: sidecar.log.name",
        "name:",
        "parameters that depend on each other in a circle: sidecar.log.name → sidecar.log.name",
        "",
    ),
    Wrong(
        SIDECAR,
        "  path:",
        "  implementation:",
        "impl",
        "a parameter cannot be called 'implementation'",
        "letters, digits, `_` and `-`",
    ),
    Wrong(
        SIDECAR,
        "default: fast",
        "default: fsat",
        "fsat",
        "`default` of parameter 'mode': fsat: not one of the options",
        "did you mean 'fast'?",
    ),
    Wrong(
        WORKLOAD,
        "use: identity",
        "use: identiti",
        "iden",
        "component 'workloads/deployment' uses unknown group 'identiti'",
        "did you mean 'identity'?",
    ),
    Wrong(
        WORKLOAD,
        "workload: workload.yaml",
        "workload: work.yaml",
        "work.",
        "component 'workloads/deployment' has no file 'work.yaml'",
        "",
    ),
    Wrong(
        IMAGES,
        "tag: 1.0.0",
        "tag: latest",
        "agent:",
        "image 'agent': example.com/agent:latest: `latest` can change at any time",
        "add the tag of the version that you tested, after a `:`, or its digest, after `@sha256:`",
    ),
    Wrong(
        IMAGES,
        "uid: 10001",
        "uid: nobody",
        "nobo",
        "`uid` of image 'agent' is not a whole number: 'nobody'",
        "",
    ),
    Wrong(
        FEATURES,
        'default: "1.30"',
        'default: "1.31"',
        '"1.31',
        "`default` is not one of the minors",
        "",
    ),
    Wrong(
        PARAMETERS,
        "    name: {ask",
        "    first: [{say: Prometheus must run., owner: they}]\n    name: {ask",
        "they",
        "`owner` of `first` of group 'identity' cannot be 'they'",
        "one of: you, platform",
    ),
    Wrong(
        PARAMETERS,
        "type: name",
        "typ: name",
        "typ:",
        "unknown key 'typ' in parameter 'name'",
        "did you mean 'type'?",
    ),
]


@pytest.mark.parametrize("wrong", FAULTS, ids=lambda wrong: wrong.new[:30])
def test_each_fault_is_reported_with_its_position_and_fix(wrong: Wrong, tmp_path: Path) -> None:
    changes = small.edited(wrong.path, wrong.old, wrong.new)
    before, at, _ = (changes[wrong.path] or "").partition(wrong.at)
    assert at
    place = Position(str(tmp_path / wrong.path), before.count("\n") + 1, len(before) - before.rfind("\n"))
    found = small.faults(small.write(tmp_path, changes))
    assert (place, wrong.message, wrong.hint) in [(fault.position, fault.message, fault.hint) for fault in found]
