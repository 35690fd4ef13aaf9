"""The shipped table: it is proved, its texts fit the screen, and its interview is short."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.shipped import CATALOG, covered
from wizard.catalog.lessons import read_lesson
from wizard.catalog.model import Catalog, Component
from wizard.catalog.typed import CredentialProblem, ValueProblem
from wizard.catalog.values import parse_value
from wizard.decision.compile import compile_decision
from wizard.decision.compiled import Compiled
from wizard.decision.evaluate import evaluate
from wizard.decision.model import Answer
from wizard.decision.prove import prove

WIDTH = 76


@pytest.fixture(scope="module")
def compiled(catalog: Catalog) -> Compiled:
    return compile_decision(catalog.decision)


def test_the_table_is_proved(compiled: Compiled) -> None:
    proof = prove(compiled)
    assert proof.decided
    assert [str(fault) for fault in proof.faults if fault.level != "note"] == []


def test_every_example_has_the_expected_verdict(catalog: Catalog, compiled: Compiled) -> None:
    examples = catalog.decision.examples
    assert len(examples) >= 28
    for example in examples:
        verdict = evaluate(compiled, example.answers).verdict
        assert verdict is not None, example.id
        assert (verdict.base, verdict.add) == (example.base, example.add), example.id
        assert example.warn is None or sorted(verdict.warn) == sorted(example.warn), example.id
        assert example.settings is None or dict(verdict.settings) == dict(example.settings), example.id


def test_every_rule_and_every_component_is_used_by_an_example(catalog: Catalog, compiled: Compiled) -> None:
    """Require that each rule fires in an example, and that each component can be chosen in one."""
    rules: set[str] = set()
    components: set[tuple[str, str]] = set()
    for example in catalog.decision.examples:
        verdict = evaluate(compiled, example.answers).verdict
        assert verdict is not None, example.id
        rules |= {rule.key for rule in verdict.fired}
        for pattern in (catalog.patterns[name] for name in (verdict.base, *verdict.add)):
            components |= {
                (pattern.id, name)
                for name in dict(verdict.implementations).get(pattern.id, dict(pattern.implementations))
            }
    assert [rule.key for rule in catalog.decision.rules if rule.key not in rules] == []
    assert [key for key in catalog.components if key not in components] == []


def test_every_option_is_an_answer_of_an_example(catalog: Catalog) -> None:
    given: set[tuple[str, str]] = set()
    for example in catalog.decision.examples:
        for question, answer in example.answers.items():
            given |= {(question, option) for option in (answer if isinstance(answer, tuple) else (answer,))}
    options = {
        (question.id, option.id) for question in catalog.decision.questions.values() for option in question.options
    }
    assert options - given == set()


@pytest.mark.parametrize(
    ("answers", "screens"),
    [
        ({"work": "server", "keeps": "nothing", "copies": "several", "logs": "stdout", "metrics": "native"}, 8),
        ({"work": "node_agent", "logs": "stdout", "metrics": "native"}, 6),
        ({"work": "server", "keeps": "own_disk", "operate": "expert", "operator": "trusted", "copies": "several"}, 5),
    ],
    ids=["web service", "node agent", "operator"],
)
def test_the_interview_is_short(compiled: Compiled, answers: dict[str, Answer], screens: int) -> None:
    given: dict[str, Answer] = {}
    while (question := evaluate(compiled, given).next_question) is not None:
        given[question] = answers.get(question, ())
    assert len(given) <= screens


def texts(catalog: Catalog) -> Iterator[tuple[str, str, int]]:
    """Yield (place, text, maximum length) of each text that must fit on one line of the screen."""
    for question in catalog.decision.questions.values():
        yield f"{question.id}.ask", question.ask, WIDTH - 2
        yield f"{question.id}.topic", question.topic, 24
        for option in question.options:
            yield f"{question.id}.{option.id}", option.say, 70
    for pattern in catalog.patterns.values():
        yield f"{pattern.id}.short", pattern.short, 30
        yield f"{pattern.id}.title", pattern.title, 50


def test_texts_fit_their_lines(catalog: Catalog) -> None:
    assert [(place, len(text)) for place, text, most in texts(catalog) if not 0 < len(text) <= most] == []


def test_every_term_fits_next_to_its_option_at_80_columns(catalog: Catalog) -> None:
    options = [(question, option) for question in catalog.decision.questions.values() for option in question.options]
    assert sum(bool(option.term) for _, option in options) > len(options) * 3 / 4
    for question, option in options:
        before = len("› 1  [ ] ") if question.many else len("› 1  ")
        assert before + len(option.say) + 2 + len(option.term) <= WIDTH, f"{question.id}.{option.id}"


def test_no_option_repeats_its_question_or_parameter(catalog: Catalog) -> None:
    def bare(text: str) -> str:
        return text.partition(" (")[0].replace("_", " ").strip(".?").lower()

    questions = [(one, option) for one in catalog.decision.questions.values() for option in one.options]
    repeated = [
        (one.id, option.say) for one, option in questions if bare(option.say) in (bare(one.ask), bare(one.topic))
    ]
    for component in catalog.components.values():
        for each in component.parameters:
            heads = [bare(each.ask.partition(":")[0]), bare(each.name), bare(each.heading)]
            repeated += [(each.key, text) for _, text in each.options if bare(text) in heads]
    assert repeated == []


def test_every_pattern_has_a_lesson_and_an_implementation(catalog: Catalog) -> None:
    for pattern in catalog.patterns.values():
        assert 2 <= len(read_lesson(catalog, pattern.id)) <= 5, pattern.id
        page = catalog.root / "templates" / "lessons" / f"{pattern.id}.md"
        if page.exists() or not pattern.family:
            assert page.read_text("utf-8").startswith(f"# {pattern.title}\n\n"), "the title is left out on the screen"
        assert pattern.implementations, pattern.id


def test_questions_and_options_use_no_kubernetes_words(catalog: Catalog) -> None:
    words = ("pod", "deployment", "statefulset", "daemonset", "sidecar", "init container", "namespace", "crd", "hpa")
    for question in catalog.decision.questions.values():
        text = " ".join((question.ask, *(option.say for option in question.options))).lower()
        assert not [word for word in words if word in text.replace("-", " ").split()], question.id


def test_positions_are_relative_to_the_catalogue(catalog: Catalog) -> None:
    assert {rule.position.file for rule in catalog.decision.rules} == {"decision_table.yaml"}
    assert not any(Path(part.position.file).is_absolute() for part in catalog.components.values())


def test_the_notes_of_every_helper_program_state_whether_it_was_tested(catalog: Catalog) -> None:
    silent = [
        part.folder
        for part in catalog.components.values()
        if part.images or part.role == "operator"
        if not re.search(
            r"\b(Not tested with the real (program|operator)|Tested with|were run)\b", _notes(catalog, part)
        )
    ]
    assert not silent


def test_the_notes_of_an_untested_program_state_what_its_options_were_checked_against(catalog: Catalog) -> None:
    notes = {part.folder: _notes(catalog, part) for part in catalog.components.values()}
    silent = [
        folder
        for folder, text in notes.items()
        if "Not tested with the real" in text
        if not re.search(r"checked against (the (source code|documentation) of version \d|the operator's CRD)", text)
    ]
    assert not silent


def _notes(catalog: Catalog, part: Component) -> str:
    """Return the text of a component's notes, with the included pieces inserted."""
    if not part.notes:
        return ""
    folder = catalog.root / "templates"
    text = (folder / part.folder / part.notes).read_text("utf-8")
    return re.sub(r"\{% include '([^']+)' %\}", lambda found: (folder / found[1]).read_text("utf-8"), text)


def test_every_component_is_in_a_rendered_bundle_of_the_covering_set(catalog: Catalog) -> None:
    rendered = {part.folder for _, session in covered() if not session.blocked for part in session.components}
    assert {part.folder for part in catalog.components.values()} == rendered


@pytest.mark.parametrize(
    ("key", "raw", "hint"),
    [
        (
            "init.prepare.repository",
            "git@github.com:acme/docs.git",
            "did you mean `ssh://git@github.com/acme/docs.git`?",
        ),
        ("init.prepare.repository", "http://git.example.org/x", "did you mean `https://git.example.org/x`?"),
        ("init.prepare.repository", "git.example.org/x", "did you mean `https://git.example.org/x`?"),
        ("sidecar.gate.issuer", "git@github.com:acme/docs", "did you mean `https://github.com/acme/docs`?"),
        ("app.ingress_class", "https://docs.example.org", "for example internal"),
        ("app.listeners", "9000", "write name=http, port=9000"),
        ("app.listeners", "nothing;", "write name=http, port=8080"),
        ("app.listeners", "web", "write name=web, port=8080"),
    ],
)
def test_the_value_that_a_hint_suggests_is_valid(catalog: Catalog, key: str, raw: str, hint: str) -> None:
    declared = [p for component in catalog.components.values() for p in component.parameters if p.key == key]
    with pytest.raises(ValueProblem) as problem:
        parse_value(declared[0], raw)
    assert problem.value.hint == hint
    meant = hint.removeprefix("did you mean `").removeprefix("for example ").removeprefix("write ").removesuffix("`?")
    assert parse_value(declared[0], meant)


@pytest.mark.parametrize(
    "address", ["user:hunter2@git.example.org/x", "ftp://user:hunter2@h", "https://user:hunter2@h"]
)
def test_a_password_in_an_invalid_address_is_never_shown(catalog: Catalog, address: str) -> None:
    urls = [p for one in catalog.components.values() for p in one.parameters if p.type.name == "url"]
    for parameter in urls:
        with pytest.raises(CredentialProblem) as problem:
            parse_value(parameter, address)
        assert "hunter2" not in problem.value.message + problem.value.hint
    assert urls


def test_the_question_about_an_operator_explains_it_and_names_every_supported_product(
    catalog: Catalog,
) -> None:
    question = catalog.decision.questions["operator"]
    assert "(an operator)" in question.ask
    assert question.help.startswith("An operator is a program that")
    known = next(option.say for option in question.options if option.id == "trusted").partition(" and others")[0]
    products = {
        component.title.partition(" run by")[0]
        for (pattern, _), component in catalog.components.items()
        if pattern == "operator"
    }
    assert len(products) == 7
    assert [one for one in sorted(products) if one not in question.help] == []
    assert sum(one in known for one in products) == 4


def test_no_sentence_is_repeated_in_more_than_two_notes() -> None:
    """Require an included piece instead, because copies of a sentence drift apart."""
    sentences: Counter[str] = Counter()
    for path in sorted((CATALOG.root / "templates").rglob("notes.md")):
        sentences.update({line for line in path.read_text("utf-8").split("\n") if len(line) > 60 and line[:2] != "{%"})
    assert [line for line, count in sentences.items() if count > 2] == []


def test_a_prerequisite_of_several_components_is_declared_once() -> None:
    """Require that the group of parameters declares it for its users, because copies of a sentence drift apart."""
    sentences: Counter[str] = Counter()
    for path in sorted((CATALOG.root / "templates").rglob("component.yaml")):
        sentences.update(one["say"] for one in yaml.safe_load(path.read_text("utf-8")).get("first", ()))
    assert not [say for say in sentences if "Prometheus must" in say or "The store" in say]
    taking = [c for c in CATALOG.components.values() if any("Prometheus must" in one.say for one in c.declares.first)]
    assert len(taking) >= 10


def test_no_component_repeats_the_option_fixed_of_the_shared_group() -> None:
    text = "default: fixed\n    options: {fixed: What it and its helpers need}"
    files = (CATALOG.root / "templates").rglob("component.yaml")
    assert [path for path in files if text in path.read_text("utf-8")] == []
