"""The details form that the screens and the numbered lines share."""

from __future__ import annotations

import pytest

from tests.journeys import CASES, SERVER, session_of
from tests.screens.small import session
from tests.shipped import CATALOG, covered
from wizard.catalog.model import Catalog
from wizard.catalog.typed import NOTHING
from wizard.catalog.types.registry import TYPES
from wizard.decision.model import Answer
from wizard.faces.form import (
    DetailsForm,
    assumed_text,
    assumed_values,
    choices,
    deciding,
    example_of,
    in_words,
    is_none,
    label,
    lacking,
    needs_value,
    problem_of,
    value_text,
)
from wizard.screens.pages.details import DetailsView
from wizard.session.session import Session, start

DONE: dict[str, str | tuple[str, ...]] = {"work": "server", "keeps": "nothing", "logs": "stdout", "needs": ()}


def form(**given: object) -> DetailsForm:
    made: Session = session(**DONE)
    for key, value in given.items():
        made = made.give(f"app.{key}", value)
    return DetailsForm.of(made)


def test_required_fields_are_at_the_top_and_the_others_below_their_headings() -> None:
    made = form()
    assert [label(field) for field in made.top] == ["name", "image"]
    assert [(g.heading, [label(f) for f in g.fields]) for g in made.groups] == [
        ("Name", ["namespace"]),
        ("Network", ["port", "URL", "exposure"]),
    ]
    assert [label(f) for f in made.fields] == ["name", "image", "namespace", "port", "URL", "exposure"]


def test_a_field_at_the_top_has_no_heading() -> None:
    made = form()
    assert made.heading_of("app.port") == "Network"
    assert made.heading_of("app.name") == made.heading_of("go-on") == made.heading_of("") == ""


def test_every_field_of_a_bundle_is_shown_once(catalog: Catalog) -> None:
    made = session_of(catalog, "web-app-with-file-logs")
    shown = DetailsForm.of(made)
    assert sorted(f.parameter.key for f in shown.fields) == sorted(f.parameter.key for f in made.fields)
    assert all(needs not in {g.heading for g in shown.groups} for needs in ("", ", "))
    helper = next(g for g in shown.groups if g.fields[0].parameter.component != "app")
    assert helper.heading[0].isupper() and ", " in helper.heading


def test_the_next_problem_is_searched_below_and_then_from_the_top() -> None:
    assert form().next_problem() == "app.name"
    assert form().next_problem("app.name") == "app.image"
    assert form().next_problem("app.image") == "app.name"
    assert form(name="shop", image="example.com/shop:1").next_problem() == ""
    assert form(name="shop", image="example.com/shop:1", port="99999").next_problem("app.url") == "app.port"


def test_an_invalid_value_is_a_problem_and_needs_replacing() -> None:
    made = form(name="a_b")
    assert needs_value(made.top[0])
    problem = problem_of(made.session, "app.name")
    assert problem is not None and problem.message
    assert problem_of(made.session, "app.port") is None


def test_the_workloads_implementation_comes_before_the_required_fields(catalog: Catalog) -> None:
    complete = session_of(catalog, "postgres")
    assert DetailsForm.of(complete).first == ""
    empty = DetailsForm.of(complete.reset("app.name"))
    assert (empty.next_problem(), empty.next_choice(), empty.first) == (
        "app.name",
        "app.implementation",
        "app.implementation",
    )
    assert empty.next_choice("app.implementation") == ""


def test_a_helpers_implementation_is_above_its_fields_and_is_not_asked_for(catalog: Catalog) -> None:
    empty = DetailsForm.of(session_of(catalog, "redis-cluster-client").reset("app.image"))
    assert empty.top[0].parameter.key == "ambassador.redis.implementation"
    assert empty.first == "app.image"


def test_the_name_follows_the_image_so_the_image_is_asked_for_first(catalog: Catalog) -> None:
    empty = DetailsForm.of(session_of(catalog, "simple-api").reset("app.name").reset("app.image"))
    assert empty.next_problem() == "app.image"
    named = empty.session.give("app.image", "registry.example.com/shop/orders_api:1.4.2")
    assert (named.resolved["app.name"].text, named.problems) == ("orders-api", ())
    assert 'name: "orders-api"' in named.answers_text, "another image later does not give everything another name"
    unfit = DetailsForm.of(empty.session.give("app.image", f"registry.example.com/{'o' * 60}:1"))
    assert unfit.next_problem() == "app.name", "this name is too long for Kubernetes"


def test_a_choice_is_shown_with_its_label() -> None:
    exposure = next(f for f in form(exposure="world").fields if f.parameter.name == "exposure")
    assert value_text(exposure) == "Everyone"
    assert choices(exposure)[0] == ("cluster", "Programs in the cluster")


def test_a_boolean_is_a_choice_but_the_text_true_is_not() -> None:
    url = next(f for f in form(url="true").fields if f.parameter.name == "url")
    assert (value_text(url), choices(url)) == ("true", ())
    boolean = url._replace(parameter=url.parameter._replace(type=TYPES["boolean"]))
    assert (value_text(boolean), choices(boolean)) == ("yes", (("true", "Yes"), ("false", "No")))


def test_each_choice_that_makes_a_field_required_is_above_it_at_the_top() -> None:
    pairs = set()
    for name, made in covered():
        form_of = DetailsForm.of(made)
        top = [field.parameter.key for field in form_of.top]
        shown = {field.parameter.key: field for field in made.fields}
        for field in made.fields:
            for key in deciding(field):
                if key in shown and choices(shown[key]):
                    assert key in top, (name, key)
                    assert top.index(key) < top.index(field.parameter.key), (name, key, field.parameter.key)
                    pairs.add((key, field.parameter.key))
    assert ("shared-files.claim", "shared-files.storage_class") in pairs


def test_a_choice_is_directly_above_the_field_it_makes_required(catalog: Catalog) -> None:
    shared: dict[str, Answer] = {**SERVER, "keeps": "shared_files"}
    made = start(catalog)
    for question, answer in shared.items():
        made = made.answer(question, answer)
    top = [field.parameter.key for field in DetailsForm.of(made).top]
    at = top.index("shared-files.storage_class")
    assert top[at - 1] == "shared-files.claim"


def test_the_time_zone_is_next_to_the_schedule_at_the_top(catalog: Catalog) -> None:
    top = [label(field) for field in DetailsForm.of(session_of(catalog, "nightly-backup")).top]
    assert top[:2] == ["schedule", "time zone"]


def test_a_hint_names_a_fields_question_instead_of_its_key(catalog: Catalog) -> None:
    made = session_of(catalog, "simple-api")
    assert in_words(made, "add its port to `app.listeners`") == 'add its port to "On which ports does it listen?"'
    assert in_words(made, "see `app.nothing_of_that_name` and `docker logs`").startswith("see `app.nothing")


def test_an_example_in_an_empty_field_is_complete_or_absent(catalog: Catalog) -> None:
    field = session_of(catalog, "simple-api").resolved["app.env_secrets"]
    whole = "variable=DB_PASSWORD, secret=shop, key=password"
    assert example_of(field, 70) == f"for example {whole}"
    assert example_of(field, 55) == whole
    assert example_of(field, 20) == ""


def test_each_empty_field_has_an_example_on_the_smallest_screen_that_can_be_typed_as_it_is() -> None:
    fields = {field.parameter.key: field for _, made in covered() for field in DetailsForm.of(made).fields}
    empty = [field for field in fields.values() if is_none(field) and not choices(field) and field.parameter.sample]
    texts = {field.parameter.key: example_of(field, 48) for field in empty}
    assert len(texts) > 40
    assert all(texts.values()), texts
    assert not any('"' in text or "\\" in text for text in texts.values()), texts
    assert texts["app.files"] == "for example app.yaml=@app.yaml"


def test_a_heading_does_not_repeat_a_helpers_name() -> None:
    for name, made in covered():
        for group in DetailsForm.of(made).groups:
            owner, _, own = group.heading.partition(", ")
            assert not own or own.lower() not in owner.lower(), (name, group.heading)


@pytest.mark.parametrize("name", ["simple-api", "web-app-with-file-logs", "redis-cluster-client", "node-metrics"])
def test_a_servers_ports_and_health_are_at_the_top_and_shown_as_assumed(name: str) -> None:
    session = start(CATALOG)
    for question, answer in CASES[name][0].items():
        session = session.answer(question, answer)
    form = DetailsForm.of(session)
    top = [field.parameter.key for field in form.top]
    assert {"app.listeners", "app.health"} <= set(top)
    assert DetailsView.of(session).message == assumed_text(form) == "Values with ~ are assumed; ↑↓ lead to them."
    for key in form.upfront:
        session = session.give(key, session.resolved[key].text or NOTHING)
    assert assumed_text(DetailsForm.of(session)) == ""


def test_identical_questions_at_the_top_name_their_component() -> None:
    found = 0
    for _, made in covered():
        form = DetailsForm.of(made)
        asked = [form.question(field) for field in form.top]
        assert len(asked) == len(set(asked)), asked
        found += any(text.startswith("Which image does it run? (") for text in asked)
    assert found


def test_a_field_that_will_follow_another_one_is_not_counted_as_needed(catalog: Catalog) -> None:
    made = session_of(catalog, "simple-api").reset("app.name").reset("app.image")
    form = DetailsForm.of(made)
    name = made.resolved["app.name"]
    assert lacking(made.fields) == (("1 still needed", False),)
    leader = form.awaited(name)
    assert leader is not None and leader.parameter.key == "app.image"
    leader = form.awaited(made.resolved["app.namespace"])
    assert leader is not None and leader.parameter.key == "app.name", "the namespace follows the name"
    assert form.awaited(made.resolved["app.part_of"]) is None, "it follows nothing"
    refused = made.give("app.image", "example.com/____:1")
    assert lacking(refused.fields) == (("1 refused", True),)


def test_a_name_that_cannot_follow_its_image_is_counted_as_needed(catalog: Catalog) -> None:
    long = session_of(catalog, "simple-api").reset("app.name").give("app.image", f"example.com/{'o' * 70}:1")
    assert DetailsForm.of(long).awaited(long.resolved["app.name"]) is None
    assert lacking(long.fields) == (("1 still needed", False),)
    leader = DetailsForm.of(long).awaited(long.resolved["app.namespace"])
    assert leader is not None and leader.parameter.key == "app.name"


def test_a_namespace_that_must_be_given_does_not_wait_for_the_name(catalog: Catalog) -> None:
    made = session_of(catalog, "nightly-backup").answer("needs", ("claim",)).reset("app.name").reset("app.image")
    assert made.resolved["app.namespace"].required
    assert DetailsForm.of(made).awaited(made.resolved["app.namespace"]) is None


def test_an_assumed_value_that_is_empty_is_reported_as_none(catalog: Catalog) -> None:
    made = session_of(catalog, "node-metrics").reset("app.implementation")
    assert "Host paths: none" in [each.say for each in assumed_values(DetailsForm.of(made))]
