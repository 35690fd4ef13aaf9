"""P7: a pod beside the workload is the program's pod minus the parts its component drops; its name has its digest."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.contract.bundles import Rendered, bundles, for_each, listed, rendered, served
from tests.contract.policies import egress_of
from tests.contract.test_listeners import wrong_rules
from tests.shipped import CATALOG, composed
from wizard.catalog.declarations import Beside
from wizard.catalog.globs import matches_any
from wizard.catalog.model import Component
from wizard.kube.kinds import template_path

VALUES: dict[str, object] = {
    "integer": 77,
    "path": "/other/place",
    "port": 7777,
    "text": "other",
    "host": "other.acme.io",
    "map": {"A": "b"},
}
OTHER = ("name", "image", "command")
"""Fields of the program's container that a migration's file writes itself."""


def beside(bundle: Rendered) -> Iterator[tuple[Component, Beside, dict[str, Any]]]:
    """Yield (component, declaration, object) of each pod beside the workload."""
    for component in bundle.declared.components:
        for pod in component.declares.pods:
            ref = next(one.ref for one in composed(bundle.session)[1].beside if one.owner == component.id)
            yield component, pod, next(one for one in bundle.of(ref.kind) if one["metadata"]["name"] == ref.name)


def with_pods(found: tuple[Rendered, ...]) -> list[Rendered]:
    return [one for one in found if any(component.declares.pods for component in one.session.components)]


def template(one: dict[str, Any]) -> dict[str, Any]:
    found: Any = one
    for key in template_path(one["kind"]) or ():
        found = found[key]
    return found  # type: ignore[no-any-return]


def origins(bundle: Rendered, kind: str) -> dict[str, str]:
    """Return the contributor of each field of the only object of a kind, by path."""
    (file,) = [one for one in bundle.session.bundle.manifests if one.document["kind"] == kind]
    return {path: origin.component for path, origin in file.paths.items()}


def minus(bundle: Rendered, pod: Beside) -> dict[str, Any]:
    """Return the program's pod without the fields and contributors that the declaration leaves out."""
    assert bundle.workload is not None
    kind = bundle.workload["kind"]
    path = ".".join(template_path(kind) or ())
    owners = origins(bundle, kind).items()
    ours = [place for place, owner in owners if pod.holds(owner)]
    above_ours = {place[: mark.start()] for place in ours for mark in re.finditer(r"[.\[]", place)}
    theirs = [
        place.removeprefix(f"{path}.")
        for place, owner in owners
        if place.startswith(f"{path}.") and not pod.holds(owner) and place not in above_ours
    ]
    found: dict[str, Any] = without(bundle.template, theirs)
    spec = found["spec"]
    if not spec.get("initContainers", True):
        del spec["initContainers"]
    for holder in (spec, spec["containers"][0], *(found["metadata"].get(key, {}) for key in ("labels", "annotations"))):
        for key in [key for key in holder if any(matches_any(glob, (key,)) for glob in pod.drop)]:
            del holder[key]
    return found


def without(data: Any, paths: list[str], at: str = "") -> Any:
    if isinstance(data, dict):
        places = {key: f"{at}[{key}]" if set(key) & set(".[]/ ") else f"{at}.{key}".lstrip(".") for key in data}
        return {key: without(value, paths, places[key]) for key, value in data.items() if places[key] not in paths}
    if isinstance(data, list):
        return [without(item, paths, f"{at}[{n}]") for n, item in enumerate(data) if f"{at}[{n}]" not in paths]
    return data


def wrong_pods(bundle: Rendered) -> Iterator[str]:
    """Yield every difference between a pod beside the workload and the program's pod."""
    for component, pod, one in beside(bundle):
        mine, program = copy.deepcopy(template(one)), minus(bundle, pod)
        if mine["spec"].pop("restartPolicy") != "Never":
            yield f"{component.id} is started again and again"
        program["spec"].pop("restartPolicy", None)
        for found in (mine, program):
            for key in OTHER:
                found["spec"]["containers"][0].pop(key, None)
        yield from differences(mine["spec"], program["spec"], "spec")
        yield from differences(notes_of(mine), notes_of(program), "annotations")
        labels = (mine["metadata"]["labels"], program["metadata"]["labels"])
        if labels[0].keys() != labels[1].keys():
            yield f"labels {labels[0].keys() ^ labels[1].keys()}"
        selectors = [service["spec"]["selector"] for service in bundle.of("Service")]
        selectors += [budget["spec"]["selector"]["matchLabels"] for budget in bundle.of("PodDisruptionBudget")]
        if any(wanted.items() <= labels[0].items() for wanted in selectors):
            yield f"{component.id} is taken for the program"


def notes_of(found: dict[str, Any]) -> dict[str, str]:
    return found["metadata"].get("annotations", {})  # type: ignore[no-any-return]


def differences(mine: Any, program: Any, at: str) -> Iterator[str]:
    if isinstance(mine, dict) and isinstance(program, dict):
        for key in mine.keys() | program.keys():
            yield from differences(mine.get(key), program.get(key), f"{at}.{key}")
    elif isinstance(mine, list) and isinstance(program, list) and len(mine) == len(program):
        for number, (one, other) in enumerate(zip(mine, program, strict=True)):
            yield from differences(one, other, f"{at}[{number}]")
    elif mine != program:
        yield f"{at}: {mine!r}, and the program's {program!r}"


@cache
def pods_beside() -> tuple[Rendered, ...]:
    """Return the bundles with a pod beside the workload."""
    return tuple(with_pods(served()))


@for_each(pods_beside)
def test_a_pod_beside_the_workload_is_the_programs_pod_minus_the_dropped_parts(bundle: Rendered) -> None:
    assert list(beside(bundle))
    assert not list(wrong_pods(bundle))


def _no_environment(container: dict[str, Any]) -> None:
    container["env"] = [{"name": "OTHER", "value": "1"}]


def _no_folder(container: dict[str, Any]) -> None:
    container["volumeMounts"].pop()


def _a_probe(container: dict[str, Any]) -> None:
    container["livenessProbe"] = {"tcpSocket": {"port": 8080}}


def _root(container: dict[str, Any]) -> None:
    container["securityContext"]["runAsNonRoot"] = False


@pytest.mark.parametrize("change", [_no_environment, _no_folder, _a_probe, _root])
def test_a_pod_that_differs_from_the_programs_pod_is_found(change: Callable[[dict[str, Any]], None]) -> None:
    for bundle in pods_beside():
        broken = bundle.changed()
        for _, _, one in beside(broken):
            change(template(one)["spec"]["containers"][0])
        assert list(wrong_pods(broken)), bundle.name


@pytest.mark.parametrize("part", ["initContainers", "volumes"])
def test_a_pod_without_a_helper_or_volume_of_the_program_is_found(part: str) -> None:
    tried = 0
    for bundle in pods_beside():
        broken = bundle.changed()
        for _, _, one in beside(broken):
            if template(one)["spec"].get(part):
                template(one)["spec"][part].pop()
                tried += 1
                assert list(wrong_pods(broken)), bundle.name
    assert tried > 1


# --- allowed destinations-------------------------------------------------------------------------


def wrong_reach(bundle: Rendered) -> Iterator[str]:
    """Yield ports that a pod beside the workload may connect to but does not, or connects to but may not."""
    for _, pod, one in beside(bundle):
        rules = egress_of(bundle, template(one)["metadata"]["labels"])
        connections = tuple(to for to in bundle.declared.connections() if pod.holds(to.component))
        yield from wrong_rules(rules, connections, bundle.declared.tunnels())


@for_each(lambda: with_pods(listed()))
def test_a_pod_beside_the_workload_may_connect_to_what_its_containers_need(bundle: Rendered) -> None:
    assert not list(wrong_reach(bundle))


def test_a_missing_and_an_extra_egress_rule_are_found() -> None:
    for bundle in with_pods(listed()):
        for rule in ([], [{"ports": [{"protocol": "TCP", "port": 4711}]}]):
            broken = bundle.changed()
            for policy in broken.of("NetworkPolicy"):
                policy["spec"]["egress"] = [*policy["spec"]["egress"], *rule] if rule else []
            assert list(wrong_reach(broken))


# --- the name -------------------------------------------------------------------------------------


def names(bundle: Rendered) -> list[str]:
    return [one["metadata"]["name"] for _, _, one in beside(bundle)]


@for_each(pods_beside)
def test_the_waiting_container_waits_for_the_job_by_name(bundle: Rendered) -> None:
    (name,) = names(bundle)
    bundle = rendered(bundle.name, bundle.session.give("job.migrate.delivery", "kubectl"))
    assert any(f"jobs.batch/{name}" in container.get("args", ()) for container in bundle.containers)


def test_the_name_changes_if_and_only_if_the_pod_changes() -> None:
    """Require a new name per pod, because a Job's template is immutable and the same Job must not run twice."""
    tried, seen = {True: 0, False: 0}, set[str]()
    for bundle in pods_beside():
        for field in bundle.session.fields:
            key, kind = field.parameter.key, field.parameter.type.name
            if key in seen or kind not in VALUES or field.text == str(VALUES[kind]):
                continue
            seen.add(key)
            session = bundle.session.give(key, VALUES[kind])
            if session.problems:
                continue
            changed = rendered(bundle.name, session)
            before, after = ([template(one) for _, _, one in beside(each)] for each in (bundle, changed))
            tried[before != after] += 1
            assert (names(bundle) != names(changed)) == (before != after), key
    assert min(tried.values()) > 10


def test_the_name_leads_to_every_parameter_that_its_pod_depends_on() -> None:
    for bundle in pods_beside():
        traced = bundle.session.traced
        (name,) = names(bundle)
        (file,) = [one for one in traced.manifests if one.document["metadata"]["name"] == name]
        within = (origin for path, origin in file.paths.items() if path.startswith("spec.template."))
        inside = {parameter for origin in within for parameter in origin.parameters}
        assert inside <= set(file.paths["metadata.name"].parameters)
        assert file.paths["metadata.name"].parameters[0] == "app.name"
        assert {"app.image", "job.migrate.command"} & inside


# --- times and resources --------------------------------------------------------------------------


@for_each(pods_beside)
def test_the_deadline_of_a_pod_beside_the_workload_fits_its_helpers_and_the_rollout(bundle: Rendered) -> None:
    assert bundle.workload is not None
    for component, pod, one in beside(bundle):
        helpers = {one.id for one in bundle.declared.components if one.id != "app" and pod.holds(one.id)}
        starts = bundle.declared.seconds(lambda times: times.start, helpers.__contains__)
        run = int(bundle.declared.text(f"{component.id}.run_seconds"))
        assert one["spec"]["activeDeadlineSeconds"] >= starts + run
        waits = bundle.declared.before()
        assert waits in (0, one["spec"]["activeDeadlineSeconds"])
        assert bundle.workload["spec"]["progressDeadlineSeconds"] > waits
        stop = bundle.declared.seconds(lambda times: times.stop, pod.holds)
        assert template(one)["spec"]["terminationGracePeriodSeconds"] >= stop


def test_the_resources_and_images_of_a_pod_beside_the_workload_are_listed() -> None:
    for bundle in pods_beside():
        made = bundle.session.bundle
        (note,) = made.beside
        assert note.cpu_millis >= 100 and note.containers[-1].role == "app"
        assert {(one.component, one.image) for one in note.containers} <= set(made.images)
        assert f"The pod of Job `{note.name}`" in made.files[0].text


def test_some_bundles_have_pods_beside_the_workload() -> None:
    assert len(pods_beside()) > 3
    assert [c.id for c in CATALOG.components.values() if c.declares.pods]
    notes = [note for bundle in pods_beside() for note in bundle.session.bundle.beside]
    assert any(one.role == "sidecar" for note in notes for one in note.containers)
    assert len(bundles()) > len(pods_beside())
