"""``podwizard check`` on copies of the shipped catalogue with one fault each: it reports place and counterexample."""

from __future__ import annotations

import re
import shutil
from itertools import cycle
from pathlib import Path

import pytest

from tests.at_hand import render_here
from tests.cli.broken import MISTAKES, POD, RENDERED, ROOT, RULES, TABLE, UNREADABLE, Edit
from wizard.catalog.load import load_catalog
from wizard.cli.main import run
from wizard.session.covering import rehearse

Capture = pytest.CaptureFixture[str]
SMALL = ROOT / "examples" / "catalogue"


@pytest.fixture
def copy(_here: None, tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    shutil.copy(ROOT / TABLE, folder)
    shutil.copytree(ROOT / "templates", folder / "templates", copy_function=shutil.copyfile)
    return folder


def lines(capsys: Capture) -> list[str]:
    captured = capsys.readouterr()
    everything = captured.out + captured.err
    assert "Traceback" not in everything and "internal error" not in everything
    assert "\x1b" not in everything
    return everything.splitlines()


def errors(output: list[str]) -> list[str]:
    return [line for line in output if line.startswith("error: ")]


@pytest.mark.parametrize("what", RULES)
def test_a_fault_in_the_rules_or_templates_is_found(
    copy: Path, what: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    render_here(monkeypatch)
    # The table names its own place, so equal tables need the same one.
    assert "no bundle was rendered: fix everything else first" in faulty(RULES[what], Path(copy.name), capsys)


@pytest.mark.parametrize("what", RENDERED)
def test_a_fault_that_only_rendering_reveals_is_found(what: str, tmp_path: Path, capsys: Capture) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "own"))
    faulty(RENDERED[what], folder, capsys)


def faulty(fault: tuple[Edit, str, str], folder: Path, capsys: Capture) -> list[str]:
    """Break a catalogue, check that the fault is reported, and return the output."""
    edit, place, message = fault
    edit(folder)
    assert run(["check", str(folder)]) == 1
    found = errors(output := lines(capsys))
    assert any(place in line and message in line for line in found), found
    assert len(found) <= 4, "the cause drowns in what follows from it"
    return output


WAYS: tuple[list[str], ...] = ([], ["--dry-run", "client"], ["-o", "yaml"])


@pytest.mark.parametrize(("what", "way"), zip(MISTAKES, cycle(WAYS)))
def test_every_command_reports_an_error_in_a_template_with_its_line(what: str, way: list[str], capsys: Capture) -> None:
    text, message = MISTAKES[what]
    shutil.copytree(SMALL, "own")
    file = Path("own/templates/workloads/batch/workload.yaml")
    first, *rest = file.read_text().splitlines()
    file.write_text("\n".join((first, text, *rest)) + "\n")
    assert run(["check", "own"]) == 1
    (error,) = errors(lines(capsys))
    assert error.startswith(f"error: {file}:2:") and message in error
    words = ["--set", "ends=yes", "--set", "app.name=shop", "--set", "app.image=example.com/shop:1"]
    assert run(["new", "out", "--catalog", "own", "--no-input", *words, *way]) == 2
    assert any("templates/workloads/batch/workload.yaml:2: " in line and message in line for line in lines(capsys))
    assert not Path("out").exists()


def test_an_endless_template_is_reported_with_its_line(copy: Path, capsys: Capture) -> None:
    loops = "{% for a in 'xxxxxxxxxx' %}" * 12 + "{% endfor %}" * 12
    (copy / POD).write_text(f"{(copy / POD).read_text('utf-8')}{loops}\n", "utf-8")
    at = len((copy / POD).read_text("utf-8").splitlines())
    assert run(["check", str(copy)]) == 1
    (error,) = errors(lines(capsys))
    assert f"{POD}:{at}:1: this takes more than 2 s" in error


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_unreadable_catalogue_is_refused(copy: Path, what: str, capsys: Capture) -> None:
    edit, place, message = UNREADABLE[what]
    edit(copy)
    assert run(["check", str(copy)]) == 2
    output = lines(capsys)
    assert any(place in line for line in output) and any(message in line for line in output), output


@pytest.mark.parametrize("words", [["recommend"], ["new", "--no-input"], ["patterns"]])
def test_every_command_refuses_an_unreadable_catalogue_with_the_same_message(
    copy: Path, words: list[str], capsys: Capture
) -> None:
    UNREADABLE["unknown option"][0](copy)
    assert run(["check", str(copy)]) == 2
    output = lines(capsys)
    assert run([*words, "--catalog", str(copy)]) == 2
    assert lines(capsys) == output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_covering_file_is_written_completely_or_not_at_all(tmp_path: Path, capsys: Capture) -> None:
    words = ["check", str(SMALL), "--cover", str(tmp_path)]
    assert run(words) == 0
    first, second, *_ = sorted(tmp_path.iterdir())
    before = first.read_bytes()
    second.with_suffix(".part").symlink_to("/dev/full")
    second.unlink()
    assert run(words) == 5
    assert first.read_bytes() == before
    assert not second.exists() and not second.with_suffix(".part").is_symlink()
    assert any("cannot write to" in line and "disk is full" in line for line in lines(capsys))


def large(folder: Path) -> Path:
    """Return a copy of the example catalogue with 515 rules for three outputs and without examples."""
    shutil.copytree(SMALL, folder)
    table = folder / TABLE
    text = table.read_text("utf-8")
    ids = range(7)
    asked = "".join(
        f"  {q}: {{ask: Which?, help: h, options: {{{', '.join(f'{q}{i}: o' for i in ids)}}}}}\n" for q in "abc"
    )
    cells = {(i, j, k): f"a: a{i}, b: b{j}, c: c{k}" for i in ids for j in ids for k in ids}
    base = "".join(
        f'  s{i}{j}{k}: {{when: {{ends: "no", {cell}}}, use: Deployment, because: It never ends.}}\n'
        for (i, j, k), cell in cells.items()
    )
    readers = "".join(
        f"  r{i}{j}{k}: {{when: {{logs: files, {cell}}}, use: sidecar.logs, because: It does.}}\n"
        for (i, j, k), cell in cells.items()
        if (i + j + k) % 2
    )
    text = text.replace("patterns:", f"{asked}\npatterns:", 1)
    lines = [
        base if line.startswith("  service:") else readers if line.startswith("  reader:") else line
        for line in text.splitlines(keepends=True)
    ]
    table.write_text("".join(lines), "utf-8")
    (folder / "templates/examples.yaml").unlink()
    return folder


def test_bundles_of_a_large_table_are_rendered(tmp_path: Path, capsys: Capture) -> None:
    folder = large(tmp_path / "large")
    assert run(["check", str(folder)]) == 0
    output = "\n".join(lines(capsys))
    assert "515 rules" in output and "proved for all" in output
    assert re.search(
        r"rendered [2-9] bundles from [2-9] sets of answers of .*: every two patterns, settings and warnings", output
    )
    reader = folder / "templates/components/logs/pod.yaml"
    reader.write_text(reader.read_text().replace("restartPolicy: Always", "restartPolicy: [Always"))
    assert run(["check", str(folder)]) == 1
    (error,) = errors(lines(capsys))
    assert f"{reader}:" in error and "not YAML" in error


def test_a_table_is_unproven_when_the_budget_runs_out_before_all_bundles(capsys: Capture) -> None:
    assert run(["check", str(SMALL), "--budget", "500"]) == 4
    output = "\n".join(lines(capsys))
    assert re.search(r"rendered 1 bundle from 1 set .*; the work stopped before everything was rendered", output)
    assert "not decided: the work budget ran out before every pair was rendered" in output
    assert "proved for" not in output


@pytest.mark.parametrize(("budget", "bundles"), [(1, 0), (500, 1), (600, 2)])
def test_a_rehearsal_renders_as_many_bundles_as_the_budget_allows(tmp_path: Path, budget: int, bundles: int) -> None:
    done = rehearse(load_catalog(large(tmp_path / "large")), budget=budget)
    assert (done.bundles, done.complete, done.of_rules, done.faults) == (bundles, bundles == 2, False, ())


def test_check_proves_a_copied_catalogue_and_reports_the_rendered_bundles(tmp_path: Path, capsys: Capture) -> None:
    own = tmp_path / "own"
    shutil.copytree(SMALL, own)
    assert run(["check", str(own)]) == 0
    output = "\n".join(lines(capsys))
    assert "proved for all" in output
    every = "every two rules that apply together, and every option of a choice"
    assert re.search(rf"^rendered \d+ bundles from \d+ sets of answers of \d+: {every}$", output, re.MULTILINE)
