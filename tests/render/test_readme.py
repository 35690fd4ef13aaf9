"""The README of a bundle, and the resources of a pod."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.kitchen import ALL, CATALOG, drawn, request
from wizard.render.bundle.render import render
from wizard.render.loads import Load, effective
from wizard.render.model import RenderRequest

NAME = "templates/shared/README.md"


def readme(request_: RenderRequest) -> str:
    return render(CATALOG, request_).files[0].text


def test_the_small_catalogue_has_the_shipped_readme_template() -> None:
    ours, shipped = CATALOG.root, Path(__file__).parents[2]
    assert (ours / NAME).read_text("utf-8") == (shipped / NAME).read_text("utf-8")


def test_the_readme_lists_the_prerequisites() -> None:
    text = readme(request(*ALL))
    assert "- Secret `shop-token` with the key `token` must exist" in text
    assert (
        "kubectl apply -f ./manifests/00-namespace.yaml\nkubectl -n shop create secret docker-registry registry" in text
    )
    assert 'kubectl -n shop create secret generic shop-token --from-literal=token="$TOKEN"' in text
    assert "kubectl -n shop describe secret shop-token" in text
    assert "with the keys  " not in readme(request("init.migrate"))
    assert "There are no other prerequisites." not in text
    own = {"app.pull_secret_use": "no", "app.image": "shop:1.2"}
    assert "There are no other prerequisites." in readme(request(given=own))


def test_the_readme_shows_the_decision_of_the_request() -> None:
    full = request("sidecar.shipper")._replace(
        decision_path=(("Where do | logs go?", "only to files"),),
        rejected=(("Job", "It does not *end*."),),
        warnings=(("warning", "Look out.", "Do that."),),
        command="podwizard new . --answers podwizard.yaml",
        assumed=("logs",),
    )
    text = readme(full)
    assert "| Where do \\| logs go? | only to files |" in text
    assert "| Job | It does not \\*end\\*. |" in text
    assert "- **warning**: Look out. Do that." in text
    assert "```sh\npodwizard new . --answers podwizard.yaml\n```" in text
    assert "| Log shipper | Files stay in the pod. |" in text


def test_the_diagram_shows_the_drawing_of_the_request() -> None:
    wanted = drawn(request(*ALL))
    pod = render(CATALOG, wanted).pod
    assert pod and [(one.name, one.role) for one in pod.containers] == [
        (one.name, one.role) for one in wanted.drawing.containers
    ]
    lines = readme(wanted).partition("```mermaid\n")[2].partition("```")[0].splitlines()
    assert lines[1:3] == ['  subgraph pod["Deployment shop: one pod"]', '    c1["sidecar<br/>shipper"]']
    assert "    c1 --> c2 --> c3 --> c4" in lines
    assert lines[-5:] == ['    v1[("logs")]', "    c1 -.- v1", "    c3 -.- v1", "    c4 -.- v1", "  end"]
    fewer = wanted.drawing._replace(containers=wanted.drawing.containers[1:])
    assert "shipper<" not in readme(wanted._replace(drawing=fewer)).partition("```mermaid\n")[2].partition("```")[0]


def test_the_readme_lists_objects_images_and_notes() -> None:
    text = readme(request(*ALL))
    assert "| Deployment/shop | [manifests/deployment.yaml](manifests/deployment.yaml) | Deployment |" in text
    assert "| `registry.example/shipper:1.0` | Log shipper | 2026-11-22 |" in text
    assert "Reads `/var/log/app/*.log`, tags with shop." in text
    assert "kubectl -n shop rollout status deployment/shop" in text
    assert "kubectl -n shop rollout undo deployment/shop" in text


def test_only_a_sample_is_reported_as_an_unchanged_example_value() -> None:
    assert "The answer is still the example's, `db.example` (`init.wait.host`)." in readme(request("init.wait"))
    for typed in ("real.io", "https://s3.eu-central-1.amazonaws.com", "mydb.example", "db.example.com"):
        text = readme(request("init.wait", given={"init.wait.host": typed, "app.image": "shop:1.2"}))
        assert "still the example" not in text


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sets(st.sampled_from(ALL)))
def test_the_readme_has_clean_markdown_for_every_bundle(chosen: set[str]) -> None:
    text = readme(request(*[p for p in ALL if p in chosen]))
    lines = text.split("\n")
    assert "\n\n\n" not in text
    assert not any(line != line.rstrip() for line in lines)
    for before, line in pairwise(lines):
        if line.startswith("#"):
            assert before == "" or before.startswith("kubectl"), line
        if line.startswith("|") and not before.startswith("|"):
            assert before == "", line


def test_the_effective_request_is_the_maximum_that_runs_concurrently() -> None:
    sidecar, init = Load(100, 10, init=True, lasting=True), Load(500, 5, init=True, lasting=False)
    app = Load(200, 50, init=False, lasting=False)
    assert effective([sidecar, init, app]) == (600, 60)
    assert effective([init, sidecar, app]) == (500, 60)
    assert effective([app]) == (200, 50)
    assert effective([]) == (0, 0)
