"""The lessons of a catalogue: one Markdown page per pattern, read only to show or check it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from wizard.catalog.folder import BOUNDS, LESSONS, TABLE
from wizard.catalog.model import Catalog
from wizard.catalog.yaml_source import paragraphs
from wizard.errors import Fault, Position
from wizard.text import did_you_mean, nearest, printable, shown
from wizard.yamlio.bounds import YamlFault, decode

_SUFFIX = ".md"


class _UnreadableError(Exception):
    """A page that cannot be shown; ``line`` is the line of the error, or 0 for the whole page."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.line = message, hint, line


def read_lesson(catalog: Catalog, pattern: str) -> tuple[str, ...]:
    """Read the paragraphs of a pattern's lesson, each joined into one line, without the page's title.

    A pattern without a page of its own uses its family's page. The result is empty if there is no page or it cannot be
    read; ``lesson_faults`` reports the cause.
    """
    family = catalog.patterns[pattern].family if pattern in catalog.patterns else ""
    for name in filter(None, (pattern, family)):
        with suppress(_UnreadableError):
            return _paragraphs(_read(catalog.root, f"{name}{_SUFFIX}"))
    return ()


def lesson_faults(catalog: Catalog) -> tuple[Fault, ...]:
    """Return patterns without a lesson, pages without a pattern, and pages that cannot be read."""
    pages = tuple(_pages(catalog.root / LESSONS))
    families = dict.fromkeys(pattern.family for pattern in catalog.patterns.values() if pattern.family)
    orphans = tuple(page for page in pages if page.removesuffix(_SUFFIX) not in {*catalog.patterns, *families})
    faults = [_stray(catalog, page) for page in orphans]
    for name in families:
        if f"{name}{_SUFFIX}" in pages:
            faults.extend(_page_faults(catalog, f"{name}{_SUFFIX}"))
    for pattern in catalog.patterns.values():
        page = f"{pattern.id}{_SUFFIX}"
        if page in pages:
            faults.extend(_page_faults(catalog, page))
            continue
        if f"{pattern.family}{_SUFFIX}" in pages:
            continue
        near = nearest(page, orphans)
        hint = f"rename {LESSONS}/{near}" if near else f"write {LESSONS}/{page}"
        faults.append(Fault("missing-lesson", f"pattern '{pattern.id}' has no lesson", pattern.position, hint))
    return tuple(sorted(faults, key=lambda fault: fault.position))


def _pages(folder: Path) -> Iterator[str]:
    """Yield the names in the folder, without hidden files and editor backups, as everywhere in a catalogue."""
    with suppress(FileNotFoundError, NotADirectoryError):
        names = sorted(path.name for path in folder.iterdir())
        yield from (name for name in names if not name.startswith(".") and not name.endswith("~"))


def _stray(catalog: Catalog, page: str) -> Fault:
    name = page.removesuffix(_SUFFIX)
    near = did_you_mean(name, catalog.patterns)
    if page == name:
        message = f"'{shown(page)}' is not a lesson"
        return Fault("unused-file", message, _place(catalog, page), f"a lesson is called PATTERN{_SUFFIX}")
    message = f"there is no pattern '{shown(name)}' for this lesson"
    return Fault("unknown-pattern", message, _place(catalog, page), near or "name it after a pattern, or remove it")


def _page_faults(catalog: Catalog, page: str) -> Iterator[Fault]:
    try:
        text = _read(catalog.root, page)
    except _UnreadableError as error:
        yield Fault("unreadable", error.message, _place(catalog, page, error.line), error.hint)
        return
    if not _paragraphs(text):
        yield Fault("empty-text", "the lesson is empty", _place(catalog, page), "write a paragraph")


def _place(catalog: Catalog, page: str, line: int = 0) -> Position:
    """Return a page's position, with the same path prefix that the loader uses for the table."""
    table = next((pattern.position.file for pattern in catalog.patterns.values()), TABLE)
    return Position(f"{table.removesuffix(TABLE)}{LESSONS}/{shown(page, 80)}", line or 1, 1)


def _paragraphs(text: str) -> tuple[str, ...]:
    blocks = paragraphs(f"{text}\n").split("\n\n")
    return tuple(block for at, block in enumerate(blocks) if block and not (at == 0 and block.startswith("# ")))


def _read(root: Path, page: str) -> str:
    path = root / LESSONS / page
    try:
        if not path.resolve().is_relative_to((root / LESSONS).resolve()):
            raise _UnreadableError("the link leads out of the folder", "copy the file here")
        if not path.is_file():
            raise _UnreadableError("not a file", "write a page of Markdown")
        with path.open("rb") as file:
            data = file.read(BOUNDS.size + 1)
    except OSError as error:
        raise _UnreadableError(f"cannot be read: {error.strerror}", "") from error
    try:
        text = decode(data, BOUNDS).replace("\r\n", "\n")
    except YamlFault as fault:
        hint = "shorten it" if fault.code == "too-large" else "save it as UTF-8"
        raise _UnreadableError(fault.message, hint, fault.line) from None
    for number, row in enumerate(text.split("\n"), 1):
        if not printable(row):
            raise _UnreadableError("the line holds control characters", "remove them", number)
    return text
