"""The frames of a walkthrough as one animated SVG, for pages that show pictures but run no code."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OPEN = re.compile(r"<svg [^>]*viewBox=\"0 0 ([\d.]+) ([\d.]+)\"[^>]*>")


def animated(frames: Sequence[tuple[str, float]]) -> str:
    """Return an SVG that shows each frame for its seconds, in a loop; all frames must have the same size.

    The last frame is shown if the reader prefers reduced motion.
    """
    whole = sum(seconds for _, seconds in frames)
    opened = _OPEN.search(frames[0][0])
    if opened is None:
        raise ValueError("a frame has no size")
    width, height = opened[1], opened[2]
    rules, bodies, at = [], [], 0.0
    for number, (svg, seconds) in enumerate(frames):
        start, end = 100 * at / whole, 100 * (at + seconds) / whole
        at += seconds
        rules.append(_rule(number, start, end, whole))
        bodies.append(_nested(svg, number))
    style = "<style>.f{visibility:hidden}" + "".join(rules) + _STILL + "</style>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
    return "\n".join([head, style, *bodies, "</svg>", ""])


_STILL = "@media (prefers-reduced-motion: reduce){.f{animation:none!important}.f:last-of-type{visibility:visible}}"


def _rule(number: int, start: float, end: float, whole: float) -> str:
    before = "" if start == 0 else f"0%{{visibility:hidden}}{start:.3f}%{{visibility:visible}}"
    first = "0%{visibility:visible}" if start == 0 else before
    after = "100%{visibility:visible}" if end >= 100 - 1e-6 else f"{end:.3f}%,100%{{visibility:hidden}}"
    return f"@keyframes k{number}{{{first}{after}}}.f{number}{{animation:k{number} {whole:g}s step-end infinite}}"


def _nested(svg: str, number: int) -> str:
    """Return one frame with its ids and classes renamed, so that frames do not share definitions."""
    found = _OPEN.search(svg)
    if found is None:
        raise ValueError("a frame has no size")
    opened = f'<svg class="f f{number}" viewBox="0 0 {found[1]} {found[2]}">'
    body = svg[found.end() : svg.rindex("</svg>")]
    return opened + re.sub(r"terminal-(?:\d+-)?", f"t{number}-", body) + "</svg>"
