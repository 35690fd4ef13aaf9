"""The packages that users install: the wheel built from the sdist is complete and runs anywhere with its own data."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ("decision_table.yaml", "templates")

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("build", "hatchling", "pip")),
    reason="building needs build, hatchling and pip in this environment",
)


def run(*words: str | Path, cwd: Path, path: str = "") -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LANG": "C.UTF-8", "PIP_NO_INPUT": "1"}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment | ({"PYTHONPATH": path} if path else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked() -> dict[str, bytes]:
    """Return the project's data files: those in git, or all of them outside a checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *DATA],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = [name for name in listed.stdout.split("\0") if name] if listed.returncode == 0 else []
    paths = [ROOT / name for name in names] or [ROOT / DATA[0], *(ROOT / DATA[1]).rglob("*")]
    return {str(path.relative_to(ROOT)): path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh environment with the wheel; it uses this environment's dependencies, without a network."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    (wheel,) = dist.glob("*.whl")
    options = ("--no-deps", "--no-index", "--disable-pip-version-check", "--quiet")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel, cwd=folder)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "lent.pth").write_text("".join(f"{path}\n" for path in sorted(lent)))
    return folder


def test_the_wheel_contains_exactly_the_tracked_data_files(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        start = "wizard/_data/"
        packed = {name.removeprefix(start): archive.read(name) for name in names if name.startswith(start)}
    assert packed == tracked()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")} == {"wizard"}


def test_the_sdist_contains_everything_for_tests_and_builds_and_nothing_private(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for needed in ("pyproject.toml", "LICENSE", "README.md", "constraints.txt", "tests/test_packaging.py", *tracked()):
        assert needed in names
    assert not [name for name in names if name.startswith((".", "build/", "dist/")) and name != ".gitignore"]


def test_the_installed_command_runs_with_its_own_data(installed: Path) -> None:
    command = installed / "venv" / "bin" / "podwizard"
    assert run(command, "--version", cwd=installed).startswith("podwizard ")
    code = "from wizard.catalog.load import load_catalog; print(load_catalog().root)"
    root = Path(run(installed / "venv" / "bin" / "python", "-c", code, cwd=installed).strip())
    assert root.is_relative_to(installed)
    assert root.name == "_data"
    assert run(command, "patterns", cwd=installed)


def test_the_installed_command_writes_the_same_bundle_as_the_checkout(installed: Path) -> None:
    answers = ROOT / "examples" / "orders-api.yaml"
    run(installed / "venv" / "bin" / "podwizard", "new", "a", "--answers", answers, "--no-input", cwd=installed)
    words = ("-m", "wizard", "new", "b", "--answers", answers, "--no-input")
    run(sys.executable, *words, cwd=installed, path=str(ROOT))
    bundles = [
        {str(path.relative_to(installed / name)): path.read_bytes() for path in (installed / name).rglob("*.yaml")}
        for name in ("a", "b")
    ]
    assert bundles[0] == bundles[1]
    assert len(bundles[0]) > 4
