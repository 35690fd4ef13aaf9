"""Removal of everything in a template that its outline does not show, once, so that evaluating it is fast.

Lines are classified by their text before the first value. A line that opens a block is kept; otherwise the lines below
it would seem to belong to the previous block.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from wizard.render.outline.model import For, If, Indent, Instruction, Let, Out, Steps, Verbatim

_SHAPE = re.compile(
    r" *(- ([\w$-]+:|\{)|[\w$/.-]+: [\[{]|"
    r"(name|secretName|claimName|mountPath|volumeMounts|emptyDir|likeApp|restartPolicy|cpu|memory|image|kind|path|schedule|concurrencyPolicy):|"
    r"[\w$/.-]+: *(#.*)?$)|---"
)
_HEADER = re.compile(r"---|\S[^:]*:|  (name|generateName|namespace):")


def shape_only(steps: Steps) -> Steps:
    """Return the steps without comments and values that are not drawn."""
    return _pruned(steps, lambda line: bool(_SHAPE.match(line)) and not line.lstrip().startswith("#"))


def headers_only(steps: Steps) -> Steps:
    """Return only the kinds and names of the objects in the steps."""
    return _pruned(steps, lambda line: bool(_HEADER.match(line)) and not line.startswith("#"), flat=True)


def _pruned(steps: Steps, keeps: Callable[[str], bool], *, flat: bool = False) -> Steps:
    """Return the steps without the lines that are not kept; ``flat`` also removes indented blocks."""
    found: list[Instruction] = []
    line: list[Verbatim | Out] = []

    def end() -> None:
        if line and keeps(line[0].text if isinstance(line[0], Verbatim) else ""):
            found.extend(line)
        line.clear()

    for step in steps:
        if isinstance(step, Verbatim):
            pieces = step.text.split("\n")
            for piece in pieces[:-1]:
                line.append(Verbatim(f"{piece}\n"))
                end()
            if pieces[-1]:
                line.append(Verbatim(pieces[-1]))
        elif isinstance(step, Out):
            line.append(step)
        else:
            end()
            if (block := _block(step, keeps, flat=flat)) is not None:
                found.append(block)
    end()
    return _joined(found)


def _block(step: Instruction, keeps: Callable[[str], bool], *, flat: bool) -> Instruction | None:
    match step:
        case If(branches, otherwise):
            kept = tuple((test, _pruned(body, keeps, flat=flat)) for test, body in branches)
            rest = _pruned(otherwise, keeps, flat=flat)
            return If(kept, rest) if rest or any(body for _, body in kept) else None
        case For(names, each, body):
            inner = _pruned(body, keeps, flat=flat)
            return For(names, each, inner) if inner else None
        case Indent(width, body):
            inner = () if flat else _pruned(body, keeps)
            return Indent(width, inner) if inner else None
        case Let():
            return step
        case _:
            return None


def _joined(steps: list[Instruction]) -> Steps:
    found: list[Instruction] = []
    for step in steps:
        if isinstance(step, Verbatim) and found and isinstance(found[-1], Verbatim):
            found[-1] = Verbatim(found[-1].text + step.text)
        else:
            found.append(step)
    return tuple(found)
