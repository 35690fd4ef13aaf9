"""Messages of the child process: they are decoded as they were sent, and malformed ones are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.render.kitchen import ALL, CATALOG, request
from wizard.errors import CatalogError, Fault, Position, RenderError, WizardError
from wizard.render.bundle.provenance import with_parameters
from wizard.render.bundle.render import render
from wizard.render.template_errors import LimitError
from wizard.render.wire import decode_bundle, decode_error, encode_bundle, encode_error, line_of


def sent() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(line_of(encode_bundle(render(CATALOG, request(*ALL)))))
    return data


def test_a_bundle_is_decoded_as_it_was_sent() -> None:
    bundle = render(CATALOG, request(*ALL))
    traced = with_parameters(CATALOG, request(*ALL), bundle)
    for one in (bundle, traced):
        assert decode_bundle(json.loads(line_of(encode_bundle(one)))) == one


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", ".git/hooks/x", "a/../b", "", "a\\b"])
def test_a_file_with_a_path_out_of_the_bundle_is_refused(path: str) -> None:
    data = sent()
    data["files"][3]["path"] = path
    with pytest.raises(ValueError, match=r".*"):
        decode_bundle(data)


@pytest.mark.parametrize(
    ("key", "value"), [("name", 1), ("images", [[1, 2]]), ("files", None), ("pod", {"kind": "Deployment"})]
)
def test_malformed_data_is_refused(key: str, value: object) -> None:
    with pytest.raises((TypeError, KeyError)):
        decode_bundle({**sent(), key: value})


@pytest.mark.parametrize(
    "error",
    [
        RenderError("a", hint="b"),
        LimitError("a", hint="b", path="c.yaml"),
        CatalogError("a", faults=(Fault("code", "m", Position("f", 1, 2), "h"),)),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_decoded_as_it_was_sent(error: WizardError) -> None:
    back = decode_error(json.loads(line_of(encode_error(error))))
    assert type(back) is type(error)
    assert vars(back) == vars(error)
