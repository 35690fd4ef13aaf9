"""A whole bundle of the small catalogue."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.render.kitchen import ALL, CATALOG, COMPONENTS, request, with_component
from wizard.errors import RenderError
from wizard.kube.objects import ObjectRef
from wizard.render.bundle.render import render
from wizard.render.compose.objects import without_comments
from wizard.render.model import Bundle, BundleFile


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return render(CATALOG, request(*ALL))


def file(bundle: Bundle, name: str) -> BundleFile:
    return next(f for f in bundle.files if f.path.endswith(name))


def pod_spec(bundle: Bundle) -> dict[str, Any]:
    spec: dict[str, Any] = file(bundle, "deployment.yaml").document["spec"]["template"]["spec"]
    return spec


def test_files_are_in_apply_order_and_the_namespace_sorts_first_by_name(bundle: Bundle) -> None:
    paths = [f.path for f in bundle.files]
    assert paths[:3] == ["README.md", "podwizard.yaml", "kustomization.yaml"]
    assert paths[3] == "manifests/00-namespace.yaml" == min(paths[3:])
    assert paths[4:] == [
        f"manifests/{name}.yaml"
        for name in (
            "serviceaccount",
            "configmap-shipper",
            "service",
            "networkpolicy",
            "deployment",
            "horizontalpodautoscaler",
        )
    ]
    assert yaml.safe_load(file(bundle, "kustomization.yaml").text)["resources"] == paths[3:]
    assert file(bundle, "service.yaml").ref == ObjectRef("v1", "Service", "shop", "shop")


def test_the_same_request_renders_the_same_bytes_even_after_pickling(bundle: Bundle) -> None:
    again = render(*pickle.loads(pickle.dumps((CATALOG, request(*ALL)))))
    assert [f.text for f in again.files] == [f.text for f in bundle.files]
    assert again.digest == bundle.digest
    assert pickle.loads(pickle.dumps(bundle)) == bundle


def test_every_slot_is_filled(bundle: Bundle) -> None:
    spec = pod_spec(bundle)
    assert [c["name"] for c in spec["initContainers"]] == ["shipper", "wait", "migrate"]
    assert [v["name"] for v in spec["volumes"]] == ["tmp", "logs", "shipper-config"]
    assert {"name": "LOG_DIR", "value": "/var/log/app"} in spec["containers"][0]["env"]
    assert spec["shareProcessNamespace"] is False
    template = file(bundle, "deployment.yaml").document["spec"]["template"]["metadata"]
    assert set(template["annotations"]) == {"prometheus.io/port", "checksum/shipper"}
    assert [p["name"] for p in file(bundle, "service.yaml").document["spec"]["ports"]] == ["http", "shipper"]
    assert file(bundle, "networkpolicy.yaml").document["spec"]["egress"][1] == {"ports": [{"port": 24224}]}


def test_config_files_become_a_config_map_with_a_checksum_of_their_content(bundle: Bundle) -> None:
    made = file(bundle, "configmap-shipper.yaml").document
    assert made["metadata"]["name"] == "shop-shipper"
    assert made["metadata"]["labels"]["app.kubernetes.io/name"] == "shop"
    assert yaml.safe_load(made["data"]["shipper.yaml"])["inputs"] == [{"path": "/var/log/app/*.log", "tag": "shop"}]
    other = render(CATALOG, request(*ALL, given={"sidecar.shipper.tag": "x"}))
    sums = [
        file(b, "deployment.yaml").document["spec"]["template"]["metadata"]["annotations"]["checksum/shipper"]
        for b in (bundle, other)
    ]
    assert sums[0] != sums[1]


def test_a_comment_in_a_config_file_does_not_change_the_checksum() -> None:
    with_comments, without = (
        file(render(CATALOG, request(*ALL, comments=comments)), "deployment.yaml").document
        for comments in (True, False)
    )
    assert with_comments == without
    assert without_comments("# a\n\nb 1;\n   # c\n; d\n  e # f\n") == "b 1;\n  e # f"


def test_each_block_of_a_component_has_a_comment_with_its_answer(bundle: Bundle) -> None:
    text = file(bundle, "deployment.yaml").text
    assert "# <- logs: only to files\n        # Native sidecar.\n        - name: shipper" in text
    assert file(bundle, "configmap-shipper.yaml").text.startswith("# <- logs: only to files\n")
    assert "# <-" not in file(bundle, "00-namespace.yaml").text


def test_turning_comments_off_removes_only_comments(bundle: Bundle) -> None:
    bare = render(CATALOG, request(*ALL, comments=False))
    for before, after in zip(bundle.manifests, bare.manifests, strict=True):
        assert before.path == after.path
        if "configmap" not in before.path and "deployment" not in before.path:  # their config files' comments are data
            assert before.document == after.document
    text = file(bare, "deployment.yaml").text
    assert "# not a comment" in text
    assert "# Native" not in text
    assert "<-" not in "".join(f.text for f in bare.manifests)


def test_lines_and_paths_have_the_origin_of_their_component(bundle: Bundle) -> None:
    found = file(bundle, "deployment.yaml")
    lines = found.text.splitlines()
    assert len(lines) == len(found.origins)
    by_line = dict(zip(lines, found.origins, strict=True))
    shipper = by_line["        - name: shipper"]
    assert shipper is not None
    assert (shipper.component, shipper.rule, shipper.questions) == ("sidecar.shipper", "add:files", ("logs",))
    app = by_line["        - name: shop"]
    assert app is not None
    assert app.component == "app"
    assert found.paths["spec.template.spec.initContainers[0].image"] == shipper
    assert found.paths["spec.template.metadata.annotations[checksum/shipper]"].component == "sidecar.shipper"


def test_null_and_empty_values_are_left_out() -> None:
    bundle = render(CATALOG, request(given={"app.version": None, "app.args": (), "app.settings": ()}))
    made = file(bundle, "deployment.yaml").document
    assert list(made["metadata"]["labels"]) == ["app.kubernetes.io/name"]
    assert {"args", "env"}.isdisjoint(made["spec"]["template"]["spec"]["containers"][0])
    assert "null" not in "".join(f.text for f in bundle.manifests)


def test_features_depend_on_the_minor() -> None:
    newer = request("hpa")._replace(minor=(1, 37))
    assert "behavior" not in file(render(CATALOG, request("hpa")), "autoscaler.yaml").document["spec"]
    assert "behavior" in file(render(CATALOG, newer), "autoscaler.yaml").document["spec"]


def test_the_bundle_lists_images_resources_and_start_order(bundle: Bundle) -> None:
    assert ("sidecar.shipper", "registry.example/shipper:1.0") in bundle.images
    assert ("app", "registry.example/shop:1.2") in bundle.images
    pod = bundle.pod
    assert pod is not None
    assert [(c.name, c.role) for c in pod.containers] == [
        ("shipper", "sidecar"),
        ("wait", "init"),
        ("migrate", "init"),
        ("shop", "app"),
    ]
    assert (pod.replicas, pod.cpu_millis, pod.helper_cpu_millis) == ("2-10", 520, 20)
    other = render(CATALOG, request("sidecar.shipper", registry="mirror.example:5000"))
    assert "mirror.example:5000/shipper:1.0" in file(other, "deployment.yaml").text


def test_unsupported_forms_are_refused() -> None:
    with pytest.raises(RenderError, match="helm form"):
        render(CATALOG, request(form="helm"))


BROKEN = {
    "a: {{ own.nope }}": ("pod.yaml:1", 'no parameter "nope"'),
    "labels:\n  a: {{ nope }}": ("pod.yaml:2", "undefined"),
    "{% if %}": ("pod.yaml:1", "Expected an expression"),
    "labels:\n  a: {{ 'x' | nope }}": ("pod.yaml:2", "nope"),
    "labels:\n{% if true %}\n  a: 1\n  a: 2\n{% endif %}": ("pod.yaml:4", "twice"),
    "labels:\n  a: {{ own.__class__ }}": ("pod.yaml:2", "__class__"),
    "labels:\n  a: {{ ''.__class__.__mro__ }}": ("pod.yaml:2", "unsafe"),
    "labels:\n  a: {{ image('nope') }}": ("pod.yaml:2", 'no image "nope"'),
    "labels:\n  a: {{ image }}": ("pod.yaml:2", "not a value"),
    "{% include '../../../secret.yaml' %}": ("pod.yaml", "no such template"),
    "{% include '/etc/passwd' %}": ("pod.yaml", "no such template"),
    "labels: {{ 1 / 0 }}": ("pod.yaml:1", "division"),
    "wrong: []": ("pod.yaml", 'no slot "wrong"'),
}


@pytest.mark.parametrize("source", BROKEN)
def test_a_broken_template_is_reported_with_its_line(tmp_path: Path, source: str) -> None:
    shutil.copytree(CATALOG.root, tmp_path, dirs_exist_ok=True)
    (tmp_path / "secret.yaml").write_text("labels: {a: stolen}")
    (tmp_path / "templates/components/init/wait/pod.yaml").write_text(source)
    where, what = BROKEN[source]
    with pytest.raises(RenderError) as caught:
        render(CATALOG._replace(root=tmp_path, digest=str(tmp_path)), request("init.wait"))
    assert caught.value.message.startswith("templates/components/init/wait/")
    assert where in caught.value.message
    assert what in caught.value.message


def test_two_components_may_not_define_one_object_differently() -> None:
    most = tuple(p._replace(component="init.wait") for p in COMPONENTS["hpa", "default"].parameters)
    twice = with_component(
        "init.wait", objects=("objects/hpa.yaml",), folder="components/object/hpa", pod="", parameters=most
    )
    same = request("init.wait", "hpa", catalog=twice)
    assert sum(f.path.startswith("manifests/horizontal") for f in render(twice, same).files) == 1
    with pytest.raises(RenderError, match=r'init.wait and hpa both define HorizontalPodAutoscaler "shop"'):
        render(twice, request("init.wait", "hpa", catalog=twice, given={"hpa.most": 99}))
