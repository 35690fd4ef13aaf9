"""Limits of a field's value beyond its type: ranges, text formats and enumerations that the OpenAPI schema lacks.

The tables have one line per field, by the schema's type name. They are ported from the API server's own validation and
compared with a real server. A rule that needs more than one field is a function under ``rules/``.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wizard.kube.data import as_int, as_list, as_map, join, listed, show
from wizard.kube.names import (
    is_address,
    is_config_key,
    is_label,
    is_label_key,
    is_label_value,
    is_old_label,
    is_port_name,
    is_subdomain,
    parse_network,
)
from wizard.text import shown
from wizard.validation.frame import Violation

_MAX_ID = 2**31 - 1
_Range = tuple[int, int | None]
_COUNT: _Range = (0, None)
_ID: _Range = (0, _MAX_ID)
_MODE: _Range = (0, 0o777)
_FIELDS = {
    *("metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations"),
    *("spec.nodeName", "spec.serviceAccountName"),
    *("status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs", "status.phase"),
}
_FIELD_OF_MAP = r"metadata\.(labels|annotations)\['[^']+'\]"

RANGES: Mapping[str, Mapping[str, _Range]] = {
    "apps.v1.DeploymentSpec": dict.fromkeys(
        ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"), _COUNT
    ),
    "apps.v1.StatefulSetSpec": dict.fromkeys(("replicas", "minReadySeconds", "revisionHistoryLimit"), _COUNT),
    "apps.v1.ReplicaSetSpec": dict.fromkeys(("replicas", "minReadySeconds"), _COUNT),
    "apps.v1.DaemonSetSpec": dict.fromkeys(("minReadySeconds", "revisionHistoryLimit"), _COUNT),
    "core.v1.ReplicationControllerSpec": dict.fromkeys(("replicas", "minReadySeconds"), _COUNT),
    "batch.v1.JobSpec": dict.fromkeys(
        ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished",
         "backoffLimitPerIndex", "maxFailedIndexes"), _COUNT,
    ),
    "batch.v1.CronJobSpec": dict.fromkeys(
        ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"), _COUNT
    ),
    "core.v1.PodSpec": {"terminationGracePeriodSeconds": _COUNT, "activeDeadlineSeconds": (1, _MAX_ID)},
    "core.v1.Probe": {
        **dict.fromkeys(
            ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"), _COUNT
        ),
        "terminationGracePeriodSeconds": (1, None),
    },
    "core.v1.SecurityContext": {"runAsUser": _ID, "runAsGroup": _ID},
    "core.v1.PodSecurityContext": {"runAsUser": _ID, "runAsGroup": _ID, "fsGroup": _ID},
    "core.v1.ClientIPConfig": {"timeoutSeconds": (1, 86400)},
    "core.v1.WeightedPodAffinityTerm": {"weight": (1, 100)},
    "core.v1.PreferredSchedulingTerm": {"weight": (1, 100)},
    "core.v1.TopologySpreadConstraint": {"maxSkew": (1, None), "minDomains": (1, None)},
    "core.v1.ServiceAccountTokenProjection": {"expirationSeconds": (600, 2**32)},
    "core.v1.KeyToPath": {"mode": _MODE},
    "core.v1.DownwardAPIVolumeFile": {"mode": _MODE},
    "core.v1.ConfigMapVolumeSource": {"defaultMode": _MODE},
    "core.v1.SecretVolumeSource": {"defaultMode": _MODE},
    "core.v1.ProjectedVolumeSource": {"defaultMode": _MODE},
    "core.v1.DownwardAPIVolumeSource": {"defaultMode": _MODE},
    "autoscaling.v2.HPAScalingPolicy": {"value": (1, None), "periodSeconds": (1, 1800)},
    "autoscaling.v2.HPAScalingRules": {"stabilizationWindowSeconds": (0, 3600)},
    "autoscaling.v2.MetricTarget": {"averageUtilization": (1, None)},
    "networking.v1.ServiceBackendPort": {"number": (0, 65535)},
}  # fmt: skip


def _one_of(*words: str) -> tuple[Callable[[str], bool], str]:
    return (lambda text: text in words), f"Write {listed(words)}."


def _is_relative(text: str) -> bool:
    return bool(text) and not text.startswith("/") and ".." not in text.split("/")


def _is_network(text: str) -> bool:
    return parse_network(text.strip()) is not None


_DNS = (is_subdomain, "Use lower-case letters, digits, dashes and dots.")
_DNS_LABEL = (is_label, "Use at most 63 lower-case letters, digits and dashes.")
_OLD_LABEL = (is_old_label, "Start with a letter; then at most 62 lower-case letters, digits and dashes.")
_KEY = (is_config_key, "Use letters, digits, dashes, dots and underscores.")
_RELATIVE = (_is_relative, "Write a path without a leading slash and without `..`.")
_ABSOLUTE = (lambda text: text.startswith("/"), "Write a path that starts with a slash.")
_SOME = (bool, "Write it, or remove the entry.")
_LABEL_KEY = (is_label_key, "Write `name` or `domain.example/name`.")
_RBAC_GROUP = _one_of("rbac.authorization.k8s.io")
_METRIC_TARGET = _one_of("Utilization", "Value", "AverageValue")

_Format = tuple[Callable[[str], bool], str]
FORMATS: Mapping[str, Mapping[str, _Format]] = {
    "core.v1.ConfigMapKeySelector": {"name": _DNS, "key": _KEY},
    "core.v1.SecretKeySelector": {"name": _DNS, "key": _KEY},
    "core.v1.ConfigMapEnvSource": {"name": _DNS},
    "core.v1.SecretEnvSource": {"name": _DNS},
    "core.v1.ConfigMapVolumeSource": {"name": _SOME},
    "core.v1.SecretVolumeSource": {"secretName": _SOME},
    "core.v1.PersistentVolumeClaimVolumeSource": {"claimName": _SOME},
    "core.v1.KeyToPath": {"key": _KEY, "path": _RELATIVE},
    "core.v1.DownwardAPIVolumeFile": {"path": _RELATIVE},
    "core.v1.ServiceAccountTokenProjection": {"path": _RELATIVE},
    "core.v1.HostPathVolumeSource": {"path": _SOME},
    "core.v1.NFSVolumeSource": {"server": _SOME, "path": _ABSOLUTE},
    "core.v1.HostAlias": {"ip": (is_address, "Write an IP address.")},
    "core.v1.TopologySpreadConstraint": {"topologyKey": _SOME},
    "core.v1.ObjectFieldSelector": {"fieldPath": (
        lambda text: text in _FIELDS or re.fullmatch(_FIELD_OF_MAP, text) is not None,
        "Write metadata.name, status.podIP or the like.",
    )},
    "core.v1.PodAffinityTerm": {"topologyKey": _LABEL_KEY},
    "core.v1.EnvVar": {"name": _SOME},
    "core.v1.VolumeMount": {"mountPath": _SOME, "name": _SOME},
    "core.v1.Volume": {"name": _SOME},
    "core.v1.Container": {"name": _SOME},
    "core.v1.ResourceFieldSelector": {"resource": _one_of(
        "limits.cpu", "limits.memory", "limits.ephemeral-storage",
        "requests.cpu", "requests.memory", "requests.ephemeral-storage",
    )},
    "core.v1.TypedLocalObjectReference": {"kind": _SOME, "name": _SOME},
    "networking.v1.IngressServiceBackend": {"name": _DNS_LABEL},
    "rbac.v1.RoleRef": {"kind": _one_of("Role", "ClusterRole"), "name": _SOME},
    "rbac.v1.Subject": {"kind": _one_of("ServiceAccount", "User", "Group"), "name": _SOME},
    "autoscaling.v2.CrossVersionObjectReference": {"kind": _SOME, "name": _SOME},
    "autoscaling.v2.MetricSpec": {"type": _one_of("Resource", "ContainerResource", "Pods", "Object", "External")},
    "autoscaling.v2.MetricTarget": {"type": _METRIC_TARGET},
    "autoscaling.v2.HPAScalingPolicy": {"type": _one_of("Pods", "Percent")},
    "autoscaling.v2.ResourceMetricSource": {"name": _SOME},
    "autoscaling.v2.ContainerResourceMetricSource": {"name": _SOME, "container": _DNS_LABEL},
    "autoscaling.v2.MetricIdentifier": {"name": _SOME},
    "storage.v1.StorageClass": {"provisioner": _SOME},
    "apps.v1.DeploymentStrategy": {"type": _one_of("", "RollingUpdate", "Recreate")},
}  # fmt: skip
# In this table, an empty text counts as an absent field.
OPTIONAL_FORMATS: Mapping[str, Mapping[str, _Format]] = {
    "apiextensions.v1.CustomResourceDefinitionNames": {"plural": _OLD_LABEL, "singular": _OLD_LABEL},
    "core.v1.PodSpec": {
        "serviceAccountName": _DNS, "priorityClassName": _DNS, "hostname": _DNS_LABEL, "subdomain": _DNS_LABEL,
    },
    "core.v1.Toleration": {"key": _LABEL_KEY},
    "rbac.v1.RoleRef": {"apiGroup": _RBAC_GROUP},
    "networking.v1.ServiceBackendPort": {"name": (is_port_name, "Use the name of one of the Service's ports.")},
    "apps.v1.StatefulSetSpec": {"serviceName": _DNS_LABEL},
    "networking.v1.IngressTLS": {"secretName": _DNS},
    "apiextensions.v1.CustomResourceDefinitionVersion": {"name": _OLD_LABEL},
    "core.v1.ServiceSpec": {
        "externalName": (lambda text: is_subdomain(text.rstrip(".").lower()), "Write a host name."),
        "clusterIP": (lambda text: text == "None" or is_address(text), "Write None, or leave it out."),
        "trafficDistribution": _one_of("PreferSameZone", "PreferSameNode", "PreferClose"),
        "loadBalancerIP": (is_address, "Write an IP address."),
    },
}  # fmt: skip
LIST_FORMATS: Mapping[str, Mapping[str, _Format]] = {
    "apiextensions.v1.CustomResourceDefinitionNames": {"shortNames": _OLD_LABEL},
    "core.v1.HostAlias": {"hostnames": _DNS},
    "core.v1.ServiceSpec": {
        "loadBalancerSourceRanges": (_is_network, "Write a range such as 10.0.0.0/8."),
        "externalIPs": (is_address, "Write an IP address."),
    },
    "networking.v1.IngressTLS": {"hosts": (lambda text: is_subdomain(text.removeprefix("*.")), "Write host names.")},
}
LABELS: Mapping[str, tuple[str, ...]] = {
    "meta.v1.ObjectMeta": ("labels",),
    "meta.v1.LabelSelector": ("matchLabels",),
    "core.v1.ServiceSpec": ("selector",),
    "core.v1.PodSpec": ("nodeSelector",),
    "core.v1.ReplicationControllerSpec": ("selector",),
}
KEYS: Mapping[str, tuple[str, ...]] = {
    "core.v1.ConfigMap": ("data", "binaryData"),
    "core.v1.Secret": ("data", "stringData"),
}
NOT_EMPTY: Mapping[str, tuple[str, ...]] = {
    "autoscaling.v2.HPAScalingRules": ("policies",),
    "core.v1.NodeSelector": ("nodeSelectorTerms",),
    "core.v1.PersistentVolumeSpec": ("accessModes", "capacity"),
    "rbac.v1.PolicyRule": ("verbs",),
    "core.v1.ExecAction": ("command",),
    "networking.v1.HTTPIngressRuleValue": ("paths",),
    "batch.v1.PodFailurePolicyOnExitCodesRequirement": ("values",),
    "discovery.v1.Endpoint": ("addresses",),
}
_OPERATORS = {
    "meta.v1.LabelSelectorRequirement": ("In", "NotIn", "Exists", "DoesNotExist"),
    "core.v1.NodeSelectorRequirement": ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
}

_LIMITED = frozenset().union(
    RANGES, FORMATS, OPTIONAL_FORMATS, LIST_FORMATS, LABELS, KEYS, NOT_EMPTY, _OPERATORS
)  # fmt: skip
LimitViolations = Iterator[tuple[str, Violation]]


def is_base64(text: str) -> bool:
    """Return true if Go's decoder accepts the text; it ignores line breaks."""
    try:
        binascii.a2b_base64(text.replace("\n", "").replace("\r", "").encode(), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return not text
    return True


def check_limits(name: str, value: Mapping[str, Any], path: str) -> LimitViolations:
    """Yield the violations of the tables' limits in one object of a named type."""
    if name not in _LIMITED:
        return
    yield from _ranges(RANGES.get(name, {}), value, path)
    yield from _formats(name, value, path)
    for field in LABELS.get(name, ()):
        yield from _labels(value.get(field), join(path, field))
    for field in KEYS.get(name, ()):
        yield from _keys(value.get(field), join(path, field))
    for field in NOT_EMPTY.get(name, ()):
        if value.get(field) in ([], {}):
            place, hint = join(path, field), "Add at least one entry, or remove the field."
            yield "missing-field", Violation(place, f"`{place}` is empty.", hint)
    if name in _OPERATORS:
        yield from _requirement(_OPERATORS[name], value, path)


def _formats(name: str, value: Mapping[str, Any], path: str) -> LimitViolations:
    for table, empty in ((FORMATS, False), (OPTIONAL_FORMATS, True)):
        for field, wanted in table.get(name, {}).items():
            text = value.get(field)
            if isinstance(text, str) and (text or not empty):
                yield from _format(wanted, text, join(path, field))
    for field, wanted in LIST_FORMATS.get(name, {}).items():
        for index, text in enumerate(as_list(value.get(field))):
            if isinstance(text, str):
                yield from _format(wanted, text, f"{join(path, field)}[{index}]")


def _ranges(table: Mapping[str, _Range], value: Mapping[str, Any], path: str) -> LimitViolations:
    for field, (low, high) in table.items():
        number = as_int(value.get(field))
        if number is not None and (number < low or (high is not None and number > high)):
            place = join(path, field)
            wanted = f"from {low} to {high}" if high is not None else f"{low} or more"
            message = f"`{place}` is {number}; it must be {wanted}."
            yield "out-of-range", Violation(place, message, f"Write a number {wanted}.")


def _format(wanted: _Format, text: str, path: str) -> LimitViolations:
    test, hint = wanted
    if not test(text):
        shown = show(text) if text else "empty"
        yield "bad-format", Violation(path, f"`{path}` is {shown}, which is not allowed there.", hint)


def _labels(labels: Any, path: str) -> LimitViolations:
    for key, value in as_map(labels).items():
        place = join(path, str(key))
        if not is_label_key(str(key)):
            hint = "Write `name` or `domain.example/name`; the name has at most 63 letters, digits, `-`, `_` or `.`."
            yield "label-invalid", Violation(place, f"{show(str(key))} cannot be the key of a label.", hint)
        elif isinstance(value, str) and not is_label_value(value):
            message = f"{show(value)} cannot be the value of label {shown(str(key))}."
            hint = "Use at most 63 letters, digits, `-`, `_` or `.`, with a letter or digit at both ends."
            yield "label-invalid", Violation(place, message, hint)


def _keys(data: Any, path: str) -> LimitViolations:
    for key in map(str, as_map(data)):
        if not is_config_key(key):
            message = f"{show(key)} cannot be a key; it becomes a file name."
            yield "bad-format", Violation(join(path, key), message, _KEY[1])


def _requirement(operators: tuple[str, ...], term: Mapping[str, Any], path: str) -> LimitViolations:
    """Yield the violations of a selector expression: its operator decides which values it needs."""
    operator, values = term.get("operator"), as_list(term.get("values"))
    if not isinstance(operator, str):
        return
    field = "values"
    if operator not in operators:
        field, message, hint = "operator", f"{show(operator)} is not a selector operator.", f"Use {listed(operators)}."
    elif operator in {"In", "NotIn"} and not values:
        message, hint = f"Operator {operator} needs at least one value.", "Add values, or use Exists."
    elif operator in {"Exists", "DoesNotExist"} and values:
        message, hint = f"Operator {operator} must not have values.", "Remove values, or use In."
    elif operator in {"Gt", "Lt"} and len(values) != 1:
        message, hint = f"Operator {operator} needs one value.", "Write one number."
    else:
        return
    yield "selector-expression", Violation(join(path, field), message, hint)
