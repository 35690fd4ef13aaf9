"""Cluster lookup: only read requests, and with any response the worst case is that a question stays open."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.fake_server import Asked, Behaviour, Reply, fake_server, status
from wizard.catalog.model import Catalog, Evidence, Lookup
from wizard.cluster.dry_run import discovery
from wizard.cluster.lookups import run_lookups
from wizard.cluster.model import CheckFinished
from wizard.cluster.protocol import Limits
from wizard.cluster.request import Request
from wizard.cluster.response import Response
from wizard.faces.services import finished_of

API = "/apis/monitoring.coreos.com/v1"
PROMETHEUSES = f"{API}/prometheuses"
SOURCES = ("/version", "/apis", "/api/v1/nodes", "/api/v1/namespaces", "/apis/apps/v1/daemonsets", API, PROMETHEUSES)
QUICK = Limits(connect=1.0, read=0.5, total=20.0)


def agent(name: str = "fluent-bit", *, image: str = "cr.fluentbit.io/fluent/fluent-bit:4.0", ready: Any = 3) -> Any:
    pod = {"containers": [{"image": image}], "volumes": [{"hostPath": {"path": "/var/log"}}]}
    metadata = {"namespace": "logging", "name": name}
    return {"metadata": metadata, "spec": {"template": {"spec": pod}}, "status": {"numberReady": ready}}


def prometheus(*, name: str = "k8s", namespace: str = "watch", **spec: Any) -> Any:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


def choosing(**labels: Any) -> Any:
    """Return selectors with these labels for pods and for services."""
    return {key: {"matchLabels": labels} for key in ("podMonitorSelector", "serviceMonitorSelector")}


def served(*names: str) -> Any:
    return {"resources": [{"name": name, "kind": "Prometheus"} for name in names]}


FULL: dict[str, Any] = {
    "/version": {"gitVersion": "v1.37.2"},
    "/apis": {"groups": [{"name": "apps"}, {"name": "monitoring.coreos.com"}, {"name": "networking.istio.io"}]},
    "/api/v1/nodes": {"items": [{"status": {"nodeInfo": {"kubeletVersion": f"v1.{n}.1+k3s1"}}} for n in (37, 34)]},
    "/api/v1/namespaces": {"items": [{"metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}}}]},
    "/apis/apps/v1/daemonsets": {"items": [agent()]},
    API: served("prometheuses/status", "prometheuses"),
    PROMETHEUSES: {"items": [prometheus(**choosing(release="kps", team="a"))]},
}
FOUND = {
    "version_133": "v1.34.1",
    "collector": "logging/fluent-bit",
    "mesh_installed": "networking.istio.io",
    "mesh_injected": "shop",
    "monitoring": "monitoring.coreos.com",
    "prometheus_pods": "release=kps,team=a",
    "prometheus_services": "release=kps,team=a",
    "prometheus_namespace": "watch",
}
PRESETS = {"prometheus_pods", "prometheus_services", "prometheus_namespace"}
LABELS = PRESETS - {"prometheus_namespace"}


def answering(**changed: Reply | None) -> Behaviour:
    """Return the behaviour of a full cluster with other replies for some paths, named by their last segment."""

    def behave(asked: Asked) -> Reply | None:
        other = changed.get(asked.path.rpartition("/")[2])
        return other or Reply(200, FULL.get(asked.path, {}))

    return behave


def looked(behaviour: Behaviour, tmp_path: Path, catalog: Catalog, limits: Limits = QUICK) -> CheckFinished:
    with fake_server(behaviour) as server:
        outcome = finished_of(discovery(server.target(tmp_path), catalog.clues, limits=limits))
    assert {each.method for each in server.asked} <= {"GET"}
    assert {each.path for each in server.asked} <= set(SOURCES)
    assert all(each.body is None and not {"watch", "dryRun"} & {key for key, _ in each.query} for each in server.asked)
    return outcome


def as_found(outcome: CheckFinished) -> dict[str, str]:
    return {item.clue: item.found for item in outcome.evidence}


def test_all_evidence_is_found_with_one_request_per_source(tmp_path: Path, catalog: Catalog) -> None:
    with fake_server(answering()) as server:
        outcome = finished_of(discovery(server.target(tmp_path), catalog.clues))
    assert as_found(outcome) == FOUND
    assert (outcome.error, outcome.unseen, outcome.cancelled) == ("", (), False)
    assert sorted((each.method, each.path) for each in server.asked) == sorted(("GET", path) for path in SOURCES)


@pytest.mark.parametrize("path", SOURCES)
def test_a_missing_permission_hides_only_its_own_evidence(path: str, tmp_path: Path, catalog: Catalog) -> None:
    word = path.rpartition("/")[2]
    outcome = looked(answering(**{word: status(403, "no", "Forbidden")}), tmp_path, catalog)
    hidden = {
        "/version": {"version_133"},
        "/apis": {"mesh_installed", "monitoring", *PRESETS},
        API: PRESETS,
        PROMETHEUSES: PRESETS,
        "/api/v1/nodes": {"version_133"},
        "/api/v1/namespaces": {"mesh_injected"},
        "/apis/apps/v1/daemonsets": {"collector"},
    }[path]
    found = as_found(outcome)
    if path == "/api/v1/nodes":  # without nodes, only the server's own version is known
        assert found.pop("version_133") == "v1.37.2"
    assert found == {clue: what for clue, what in FOUND.items() if clue not in hidden}
    assert len(outcome.unseen) == 1
    assert "not allowed to read" in outcome.unseen[0]
    assert outcome.error == ""


JUNK = [b"<html>hello</html>", b"", b"[" * 5000, [1], {}, {"items": 1}, {"items": [1, None, {"metadata": []}]}]
JUNK += [{"groups": [{"name": {"a": 1}}, 7]}, {"gitVersion": ["x"]}, {"gitVersion": "v1.x\x1b[2J"}, {"groups": "all"}]


@pytest.mark.parametrize("body", JUNK, ids=lambda body: repr(body)[:20])
def test_a_junk_response_yields_no_evidence(body: Any, tmp_path: Path, catalog: Catalog) -> None:
    outcome = looked(lambda _: Reply(200, body), tmp_path, catalog)
    assert set(as_found(outcome)) <= {"mesh_none"}
    assert outcome.error == ""


def test_hostile_names_are_ignored(tmp_path: Path, catalog: Catalog) -> None:
    bad = [agent("a\x1b[2Jb"), agent("x" * 300), agent("a b"), agent("*\n")]
    reply = Reply(200, {"items": bad})
    assert "collector" not in as_found(looked(answering(daemonsets=reply), tmp_path, catalog))


def test_an_agent_that_is_not_running_or_reads_no_logs_is_ignored(tmp_path: Path, catalog: Catalog) -> None:
    off, other = agent(ready=0), agent(image="example.com/proxy:1")
    blind = agent()
    blind["spec"]["template"]["spec"]["volumes"] = [{"hostPath": {"path": "/etc"}}]
    reply = Reply(200, {"items": [off, other, blind, agent(ready="3")]})
    assert "collector" not in as_found(looked(answering(daemonsets=reply), tmp_path, catalog))


EXPRESSION = {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "x", "operator": "Exists"}]}
SELECTORS: list[tuple[list[Any], str, str]] = [
    ([prometheus(**choosing(release="kps"))], "release=kps", ""),
    ([prometheus(podMonitorSelector={}, serviceMonitorSelector=None)], "", ""),
    ([prometheus(**choosing(a="b")), prometheus(name="other")], "a=b", ""),
    ([prometheus(**choosing(a="b")), prometheus(**choosing(a="c"))], "", "Selector is not the same in all of them"),
    ([prometheus(podMonitorSelector=EXPRESSION)], "", "podMonitorSelector also uses expressions"),
    ([prometheus(**choosing(**{"a b": "c"}))], "", ""),
    ([prometheus(**choosing(a="\x1b[2J"))], "", ""),
    ([prometheus(**choosing(a=["b"]))], "", ""),
    ([prometheus(**choosing(**{f"label-{n}": "x" * 60 for n in range(9)}))], "", ""),
    ([prometheus(podMonitorSelector=["a"], serviceMonitorSelector={"matchLabels": "a=b"})], "", ""),
]


@pytest.mark.parametrize(("objects", "labels", "note"), SELECTORS)
def test_selector_labels_are_read_only_if_unambiguous(
    objects: list[Any], labels: str, note: str, tmp_path: Path, catalog: Catalog
) -> None:
    outcome = looked(answering(prometheuses=Reply(200, {"items": objects})), tmp_path, catalog)
    found = {clue: what for clue, what in as_found(outcome).items() if clue in LABELS}
    assert found == (dict.fromkeys(LABELS, labels) if labels else {})
    assert bool(note) == bool(outcome.unseen)
    assert not note or any(note in text and text.startswith("Prometheus objects: ") for text in outcome.unseen)
    assert as_found(outcome)["prometheus_namespace"] == "watch"


def test_prometheus_objects_in_two_namespaces_preset_no_namespace(tmp_path: Path, catalog: Catalog) -> None:
    items = [prometheus(**choosing(a="b")), prometheus(namespace="other", **choosing(a="b"))]
    outcome = looked(answering(prometheuses=Reply(200, {"items": items})), tmp_path, catalog)
    assert "prometheus_namespace" not in as_found(outcome)
    assert as_found(outcome)["prometheus_pods"] == "a=b"


@pytest.mark.parametrize("names", [(), ("../secrets",), ("prometheuses/status",), ("PROMETHEUSES",)])
def test_a_resource_without_a_plain_name_is_not_read(names: tuple[str, ...], tmp_path: Path, catalog: Catalog) -> None:
    def behave(asked: Asked) -> Reply:
        return Reply(200, served(*names) if asked.path == API else FULL[asked.path])

    assert not PRESETS & set(as_found(looked(behave, tmp_path, catalog)))


@pytest.mark.parametrize("api", ["v1", "apps/v1", "rbac.authorization.k8s.io/v1", "../v1", "acme.io/v1/namespaces"])
def test_objects_of_built_in_apis_are_never_read(api: str) -> None:
    class Serving(Recorder):
        def send(self, request: Request) -> Response:
            super().send(request)
            return Response(200, {"groups": [{"name": api.partition("/")[0]}], "resources": []}, "")

    sender = Serving()
    with pytest.raises(RuntimeError, match="is not read-only"):
        run_lookups(sender, [("x", Lookup("objects", (api, "Secret"), ("metadata.name",)))])
    assert {request.path for request in sender.asked} == {"/apis"}


def test_a_long_list_is_read_in_pages(tmp_path: Path, catalog: Catalog) -> None:
    def behave(asked: Asked) -> Reply:
        if asked.path != "/apis/apps/v1/daemonsets":
            return Reply(200, FULL[asked.path])
        last = dict(asked.query).get("continue") == "2"
        return Reply(200, {"metadata": {} if last else {"continue": "2"}, "items": [agent()] if last else []})

    assert as_found(looked(behave, tmp_path, catalog)) == FOUND


def test_a_source_that_times_out_is_skipped(tmp_path: Path, catalog: Catalog) -> None:
    never = Reply(200, {}, wait=threading.Event())
    outcome = looked(answering(daemonsets=never), tmp_path, catalog)
    assert as_found(outcome) == {clue: what for clue, what in FOUND.items() if clue != "collector"}
    assert "did not respond" in outcome.unseen[0]


def test_rejected_credentials_end_the_lookup(tmp_path: Path, catalog: Catalog) -> None:
    outcome = looked(lambda _: status(401, "Unauthorized"), tmp_path, catalog)
    assert outcome.evidence == ()
    assert "credentials" in outcome.error


def test_an_unreachable_cluster_is_an_error(tmp_path: Path, catalog: Catalog) -> None:
    with fake_server() as server:
        target = server.target(tmp_path)
    outcome = finished_of(discovery(target, catalog.clues))
    assert "refused the connection" in outcome.error
    assert (outcome.checked, outcome.total) == (0, len(catalog.clues))


def test_a_running_lookup_can_be_cancelled(tmp_path: Path, catalog: Catalog) -> None:
    with fake_server(lambda _: Reply(wait=threading.Event())) as server:
        look = discovery(server.target(tmp_path), catalog.clues)
        look.start()
        threading.Timer(0.3, look.cancel).start()
        assert finished_of(look).cancelled


class Recorder:
    """A sender that replies to every request with 404."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        return Response(404, None, "")


def test_a_label_pattern_must_match_the_whole_label() -> None:
    class One(Recorder):
        def send(self, request: Request) -> Response:
            item = {"metadata": {"name": "a", "labels": {"istio.io/rev": "v1"}, "annotations": {"x": "on"}}}
            return Response(200, {"items": [item]}, "")

    lookups = [
        (str(n), Lookup("namespace", (glob,))) for n, glob in enumerate(("istio.io/rev=*", "x=o", "x=on", "rev=v1"))
    ]
    assert run_lookups(One(), lookups).evidence == (Evidence("0", "a"), Evidence("2", "a"))
    sender = Recorder()
    assert run_lookups(sender, lookups).evidence == ()
    assert {request.method for request in sender.asked} == {"GET"}
