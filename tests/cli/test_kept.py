"""Edited files are kept, and changes that were answered since but are missing in them are reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wizard.catalog.shipped import shipped_catalog
from wizard.cli.inputs import apply_set
from wizard.cli.main import run
from wizard.errors import Position
from wizard.kube.objects import ObjectRef
from wizard.render.bundle.answers_file import flat_answers, read_answers
from wizard.session.applied import apply_answers
from wizard.session.kept import Missed, blocking, findings_on_disk, missed
from wizard.session.session import Lead, Session, start
from wizard.store.writer import plan, write
from wizard.texts.wording import KEPT_LACKS
from wizard.validation.model import Finding

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = str(ROOT / "examples" / "orders-api.yaml")
IMAGE = "app.image=registry.example.com/shop/orders-api:1.5.0"
FILE = Path("out/manifests/deployment.yaml")
Capture = pytest.CaptureFixture[str]
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _bundle(_here: None, capsys: Capture) -> None:
    assert run(["new", "out", "--answers", ANSWERS, "--no-input"]) == 0
    capsys.readouterr()


def edit(path: Path = FILE, old: str = "revisionHistoryLimit: 5", new: str = "revisionHistoryLimit: 7") -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def again(*words: str) -> int:
    return run(["new", "out", "--no-input", *words])


# --- without input ---------------------------------------------------------------------------------------


def test_a_changed_answer_missing_in_a_kept_manifest_is_reported_and_fails(capsys: Capture) -> None:
    edit()
    for _ in ("when it is written", "each time after that"):
        assert again("--set", IMAGE) == 1
        out, err = capsys.readouterr()
        assert "podwizard: 1 kept file in out" in err and "manifests/deployment.yaml: not in it: app.image\n" in err
        assert "--on-conflict=overwrite" in err and "next:" not in out
    assert "1.5.0" in Path("out/podwizard.yaml").read_text() and "1.4.2" in FILE.read_text()


def test_a_preview_fails_if_a_kept_manifest_misses_a_change(capsys: Capture) -> None:
    edit()
    assert again("--set", IMAGE, "--dry-run=client") == 1
    assert "not in it: app.image" in capsys.readouterr().err
    assert "1.4.2" in Path("out/podwizard.yaml").read_text()


def test_an_edit_without_changed_answers_is_kept_silently(capsys: Capture) -> None:
    edit(FILE, "replicas: 3", "replicas: 5")
    assert again() == 0
    out, err = capsys.readouterr()
    assert err == "" and "next: kubectl apply" in out


def test_a_change_that_was_also_made_by_hand_is_not_reported(capsys: Capture) -> None:
    edit()
    assert again("--set", IMAGE) == 1
    edit(FILE, ":1.4.2", ":1.5.0")
    capsys.readouterr()
    assert again() == 0
    assert "next: kubectl apply" in capsys.readouterr().out


def test_an_answer_that_removes_a_line_is_reported(capsys: Capture) -> None:
    edit()
    assert again("--set", "copies=elastic") == 1
    assert "not in it: the answer on replicas\n" in capsys.readouterr().err
    assert again() == 1
    assert "not in it: 1 line of the bundle\n" in capsys.readouterr().err


def test_an_implementation_is_reported_only_if_the_user_chose_it(
    capsys: Capture,
) -> None:
    edit()
    keda = ("implementation=keda", "trigger=prometheus", "prometheus=http://p.m.svc:9090", "promql=sum(up)")
    assert again("--set", "copies=elastic", *(word for one in keda for word in ("--set", f"hpa.{one}"))) == 1
    assert "the answer on replicas, hpa.implementation" in capsys.readouterr().err


def test_a_kept_kustomization_that_misses_a_new_manifest_fails(capsys: Capture) -> None:
    path = Path("out/kustomization.yaml")
    path.write_text(path.read_text() + "# mine\n")
    assert again("--set", "copies=elastic") == 1
    assert "kustomization.yaml: not in it: the answer on replicas\n" in capsys.readouterr().err


def test_a_kept_readme_causes_no_failure(capsys: Capture) -> None:
    path = Path("out/README.md")
    path.write_text(path.read_text() + "mine\n")
    assert again("--set", IMAGE) == 0
    assert "next: kubectl apply" in capsys.readouterr().out


def test_a_kept_answers_file_is_noted_and_causes_no_failure(capsys: Capture) -> None:
    path = Path("out/podwizard.yaml")
    path.write_text(path.read_text() + "# mine\n")
    assert again("--answers", ANSWERS, "--set", IMAGE) == 0
    out, err = capsys.readouterr()
    assert "note: 1 kept file in out" in err and "podwizard.yaml: not in it: app.image\n" in err
    assert "next: kubectl apply" in out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      app:\n", "      app:\n        ready_path: /healthz\n"),
        ("      app:\n", "      app:\n        stop_seconds: '45'\n        # mine\n        ready_path:   '/healthz'\n"),
        ("options:\n", "options:\n  registry: mirror.example.com\n"),
    ],
)
def test_an_answer_added_to_the_answers_file_by_hand_is_not_reported(old: str, new: str, capsys: Capture) -> None:
    edit(Path("out/podwizard.yaml"), old, new)
    by_hand = Path("out/podwizard.yaml").read_text()
    for _ in ("when it is written", "each time after that"):
        assert again() == 0
        assert "kept file" not in capsys.readouterr().err
        assert Path("out/podwizard.yaml").read_text() == by_hand


def test_overwriting_leaves_no_change_missing(capsys: Capture) -> None:
    edit()
    assert again("--set", IMAGE, "--on-conflict=overwrite") == 0
    assert "1.5.0" in FILE.read_text() and "not in it" not in capsys.readouterr().err


def test_a_manifest_that_existed_before_is_reported(capsys: Capture) -> None:
    Path("other/manifests").mkdir(parents=True)
    Path("other/manifests/serviceaccount.yaml").write_text("# mine\n")
    assert run(["new", "other", "--answers", ANSWERS, "--no-input"]) == 1
    err = capsys.readouterr().err
    assert "manifests/serviceaccount.yaml: not in it: app.name, app.namespace" in err


# --- the checks -------------------------------------------------------------------------------------


def test_an_error_in_a_kept_file_is_reported_and_does_not_prevent_writing_other_files(capsys: Capture) -> None:
    edit(FILE, "containerPort: 8080", "containerPort: 70000")
    assert again() == 1
    out, err = capsys.readouterr()
    assert "error: Deployment/orders-api:" in err and "(manifests/deployment.yaml:" in err
    assert "podwizard: 1 error in files of out that are kept\n" in err and "next:" not in out
    assert again("--set", "copies=elastic") == 1
    assert Path("out/manifests/horizontalpodautoscaler.yaml").is_file()


def test_a_written_file_is_checked_together_with_the_kept_one(capsys: Capture) -> None:
    FILE.write_text(FILE.read_text().replace("app.kubernetes.io/name: orders-api", "app.kubernetes.io/name: other"))
    again()
    assert "Service/orders-api: The Service selects pods" in capsys.readouterr().err


def test_only_an_error_in_a_file_to_be_written_stops_the_write() -> None:
    ref = ObjectRef("v1", "Service", "one")
    ours = Finding("rule", "error", "wrong", "", ref)
    theirs = Finding("rule", "error", "wrong", "", ref, position=Position("service.yaml", 1, 1))
    assert blocking((theirs, Finding("rule", "warning", "odd", "", ref))) == 0
    assert blocking((theirs, ours)) == 1


def test_a_kept_file_that_is_not_yaml_is_reported_with_its_place(capsys: Capture) -> None:
    edit(FILE, "kind: Deployment", "kind: [")
    assert again() == 1
    assert "error: manifests/deployment.yaml:4:7: This is not valid YAML" in capsys.readouterr().err
    assert again("--on-conflict=overwrite") == 0


@pytest.mark.parametrize("text", ["- a\n", "kind: Namespace\n", "kind: Namespace\nmetadata: [1]\n", "", "a: &a [*a]\n"])
def test_a_kept_file_of_any_shape_is_checked_without_a_crash(text: str, capsys: Capture) -> None:
    for path in (FILE, Path("out/manifests/00-namespace.yaml")):
        path.write_text(text)
    assert again() in (0, 1)
    assert "Traceback" not in capsys.readouterr().err


def test_a_conflict_between_a_kept_file_and_a_new_one_is_reported(capsys: Capture) -> None:
    edit()
    again("--set", "copies=elastic")
    assert "sets the number of replicas" in capsys.readouterr().err


# --- the functions behind it ------------------------------------------------------------------------


def session(*sets: str) -> Session:
    catalog = shipped_catalog()
    made = apply_answers(start(catalog), read_answers(Path(ANSWERS).read_text(), ANSWERS, catalog))
    for item in sets:
        made = apply_set(made, item)
    return made


def test_a_file_chosen_to_be_kept_misses_the_changed_parameter() -> None:
    made = session(IMAGE)
    chosen = plan(made.bundle, "out").choose(str(FILE.relative_to("out")), "keep")
    assert missed(made, chosen) == (Missed("manifests/deployment.yaml", (Lead(parameter="app.image"),), 0, True),)
    assert missed(made, chosen.choose("manifests/deployment.yaml", "write")) == ()


def test_without_a_kept_file_the_findings_are_those_of_the_session() -> None:
    made = session()
    assert findings_on_disk(made, plan(made.bundle, "out")) is made.findings


def test_a_link_in_place_of_a_manifest_misses_the_changed_parameter(tmp_path: Path) -> None:
    made = session(IMAGE)
    FILE.unlink()
    FILE.symlink_to(tmp_path / "nowhere")
    (found,) = missed(made, plan(made.bundle, "out"))
    assert found == Missed("manifests/deployment.yaml", (Lead(parameter="app.image"),), 0, True)


@pytest.mark.parametrize("text", ["", "[", "answers: 3\n", "format: 1\nanswers: {a: [b]}\nmore: 1\n"])
def test_an_unreadable_answers_file_misses_no_change(text: str) -> None:
    assert flat_answers(text) == {}


# --- the faces --------------------------------------------------------------------------------------


def test_the_numbered_lines_list_missing_changes_before_and_after_writing(type_lines: Typed) -> None:
    edit()
    edit(Path("out/podwizard.yaml"), ":1.4.2", ":1.5.0")
    code, out, _ = type_lines("", "", "", "")
    assert code == 0
    assert "manifests/deployment.yaml: edited by you, kept" in out
    assert "not in it: app.image" in out.partition("wrote")[0]
    assert "kept yours: manifests/deployment.yaml; not in it: app.image" in out
    assert KEPT_LACKS in out.partition("next:")[0]


def test_the_numbered_lines_show_the_place_of_a_finding_in_a_kept_file(type_lines: Typed) -> None:
    edit(FILE, "containerPort: 8080", "containerPort: 70000")
    code, out, _ = type_lines("", "", "f 3", "f", "q", "d")
    assert code == 130 and "1 error" in out
    assert "It is in the file that you edited, manifests/deployment.yaml:" in out


def test_the_numbered_lines_write_a_bundle_with_errors_only_on_w(type_lines: Typed) -> None:
    edit(FILE, "containerPort: 8080", "containerPort: 70000")
    edit(Path("out/podwizard.yaml"), ":1.4.2", ":1.5.0")
    code, out, _ = type_lines("", "", "", "", "q", "d")
    assert code == 130
    assert "Enter shows the errors, W writes anyway" in out
    assert "1 error in kept files, so nothing is written." in out
    code, out, _ = type_lines("", "", "W")
    assert code == 0 and "errors: 1 error in kept files" in out
    assert "next: podwizard validate ./out" in out and "kubectl apply -k" not in out


def test_overwriting_a_kept_file_later_leaves_no_change_missing() -> None:
    edit()
    made = session(IMAGE)
    write(plan(made.bundle, "out"))
    chosen = plan(made.bundle, "out").choose("manifests/deployment.yaml", "write")
    write(chosen)
    assert plan(made.bundle, "out").unchanged and missed(made, plan(made.bundle, "out")) == ()


def test_a_users_readme_is_kept_and_a_command_prints_the_bundles_readme(type_lines: Typed, capsys: Capture) -> None:
    readme = Path("out/README.md")
    bundles_own = readme.read_text()
    readme.write_text("mine\n")
    (Path("out") / "manifests" / "service.yaml").unlink()
    command = "podwizard ./out -o readme"
    assert run(["out", "--no-input"]) == 0
    assert command in capsys.readouterr().out
    (Path("out") / "manifests" / "service.yaml").unlink()
    code, out, _ = type_lines("", "", "", "")
    assert code == 0 and command in out, "the lines say it, too"
    before = {each: each.read_bytes() for each in Path("out").rglob("*") if each.is_file()}
    assert run(command.split()[1:]) == 0
    assert capsys.readouterr().out == bundles_own
    assert before == {each: each.read_bytes() for each in Path("out").rglob("*") if each.is_file()}
