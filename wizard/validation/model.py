"""Findings about a manifest: ids and arguments first, one sentence for people."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from wizard.errors import Position
from wizard.kube.objects import ObjectRef, ref_of
from wizard.validation.data import number_text

Severity = Literal["error", "warning", "note"]


class Document(NamedTuple):
    """One document to check. ``lines`` maps a field path to its place in the file."""

    object: Any
    source: str
    """The file it came from, for messages."""
    lines: Mapping[str, Position]
    texts: Mapping[str, str] | None = None
    """The text of each number and boolean as it is in the file, by field path; ``None`` when there is no file."""

    @property
    def ref(self) -> ObjectRef:
        """The name of the object; missing parts are empty."""
        return ref_of(self.object)

    def text_at(self, path: str, value: Any) -> str:
        """A number or boolean as it is written at a path; empty where the file does not have it."""
        if self.texts is not None:
            return self.texts.get(path, "")
        return number_text(value)


class Finding(NamedTuple):
    """One thing a rule found. ``path`` is the field path; a missing field is named by its own path."""

    rule: str
    """Stable id, such as ``service-selects-nothing``."""
    severity: Severity
    message: str
    hint: str
    ref: ObjectRef
    path: str = ""
    position: Position | None = None
    lesson: str = ""


class RuleInfo(NamedTuple):
    """A rule as the ``rules`` listing shows it."""

    id: str
    severity: Severity
    title: str
    layer: Literal["yaml", "structure", "semantic", "cross-object", "pod-security"]
    lesson: str = ""
