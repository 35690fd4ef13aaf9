"""The text formats against the patterns of Kubernetes and of the image reference grammar."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.validation import formats

_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_DNS = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_PATTERNS = {
    "is_label": _LABEL,
    "is_old_label": r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
    "is_subdomain": rf"(?=.{{1,253}}\Z){_DNS}",
    "is_label_value": rf"({_NAME})?",
    "is_label_key": rf"((?=.{{1,253}}/){_DNS}/)?{_NAME}",
    "is_config_key": r"[-._a-zA-Z0-9]{1,253}",
    "is_port_name": r"(?!.*--)(?=.*[a-z])(?=.{1,15}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    "is_percent": r"[0-9]{1,18}%",
}
_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\]"
_PART = r"[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?P<name>(({_HOST})(:[0-9]+)?/)?{_PART}(/{_PART})*)(:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}))?"
    r"(@(?P<digest>[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,}))?"
)
_PIECES = st.sampled_from(
    [*"abZ09-_.:/@[]%+ é", "--", "__", "___", "::1", "ghcr.io/", "sha256:" + "a" * 32, "x" * 40, "٣", "\n"]
)
_TEXTS = st.lists(_PIECES, max_size=12).map("".join)


@pytest.mark.parametrize("name", _PATTERNS)
@given(text=_TEXTS)
def test_a_format_is_what_its_pattern_says(name: str, text: str) -> None:
    assert getattr(formats, name)(text) == (re.fullmatch(_PATTERNS[name], text) is not None)


@given(text=_TEXTS)
def test_an_image_reference_is_read_as_its_grammar_says(text: str) -> None:
    match = _IMAGE.fullmatch(text)
    wanted = (match["name"], match["tag"] or "", match["digest"] or "") if match else None
    assert formats.image_parts(text) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"), [("25%", 25), (3, 3), (True, None), ("3", None), ("9" * 5000 + "%", None), (None, None)]
)
def test_percent_or_int(value: object, wanted: int | None) -> None:
    assert formats.percent_or_int(value) == wanted
