"""Names, labels, keys and ports, compared with the patterns of Kubernetes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.kube import names
from wizard.kube.names import parse_config_key, parse_label, parse_port, parse_subdomain, service_namespace
from wizard.kube.reason import Reason

_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_DNS = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_PATTERNS = {
    "is_label": _LABEL,
    "is_old_label": r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
    "is_subdomain": rf"(?=.{{1,253}}\Z){_DNS}",
    "is_label_value": rf"({_NAME})?",
    "is_label_key": rf"((?=.{{1,253}}/){_DNS}/)?{_NAME}",
    "is_config_key": r"(?!\.\Z)(?!\.\.)[-._a-zA-Z0-9]{1,253}",
    "is_port_name": r"(?!.*--)(?=.*[a-z])(?=.{1,15}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    "is_variable": r"[-._a-zA-Z][-._a-zA-Z0-9]*",
    "is_relaxed_variable": r"[ -<>-~]+",
}
_PIECES = st.sampled_from(
    [*"abZ09-_.:/@[]%+ é", "--", "__", "___", "::1", "ghcr.io/", "sha256:" + "a" * 32, "x" * 40, "٣", "\n"]
)
_TEXTS = st.lists(_PIECES, max_size=12).map("".join)


@pytest.mark.parametrize("name", _PATTERNS)
@given(text=_TEXTS)
def test_a_format_accepts_exactly_what_its_pattern_matches(name: str, text: str) -> None:
    assert getattr(names, name)(text) == (re.fullmatch(_PATTERNS[name], text) is not None)


@given(text=_TEXTS)
def test_a_name_is_returned_unchanged_or_refused_with_a_fix(text: str) -> None:
    for parse, valid in ((parse_label, names.is_label), (parse_config_key, names.is_config_key)):
        found = parse(text)
        assert (found == text) is valid(text)
        assert isinstance(found, str) or (found.message.isprintable() and found.hint.isprintable())
    whole = parse_subdomain(text)
    assert (whole == text) is (names.is_subdomain(text) and all(map(names.is_label, text.split("."))))


def test_a_label_can_have_a_shorter_limit() -> None:
    assert parse_label("orders", 5) == Reason("6 characters, at most 5 are allowed", "shorten it to 5 characters")


@given(st.integers(-5, 10**6).map(str) | st.sampled_from(["", "٣", "+1", "1.0", "0x1", "9" * 5000]))
def test_a_port_is_a_number_from_1_to_65535(text: str) -> None:
    valid = re.fullmatch("[0-9]{1,5}", text) is not None and 1 <= int(text) <= 65535
    assert parse_port(text) == int(text) if valid else isinstance(parse_port(text), Reason)


@pytest.mark.parametrize(
    ("host", "namespace"),
    [
        ("db", ""),
        ("db.shop.svc", "shop"),
        ("db.shop.svc.cluster.local.", "shop"),
        ("db-0.db.shop.svc", "shop"),
        ("svc.shop.svc", "shop"),
        ("db.acme.io", None),
        ("svc.acme.io", None),
        ("10.0.0.7", None),
        ("7", None),
    ],
)
def test_the_namespace_of_a_service_is_read_from_its_dns_name(host: str, namespace: str | None) -> None:
    assert service_namespace(host) == namespace
