"""Rewrite the tables of docs/catalogue.md from the loader's definitions, and docs/checks.md from the checks' own."""

from __future__ import annotations

from pathlib import Path

from wizard.catalog.keys import RECORDS, Key
from wizard.catalog.types.registry import TYPES
from wizard.validation.run import rules

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "catalogue.md"
BEGIN, END = "<!-- keys: made by tools/reference.py -->\n", "<!-- end of keys -->\n"
TYPES_TITLE = "## The types of parameters\n"
_FILES = (
    ("decision_table.yaml", ("document", "table", "question", "option", "family", "pattern")),
    ("decision_table.yaml", ("base", "set", "warn")),
    ("decision_table.yaml", ("promise", "at_least")),
    ("templates/examples.yaml", ("examples", "example")),
    ("component.yaml", ("component", "parameter", "from", "must", "refusal", "sum")),
    ("component.yaml", ("listener", "connection", "local", "output", "privilege", "pull", "address")),
    ("component.yaml", ("operated", "shown", "injected", "demand", "prerequisite")),
    ("component.yaml", ("times", "scrape", "replicas", "provided")),
    ("component.yaml", ("pod", "delivery")),
    ("templates/shared/parameters.yaml", ("shared",)),
    ("templates/images.yaml", ("images", "image", "advisory")),
    (
        "templates/references.yaml",
        ("references", "reference", "outside", "made", "held", "kind_note", "append", "api_note"),
    ),
    ("templates/features.yaml", ("features", "feature")),
    ("templates/discovery.yaml", ("discovery", "clue", "look", "look_version", "look_daemon_set", "look_objects")),
)
_TITLES = {
    "document": "the file",
    "component": "the file",
    "shared": "the file",
    "images": "the file",
    "features": "the file",
    "discovery": "the file",
    "examples": "the file",
    "references": "the file",
    "option": "an option that is a mapping",
    "base": "a rule of `base` or `add`",
    "set": "a rule of `set`",
    "warn": "a rule of `warn`",
    "promise": "an entry of `never`",
    "look_version": "`version` of a look",
    "look_daemon_set": "`daemon_set` of a look",
    "look_objects": "`objects` of a look",
}


def tables() -> str:
    """Return a table for each record, by file."""
    missing = set(RECORDS) - {name for _, names in _FILES for name in names} - {"add"}
    if missing:
        raise SystemExit(f"tools/reference.py does not know where these belong: {', '.join(sorted(missing))}")
    parts, last = [], ""
    for file, names in _FILES:
        if file != last:
            parts.append(f"### `{file}`\n")
            last = file
        parts.extend(f"**{_TITLES.get(name, f'`{name}`')}**\n\n{_table(RECORDS[name])}" for name in names)
    return "\n".join(parts)


def _table(record: tuple[Key, ...]) -> str:
    rows = [
        f"| `{key.name}` | {'yes' if key.required else ''} | {key.says}{_choices(key)} |"
        for key in sorted(record, key=lambda key: not key.required)
    ]
    return "\n".join(("| key | required | meaning |", "|---|---|---|", *rows, ""))


def _choices(key: Key) -> str:
    return f" One of {', '.join(f'`{word}`' for word in key.one_of)}." if key.one_of else ""


def renewed(page: str) -> str:
    """Return the page with new tables."""
    head, _, rest = page.partition(BEGIN)
    rest = rest.partition(END)[2].partition(TYPES_TITLE)[0]
    types = "\n".join(f"| `{each.name}` | {each.takes} |" for each in TYPES.values())
    return f"{head}{BEGIN}\n{tables()}\n{END}{rest}{TYPES_TITLE}\n| type | accepts |\n|---|---|\n{types}\n"


_CHECKS = """# The offline checks

`podwizard validate` and the wizard check manifests with these rules, without a cluster. Each finding names its rule:
`error` for what a server refuses or what cannot work, `warning` for what fails sooner or later, `note` for what is
worth a look. Some rules report a case that is clearly worse or better with another severity. Made by
`tools/reference.py`.

| rule | severity | what it requires |
|---|---|---|
"""


def checks() -> str:
    """Return the page of all offline checks, in the order in which they run."""
    return _CHECKS + "".join(f"| `{one.id}` | {one.severity} | {_cell(one.title)} |\n" for one in rules())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
    (DOCS / "checks.md").write_text(checks(), "utf-8")
