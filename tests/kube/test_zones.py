"""Time zones with and without zone data."""

from __future__ import annotations

import zoneinfo
from datetime import date

import pytest

from wizard.kube.reason import Reason
from wizard.kube.schedules import Schedule, due_between, parse_schedule
from wizard.kube.zones import clock_changes, parse_time_zone


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", missing)


@pytest.mark.parametrize("text", ["Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+12", "Mars/Base"])
def test_without_zone_data_a_plausible_time_zone_is_accepted(text: str, no_data: None) -> None:
    assert parse_time_zone(text) == text


@pytest.mark.parametrize("text", ["", "Local", "../etc/passwd", "/etc/localtime", "a b", "a/b/c/d", "a//b"])
def test_without_zone_data_an_impossible_time_zone_is_refused(text: str, no_data: None) -> None:
    assert isinstance(parse_time_zone(text), Reason)


def test_without_zone_data_no_clock_change_is_known(no_data: None) -> None:
    assert clock_changes("Europe/Berlin", date(2026, 1, 1)) == ()


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Berlin", ["29 March 02:00-03:00", "25 October 02:00-03:00 twice"]),
        ("America/New_York", ["08 March 02:00-03:00", "01 November 01:00-02:00 twice"]),
        ("Australia/Lord_Howe", ["05 April 01:30-02:00 twice", "04 October 02:00-02:30"]),
        ("Asia/Tokyo", []),
        ("Etc/UTC", []),
    ],
)
def test_the_clock_changes_of_a_year_are_found(zone: str, changes: list[str]) -> None:
    found = clock_changes(zone, date(2026, 1, 1), days=365)
    assert [f"{a:%d %B %H:%M}-{b:%H:%M}{' twice' * twice}" for a, b, twice in found] == changes


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("0 2 * * *", True),
        ("59 2 * * *", True),
        ("0 3 * * *", False),
        ("30 1-4 29 3 *", True),
        ("0 2 28 * *", False),
        ("0 2 * * 0", True),
        ("0 2 * * 7", False),
        ("0 2 * * mon", False),
        ("0 2 28 * sun", True),
        ("0 2 * 10 *", False),
        ("@daily", False),
        ("@every 5m", False),
    ],
)
def test_a_schedule_in_the_hour_skipped_by_a_clock_change_is_found(text: str, due: bool) -> None:
    first, end, _ = clock_changes("Europe/Berlin", date(2026, 1, 1))[0]
    schedule = parse_schedule(text)
    assert (isinstance(schedule, Schedule) and due_between(schedule, first, end)) is due
