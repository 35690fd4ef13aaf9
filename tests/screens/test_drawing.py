"""The drawing on a screen: a strip whose lines end between containers and objects, and the flow of metrics."""

from __future__ import annotations

import re

import pytest

from tests.contract.test_cases import WEB, session
from tests.journeys import CASES
from tests.screens.test_sheets import texts, verdict
from tests.shipped import CATALOG
from wizard.decision.model import Answer
from wizard.faces.drawing import APP, Drawing, DrawnContainer, DrawnPort, drawing, name_of
from wizard.screens.pages.drawing import drawing_lines, row_lines
from wizard.screens.pages.strip import FORMS, Strip, strip_lines

_INDENT = " " * len("So far   ")


def strip(drawn: Drawing, width: int, form: int = 0) -> list[str]:
    return texts(strip_lines(drawn, CATALOG, width, form=form))


def within(drawn: Drawing, width: int, height: int) -> list[str]:
    return texts(Strip(drawn, CATALOG, width).within(height))


def helpers(count: int) -> tuple[DrawnContainer, ...]:
    return tuple(DrawnContainer(f"fetch-number-{number}", "init", f"init.{number}") for number in range(count))


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("case", CASES)
def test_a_line_of_the_strip_ends_between_containers_and_between_objects(case: str, width: int) -> None:
    drawn = drawing(verdict(case).session)
    head, *rest = strip(drawn, width)
    assert all(each.startswith(_INDENT) and each[len(_INDENT)] != " " for each in rest)
    pieces = [piece for each in (head, *rest) for piece in re.split(r" [›‖·](?: |$)|   ", each) if piece.strip()]
    for one in drawn.containers:
        assert any(piece.strip().startswith(f"{one.role} {name_of(one)}") for piece in pieces), one
    kinds = {one.kind for one in drawn.around if one.kind != "Job"}
    assert kinds <= {re.sub(r" ×\d+$", "", piece.strip()) for piece in pieces}


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("case", CASES)
def test_a_line_of_the_strip_never_exceeds_the_width(case: str, width: int) -> None:
    drawn = drawing(verdict(case).session)
    assert all(len(each) <= width for form in range(FORMS) for each in strip(drawn, width, form))
    assert all(len(each) <= width for height in range(1, 5) for each in within(drawn, width, height))


def test_the_strip_counts_the_containers_that_it_has_no_room_for() -> None:
    drawn = drawing(verdict("simple-api").session)
    many = drawn._replace(containers=(*helpers(5), *drawn.containers))
    assert within(many, 60, 2) == [
        "So far   Deployment ×1 · init fetch-number-0 ›",
        f"{_INDENT}app your program · 4 more containers and 4 objects",
    ]
    assert [each for each in strip(many, 60) if APP in each]


@pytest.mark.parametrize("case", ["one-off-migration", "nightly-backup"])
def test_the_drawing_of_a_job_counts_pods_that_work_at_once_but_no_single_pod(case: str) -> None:
    shown = verdict(case).session
    single, several = drawing(shown), drawing(shown.give("app.parallelism", 3))
    for lines in (strip(single, 80), texts(row_lines(single, CATALOG, 80)), whole(single)):
        assert not [each for each in lines if "×" in each or "at once" in each]
    for lines in (strip(several, 80), texts(row_lines(several, CATALOG, 80)), whole(several)):
        assert any(each.endswith(", up to 3 pods at once") or ", up to 3 pods at once  " in each for each in lines)


def test_the_strip_leaves_out_where_containers_send_to_before_it_leaves_out_containers() -> None:
    drawn = drawing(verdict("simple-api").session)
    (one, two) = (each._replace(goes_to=("storage.example.com:443",)) for each in helpers(2))
    many = drawn._replace(containers=(one, two, *drawn.containers))
    whole = within(many, 60, 9)
    assert whole[1:4] == [
        f"{_INDENT}init fetch-number-0 → storage.example.com:443 ›",
        f"{_INDENT}init fetch-number-1 → storage.example.com:443 ›",
        f"{_INDENT}app your program ◂ monitoring",
    ]
    seen = [" ".join(within(many, 60, height)) for height in range(len(whole), 2, -1)]
    facts = [("monitoring" in each, "storage" in each, "fetch-number-1" in each) for each in seen]
    assert facts == sorted(facts, reverse=True), "each fact that is left out stays left out in a shorter strip"
    assert facts[-1] == (False, False, True)


@pytest.mark.parametrize("width", [39, 52, 60])
@pytest.mark.parametrize("case", CASES)
def test_a_drawing_folds_before_it_cuts_a_name_or_a_destination(case: str, width: int) -> None:
    drawn = drawing(verdict(case).session)
    for height in (20, 26, 36, 99):
        lines = texts(drawing_lines(drawn, CATALOG, width, height))
        read = "".join("".join(lines).split()).replace("│", "")
        assert not [each for each in lines if "…" in each or len(each) > width]
        assert all("".join(name_of(one).split()) in read for one in drawn.containers)
        assert all(kind in read for kind in {one.kind for one in drawn.around} - {"Job"})


@pytest.mark.parametrize("width", [57, 76])
def test_a_short_strip_shows_new_parts_first_and_counts_the_others(width: int) -> None:
    drawn = drawing(verdict("racing-migration").session)
    around = tuple(one._replace(new=one.kind == "PodDisruptionBudget") for one in drawn.around)
    containers = tuple(one._replace(new=one.role == "init") for one in drawn.containers)
    shown = Strip(drawn._replace(around=around, containers=containers), CATALOG, width)
    (one,) = texts(shown.within(1))
    assert one.startswith("So far   Deployment ×3 · app your program · " if width < 60 else "So far   Deployment ×3 · ")
    assert re.search(r" · \d+ more (part|container|object)s?( and \d+ objects)?(, \+ \d new)?$", one)
    assert one.count("more") == 1
    two = " ".join(texts(shown.within(2)))
    assert "+ init wait-migrated" in two and ("+ PodDisruptionBudget" in two or two.endswith(", + 1 new"))
    assert shown.within(len(shown.lines)) == shown.lines


def adapted(form: str, **given: str) -> Drawing:
    """Return the drawing of a program whose metrics an adapter translates."""
    answers = {**WEB, "metrics": "foreign", "source": "no", "forms": (form,), "version": "v133"}
    if form != "json":
        answers["metrics"] = "other_form"
    return drawing(session(answers, **given))


def whole(drawn: Drawing, height: int = 40) -> list[str]:
    return [each.strip("│ ") for each in texts(drawing_lines(drawn, CATALOG, 60, height))]


def test_the_box_of_an_adapter_shows_the_monitoring_before_it_and_the_program_behind_it() -> None:
    drawn = whole(adapted("json"))
    assert drawn.index("▲ reads :8080/status") < drawn.index(":7979 ◂ monitoring")
    assert not [each for each in drawn if "listens on" in each]


def test_an_adapter_that_the_program_sends_to_does_not_read_from_it() -> None:
    drawn = whole(adapted("statsd"))
    assert {":9102 ◂ monitoring", "▼ localhost:9125"} <= set(drawn)
    assert not [each for each in drawn if "reads" in each]


def test_an_adapter_that_nothing_scrapes_is_drawn_without_the_monitoring() -> None:
    drawn = whole(adapted("json", scrape="none"))
    assert not [each for each in drawn if "monitoring" in each]
    assert {":7979 ◂ kubelet", "▲ reads :8080/status"} <= set(drawn)


@pytest.mark.parametrize(("form", "flow"), [("json", "◂ reads :8080/status"), ("statsd", "localhost:9125 ▸")])
def test_boxes_side_by_side_show_the_flow_of_metrics_of_an_adapter(form: str, flow: str) -> None:
    rows = texts(row_lines(adapted(form), CATALOG, 80))
    assert f"│ {flow} │" in rows[2]
    assert " ◂ monitoring" in rows[4]


def test_boxes_side_by_side_leave_out_flows_and_then_the_monitoring_before_they_become_a_strip() -> None:
    drawn = adapted("json")
    rows = texts(row_lines(drawn, CATALOG, 80))
    narrow = texts(row_lines(drawn, CATALOG, max(map(len, rows)) - 1))
    assert "│ ◂ │" in narrow[2]
    narrowest = texts(row_lines(drawn, CATALOG, max(map(len, narrow)) - 1))
    assert "┌─ adapter" in narrowest[1]
    assert [each for each in narrow if "monitoring" in each]
    assert not [each for each in narrowest if "monitoring" in each]


def test_the_strip_wraps_before_it_leaves_out_the_monitoring() -> None:
    drawn = adapted("json")
    assert f"{_INDENT}app web ‖ adapter json-exporter ◂ monitoring" in strip(drawn, 60)
    longer = tuple(one._replace(name="web-of-orders") if one.role == APP else one for one in drawn.containers)
    rows = strip(drawn._replace(containers=longer), 60)
    at = rows.index(f"{_INDENT}app web-of-orders ‖")
    assert rows[at + 1] == f"{_INDENT}adapter json-exporter ◂ monitoring"


def test_a_drawing_without_room_for_the_flow_of_metrics_keeps_the_boxes() -> None:
    drawn = whole(adapted("json"), 12)
    assert [each for each in drawn if each.startswith("┌─ adapter")]
    assert not [each for each in drawn if "monitoring" in each]


@pytest.mark.parametrize("given", [{"metrics_at": "same"}, {"metrics_at": "own", "metrics_port": 9000}])
def test_the_programs_own_metrics_port_shows_the_monitoring_that_reads_it(given: dict[str, object]) -> None:
    drawn = drawing(session({**WEB, "metrics": "native"}, **given))
    port = f":{given.get('metrics_port', 8080)}"
    assert f"{port} ◂ monitoring" in whole(drawn)
    assert whole(drawn)[3].endswith(" :8080 ◂ Service"), "the Service leads to the other port only"
    assert strip(drawn, 60)[0].endswith("app web ◂ monitoring")
    boxes = [each.strip("│ ") for each in texts(row_lines(drawn, CATALOG, 80))]
    assert boxes[3:5] == [":8080 ◂ Service", f"{port} ◂ monitoring"]


def test_a_helper_whose_port_others_call_too_is_not_shown_as_called_by_the_monitoring() -> None:
    ports = (DrawnPort(8443, "http", ("anywhere", "monitoring prometheus")), DrawnPort(9000, "tcp", ("kubelet",)))
    front = DrawnContainer("front", "sidecar", "sidecar.front", listens=ports)
    drawn = drawing(verdict("simple-api").session)
    shown = whole(drawn._replace(containers=(*drawn.containers, front)))
    assert {":8443 ◂ Service", ":9000 ◂ kubelet"} <= set(shown)


def racing() -> Drawing:
    return drawing(verdict("racing-migration").session)


def outbound(*more: str, habits: tuple[str, ...] = ()) -> Drawing:
    """Return the drawing of a program with a proxy for Redis."""
    answers = {**WEB, "needs": ("outbound", *more), "outbound": ("redis",), "client": "cannot", "version": "v133"}
    return drawing(session({**answers, "habits": habits}))


def test_a_connector_touches_the_program_and_its_ambassador_and_shows_the_port() -> None:
    rows = texts(drawing_lines(outbound(), CATALOG, 60, 40))
    at = next(at for at, each in enumerate(rows) if "localhost:6379" in each)
    column = rows[at].index("▼")
    assert rows[at].strip() == "▼ localhost:6379"
    assert rows[at - 1][column] == "┬"
    assert rows[at + 1].startswith("┌─ ambassador")
    assert not [each for each in rows if "beside it" in each]


def test_a_rail_joins_the_program_to_each_of_several_helpers() -> None:
    answers = {**CASES["web-app-with-file-logs"][0], "needs": ("outbound",), "outbound": ("redis",), "client": "cannot"}
    drawn = drawing(session({**answers, "version": "v133"}))
    rows = texts(drawing_lines(drawn, CATALOG, 60, 60))
    start = next(at for at, each in enumerate(rows) if each.startswith("└─┬"))
    names = [each for each in rows if each.startswith(("  ├─┤", "  └─┤"))]
    assert len(names) == 2
    assert names[-1].startswith("  └─┤")
    end = rows.index(names[-1])
    assert all(each[2] in "│├" for each in rows[start + 1 : end])
    assert {"  │ ▸ localhost:6379", "  │ shares app-logs"} <= {each.rstrip() for each in rows}


def test_a_helper_that_a_migration_needs_is_drawn_before_it() -> None:
    answers = {**CASES["ordered-start"][0], "secrets": "renewed"}
    drawn = drawing(session({**answers, "version": "v133"}))
    rows = texts(drawing_lines(drawn, CATALOG, 60, 60))
    boxes = [each.split()[1] for each in rows if each.startswith("┌─ ")]
    assert boxes == ["sidecar", "init", "init", "app"]
    assert any(each.strip() == "▼ once it has started" for each in rows)
    first, *_ = [each.strip() for each in strip(drawn, 60) if "sidecar" in each]
    assert first.startswith("sidecar") and first.endswith(" ›")


def test_a_migration_job_is_a_box_before_the_pods() -> None:
    rows = texts(drawing_lines(racing(), CATALOG, 60, 60))
    job = next(at for at, each in enumerate(rows) if each.startswith("┌─ migration Job"))
    pods = next(at for at, each in enumerate(rows) if each.strip() == "▼ then the pods")
    assert job < pods < next(at for at, each in enumerate(rows) if each.startswith("┌─ init"))
    assert "┌─ migration Job" in texts(row_lines(racing(), CATALOG, 100))[1]
    assert [each for each in strip(racing(), 80) if "migration Job › init wait-migrated" in each]


def test_objects_of_the_same_kind_are_counted() -> None:
    assert any("NetworkPolicy ×2" in each for each in strip(racing(), 80))
    assert any("NetworkPolicy ×2" in each for each in texts(drawing_lines(racing(), CATALOG, 60, 60)))


def test_the_box_of_an_operator_shows_the_product_its_instances_services_disks_and_backups() -> None:
    shown = verdict("postgres").session
    rows = [each.strip("│ ") for each in texts(drawing_lines(drawing(shown), CATALOG, 60, 60))]
    assert rows[3].startswith("PostgreSQL run by CloudNativePG") and rows[3].endswith("×3")
    assert "Service NAME-rw :5432, to read and write" in rows
    assert "per instance: disk 20Gi, write-ahead log 5Gi" in rows
    assert "▸ the S3 object store: daily backups" in rows
    named = drawing(shown.give("app.name", "orders").give("app.instances", 5).give("app.backups", "none"))
    rows = [each.strip("│ ") for each in texts(drawing_lines(named, CATALOG, 60, 60))]
    assert rows[3].endswith("×5")
    assert "Service orders-rw :5432, to read and write" in rows
    assert not [each for each in rows if "backups" in each]
    assert "PostgreSQL run by CloudNativePG ×3" in " ".join(strip(drawing(shown), 80))


def test_a_product_that_the_user_has_not_chosen_is_marked_as_assumed() -> None:
    shown = verdict("postgres").session
    assumed = "~ assumed; choose the product in the details"
    assert assumed in [each.strip("│ ") for each in texts(drawing_lines(drawing(shown), CATALOG, 60, 60))]
    chosen = drawing(shown.give("app.implementation", "crunchy"))
    rows = [each.strip("│ ") for each in texts(drawing_lines(chosen, CATALOG, 60, 60))]
    assert assumed not in rows
    assert "Service NAME-primary :5432, to read and write" in rows


def test_the_proxy_that_a_mesh_adds_is_drawn_in_the_pod() -> None:
    drawn = drawing(session({**WEB, "cluster": ("mesh_injected",)}))
    for lines in (
        drawing_lines(drawn, CATALOG, 60, 40),
        row_lines(drawn, CATALOG, 80),
        strip_lines(drawn, CATALOG, 80),
    ):
        assert any("sidecar" in each for each in texts(lines))
    assert any("added by the mesh" in each for each in texts(drawing_lines(drawn, CATALOG, 60, 40)))
    assert not drawing(session({**WEB, "cluster": ()})).injected


@pytest.mark.parametrize("width", [57, 76])
@pytest.mark.parametrize("case", CASES)
def test_a_strip_of_one_line_names_the_program_and_counts_the_rest_once(case: str, width: int) -> None:
    drawn = drawing(verdict(case).session)
    (one,) = within(drawn, width, 1)
    assert one.count("more") == 1 or all(each.kind in one for each in drawn.around)
    assert ("PostgreSQL" if drawn.operated else "your program") in one


def test_a_cronjob_is_drawn_with_its_schedule_and_with_what_becomes_of_runs_that_overlap() -> None:
    answers: dict[str, Answer] = {"work": "schedule", "parts": "one", "overlap": "allow"}
    named = session(answers).give("app.schedule", "*/5 * * * *")
    fields = ("schedule: */5 * * * *", "concurrencyPolicy: Allow")
    for lines in (drawing_lines, row_lines, strip_lines):
        high = (40,) if lines is drawing_lines else ()
        shown = texts(lines(drawing(named), CATALOG, 76, *high))
        assert shown[0].removeprefix("So far   ").startswith(f"CronJob  {fields[0]} · {fields[1]}")
    narrow = texts(drawing_lines(drawing(named), CATALOG, 50, 40))
    assert narrow[:2] == [f"CronJob  {fields[0]}", fields[1]]
    assert "schedule" not in texts(strip_lines(drawing(session(answers)), CATALOG, 76))[0], "it is not known yet"
    other = drawing(named, "overlap", "replace")
    assert [(one.text, one.new) for one in other.settings] == [
        (fields[0], False),
        ("concurrencyPolicy: Replace", True),
    ]
    assert "+ concurrencyPolicy: Replace" in texts(row_lines(other, CATALOG, 76))[0]
