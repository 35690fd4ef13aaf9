"""What a person gave, as a value: told apart by identity, and never written out."""

from __future__ import annotations

from wizard.catalog.model import Catalog
from wizard.session.session import start


def test_a_session_is_equal_to_itself_alone_and_shows_nothing_of_what_it_holds(catalog: Catalog) -> None:
    made = start(catalog)._replace(given={"app.name": "hunter2"})
    assert made == made and made != made._replace()
    assert len({made, made._replace()}) == 2
    assert repr(made) == f"{made}" == "<Session>"
