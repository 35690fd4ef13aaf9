"""Why-not reasons, flips and dependencies, compared with brute force and on a readable table."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decision.brute import Brute, Input, World
from tests.decision.proofs import many_examples
from tests.decision.random_tables import answered, tables
from tests.decision.shop import SHOP
from tests.decision.tables import decision
from wizard.decision.compile import compile_decision
from wizard.decision.evaluate import evaluate
from wizard.decision.explain import depends_on, flips, why_not
from wizard.decision.model import Answer, Answers, Decision
from wizard.decision.results import QuestionState, RuleState, Term

fewer_examples = settings(many_examples, max_examples=80)
WEB: Answers = {"work": "server", "keeps": "nothing", "copies": "several", "needs": (), "habits": ()}
Move = tuple[Input, str]
Effect = tuple[str, object, str]


def parts(brute: Brute, world: World) -> frozenset[tuple[str, object]]:
    found = brute.result(world)
    return frozenset(
        (kind, each)
        for kind, group in (("base", found.base), ("add", found.add), ("set", found.settings), ("warn", found.warn))
        for each in group
    )


def effects(brute: Brute, before: Answers, after: Answers) -> set[Effect]:
    old = parts(brute, brute.completions(before)[0])
    new = [parts(brute, world) for world in brute.completions(after)]
    gained = {(*part, "gained") for each in new for part in each if part not in old}
    lost = {(*part, "lost") for part in old if any(part not in each for each in new)}
    return gained | lost


def moves(brute: Brute, answers: Answers) -> list[Move]:
    given = brute.given(answers)
    found = []
    for key, value in given.items():
        question = brute.decision.questions[key[0]]
        values = ("yes", "no") if question.many else tuple(option.id for option in question.options)
        found += [(key, other) for other in values if other != value]
    return found


def moved(table: Decision, brute: Brute, answers: Answers, key: Input, value: str) -> Answer:
    if not table.questions[key[0]].many:
        return value
    given = {**brute.given(answers), key: value}
    return tuple(option.id for option in table.questions[key[0]].options if given[key[0], option.id] == "yes")


@fewer_examples
@given(st.data())
def test_flips_are_exactly_the_changes_with_an_effect(data: st.DataObject) -> None:
    table = data.draw(tables(rules=3))
    brute = Brute(table)
    answers = dict(data.draw(answered(table)))
    while (question := brute.next_question(answers)) is not None:
        answers[question.id] = data.draw(st.sampled_from(list(brute.possible_answers(answers, question))))
    compiled = compile_decision(table)
    found = {(flip.question, flip.after): flip for flip in flips(compiled, answers)}
    changes = [
        (name, moved(table, brute, answers, (name, option), value)) for (name, option), value in moves(brute, answers)
    ]
    assert set(found) == {
        (name, answer) for name, answer in changes if effects(brute, answers, {**answers, name: answer})
    }
    for flip in found.values():
        after = {**answers, flip.question: flip.after}
        seen = evaluate(compiled, after)
        assert (flip.certain, flip.verdict) == (seen.verdict is not None, seen.verdict)
        if not flip.certain:
            states = seen.questions.items()
            assert set(flip.opens) == {name for name, state in states if state is QuestionState.NEXT}
            bases = {name for world in brute.completions(after) for name in brute.result(world).base}
            assert set(flip.candidates) == bases


@fewer_examples
@given(st.data())
def test_why_not_lists_every_rejected_pattern(data: st.DataObject) -> None:
    table = data.draw(tables())
    answers = data.draw(answered(table))
    brute = Brute(table)
    used = {rule.use for rule in table.rules if rule.use}
    possible = {
        name for world in brute.completions(answers) for name in brute.result(world).base | brute.result(world).add
    }
    found = why_not(compile_decision(table), answers)
    assert {each.pattern for each in found} == used - possible
    for each in found:
        assert each.rule.use == each.pattern
        assert brute.rule_state(answers, each.rule) is RuleState.EXCLUDED


@fewer_examples
@given(st.data())
def test_why_not_names_the_fewest_answers_against_a_pattern(data: st.DataObject) -> None:
    table = data.draw(tables(rules=3))
    brute = Brute(table)
    answers = data.draw(answered(table))
    given = {key: value for key, value in brute.given(answers).items() if brute.surely_asked(answers, key) is not False}

    def possible(pattern: str, without: tuple[Input, ...]) -> bool:
        kept = [(key, value) for key, value in given.items() if key not in without]
        worlds = (world for world in brute.worlds if all(world[key] == value for key, value in kept))
        return any(pattern in brute.result(world).base | brute.result(world).add for world in worlds)

    for each in why_not(compile_decision(table), answers):
        named = tuple((term.question, term.option) for term in each.terms)
        if possible(each.pattern, tuple(given)):
            assert possible(each.pattern, named)
            fewer = (some for count in range(len(named)) for some in combinations(given, count))
            assert not any(possible(each.pattern, some) for some in fewer)


@fewer_examples
@given(st.data())
def test_depends_on_returns_the_rules_that_the_answer_could_change(data: st.DataObject) -> None:
    table = data.draw(tables())
    answers = data.draw(answered(table))
    brute = Brute(table)
    question = data.draw(st.sampled_from(list(table.questions.values())))
    before = {name: answer for name, answer in answers.items() if name != question.id}
    others: dict[tuple[object, ...], dict[str, set[bool]]] = {}
    for world in brute.completions(before):
        fixed = tuple(each for each in world.items() if each[0][0] != question.id)
        for rule in table.rules:
            others.setdefault(fixed, {}).setdefault(rule.key, set()).add(brute.holds(world, rule.when))
    wanted = {
        rule.key
        for rule in table.rules
        if brute.rule_state(answers, rule) is not RuleState.EXCLUDED
        and any(len(each[rule.key]) == 2 for each in others.values())
    }
    assert {rule.key for rule in depends_on(compile_decision(table), answers, question.id)} == wanted


def test_why_not_names_the_nearest_rule_and_the_answer_against_it() -> None:
    found = {each.pattern: each for each in why_not(SHOP, WEB)}
    assert list(found) == ["StatefulSet", "Job", "init.secrets", "init.wait", "headless"]
    assert found["StatefulSet"].terms == (Term("keeps", "nothing", ("disk",)),)
    assert found["headless"].terms == (Term("keeps", "nothing", ("disk",)),)


def test_a_flip_that_opens_a_question_names_it() -> None:
    found = {(flip.question, flip.before, flip.after): flip for flip in flips(SHOP, WEB)}
    task = found["work", "server", "task"]
    assert (task.certain, task.adds, task.drops) == (True, ("Job",), ("Deployment",))
    held = found["needs", (), ("held",)]
    assert (held.certain, held.opens, held.verdict) == (False, ("spread",), None)
    one = found["copies", "several", "one"]
    assert one.verdict is not None
    assert one.verdict.settings == (("scale", "one"),)


def test_flips_of_the_base_come_first() -> None:
    assert [flip.question for flip in flips(SHOP, WEB)][:2] == ["work", "keeps"]


def test_an_incomplete_answer_set_has_no_flips() -> None:
    assert flips(SHOP, {"work": "server"}) == ()


def test_depends_on_follows_conditions() -> None:
    assert [rule.key for rule in depends_on(SHOP, {"work": "server", "keeps": "nothing"}, "copies")] == [
        "add:headless",
        "set:one",
    ]


def test_an_answer_that_is_set_aside_does_not_count_against_a_pattern() -> None:
    found = {each.pattern: each.terms for each in why_not(SHOP, {"work": "task", "keeps": "disk"})}
    assert found["Deployment"] == (Term("work", "task", ("server",)),)


def test_why_not_names_the_nearer_answer_rather_than_the_kind_of_program() -> None:
    table = decision(
        {
            "questions": {
                "work": {"options": ["server", "task"]},
                "product": {"options": ["operated", "own"], "when": {"work": "server"}},
                "logs": {"options": ["files", "stdout"], "when": {"not": {"product": "operated"}}},
                "copies": {"options": ["one", "several"], "when": {"product": "own"}},
            },
            "base": {
                "operator": {"when": {"product": "operated"}, "use": "Operator"},
                "deployment": {"when": {"product": "own"}, "use": "Deployment"},
                "job": {"when": {"work": "task"}, "use": "Job"},
            },
            "add": {
                "reader": {"when": {"logs": "files", "not": {"copies": "one"}}, "use": "log-reader"},
            },
        }
    )
    found = {
        each.pattern: each.terms for each in why_not(compile_decision(table), {"work": "server", "product": "operated"})
    }
    assert found["log-reader"] == (Term("product", "operated", ("own",)),)
    assert found["Job"] == (Term("work", "server", ("task",)),)
