"""Fixtures for a real API server that the whole run shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apiserver.rooms import make_account, make_room
from tests.apiserver.server import ApiServer, serve
from wizard.cluster.kubeconfig import choose
from wizard.cluster.model import Target

CRDS = (
    "barmancloud.cnpg.io_objectstores.yaml",
    "cert-manager.io_certificates.yaml",
    "elasticsearch.k8s.elastic.co_elasticsearches.yaml",
    "external-secrets.io_externalsecrets.yaml",
    "gateway.networking.k8s.io_backendtlspolicies.yaml",
    "gateway.networking.k8s.io_grpcroutes.yaml",
    "gateway.networking.k8s.io_httproutes.yaml",
    "kafka.strimzi.io_kafkanodepools.yaml",
    "kafka.strimzi.io_kafkas.yaml",
    "keda.sh_scaledobjects.yaml",
    "keda.sh_triggerauthentications.yaml",
    "monitoring.coreos.com_podmonitors.yaml",
    "monitoring.coreos.com_prometheusrules.yaml",
    "monitoring.coreos.com_servicemonitors.yaml",
    "postgres-operator.crunchydata.com_postgresclusters.yaml",
    "postgresql.cnpg.io_clusters.yaml",
    "postgresql.cnpg.io_scheduledbackups.yaml",
    "psmdb.percona.com_perconaservermongodbs.yaml",
    "pxc.percona.com_perconaxtradbclusters.yaml",
    "rabbitmq.com_rabbitmqclusters.yaml",
    "redis.redis.opstreelabs.in_redisreplications.yaml",
)


PERHAPS = {
    "KafkaTopic": "kafka.strimzi.io_kafkatopics.yaml",
    "KafkaUser": "kafka.strimzi.io_kafkausers.yaml",
}
"""Kinds whose definitions are optional: without the file of a kind, its objects are not created."""


def unknown_kinds() -> set[str]:
    """Return the optional kinds that the server does not know."""
    folder = os.environ.get("PODWIZARD_TEST_CRDS")
    return {kind for kind, name in PERHAPS.items() if not folder or not (Path(folder) / name).exists()}


def assets() -> None:
    """Skip the test if there is no server to run, or fail it if the server is required."""
    if "KUBEBUILDER_ASSETS" not in os.environ:
        if os.environ.get("PODWIZARD_REQUIRE_APISERVER"):
            pytest.fail("KUBEBUILDER_ASSETS is not set: the API server tests cannot run")
        pytest.skip("needs a real API server: KUBEBUILDER_ASSETS")


def kubectl_program() -> Path:
    """Return the kubectl next to the server; without one, skip the test, or fail it if the server is required."""
    program = Path(os.environ["KUBEBUILDER_ASSETS"]) / "kubectl"
    if not program.exists():
        if os.environ.get("PODWIZARD_REQUIRE_APISERVER"):
            pytest.fail(f"{program} is missing: the commands of a README cannot run")
        pytest.skip("needs kubectl beside the API server")
    return program


def crds() -> list[Path]:
    folder = os.environ.get("PODWIZARD_TEST_CRDS")
    known = [name for kind, name in PERHAPS.items() if kind not in unknown_kinds()]
    return [Path(folder) / name for name in (*CRDS, *known)] if folder else []


@pytest.fixture(scope="session")
def api_server() -> Iterator[ApiServer]:
    assets()
    with serve(crds()) as server:
        yield server


@pytest.fixture
def admin(api_server: ApiServer) -> Target:
    return choose(str(api_server.kubeconfig), "admin")


@pytest.fixture(scope="session")
def room(api_server: ApiServer) -> str:
    """Return a new namespace with a default ServiceAccount; the namespace ``default`` gets one too."""
    make_account(api_server, "default")
    return make_room(api_server, "room")
