"""Settings, secrets and identities: named once, and used in the program, its helpers and the prerequisites."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.bundles import Rendered
from tests.contract.test_cases import AGENT, WEB, bundle, session

HELPED = {**WEB, "needs": ("helper",), "beside": (), "version": "v133"}
SECRETS = {
    "env_secrets": [{"variable": "DB_PASSWORD", "secret": "orders-db", "key": "password"}],
    "env_from": [{"name": "orders-keys", "kind": "secret", "prefix": "K_"}, {"name": "orders-flags"}],
    "secret_mounts": [{"name": "orders-tls", "path": "/etc/tls"}, {"name": "orders-db", "path": "/etc/db"}],
}
ALL = {"orders-db", "orders-keys", "orders-tls"}


def named(made: Rendered, kind: str) -> set[str]:
    return {one.name for one in made.contract.first if one.kind == kind}


def env(container: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container.get("env", [])}


def test_a_variable_comes_from_a_key_of_a_secret_and_the_secret_is_a_prerequisite() -> None:
    made = bundle(WEB, **SECRETS)
    (program,) = made.containers
    assert env(program) == {"DB_PASSWORD": {"secretKeyRef": {"name": "orders-db", "key": "password"}}}
    assert program["envFrom"] == [
        {"prefix": "K_", "secretRef": {"name": "orders-keys"}},
        {"configMapRef": {"name": "orders-flags"}},
    ]
    mounts = {one["mountPath"]: one["name"] for one in program["volumeMounts"]}
    volumes = {one["name"]: one for one in made.template["spec"]["volumes"]}
    assert volumes[mounts["/etc/tls"]]["secret"]["secretName"] == "orders-tls"
    assert named(made, "Secret") == ALL
    assert named(made, "ConfigMap") == {"orders-flags"}
    assert any("DB_PASSWORD" in one.say and "orders-db" in one.say for one in made.contract.workloads[0].must)


def test_each_secret_that_is_fetched_is_not_a_prerequisite() -> None:
    made = bundle(WEB, **SECRETS, secrets_by="external-secrets", secret_store="vault", secret_entry="prod/*/v1")
    fetched = list(made.of("ExternalSecret"))
    assert {one["spec"]["target"]["name"] for one in fetched} == ALL
    keys = {one["spec"]["dataFrom"][0]["extract"]["key"] for one in fetched}
    assert keys == {f"prod/{name}/v1" for name in ALL}
    assert not named(made, "Secret")
    (store,) = [one for one in made.contract.first if one.kind == "ClusterSecretStore"]
    assert (store.name, store.namespace, store.owner) == ("vault", "", "platform")


def test_a_secret_of_a_helper_is_fetched_like_the_programs() -> None:
    helper = {
        "sidecar.helper.implementation": "own-helper",
        "sidecar.helper.image": "r.example.com/x:1",
        "sidecar.helper.env_secrets": [{"variable": "TOKEN", "secret": "helper-token", "key": "token"}],
    }
    made = bundle(
        HELPED,
        **helper,
        secret_mounts=[{"name": "orders-tls"}],
        secrets_by="external-secrets",
        secret_store="s",
        secret_store_kind="SecretStore",
    )
    (container,) = made.template["spec"]["initContainers"]
    assert env(container) == {"TOKEN": {"secretKeyRef": {"name": "helper-token", "key": "token"}}}
    assert {one["metadata"]["name"] for one in made.of("ExternalSecret")} == {"helper-token", "orders-tls"}


def test_a_sealed_secret_is_a_command_and_never_an_object() -> None:
    made = bundle(WEB, **SECRETS, secrets_by="sealed")
    assert not list(made.of("SealedSecret"))
    commands = {one.name: one.create for one in made.contract.first if one.kind == "Secret"}
    assert commands["orders-db"] == (
        'kubectl -n web create secret generic orders-db --from-literal=password="$PASSWORD" --dry-run=client -o yaml '
        "| kubeseal --format=yaml > orders-db-sealed.yaml && kubectl apply -f orders-db-sealed.yaml"
    )
    assert all("kubeseal" not in one.create for one in made.contract.first if one.kind != "Secret")


def test_a_csi_mount_names_its_provider_class_and_needs_no_secret() -> None:
    made = bundle(WEB, secret_mounts=[{"name": "orders-vault", "path": "/etc/vault", "by": "csi"}])
    assert named(made, "SecretProviderClass") == {"orders-vault"}
    assert not named(made, "Secret")
    (volume,) = [one for one in made.template["spec"]["volumes"] if "csi" in one]
    assert volume["csi"]["driver"] == "secrets-store.csi.k8s.io"


def test_a_change_of_a_file_or_of_a_setting_in_a_config_map_replaces_the_pods() -> None:
    def made(text: str, level: str) -> Rendered:
        return bundle(WEB, files={"app.yaml": text}, env={"LEVEL": level}, env_in="config-map")

    first, other, third = made("a: 1\n", "info"), made("a: 2\n", "info"), made("a: 1\n", "debug")
    marks = [one.template["metadata"]["annotations"] for one in (first, other, third)]
    assert marks[0]["checksum/app"] != marks[1]["checksum/app"]
    assert marks[0]["checksum/env"] == marks[1]["checksum/env"] != marks[2]["checksum/env"]
    maps = {one["metadata"]["name"]: one["data"] for one in first.of("ConfigMap")}
    assert maps == {"web-app": {"app.yaml": "a: 1\n"}, "web-env": {"LEVEL": "info"}}
    (program,) = first.containers
    assert program["envFrom"] == [{"configMapRef": {"name": "web-env"}}]
    assert {"name": "app-files", "mountPath": "/etc/config", "readOnly": True} in program["volumeMounts"]


def test_a_variable_can_contain_the_pods_own_name_or_limits() -> None:
    fields = [{"variable": "POD"}, {"variable": "GOMEMLIMIT", "field": "limits.memory"}]
    (program,) = bundle(WEB, env_fields=fields).containers
    assert env(program) == {
        "POD": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}},
        "GOMEMLIMIT": {"resourceFieldRef": {"resource": "limits.memory"}},
    }


@pytest.mark.parametrize(
    ("given", "key", "says"),
    [
        (
            {"env": {"DB_PASSWORD": "x1y2z3"}},
            "app.env",
            "the value of DB_PASSWORD looks like a secret",
        ),
        (
            {"env": {"A": "1"}, "env_secrets": [{"variable": "A", "secret": "s", "key": "k"}]},
            "app.env_secrets",
            "A is already in app.env",
        ),
        (
            {"env_secrets": [{"variable": "A", "secret": "s", "key": "k"}], "env_fields": [{"variable": "A"}]},
            "app.env_fields",
            "A is already in app.env_secrets",
        ),
        (
            {"env_fields": [{"variable": "A"}, {"variable": "A", "field": "status.podIP"}]},
            "app.env_fields",
            "two items are called A",
        ),
        (
            {"secret_mounts": [{"name": "a", "path": "/etc/x"}, {"name": "b", "path": "/etc/x/y"}]},
            "app.secret_mounts",
            "/etc/x/y is in /etc/x",
        ),
        (
            {"files": {"a": "x"}, "secret_mounts": [{"name": "a", "path": "/etc/config"}]},
            "app.files_path",
            "/etc/config is in /etc/config",
        ),
    ],
)
def test_an_invalid_setting_is_refused_at_its_field(given: dict[str, Any], key: str, says: str) -> None:
    problems = session(WEB, **given).problems
    assert any(one.key == key and says in one.message for one in problems), problems
    assert all(one.hint for one in problems)


@pytest.mark.parametrize(
    ("cloud", "given", "annotation"),
    [
        ("aws", {"cloud_role": "arn:aws:iam::111122223333:role/x"}, "eks.amazonaws.com/role-arn"),
        ("azure", {"cloud_client": "11111111-2222-3333-4444-555555555555"}, "azure.workload.identity/client-id"),
        ("gcp", {"cloud_account": "x@p.iam.gserviceaccount.com"}, "iam.gke.io/gcp-service-account"),
    ],
)
def test_a_cloud_identity_is_on_the_service_account_and_its_endpoint_is_reachable(
    cloud: str, given: dict[str, str], annotation: str
) -> None:
    made = bundle(WEB, cloud=cloud, reach="declared", **given)
    (account,) = made.of("ServiceAccount")
    assert account["metadata"]["annotations"] == {annotation: next(iter(given.values()))}
    labels = made.template["metadata"]["labels"]
    assert ("azure.workload.identity/use" in labels) == (cloud == "azure")
    (policy,) = made.of("NetworkPolicy")
    ports = {port["port"] for rule in policy["spec"]["egress"] for port in rule.get("ports", [])}
    assert ports == {53, 443} | ({80, 988} if cloud == "gcp" else set())


@pytest.mark.parametrize(
    ("answers", "key", "given", "hint"),
    [
        (WEB, "app.writable", "cache", "did you mean `/cache`?"),
        (WEB, "app.writable", "/var/cache, /var/../etc", "write the whole path"),
        (AGENT, "app.host_paths", ["var/log"], "did you mean `/var/log`?"),
        (HELPED, "sidecar.helper.writable", "work", "did you mean `/work`?"),
    ],
)
def test_a_folder_with_a_relative_path_is_refused_at_the_field(
    answers: dict[str, Any], key: str, given: Any, hint: str
) -> None:
    own = (
        {} if answers is not HELPED else {"sidecar.helper.implementation": "own-helper", "sidecar.helper.image": "h:1"}
    )
    made = session(answers, **own, **{key: given})
    assert [(one.key, one.hint) for one in made.problems] == [(key, hint)]
