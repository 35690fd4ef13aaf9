"""The files of a catalogue, listed and read once, and never outside its folder."""

from __future__ import annotations

import os
from pathlib import Path

import wizard
from wizard.errors import Fault, Position
from wizard.yamlio.bounds import Bounds

BOUNDS = Bounds(size=1_000_000, depth=40, values=1_000_000, copies=100_000)
"""The limits of one catalogue file, and of an answers file."""
TABLE = "decision_table.yaml"
TEMPLATES = "templates"
LESSONS = f"{TEMPLATES}/lessons"
"""The folder of lessons, one per pattern: nothing is rendered from them, so they are read only to show or check one."""
WHOLE_FILE = frozenset(
    {
        "missing-file",
        "missing-templates",
        "outside-catalog",
        "unreadable",
        "yaml-empty",
        "yaml-encoding",
        "yaml-syntax",
        "yaml-too-deep",
        "yaml-too-large",
    }
)
"""Faults that cause others, because nothing of the file could be read; they are reported first."""
_MAX_FILES = 5_000


def shipped_root() -> Path:
    """Find the shipped catalogue: in the installed package, or else in the checkout."""
    package = Path(next(iter(wizard.__path__)))
    data = package / "_data"
    return data if data.is_dir() else package.parent


class Folder:
    """Every file of a catalogue except its lessons, by path relative to the root, with forward slashes."""

    def __init__(self, root: Path, label: str, faults: list[Fault]) -> None:
        self.root = root
        self.label = label
        """The prefix of positions: the root as it was given, or empty for the shipped catalogue."""
        self.faults = faults
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = set()
        self._real = os.path.realpath(root)
        table = os.path.join(self._real, TABLE)  # noqa: PTH118
        if not os.path.islink(table) or self._inside(table, TABLE):  # noqa: PTH114
            self._take(TABLE, table)
        templates = os.path.join(self._real, TEMPLATES)  # noqa: PTH118
        if os.path.islink(templates):  # noqa: PTH114
            self._inside(templates, TEMPLATES)
        elif os.path.isdir(templates):  # noqa: PTH112
            self._walk(TEMPLATES)

    def name(self, path: str) -> str:
        """Return a file's name as positions show it."""
        return f"{self.label}/{path}" if self.label else path

    def fault(self, code: str, path: str, message: str, hint: str = "") -> None:
        """Report a fault of a whole file."""
        self.faults.append(Fault(code, message, Position(self.name(path)), hint))

    def children(self, folder: str) -> list[str]:
        """Return the sorted paths of all files below a folder, relative to it."""
        prefix = f"{folder}/"
        return sorted(path[len(prefix) :] for path in self.files if path.startswith(prefix))

    def digest(self) -> str:
        """Return a SHA-256 over the names and bytes of all files except the lessons."""
        import hashlib

        total = hashlib.sha256()
        for path in sorted(self.files):
            total.update(f"{path}\0{len(self.files[path])}\0".encode())
            total.update(self.files[path])
        return total.hexdigest()

    def _walk(self, folder: str) -> None:
        self.folders.add(folder)
        with os.scandir(f"{self._real}/{folder}") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = f"{folder}/{entry.name}"
                if entry.name.startswith(".") or entry.name.endswith("~") or entry.name == "__pycache__":
                    continue
                if entry.is_symlink() and not self._inside(entry.path, path):
                    continue
                if entry.is_dir() and not entry.is_symlink():
                    if path != LESSONS:
                        self._walk(path)
                elif entry.is_file():
                    self._take(path, entry.path)

    def _inside(self, real: str, path: str) -> bool:
        """Return whether a link leads to a file inside the folder; anything else could read files that are not ours."""
        target = os.path.realpath(real)
        if target.startswith(f"{self._real}{os.sep}") and os.path.isfile(target):  # noqa: PTH113
            return True
        self.fault("outside-catalog", path, "the link leads out of the catalogue, or to a folder", "copy the file here")
        return False

    def _take(self, path: str, real: str) -> None:
        if not path.isprintable():
            self.fault("bad-path", TEMPLATES, "a file name holds control characters", "rename it")
            return
        if len(self.files) >= _MAX_FILES:
            if len(self.files) == _MAX_FILES:
                self.fault("too-many-files", path, f"the catalogue has more than {_MAX_FILES} files")
                self.files.setdefault("", b"")
            return
        try:
            self.files[path] = _read(real)
        except OSError as error:
            hint = "is this the catalogue's folder?" if path == TABLE else ""
            self.fault("unreadable", path, f"cannot be read: {error.strerror}", hint)


def _read(real: str) -> bytes:
    """Read a file, at most one byte beyond the limit; plain descriptors are faster for more than a hundred files."""
    descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK)
    try:
        size = min(os.fstat(descriptor).st_size, BOUNDS.size) + 1
        data = os.read(descriptor, size)
        while len(data) < size and (more := os.read(descriptor, size - len(data))):
            data += more
        return data
    finally:
        os.close(descriptor)
