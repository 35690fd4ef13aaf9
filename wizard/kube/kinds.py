"""The kinds that every supported server has: group, plural, scope, order of applying, and path of the pod template.

Source: the discovery documents of kube-apiserver 1.37.2 (``tests/apiserver/test_kube.py`` compares them).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from wizard.kube.data import mapping

# The rows are in the order of applying: dependencies come first. The last column is the dotted path of the pod
# template; `.` is the object itself.
_KINDS = """
v1 Namespace namespaces cluster
apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions cluster
v1 ResourceQuota resourcequotas namespaced
v1 LimitRange limitranges namespaced
scheduling.k8s.io/v1 PriorityClass priorityclasses cluster
storage.k8s.io/v1 StorageClass storageclasses cluster
networking.k8s.io/v1 IngressClass ingressclasses cluster
v1 ServiceAccount serviceaccounts namespaced
v1 Secret secrets namespaced
v1 ConfigMap configmaps namespaced
rbac.authorization.k8s.io/v1 ClusterRole clusterroles cluster
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings cluster
rbac.authorization.k8s.io/v1 Role roles namespaced
rbac.authorization.k8s.io/v1 RoleBinding rolebindings namespaced
v1 PersistentVolume persistentvolumes cluster
v1 PersistentVolumeClaim persistentvolumeclaims namespaced
v1 Service services namespaced
v1 Endpoints endpoints namespaced
discovery.k8s.io/v1 EndpointSlice endpointslices namespaced
networking.k8s.io/v1 NetworkPolicy networkpolicies namespaced
v1 PodTemplate podtemplates namespaced template
v1 Pod pods namespaced .
v1 ReplicationController replicationcontrollers namespaced spec.template
apps/v1 ReplicaSet replicasets namespaced spec.template
apps/v1 DaemonSet daemonsets namespaced spec.template
apps/v1 Deployment deployments namespaced spec.template
apps/v1 StatefulSet statefulsets namespaced spec.template
batch/v1 Job jobs namespaced spec.template
batch/v1 CronJob cronjobs namespaced spec.jobTemplate.spec.template
policy/v1 PodDisruptionBudget poddisruptionbudgets namespaced
autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers namespaced
autoscaling/v1 HorizontalPodAutoscaler horizontalpodautoscalers namespaced
networking.k8s.io/v1 Ingress ingresses namespaced
coordination.k8s.io/v1 Lease leases namespaced
admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy validatingadmissionpolicies cluster
admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings cluster
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations cluster
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration validatingwebhookconfigurations cluster
"""
_ROUTES = ("Gateway", "HTTPRoute", "GRPCRoute", "TLSRoute")
"""Kinds of a custom group that are applied in this order after the built-in ones, and before all others."""
_OTHER_GROUPS = frozenset(
    f"{name}.k8s.io"
    for name in (
        "apiregistration", "authentication", "authorization", "certificates", "events", "flowcontrol.apiserver",
        "internal.apiserver", "node", "resource", "storagemigration",
        "auditregistration", "settings",  # not in any supported minor, but still reserved
    )
) | {"extensions"}  # fmt: skip


class Kind(NamedTuple):
    """One built-in kind in one version of its group."""

    api_version: str
    name: str
    plural: str
    namespaced: bool
    template: tuple[str, ...] | None
    """The keys that lead to the pod template; empty for a Pod, ``None`` if the kind has no pods."""


@cache
def built_in() -> tuple[Kind, ...]:
    """Return the built-in kinds in the order of applying."""
    return tuple(_kind(*row.split()) for row in _KINDS.split("\n") if row)


def _kind(api_version: str, name: str, plural: str, scope: str, path: str = "") -> Kind:
    template = tuple(path.strip(".").split(".")) if path.strip(".") else ()
    return Kind(api_version, name, plural, scope == "namespaced", template if path else None)


@cache
def _templates() -> Mapping[str, tuple[str, ...]]:
    return {kind.name: kind.template for kind in built_in() if kind.template is not None}


def template_path(kind: str) -> tuple[str, ...] | None:
    """Return the keys that lead to the pod template of a kind; empty for a Pod, ``None`` for a kind without pods."""
    return _templates().get(kind)


def pod_spec(document: Any) -> Mapping[str, Any]:
    """Return the ``spec`` of the pods that an object creates; empty if it creates none."""
    path = template_path(str(document.get("kind")))
    return {} if path is None else mapping(document, *path, "spec")


def kinds_with_pods() -> frozenset[str]:
    """Return the names of all kinds that are a Pod or contain a pod template."""
    return frozenset(_templates())


@cache
def _ranks() -> Mapping[str, int]:
    names = dict.fromkeys((*(kind.name for kind in built_in()), *_ROUTES))
    return {name: rank for rank, name in enumerate(names)}


def apply_rank(kind: str) -> int:
    """Return the position of a kind in the order of applying; unknown kinds come last."""
    return _ranks().get(kind, len(_ranks()))


@cache
def own_groups() -> frozenset[str]:
    """Return the API groups that belong to Kubernetes itself, including removed ones."""
    return _OTHER_GROUPS | {group_of(kind.api_version) for kind in built_in()}


def group_of(api_version: str) -> str:
    """Return the group of ``group/version``; empty for the core group."""
    return api_version.rpartition("/")[0]


def is_own_group(api_version: str) -> bool:
    """Return whether the group belongs to Kubernetes itself, so that no custom resource can be in it."""
    group = group_of(api_version)
    return "." not in group or group in own_groups()
