"""The real API server, shared by the whole run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apiserver.server import ApiServer, serve

CRDS = (
    "barmancloud.cnpg.io_objectstores.yaml",
    "cert-manager.io_certificates.yaml",
    "gateway.networking.k8s.io_httproutes.yaml",
    "monitoring.coreos.com_podmonitors.yaml",
    "postgres-operator.crunchydata.com_postgresclusters.yaml",
    "postgresql.cnpg.io_clusters.yaml",
    "postgresql.cnpg.io_scheduledbackups.yaml",
)


@pytest.fixture(scope="session")
def api_server() -> Iterator[ApiServer]:
    if "KUBEBUILDER_ASSETS" not in os.environ:
        if os.environ.get("PODWIZARD_REQUIRE_APISERVER"):
            pytest.fail("KUBEBUILDER_ASSETS is not set: the API server tests cannot run")
        pytest.skip("needs a real API server: KUBEBUILDER_ASSETS")
    folder = os.environ.get("PODWIZARD_TEST_CRDS")
    crds = [Path(folder) / name for name in CRDS] if folder else []
    with serve(crds) as server:
        yield server
