"""The answers file in all its forms: as podwizard writes it, shortened by hand, and in format 1."""

from __future__ import annotations

import pytest

from tests.journeys import CASES, session_of
from wizard.catalog.model import Catalog, Evidence
from wizard.render.bundle.answers_file import flat_answers, read_answers
from wizard.render.bundle.answers_text import write_answers

OLD = """\
format: 1
table: {id: container-patterns}
answers:
  work: server
  needs: []
assumed: [needs]
parameters:
  app:
    name: orders-api
options:
  form: plain
"""
NEW = """\
format: 2
table: {id: container-patterns}
options:
  form: plain
workloads:
  - answers:
      work: server
      needs: []
    assumed: [needs]
    parameters:
      app:
        name: orders-api
"""


@pytest.mark.parametrize("text", [OLD, OLD.replace("format: 1", "format: 2")], ids=["format 1", "short form"])
def test_all_forms_of_the_file_have_the_same_meaning(text: str, catalog: Catalog) -> None:
    assert read_answers(text, "a.yaml", catalog) == read_answers(NEW, "a.yaml", catalog)
    assert flat_answers(text) == flat_answers(NEW) and flat_answers(NEW)["app.name"] == "orders-api"


@pytest.mark.parametrize("name", CASES)
def test_a_written_file_is_read_back_unchanged(name: str, catalog: Catalog) -> None:
    text = session_of(catalog, name).answers_text
    read = read_answers(text, "a.yaml", catalog)
    assert flat_answers(write_answers(read)) == flat_answers(text)
    found = read._replace(evidence=(Evidence(next(iter(catalog.clues)), "gatekeeper"),))
    assert read_answers(write_answers(found), "a.yaml", catalog) == found
