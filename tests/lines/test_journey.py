"""The numbered lines from the first question to the written bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import proxies
from tests.journeys import CASES, SERVER, answered, session_of
from tests.lines.talk import Talk, answer_lines, detail_lines, services, talk
from wizard.catalog.load import load_catalog
from wizard.catalog.model import Catalog
from wizard.errors import RenderError, WriteError
from wizard.session.session import Session, start

WEB = list("11211--1")
"""The eight answers of a plain web service."""


@pytest.fixture
def empty(catalog: Catalog) -> Session:
    return start(catalog)


@pytest.fixture
def web(catalog: Catalog) -> Session:
    return answered(catalog, SERVER)


def named(session: Session) -> Session:
    return session.give("app.name", "orders").give("app.image", "registry.example.com/orders:1")


# --- whole journeys ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_every_case_of_the_article_can_be_completed(
    name: str, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a path does not wrap, and that of the temporary folder can be longer than a line
    complete = session_of(catalog, name)
    undetailed = complete._replace(given={})
    lines = [*answer_lines(start(catalog), complete.answers), "", *detail_lines(undetailed), "", ""]
    result = talk(start(catalog), *lines, target=Path("out"))
    assert result.outcome.written is not None, result.text[-2000:]
    assert result.outcome.session.verdict == complete.verdict
    assert max(len(row) for row in result.text.splitlines()) <= 80


def test_an_option_has_its_term_in_brackets(empty: Session) -> None:
    result = talk(empty)
    assert "It looks after the node (machine) it runs on, one per node [DaemonSet]" in result.flat


def test_every_prompt_ends_with_a_colon_and_shows_keys(empty: Session) -> None:
    result = talk(empty, *WEB, "n", "", "", ":?", "orders", "orders:1", "", "q", "")
    prompts = [row for row in result.text.splitlines() if "? keys" in row or "Enter " in row]
    assert len(prompts) >= 13
    assert all(": " in row.replace("? keys)", "? keys") for row in prompts if "? keys" in row)


# --- questions --------------------------------------------------------------------------------------


def test_a_changed_answer_that_brings_up_more_questions_names_them(empty: Session) -> None:
    result = talk(empty, "1", "1", "2", "1", "<", "3")
    assert "1 more question: Kubernetes version." in result.flat


def test_commands_that_only_show_information_answer_nothing(empty: Session) -> None:
    result = talk(empty, "if 3", "w", "s", "?", "l", "if 9", "if", "if x")
    assert result.outcome.session.answers == {}
    assert "If you answer: It does one piece of work and ends" in result.flat
    assert "Set: the workload is Job (kind: Job)" in result.flat
    assert "The answer can still decide:" in result.flat
    assert result.flat.count("if: give a number from 1 to 4") == 3


@pytest.mark.parametrize(
    "text", ["9", "99999999999999999999", "²", "1 2", "work", "x" * 300, "\x1b[2J", "\x00", "0", "-"]
)
def test_an_invalid_answer_is_refused_and_the_question_is_asked_again(text: str, empty: Session) -> None:
    result = talk(empty, text, "1")
    assert list(result.outcome.session.answers) == ["work"]
    assert "is not one of the answers. Give one number from 1 to 4" in result.flat
    assert "\x1b" not in result.text and "\x00" not in result.text


def test_an_empty_line_and_a_very_long_line_are_refused(empty: Session) -> None:
    result = talk(empty, "", "7" * 1_000_000, "1")
    assert "Nothing was given." in result.flat
    assert len(result.text) < 10_000
    assert result.outcome.session.answers == {"work": "server"}


@pytest.mark.parametrize("text", ["server", "1.", "1)", " 1 "])
def test_an_answer_can_be_an_option_id_or_a_number_with_punctuation(text: str, empty: Session) -> None:
    assert talk(empty, text).outcome.session.answers == {"work": "server"}


def test_zero_means_i_dont_know_and_is_marked_as_assumed(empty: Session) -> None:
    result = talk(empty, "1", "1", "0", "a")
    assert result.outcome.session.assumed == {"copies"}
    assert "Answer: One (assumed)." in result.flat and "replicas: One (assumed" in result.flat


def test_several_answers_can_be_given_in_one_line_and_a_dash_means_none(empty: Session) -> None:
    result = talk(empty, "1", "1", "2", "1", "1", "4 5, 6", "-")
    assert result.outcome.session.answers["needs"] == ("wait", "migrate", "prepare")
    assert "cluster" in result.outcome.session.answers


def test_back_shows_the_answer_and_enter_keeps_it(empty: Session) -> None:
    result = talk(empty, "<", "1", "1", "<", "")
    assert "This is the first question" in result.flat
    assert "Your answer now: Nothing; any copy can do any work. Enter keeps it." in result.flat
    assert result.outcome.session.answers == {"work": "server", "keeps": "nothing"}


def test_quick_mode_asks_only_for_the_workload(catalog: Catalog) -> None:
    result = talk(start(catalog, quick=True), "1", "1", "2")
    assert result.outcome.session.verdict is not None
    assert "assumed" in result.flat and "Verdict: " in result.flat


# --- answers ----------------------------------------------------------------------------------------


def test_a_changed_answer_reports_its_effects_and_loses_nothing(web: Session) -> None:
    result = talk(web, "a", "2", "2", "2", "1")
    assert "What moved: now without disruption budget." in result.flat
    assert "Kept in case they are asked again:" in result.flat
    assert "What moved: now with disruption budget." in result.flat
    assert result.outcome.session.answers == web.answers


def test_an_answer_can_be_changed_although_the_bundle_cannot_be_rendered(
    web: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RenderError("two containers want one port")

    monkeypatch.setattr("wizard.render.bundle.render.render", broken)
    result = talk(named(web), "a", "3", "3", "", "", "", "a", "3", "2")
    assert "What moved: now with autoscaling." in result.flat
    assert "Two containers want one port." in result.flat
    assert result.outcome.session.answers["copies"] == "several"


def test_answers_can_be_searched_and_their_dependent_rules_listed(web: Session) -> None:
    result = talk(web, "a", "/stdout-nonsense", "/logs", "d 4", "d 99", "l", "<")
    assert "No answer has that word." in result.flat
    assert "The answer can still decide: log-printing sidecar" in result.flat
    assert "'d 99' is not a command here" in result.flat


def test_an_answer_that_can_decide_nothing_is_reported_as_such(catalog: Catalog) -> None:
    session = start(catalog).answer("work", "node_agent").answer("cluster", ())
    for question_id, answer in (("logs", "stdout"), ("metrics", "native"), ("needs", ()), ("habits", ())):
        session = session.answer(question_id, answer)
    result = talk(session, "a", "d 5", "l", "<")
    assert "No open rule depends on the answer any more." in result.flat


def test_an_empty_list_of_answers_is_reported(empty: Session) -> None:
    assert "Nothing is answered yet." in talk(empty, "a").flat


# --- verdict ----------------------------------------------------------------------------------------


def test_the_verdict_shows_reasons_costs_and_lessons(catalog: Catalog) -> None:
    session = session_of(catalog, "web-app-with-file-logs")
    result = talk(session, "n", "", "f", "", "m", "m 2", "?", "zz").flat
    for part in ("Why:", "Why not:", "What would change it:", "You get:", "You pay:", "StatefulSet", "Lessons on:"):
        assert part in result
    assert "2 containers, in start order" in result
    assert "sidecar container log-agent" in result and "app container" in result
    assert "Avoid when:" in result


def test_a_line_of_the_verdict_leads_to_its_answer(web: Session) -> None:
    result = talk(web, "1", "2", "3")
    assert "The answers behind it:" in result.flat
    assert result.outcome.session.answers["keeps"] == "one_disk"


@pytest.mark.parametrize(
    ("copies", "expected"), [("one", "1 copy:"), ("several", "3 copies:"), ("elastic", "2 to 10 copies:")]
)
def test_the_pod_is_described_with_its_number_of_replicas(copies: str, expected: str, web: Session) -> None:
    assert f"The pod, {expected} 1 container." in talk(web.answer("copies", copies).answer("two_harm", "no")).flat


def test_the_pod_of_a_job_is_described_with_the_number_of_pods_that_work_at_once(catalog: Catalog) -> None:
    job = session_of(catalog, "one-off-migration")
    assert "The pod: 1 container." in talk(job).flat
    assert "The pod, up to 3 at once: 1 container." in talk(job.give("app.parallelism", 3)).flat


def test_a_plain_workload_needs_no_additions(catalog: Catalog) -> None:
    result = talk(session_of(catalog, "simple-api"))
    assert "Your program needs no helper container." in result.flat


def test_a_table_rule_of_level_error_stops_before_the_details(catalog: Catalog) -> None:
    blocked = session_of(catalog, "web-app-with-file-logs").answer("version", "older")
    assert blocked.blocked
    result = talk(blocked, "", "a")
    assert "Stop:" in result.flat and "change an answer first" in result.flat
    assert "What is it called?" not in result.flat


# --- details ----------------------------------------------------------------------------------------


def test_an_invalid_value_is_reported_with_a_fix(web: Session) -> None:
    result = talk(web, "", "", "", "", "", "n" * 300, "a: b", "\x1b[31mred", "orders:latest", "orders:1")
    assert "`latest` can change at any time" in result.flat
    assert "This one is required" in result.flat
    assert result.outcome.session.given == {"app.image": "orders:1"}
    assert result.outcome.session.resolved["app.name"].text == "orders"
    assert "\x1b" not in result.text


def test_an_invalid_name_is_reported_with_a_fix(web: Session) -> None:
    result = talk(web, "", "", "", "", "orders:1", "name", "orders_api", "orders-api", "")
    assert "use `-` instead of `_`" in result.flat
    assert result.outcome.session.given == {"app.image": "orders:1", "app.name": "orders-api"}


def test_a_default_can_be_listed_changed_and_restored(web: Session) -> None:
    result = talk(
        named(web), "", "l", "replicas", "0", "5", "R replicas", "replcas", "exposure", "1", "app.listeners", ":?", ""
    )
    assert "Did you mean replicas?" in result.flat
    assert "Replicas: 5." in result.flat and "Replicas: 3 (default)." in result.flat
    assert "app.replicas" not in result.outcome.session.given
    assert result.outcome.session.resolved["app.exposure"].state == "given"
    assert "namespace: orders (follows name)" in result.flat


def test_the_numbers_in_the_list_select_their_fields(web: Session) -> None:
    session = named(web)
    listed = talk(session, "", "l").text.splitlines()
    row = next(row.split() for row in listed if " replicas: " in row)
    assert talk(session, "", row[0], "7").outcome.session.resolved["app.replicas"].value == 7


def test_inside_a_field_letters_are_text_and_commands_need_a_colon(web: Session) -> None:
    assert talk(web, "", "", "", "", "b:1").outcome.session.given == {"app.image": "b:1"}
    assert "Verdict" in talk(web, "", "", "", "", ":<").flat.partition("Which image does it run?")[2]
    assert "'q' " not in talk(web, "", "", "", "", ":zz").flat


def test_the_ports_are_asked_for_before_the_image_and_can_be_none(web: Session) -> None:
    result = talk(web, "", "nothing", "orders:1")
    assert result.flat.index("On which ports does it listen?") < result.flat.index("Which image does it run?")
    assert result.outcome.session.resolved["app.listeners"].value == ()
    assert "Verdict" in talk(web, "", ":<").flat.partition("On which ports does it listen?")[2]
    assert "On which ports does it listen?" not in talk(named(web), "", "").flat


def test_b_leads_to_the_bundle_from_everywhere_once_it_is_complete(empty: Session, web: Session) -> None:
    assert "The bundle comes when the questions are answered." in talk(empty, "b").flat
    assert "The details are not complete." in talk(web, "b").flat
    result = talk(web, "b").flat
    assert result.index("The details are not complete.") < result.index("On which ports does it listen?")
    complete = named(web)
    for keys in (["b"], ["a", "b"], ["a", "1", "b"], ["", "b"], ["bundle"], ["", "replicas", ":b"]):
        assert "Bundle in " in talk(complete, *keys).flat, keys
    assert "Bundle in " in talk(complete, "b", "b").flat.partition("Bundle in ")[2], "the list again"


@pytest.mark.parametrize("sign", ["", ":"])
def test_back_and_help_need_no_colon_inside_a_field(sign: str, web: Session) -> None:
    assert ":q: quit" in talk(web, "", f"{sign}?").flat.partition("On which ports does it listen?")[2]
    assert "Verdict" in talk(web, "", f"{sign}<").flat.partition("On which ports does it listen?")[2]


@pytest.mark.parametrize("word", ["<", "back", "BACK"])
def test_back_is_a_sign_or_a_word(word: str, web: Session) -> None:
    assert "Verdict: " in talk(named(web), "", word).flat.partition("Details: ")[2]


# --- the bundle -------------------------------------------------------------------------------------


def bundle(session: Session, *typed: str, target: Path) -> Talk:
    return talk(named(session), "", "", *typed, target=target)


@pytest.mark.parametrize("word", ["<", "back", "e"])
def test_back_on_the_bundle_leads_to_the_details(word: str, web: Session, tmp_path: Path) -> None:
    result = bundle(web, word, "l", target=tmp_path / "x")
    assert "Details: " in result.flat.partition("Bundle in ")[2]


def test_nothing_is_written_before_enter(web: Session, tmp_path: Path) -> None:
    result = bundle(
        web, "d 1", "p deployment.yaml", "o 9", "f", "l", "?", "zz", "d", "d 77", "k 2", "w 2", target=tmp_path / "x"
    )
    assert not (tmp_path / "x").exists()
    assert "+# orders" in result.text and "kind: Deployment" in result.text
    assert "d: give a file number from 1 to" in result.flat
    assert "Checked: " in result.flat and "Pod Security: restricted" in result.flat


def test_a_manifest_line_shows_its_parameter_and_leads_to_it(web: Session, tmp_path: Path) -> None:
    text = next(f for f in named(web).bundle.files if f.path.endswith("/deployment.yaml")).text
    at = next(n for n, row in enumerate(text.splitlines(), 1) if "image: registry" in row)
    result = bundle(web, "g", f"o deployment.yaml {at}", "g", "orders:2", "", target=tmp_path / "x")
    assert "Nothing was shown yet" in result.flat
    assert "Contains the detail app.image." in result.flat
    assert result.outcome.session.given["app.image"] == "orders:2"


def test_a_sidecars_line_leads_to_the_answer_behind_it(catalog: Catalog, tmp_path: Path) -> None:
    session = session_of(catalog, "web-app-with-file-logs")
    text = next(f for f in session.bundle.files if f.path.endswith("/deployment.yaml")).text
    at = next(n for n, row in enumerate(text.splitlines(), 1) if "restartPolicy: Always" in row)
    result = talk(session, "", "", f"o deployment.yaml {at}", "g", "1", target=tmp_path / "x")
    assert "Because of the answer on logs: Only to files." in result.flat
    assert result.outcome.session.answers["logs"] == "stdout"


def test_an_edited_file_is_kept_unless_the_user_overwrites_it(web: Session, tmp_path: Path) -> None:
    target = tmp_path / "orders"
    assert bundle(web, "", target=target).outcome.written
    readme = target / "README.md"
    readme.write_text("mine\n")
    result = bundle(web, "", target=target)
    assert "README.md: edited by you, kept" in result.flat and readme.read_text() == "mine\n"
    assert result.outcome.written is not None and result.outcome.written.kept == ("README.md",)
    result = bundle(web, "w 1", "", target=target)
    assert "lines you edited in README.md. O 1 does it." in result.flat and readme.read_text() == "mine\n"
    result = bundle(web, "O 1", "", target=target)
    assert "README.md: edited by you, replaced" in result.flat and readme.read_text() != "mine\n"


def test_a_failed_write_is_reported_and_the_bundle_is_offered_again(web: Session, tmp_path: Path) -> None:
    def full(_: object) -> None:
        raise WriteError("cannot write: no space left", hint="make room")

    result = talk(named(web), "", "", "", "q", "k", target=tmp_path / "x", given=services(write=full))
    assert "Not written. Cannot write: no space left. Make room." in result.flat
    assert result.outcome.written is None and result.outcome.keep


def test_a_target_that_is_a_file_is_refused_and_unchanged(web: Session, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine\n")
    result = bundle(web, "q", "D", target=tmp_path / "x")
    assert "is not a folder" in result.flat and not result.outcome.keep
    assert (tmp_path / "x").read_text() == "mine\n"


def test_a_finding_leads_to_its_cause(web: Session, tmp_path: Path) -> None:
    session = web.give("app.memory_request", "1Gi")
    result = bundle(session, "", "f", "f 9", "f 1", "64Mi", "", "", target=tmp_path / "x")
    assert "1 error must be fixed before the bundle can be written" in result.flat
    assert "Caused by the detail app.memory_request; f 1 goes there." in result.flat
    assert result.outcome.written is not None
    assert result.outcome.session.given["app.memory_request"] == "64Mi"


def test_mutually_exclusive_options_are_refused_and_asked_for_again(tmp_path: Path) -> None:
    session = start(load_catalog(proxies.write(tmp_path / "own")))
    result = talk(session, "if 1 2", "1 2", "2")
    assert result.flat.count("'A store that is a cluster' and 'A store with sentinels' exclude each other.") == 2
    assert result.outcome.session.answers == {"outbound": ("sentinel",)}


def test_assumed_values_are_shown_before_writing(web: Session, tmp_path: Path) -> None:
    result = bundle(web, "q", "D", target=tmp_path / "x")
    assert "Assumed; e changes them. Listeners: http, port 8080; Health: over HTTP, /healthz, /readyz;" in result.flat


def test_a_value_that_follows_a_fact_is_not_listed_as_given(web: Session) -> None:
    made = named(web).give("app.replicas", "5")
    assert made.resolved["app.create_namespace"].state == "follows"
    result = talk(made, "", "l").flat
    assert "replicas: 5 (yours)" in result
    assert "(yours)" not in result.partition("create namespace: ")[2].partition("part of")[0]
