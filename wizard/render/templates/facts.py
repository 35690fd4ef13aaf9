"""Facts about one template, read from Jinja's syntax tree and tokens without rendering."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from wizard.render.template_errors import described, line_in_jinja

_MARK = "\0"
_WHOLE = re.compile(r"""\s*(?:- +)*(?:(?:"[^"]*"|'[^']*'|[^\s"'#:\[\]{},][^\0#"]*?|\0)\s*:\s+)?\0\s*(?:\s#.*)?""")
_KEY = re.compile(r"\s*(?:- +)*\0:(?:\s.*)?")
_IN_FLOW = re.compile(r"(?<=[\[,:{])\s*\0\s*(?=[\],}])")
_OPENS_TEXT = re.compile(r"(?:^|[:\-]\s+)[|>][+-]?[0-9]?[+-]?\s*(?:#.*)?$")
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\U0010ffff]")
_SCOPES = ("own", "app")
_EQUAL = ("eq", "ne", "equalto", "==", "!=")
_AMONG = ("in", "notin")
ParameterUse = tuple[str, str, int]
"""``own`` or ``app``, name, line."""
Nodes = tuple[nodes.Node, ...]
"""Every node of a template, in order."""


@dataclass(slots=True)
class Facts:
    """Everything found in one template, each entry with its line."""

    parameters: list[ParameterUse] = field(default_factory=list)
    images: list[tuple[str, int]] = field(default_factory=list)
    features: list[tuple[str, int]] = field(default_factory=list)
    patterns: list[tuple[str, int]] = field(default_factory=list)
    pods: list[tuple[str, int]] = field(default_factory=list)
    """Components whose pod digest is requested."""
    includes: list[tuple[str, int]] = field(default_factory=list)
    seconds: list[tuple[str, int]] = field(default_factory=list)
    """The times that it adds up: ``start``, ``stop``, ``before``."""
    scrapes: bool = False
    """True if it uses the pages with metrics."""
    decides: list[ParameterUse] = field(default_factory=list)
    """Parameters that an ``if`` or ``for`` depends on."""
    compares: list[tuple[str, str, object, int]] = field(default_factory=list)
    """Constants that a parameter is compared with: (scope, name, constant, line)."""
    problems: list[tuple[str, str, int]] = field(default_factory=list)
    """(code, message, line)."""


def read_template(env: SandboxedEnvironment, source: str, fmt: str, known: frozenset[str]) -> Facts:
    """Return the facts of one template; ``known`` are the names in its context."""
    facts = Facts()
    if (wrong := _CONTROL.search(source)) is not None:
        line = source.count("\n", 0, wrong.start()) + 1
        facts.problems.append(("template-syntax", f"there is a control character, {wrong.group()!r}", line))
        return facts
    try:
        _read(env, source, fmt, known, facts)
    except TemplateSyntaxError as error:
        return Facts(problems=[("template-syntax", described(error)[0], error.lineno)])
    except Exception as error:  # a template can make Jinja and Python raise anything
        code = "template-limit" if isinstance(error, MemoryError) else "template-syntax"
        return Facts(problems=[(code, described(error)[0], line_in_jinja(error) or 1)])
    return facts


def _read(env: SandboxedEnvironment, source: str, fmt: str, known: frozenset[str], facts: Facts) -> None:
    tree = env.parse(source)
    env.compile(tree)
    every = tuple(tree.find_all(nodes.Node))  # walked once: walking takes longer than all the checks
    for name in sorted(_undeclared(env, tree) - known):
        line = next((n.lineno for n in every if isinstance(n, nodes.Name) and n.name == name), 1)
        facts.problems.append(("undefined-variable", f'"{name}" is not defined here', line))
    for sign in every:
        if isinstance(sign, (nodes.Mul, nodes.Pow)):
            facts.problems.append(("template-operator", f"{sign.operator} cannot be used in a template", sign.lineno))
    _calls(every, facts)
    behind = _behind(every)
    _decisions(every, behind, facts)
    _comparisons(every, behind, facts)
    _places(env, source, fmt, facts)
    if fmt == "yaml":
        _comments(every, source.split("\n"), facts)


def _undeclared(env: SandboxedEnvironment, tree: nodes.Template) -> set[str]:
    """Find undeclared variables as ``meta`` does, but without evaluating constants, which may take forever."""
    tracking = meta.TrackingCodeGenerator(env)
    tracking.optimizer = None
    tracking.visit(tree)
    return tracking.undeclared_identifiers


def _comments(every: Nodes, lines: list[str], facts: Facts) -> None:
    """Report comments that would be left above the wrong line if the condition below them does not hold."""
    head = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for node in every:
        if (
            isinstance(node, nodes.If)
            and not node.else_
            and node.lineno > head + 1
            and 2 <= node.lineno <= len(lines)
            and lines[node.lineno - 2].lstrip().startswith("#")
        ):
            message = "this comment remains when the condition below it does not hold: move it inside"
            facts.problems.append(("template-comment", message, node.lineno - 1))


def _calls(every: Nodes, facts: Facts) -> None:
    facts.parameters += filter(None, map(_parameter, every))
    ids = dict.fromkeys(("image", "uid", "gid"), facts.images)
    ids |= {"feature": facts.features, "has": facts.patterns, "seconds": facts.seconds, "pod_digest": facts.pods}
    for call in every:
        if not isinstance(call, nodes.Call) or not isinstance(call.node, nodes.Name):
            continue
        name = call.node.name
        facts.scrapes |= name == "scrapes"
        if name in ids:
            words = _words(call)[: 1 if name in ("pod_digest", "seconds") else None]
            ids[name].extend((word, call.lineno) for word in words)
            if not words:
                facts.problems.append(("template-argument", f"{name}() needs a literal id here", call.lineno))
    for found in every:
        if not isinstance(found, (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
            continue
        target = getattr(found, "template", None)
        if isinstance(target, nodes.Const) and isinstance(target.value, str):
            facts.includes.append((target.value, found.lineno))
        else:
            facts.problems.append(("template-argument", "an include needs a literal file name here", found.lineno))


def _words(call: nodes.Call) -> list[str]:
    found = [c.value for part in call.args for c in (part, *part.find_all(nodes.Const)) if isinstance(c, nodes.Const)]
    return [value for value in dict.fromkeys(found) if isinstance(value, str)]


def _parameters(node: nodes.Node) -> Iterator[ParameterUse]:
    for found in (node, *node.find_all((nodes.Getattr, nodes.Getitem))):
        if (parameter := _parameter(found)) is not None:
            yield parameter


def _parameter(node: nodes.Node) -> ParameterUse | None:
    """Return the parameter that an expression consists of; ``None`` for any other expression."""
    if not (isinstance(node, (nodes.Getattr, nodes.Getitem)) and isinstance(node.node, nodes.Name)):
        return None
    if node.node.name not in _SCOPES:
        return None
    if isinstance(node, nodes.Getattr):
        return node.node.name, node.attr, node.lineno
    return node.node.name, str(node.arg.value if isinstance(node.arg, nodes.Const) else ""), node.lineno


def _behind(every: Nodes) -> dict[str, list[nodes.Node]]:
    found: dict[str, list[nodes.Node]] = {}
    for assign in every:
        if not isinstance(assign, nodes.Assign):
            continue
        for name in (assign.target, *assign.target.find_all(nodes.Name)):
            if isinstance(name, nodes.Name):
                found.setdefault(name.name, []).append(assign.node)
    return found


def _decisions(every: Nodes, behind: Mapping[str, list[nodes.Node]], facts: Facts) -> None:
    """Collect the parameters in tests of if, for and ternaries, which decide structure, also through a variable."""
    for node in every:
        if not isinstance(node, (nodes.If, nodes.For, nodes.CondExpr)):
            continue
        tests = (node.iter, node.test) if isinstance(node, nodes.For) else (getattr(node, "test", None),)
        for test in filter(None, tests):
            if isinstance(test, nodes.Filter) and test.name == "ordinals":
                continue  # yields at least one number, so the loop body is always rendered
            facts.decides.extend(_parameters(test))
            for name in (test, *test.find_all(nodes.Name)):
                if isinstance(name, nodes.Name):
                    values = (found for value in behind.get(name.name, ()) for found in _parameters(value))
                    facts.decides.extend((s, p, node.lineno) for s, p, _ in values)


def _comparisons(every: Nodes, behind: Mapping[str, list[nodes.Node]], facts: Facts) -> None:
    """Collect the constants that parameters are compared with by ``==``, ``!=`` and ``in``, also through a variable."""
    given = Counter(name.name for name in every if isinstance(name, nodes.Name) and name.ctx != "load")

    def meant(node: nodes.Node) -> ParameterUse | None:
        if isinstance(node, nodes.Name) and node.name in behind and given[node.name] == 1:
            return _parameter(behind[node.name][0])
        return _parameter(node)

    for left, right in _compared(every):
        if (parameter := meant(left)) is not None and right.value is not None:
            facts.compares.append((*parameter[:2], right.value, right.lineno))


def _compared(every: Nodes) -> Iterator[tuple[nodes.Node, nodes.Const]]:
    tests = (node for node in every if isinstance(node, nodes.Test))
    pairs = [(test.name, test.node, right) for test in tests for right in test.args[:1]]
    for node in every:
        if not isinstance(node, nodes.Compare):
            continue
        sides = pairwise((node.expr, *(operand.expr for operand in node.ops)))
        pairs += [(operand.op, left, right) for operand, (left, right) in zip(node.ops, sides, strict=True)]
    for kind, left, right in pairs:
        if kind in _EQUAL:
            yield from ((a, b) for a, b in ((left, right), (right, left)) if isinstance(b, nodes.Const))
        elif kind in _AMONG and isinstance(right, (nodes.Tuple, nodes.List)):
            yield from ((left, item) for item in right.items if isinstance(item, nodes.Const))


# --- places ----------------------------------------------------------------------------------------


def _places(env: SandboxedEnvironment, source: str, fmt: str, facts: Facts) -> None:
    check = _PLACES.get(fmt)
    if check is not None:
        facts.problems += [("template-place", message, line) for line, message in check(_skeleton(env, source))]


def _skeleton(env: SandboxedEnvironment, source: str) -> list[tuple[int, str]]:
    """Return the template's text by line, with a mark for each value and nothing for blocks."""
    lines: list[tuple[int, str]] = []
    text, start, inside = "", 1, ""
    for number, kind, value in env.lex(source):
        if kind in ("variable_begin", "block_begin", "comment_begin"):
            inside = kind
            text += _MARK if kind == "variable_begin" else ""
        elif kind in ("variable_end", "block_end", "comment_end"):
            inside = ""
        elif kind == "data" and not inside:
            pieces = value.split("\n")
            for offset, piece in enumerate(pieces):
                if offset:
                    lines.append((start, text))
                    text = ""
                if not text:
                    start = number + offset
                text += piece
    return [*lines, (start, text)] if text else lines


def _yaml_places(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    text_indent: int | None = None
    for number, line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if text_indent is not None and (indent > text_indent or not line.strip()):
            if _MARK in line:
                yield number, "a value cannot be inside a block of text; use an environment variable"
            continue
        text_indent = indent if _OPENS_TEXT.search(line) else None
        if _MARK in line and not line.lstrip().startswith("#") and not _is_whole(line):
            yield number, "{{ }} must be one whole value: join text inside it with ~"


def _is_whole(line: str) -> bool:
    if _WHOLE.fullmatch(line):
        return True
    if _KEY.fullmatch(line):
        line = line.replace(f"{_MARK}:", "key:", 1)
        if _MARK not in line or _WHOLE.fullmatch(line):
            return True
    return _MARK not in _IN_FLOW.sub("x", line)


def _shell_places(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for number, line in lines:
        if _MARK in line and line.lstrip().startswith("#"):
            yield number, "a value cannot be in a comment of a script"
        else:
            yield from _quoted_places([(number, line)], quotes="\"'")


def _quoted_places(lines: list[tuple[int, str]], quotes: str = '"') -> Iterator[tuple[int, str]]:
    for number, line in lines:
        before, mark, _ = line.partition(_MARK)
        if mark and any(before.replace(f"\\{quote}", "").count(quote) % 2 for quote in quotes):
            yield number, "a value includes its own quotes: write {{ }} outside quotes"


_PLACES: Mapping[str, Callable[[list[tuple[int, str]]], Iterator[tuple[int, str]]]] = {
    "yaml": _yaml_places,
    "sh": _shell_places,
    **dict.fromkeys(("hcl", "json", "toml", "py"), _quoted_places),
}
