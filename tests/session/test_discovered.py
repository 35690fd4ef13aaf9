"""Evidence from a cluster in a session: answered, suggested, overridden, saved and read back."""

from __future__ import annotations

import pytest

from wizard.catalog.model import Catalog, Evidence
from wizard.decision.model import Answer
from wizard.errors import UsageError
from wizard.render.bundle.answers_file import read_answers
from wizard.session.applied import apply_answers
from wizard.session.samples import with_samples
from wizard.session.session import Session, start

VERSION = Evidence("version_133", "v1.37.2")
COLLECTOR = Evidence("collector", "logging/fluent-bit")
NO_MESH = Evidence("mesh_none", "none")
INJECTED = Evidence("mesh_injected", "shop")
AMBIENT = Evidence("mesh_ambient", "games")
MONITORING = Evidence("monitoring", "monitoring.coreos.com")
CRUNCHY = Evidence("operator_crunchy", "postgres-operator.crunchydata.com")
CLOUD_NATIVE = Evidence("operator_cloudnative_pg", "postgresql.cnpg.io")

WITH_ADAPTER: dict[str, Answer] = {
    "work": "server",
    "keeps": "nothing",
    "copies": "several",
    "logs": "stdout",
    "metrics": "foreign",
    "source": "no",
    "forms": (),
    "needs": (),
    "habits": (),
}
DATABASE: dict[str, Answer] = {
    "work": "server",
    "keeps": "own_disk",
    "operate": "expert",
    "operator": "trusted",
    "copies": "several",
}


def answered(session: Session, answers: dict[str, Answer]) -> Session:
    for question, answer in answers.items():
        session = session.answer(question, answer)
    return session


def test_certain_evidence_answers_a_question_that_is_then_not_asked(catalog: Catalog) -> None:
    session = answered(start(catalog).discovered((VERSION, COLLECTOR)), WITH_ADAPTER)
    assert session.answers["version"] == "v133"
    assert {line.question.id for line in session.trail() if line.found} == {"version"}
    assert session.question is not None
    assert session.question.id == "cluster"  # only partly known, so it is asked
    assert session.suggested["cluster"] == ("collector",)
    assert session.evidence_lines("cluster") == (
        "The DaemonSet logging/fluent-bit reads the output of the programs on each node.",
    )
    assert session.answer("cluster", ("collector",)).verdict is not None


def test_the_users_answer_overrides_the_evidence(catalog: Catalog) -> None:
    before = start(catalog).answer("version", "v129")
    assert before.discovered((VERSION,)).answers["version"] == "v129"
    after = start(catalog).discovered((VERSION,)).answer("version", "v129")
    assert after.answers["version"] == "v129"
    assert "version" not in after.preset
    assert start(catalog).unsure("version").discovered((VERSION,)).answers["version"] == "v133"


def test_a_second_discovery_replaces_the_evidence(catalog: Catalog) -> None:
    session = start(catalog).answer("logs", "stdout").discovered((VERSION, NO_MESH))
    again = session.discovered((Evidence("version_129", "v1.30.0"),))
    assert again.answers == {"logs": "stdout", "version": "v129"}


def test_conflicting_evidence_decides_nothing(catalog: Catalog) -> None:
    session = start(catalog).discovered((AMBIENT, INJECTED))
    assert "cluster" not in session.answers
    assert not session.suggested["cluster"]
    assert len(session.evidence_lines("cluster")) == 2


def test_quick_takes_suggested_answers(catalog: Catalog) -> None:
    session = start(catalog, quick=True).discovered((COLLECTOR,)).answer("work", "server").answer("keeps", "nothing")
    session = session.answer("copies", "several").assume_rest()
    assert session.answers["cluster"] == ("collector",)
    assert "cluster" in session.assumed


def test_parameters_and_implementations_follow_what_is_installed(catalog: Catalog) -> None:
    plain = answered(start(catalog), {**WITH_ADAPTER, "version": "v133", "cluster": ()})
    assert plain.resolved["app.scrape"].value == "annotations"
    found = plain.discovered((MONITORING,))
    assert found.resolved["app.scrape"].value == "podmonitor"
    assert found.give("app.scrape", "annotations").resolved["app.scrape"].value == "annotations"
    assert found.unused == ()
    database = answered(start(catalog).discovered((CRUNCHY, MONITORING)), DATABASE)
    assert database.implementations["operator"] == "crunchy"
    assert database.give("app.implementation", "cloudnative-pg").implementations["operator"] == "cloudnative-pg"
    assert not [f for f in database.fields if f.state == "invalid"]
    agent = start(catalog).discovered((CRUNCHY,)).answer("work", "node_agent")
    agent = agent.assume_rest()
    assert agent.implementations["DaemonSet"] == "own-agent"
    both = answered(start(catalog).discovered((CRUNCHY, CLOUD_NATIVE)), DATABASE)
    assert both.implementations["operator"] == "cloudnative-pg"


def test_each_operator_is_detected_by_the_api_group_that_its_object_needs(catalog: Catalog) -> None:
    folders = dict(catalog.patterns["operator"].implementations)
    found = set()
    for clue in catalog.clues.values():
        for _, implementation in clue.implementations:
            (component,) = (one for one in catalog.components.values() if one.folder == folders[implementation])
            assert clue.look.kind == "groups"
            assert {need.partition("/")[0] for need in component.requires} >= set(clue.look.names)
            assert clue.about == ("operator",)
            found.add(implementation)
    assert found == set(folders)


def test_a_detected_operator_is_offered_as_the_default(catalog: Catalog) -> None:
    for name, clue in catalog.clues.items():
        for _, implementation in clue.implementations:
            session = answered(start(catalog).discovered((Evidence(name, clue.look.names[0]),)), DATABASE)
            assert session.implementations["operator"] == implementation
            assert clue.look.names[0] in session.evidence_lines("operator")[0]


PODS = Evidence("prometheus_pods", "release=kps,team=a")
SERVICES = Evidence("prometheus_services", "release=kps,team=a")
WATCH = Evidence("prometheus_namespace", "watch")


def test_the_labels_and_the_namespace_of_prometheus_are_preset_and_shown(catalog: Catalog) -> None:
    session = start(catalog).discovered((VERSION, MONITORING, PODS, SERVICES, WATCH))
    session = with_samples(answered(session, {**WITH_ADAPTER, "cluster": ()}))
    assert session.resolved["app.scrape_labels"].value == (("release", "kps"), ("team", "a"))
    assert session.resolved["app.monitoring_namespace"].value == "watch"
    (monitor,) = (file.document for file in session.bundle.manifests if file.ref and file.ref.kind == "PodMonitor")
    assert {"release": "kps", "team": "a"}.items() <= monitor["metadata"]["labels"].items()
    readme = next(file.text for file in session.bundle.files if file.kind == "readme")
    assert "Prometheus selects PodMonitors with the labels release=kps,team=a." in readme
    assert "Prometheus runs in the namespace watch." in readme
    again = apply_answers(start(catalog), read_answers(session.answers_text, "podwizard.yaml", catalog))
    assert again.bundle.digest == session.bundle.digest
    own = session.give("app.monitoring_namespace", "observe").give("app.scrape_labels", "a=b")
    assert not [item for item, _ in own._counting if item in (PODS, SERVICES, WATCH)]


def test_different_selectors_preset_no_labels(catalog: Catalog) -> None:
    other = SERVICES._replace(found="release=other")
    session = answered(start(catalog).discovered((VERSION, MONITORING, PODS, other)), {**WITH_ADAPTER, "cluster": ()})
    assert session.resolved["app.scrape_labels"].value is None


def test_the_bundle_shows_the_evidence_and_is_reproducible(catalog: Catalog) -> None:
    session = start(catalog).discovered((VERSION, COLLECTOR, NO_MESH, MONITORING))
    session = with_samples(answered(session, {**WITH_ADAPTER, "cluster": ("collector",)}))
    readme = next(file.text for file in session.bundle.files if file.kind == "readme")
    rows = [line for line in readme.splitlines() if line.startswith("| The ")]
    assert len(rows) == 3
    assert "logging/fluent" in readme
    assert "service mesh" not in readme  # its question was not asked, so the evidence had no effect
    again = apply_answers(start(catalog), read_answers(session.answers_text, "podwizard.yaml", catalog))
    assert again.evidence == (VERSION, COLLECTOR, MONITORING)
    assert again.bundle.digest == session.bundle.digest
    assert again.answers_text == session.answers_text
    assert [line.question.id for line in again.trail() if line.found] == ["version"]
    kept = apply_answers(start(catalog), read_answers(session.saved_text, "saved", catalog))
    assert kept.saved_text == session.saved_text
    assert kept.evidence == session.evidence


def test_overridden_evidence_is_not_shown(catalog: Catalog) -> None:
    plain = with_samples(answered(start(catalog), {**WITH_ADAPTER, "version": "v129", "cluster": ()}))
    other = plain._replace(evidence=(VERSION, COLLECTOR))
    assert other.bundle.digest == plain.bundle.digest
    assert "evidence" not in other.answers_text


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{clue: colector, found: a/b}", "did you mean 'collector'"),
        ("{clue: collector}", "has no 'found'"),
        ('{clue: collector, found: "a | b"}', "is not a name"),
        ('{clue: collector, found: "<b>"}', "is not a name"),
        ("{clue: collector, found: a, uid: 1}", "unknown key 'uid'"),
        ("collector", "must be a mapping"),
    ],
)
def test_evidence_in_a_file_is_not_trusted(row: str, message: str, catalog: Catalog) -> None:
    with pytest.raises(UsageError) as error:
        read_answers(f"format: 1\nanswers: {{}}\nevidence:\n  - {row}\n", "podwizard.yaml", catalog)
    assert message in f"{error.value.message} {error.value.hint}"
    assert "podwizard.yaml:4:" in error.value.message
