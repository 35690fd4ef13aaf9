"""All rules: each is tested with a manifest that it reports and one that it accepts."""

from __future__ import annotations

import pytest

from tests.validation.changes import Case, base_objects, cases, check, run_case
from wizard.validation.documents import FILE_RULES, YAML_RULES
from wizard.validation.run import rules

ALL = cases()
IDS = [f"{rule}-{index}" for index, (rule, _case) in enumerate(ALL)]


def test_the_base_bundle_has_no_findings() -> None:
    assert check(base_objects()) == ()


@pytest.mark.parametrize(("rule", "case"), ALL, ids=IDS)
def test_a_case_has_the_expected_findings(rule: str, case: Case) -> None:
    found = [f for f in run_case(case) if f.rule == rule]
    if case.get("good"):
        assert found == []
        return
    assert case["at"] in [f.path for f in found]
    hit = next(f for f in found if f.path == case["at"])
    assert "severity" not in case or hit.severity == case["severity"]
    assert case.get("says", "") in f"{hit.message} {hit.hint}"
    for finding in found:
        assert finding.message.endswith(".") and finding.message.isprintable() and finding.hint, finding
        assert len(finding.message) < 320


def test_every_rule_has_a_failing_case() -> None:
    """Require an invalid manifest for each rule; the base bundle is the valid one for all rules."""
    broken = {rule for rule, case in ALL if not case.get("good")}
    known = {info.id for info in rules()} - {info.id for info in (*YAML_RULES, *FILE_RULES)}
    assert broken == known


def test_rule_infos_are_complete() -> None:
    infos = rules()
    assert len({info.id for info in infos}) == len(infos)
    for info in infos:
        assert info.title and not info.title.endswith("."), info.id
        assert info.id == info.id.lower()
