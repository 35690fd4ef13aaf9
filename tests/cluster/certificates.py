"""Certificates for servers on loopback, created on demand."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def certificate(folder: Path, host: str = "IP:127.0.0.1", *, days: int = 2) -> tuple[Path, Path]:
    """Return a new self-signed certificate and its key; negative ``days`` make it expired."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to make certificates")
    request, key, names, made = (folder / name for name in ("request.pem", "key.pem", "names", "crt.pem"))
    names.write_text(f"subjectAltName={host}\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=test"]
    steps: tuple[list[str | Path], ...] = (
        ["req", "-new", *curve, "-keyout", key, "-out", request],
        ["x509", "-req", "-days", str(days), "-extfile", names, "-signkey", key, "-in", request, "-out", made],
    )
    for words in steps:
        subprocess.run([openssl, *words], check=True, capture_output=True)
    return made, key
