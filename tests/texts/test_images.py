"""Known vulnerabilities of images: shown with the verdict, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.test_cases import WEB
from tests.lines.talk import talk
from tests.shipped import CATALOG
from wizard.catalog.model import Advisory
from wizard.cli.recommend import as_data, as_text
from wizard.screens.page import room_for
from wizard.screens.pages.verdict import VerdictView
from wizard.screens.text import plain_text
from wizard.session.session import Session, start
from wizard.texts.images import weaknesses

WEAK = CATALOG.images["ghostunnel"]._replace(
    advisory=Advisory("Any certificate is taken.", "https://cve.example.org/1", "v2")
)
MUTUAL = {**WEB, "needs": ("mtls",), "self_tls": "no", "version": "v133"}


def session(answers: Mapping[str, Any]) -> Session:
    made = start(CATALOG._replace(images={**CATALOG.images, "ghostunnel": WEAK}))
    for question, answer in answers.items():
        made = made.answer(question, answer)
    return made


def test_a_vulnerability_of_an_image_in_use_is_reported_with_its_fix() -> None:
    (warning,) = weaknesses(session(MUTUAL))
    assert warning == (
        f"The image {WEAK.reference()} has a known vulnerability: Any certificate is taken. "
        "See https://cve.example.org/1. Fixed in v2."
    )
    assert weaknesses(session(WEB)) == ()


def test_every_form_of_the_verdict_shows_a_vulnerability() -> None:
    made = session(MUTUAL)
    assert "Known vulnerability:" in as_text(made)
    (advisory,) = as_data(made)["advisories"]
    assert advisory == {
        "image": WEAK.reference(),
        "says": "Any certificate is taken.",
        "source": "https://cve.example.org/1",
        "gone_in": "v2",
    }
    assert as_data(session(WEB))["advisories"] == []
    assert "Warning: The image docker.io/ghostunnel" in talk(made, "q").flat
    rows = VerdictView(made).page(room_for(100, 60)).aside
    assert "has a known vulnerability: Any" in " ".join(" ".join(plain_text(row) for row in rows).split())
