"""The user's input as a value: compared by identity, and never printed."""

from __future__ import annotations

from wizard.catalog.model import Catalog
from wizard.session.session import start


def test_a_session_is_equal_only_to_itself_and_its_repr_shows_no_contents(catalog: Catalog) -> None:
    made = start(catalog)._replace(given={"app.name": "hunter2"})
    assert made == made and made != made._replace()
    assert len({made, made._replace()}) == 2
    assert repr(made) == f"{made}" == "<Session>"
