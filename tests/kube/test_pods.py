"""The fields of pods, compared with the newest minor's schema."""

from __future__ import annotations

import pytest

from wizard.kube.pods import CONTAINER_FIELDS, POD_FIELDS
from wizard.kube.versions import NEWEST
from wizard.validation.schema import load_schema

NEEDED = {"name", "image", "containers"}


@pytest.mark.parametrize(
    ("type_name", "fields"), [("core.v1.Container", CONTAINER_FIELDS), ("core.v1.PodSpec", POD_FIELDS)]
)
def test_the_fields_of_a_pod_match_the_schema(type_name: str, fields: tuple[str, ...]) -> None:
    known = set(load_schema([NEWEST]).types[type_name]["fields"])
    assert set(fields) == known - NEEDED
