"""Image references, compared with a model of what container runtimes do: normalize, then match a pattern."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.kube.images import ImageReference, image_called, parse_image, split_registry
from wizard.kube.reason import Reason

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = rf"({_LABEL}(\.{_LABEL})*|\[[0-9a-fA-F:]+\])"
_PART = r"[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"((?P<registry>{_HOST}(:(?P<port>[0-9]+))?)/)?(?P<path>{_PART}(/{_PART})*)"
    r"(:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(@(?P<digest>sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?"
)
_MARKS = ("--", "__", "___", "[::1]", "::1", "ghcr.io/", ":5000/", ":70000/", "localhost/", "REPO/", "٣", "\n")
_LONG = ("sha256:" + "a" * 64, "sha512:" + "a" * 128, "sha1:" + "a" * 40, "x" * 40)
_PIECES = st.sampled_from([*"abZ09-_.:/@[]%+ é", *_MARKS, *_LONG])


def brute(text: str) -> bool:
    """Return whether a runtime accepts the text: prepend Docker Hub if it has no registry, then match the pattern."""
    first, slash, _ = text.partition("/")
    has_registry = slash and (set(first) & set(".:") or first == "localhost" or first.lower() != first)
    match = _REFERENCE.fullmatch(text if has_registry else f"docker.io/{text}")
    if match is None or re.fullmatch("[0-9a-f]{64}", text) or len(match["path"]) > 255:
        return False
    return match["port"] is None or 1 <= int(match["port"]) <= 65535


@given(st.lists(_PIECES, max_size=10).map("".join))
def test_a_reference_is_valid_if_and_only_if_a_runtime_accepts_it(text: str) -> None:
    found = parse_image(text)
    assert (not isinstance(found, Reason)) == brute(text)
    if isinstance(found, ImageReference):
        tag, digest = f":{found.tag}" if found.tag else "", f"@{found.digest}" if found.digest else ""
        assert f"{found.name}{tag}{digest}" == text
    else:
        assert found.message.isprintable() and found.hint.isprintable()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("ghcr.io/acme/orders", ("ghcr.io", "acme/orders")),
        ("localhost/x", ("localhost", "x")),
        ("acme/orders", ("", "acme/orders")),
        ("orders.api", ("", "orders.api")),
        ("[::1]:5000/x", ("[::1]:5000", "x")),
    ],
)
def test_a_registry_has_a_dot_or_a_port_or_is_localhost(name: str, parts: tuple[str, str]) -> None:
    assert split_registry(name) == parts


@pytest.mark.parametrize(
    ("reference", "title", "called"),
    [
        ("docker.io/library/busybox:1.38.0", "", "busybox 1.38"),
        ("cr.fluentbit.io/fluent/fluent-bit:5.1.3", "Fluent Bit", "Fluent Bit 5.1"),
        ("docker.io/envoyproxy/envoy:distroless-v1.39.2", "Envoy", "Envoy 1.39"),
        ("localhost:5000/orders:main", "", "orders main"),
        ("docker.io/library/postgres:18-alpine", "", "postgres 18"),
        ("ghcr.io/acme/orders@sha256:00", "", "orders"),
    ],
)
def test_an_image_is_shown_with_its_name_and_short_version(reference: str, title: str, called: str) -> None:
    assert image_called(reference, title) == called
