"""Lookups of a rule in the bundle, compared with a scan of all objects."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wizard.kube.versions import NEWEST
from wizard.validation.frame import Context, Subject
from wizard.validation.model import Document
from wizard.validation.schema import load_schema
from wizard.validation.subject import make_subject

SCHEMA = load_schema((NEWEST,))
_LABELS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2", 3, None]), max_size=3)
_NAMESPACES = st.sampled_from(["", "one", "two"])


def _pod(number: int, kind: str, labels: dict[str, object], namespace: str) -> Subject:
    meta = {"name": f"n{number % 3}", "namespace": namespace}
    pod = {"metadata": {**meta, "labels": labels}, "spec": {"containers": []}}
    data = {"apiVersion": "v1", "kind": "Pod", **pod} if kind == "Pod" else {
        "apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": {"template": pod},
    }  # fmt: skip
    subject = make_subject(Document(data, "a.yaml", {}))
    assert subject is not None
    return subject


_PODS = st.lists(st.tuples(st.sampled_from(["Pod", "Deployment"]), _LABELS, _NAMESPACES), max_size=8)


def same_namespace(one: str, other: str) -> bool:
    """Return whether two objects can share a namespace; an object without one gets its namespace when applied."""
    return one == other or not one or not other


@given(pods=_PODS, wanted=_LABELS, namespace=_NAMESPACES)
def test_a_lookup_finds_the_same_objects_as_a_full_scan(
    pods: list[tuple[str, dict[str, object], str]], wanted: dict[str, object], namespace: str
) -> None:
    subjects = tuple(_pod(number, *pod) for number, pod in enumerate(pods))
    context = Context(subjects, SCHEMA, None)
    here = [s for s in subjects if s.pod is not None and same_namespace(s.namespace, namespace)]
    assert context.pods_in(namespace) == here
    assert list(context.pods_with(wanted, namespace)) == [
        s for s in here if s.pod is not None and all(s.pod.labels.get(key) == value for key, value in wanted.items())
    ]
    for kinds in (("Pod",), ("Deployment", "Pod"), ("Service",)):
        assert list(context.of(*kinds)) == list(context.of(*kinds)) == [s for s in subjects if s.kind in kinds]
    for name in ("n0", "n1", "other"):
        named = (s for s in subjects if s.kind == "Pod" and s.name == name and same_namespace(s.namespace, namespace))
        assert context.named("Pod", name, namespace) is next(named, None)
    for subject in subjects:
        alike = (s for s in subjects if (s.kind, s.name) == (subject.kind, subject.name))
        assert context.first(subject) is next(s for s in alike if same_namespace(s.namespace, subject.namespace))
