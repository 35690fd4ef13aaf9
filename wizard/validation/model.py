"""Findings about a manifest: ids and arguments, with one sentence for the user."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from wizard.errors import Position
from wizard.kube.data import number_text
from wizard.kube.objects import ObjectRef, ref_of

Severity = Literal["error", "warning", "note"]


class Document(NamedTuple):
    """One document to check. ``lines`` maps a field path to its position in the file."""

    object: Any
    source: str
    """The name of its file, for messages."""
    lines: Mapping[str, Position]
    texts: Mapping[str, str] | None = None
    """The source text of each number and boolean, by field path; ``None`` if there is no file."""

    @property
    def ref(self) -> ObjectRef:
        """The reference to the object; missing parts are empty."""
        return ref_of(self.object)

    def text_at(self, path: str, value: Any) -> str:
        """Return a number or boolean as written at a path; empty if the file does not contain it."""
        if self.texts is not None:
            return self.texts.get(path, "")
        return number_text(value)


class Finding(NamedTuple):
    """One violation found by a rule. ``path`` is the field path, even for a missing field."""

    rule: str
    """A stable id, such as ``service-selects-nothing``."""
    severity: Severity
    message: str
    hint: str
    ref: ObjectRef
    path: str = ""
    position: Position | None = None


class RuleInfo(NamedTuple):
    """A rule's description; ``title`` says what the rule requires."""

    id: str
    severity: Severity
    title: str
