"""Field paths derived from the text of a Pod Security denial."""

from __future__ import annotations

import pytest

from wizard.cluster.pod_security import pod_security_causes

POD = {
    "spec": {
        "containers": [{"name": "web"}, {"name": "logs"}],
        "initContainers": [{"name": "wait"}],
        "volumes": [{"name": "tmp"}, {"name": "varlog"}],
    }
}
HEAD = 'violates PodSecurity "restricted:latest": '


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (
            'allowPrivilegeEscalation != false (containers "web", "wait" must set '
            "securityContext.allowPrivilegeEscalation=false)",
            [
                "spec.containers[0].securityContext.allowPrivilegeEscalation",
                "spec.initContainers[0].securityContext.allowPrivilegeEscalation",
            ],
        ),
        (
            'restricted volume types (volume "varlog" uses restricted volume type "hostPath"), '
            'runAsNonRoot != true (pod or container "logs" must set securityContext.runAsNonRoot=true)',
            ["spec.volumes[1]", "spec.containers[1].securityContext.runAsNonRoot"],
        ),
        ('seccompProfile (pod or container "gone" must set securityContext.seccompProfile.type to "x")', []),
        ("host namespaces (hostNetwork=true)", []),
    ],
)
def test_a_pod_security_denial_names_the_fields(message: str, fields: list[str]) -> None:
    assert [cause.field for cause in pod_security_causes(HEAD + message, POD)] == fields


def test_other_denials_name_no_fields() -> None:
    assert pod_security_causes('exceeded quota: container "web"', POD) == ()
    assert pod_security_causes(f'{HEAD}x (container "web")', {"spec": None}) == ()
