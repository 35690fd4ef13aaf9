"""A check that a built wheel and a built sdist work: each is installed into a new environment and run from elsewhere.

python tools/install_check.py dist
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path


def check(archive: Path, constraints: Path) -> None:
    """Install ``archive`` and run the main commands with it; raises an error if anything fails."""
    with tempfile.TemporaryDirectory(prefix="podwizard-install-") as folder:
        root = Path(folder)
        venv.create(root / "venv", with_pip=True)
        python = root / "venv" / "bin" / "python"
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-c", str(constraints), str(archive)], check=True)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        command = str(root / "venv" / "bin" / "podwizard")

        def run(*words: str) -> str:
            done = subprocess.run(
                [command, *words], cwd=root, env=environment, check=True, capture_output=True, text=True
            )
            return done.stdout

        version = run("--version").strip()
        run("check")
        if "\n\n" not in run("patterns", "Job"):
            raise SystemExit(f"{archive.name}: the lesson on Job is missing")
        answers = Path(__file__).resolve().parent.parent / "examples" / "orders-api.yaml"
        run("new", "bundle", "--answers", str(answers), "--no-input")
        written = sorted(p.name for p in (root / "bundle").iterdir())
        if "podwizard.yaml" not in written or "manifests" not in written:
            raise SystemExit(f"{archive.name}: the bundle holds {written}")
        print(f"{archive.name}: {version}, proved its table and wrote {len(written)} entries")


def main() -> int:
    dist = Path(sys.argv[1])
    constraints = Path(__file__).resolve().parent.parent / "constraints.txt"
    archives = [*dist.glob("*.whl"), *dist.glob("*.tar.gz")]
    if len(archives) != 2:
        raise SystemExit(f"expected one wheel and one sdist in {dist}, found {[a.name for a in archives]}")
    for archive in archives:
        check(archive, constraints)
    return 0


if __name__ == "__main__":
    sys.exit(main())
