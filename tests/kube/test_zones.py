"""Time zones with and without zone data."""

from __future__ import annotations

import zoneinfo

import pytest

from wizard.kube.reason import Reason
from wizard.kube.zones import parse_time_zone


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", missing)


@pytest.mark.parametrize("text", ["Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+12", "Mars/Base"])
def test_a_machine_without_zone_data_takes_what_looks_like_a_zone(text: str, no_data: None) -> None:
    assert parse_time_zone(text) == text


@pytest.mark.parametrize("text", ["", "Local", "../etc/passwd", "/etc/localtime", "a b", "a/b/c/d", "a//b"])
def test_a_machine_without_zone_data_refuses_what_cannot_be_one(text: str, no_data: None) -> None:
    assert isinstance(parse_time_zone(text), Reason)
