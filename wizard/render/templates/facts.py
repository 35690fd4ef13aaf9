"""What one template asks for, read off Jinja's syntax tree and tokens without rendering it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

_MARK = "\0"
_WHOLE = re.compile(r"""\s*(?:- +)*(?:(?:"[^"]*"|'[^']*'|[^\s"'#:\[\]{},][^\0#"]*?|\0)\s*:\s+)?\0\s*(?:\s#.*)?""")
_KEY = re.compile(r"\s*(?:- +)*\0:(?:\s.*)?")
_IN_FLOW = re.compile(r"(?<=[\[,:{])\s*\0\s*(?=[\],}])")
_OPENS_TEXT = re.compile(r"(?:^|[:\-]\s+)[|>][+-]?[0-9]?[+-]?\s*(?:#.*)?$")
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\U0010ffff]")
_SCOPES = ("own", "app")


@dataclass(slots=True)
class Facts:
    """Everything found in one template; each with its line."""

    parameters: list[tuple[str, str, int]] = field(default_factory=list)
    """(``own`` or ``app``, name, line)."""
    images: list[tuple[str, int]] = field(default_factory=list)
    features: list[tuple[str, int]] = field(default_factory=list)
    patterns: list[tuple[str, int]] = field(default_factory=list)
    includes: list[tuple[str, int]] = field(default_factory=list)
    decides: list[tuple[str, str, int]] = field(default_factory=list)
    """Parameters that an ``if`` or ``for`` looks at: (scope, name, line)."""
    problems: list[tuple[str, str, int]] = field(default_factory=list)
    """(code, message, line)."""


def read_template(env: SandboxedEnvironment, source: str, fmt: str, known: frozenset[str]) -> Facts:
    """The facts of one template; ``known`` are the names of its context."""
    facts = Facts()
    if (wrong := _CONTROL.search(source)) is not None:
        line = source.count("\n", 0, wrong.start()) + 1
        facts.problems.append(("template-syntax", f"there is a control character, {wrong.group()!r}", line))
        return facts
    try:
        tree = env.parse(source)
        env.compile(source)
    except TemplateSyntaxError as error:
        facts.problems.append(("template-syntax", error.message or "cannot be read", error.lineno))
        return facts
    except (MemoryError, RecursionError) as error:
        what = "is nested too deeply" if isinstance(error, RecursionError) else "needs more memory than there is"
        facts.problems.append(("template-syntax", f"this {what}", 1))
        return facts
    for name in sorted(meta.find_undeclared_variables(tree) - known):
        line = next((n.lineno for n in tree.find_all(nodes.Name) if n.name == name), 1)
        facts.problems.append(("undefined-variable", f'"{name}" is not defined here', line))
    for sign in tree.find_all((nodes.Mul, nodes.Pow)):
        facts.problems.append(("template-operator", f"{sign.operator} cannot be used in a template", sign.lineno))
    _calls(tree, facts)
    _decisions(tree, facts)
    _places(env, source, fmt, facts)
    if fmt == "yaml":
        _comments(tree, source.split("\n"), facts)
    return facts


def _comments(tree: nodes.Template, lines: list[str], facts: Facts) -> None:
    """Comments that would stand above the wrong thing when the condition below them does not hold."""
    head = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for node in tree.find_all(nodes.If):
        if (
            not node.else_
            and node.lineno > head + 1
            and 2 <= node.lineno <= len(lines)
            and lines[node.lineno - 2].lstrip().startswith("#")
        ):
            message = "this comment stays when the condition below it does not hold: put it inside"
            facts.problems.append(("template-comment", message, node.lineno - 1))


def _calls(tree: nodes.Template, facts: Facts) -> None:
    for scope, name, line in _parameters(tree):
        facts.parameters.append((scope, name, line))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            where = {"image": facts.images, "uid": facts.images, "feature": facts.features, "has": facts.patterns}
            if call.node.name in where:
                words = _words(call)
                where[call.node.name].extend((word, call.lineno) for word in words)
                if not words:
                    message = f"{call.node.name}() needs its id written out here"
                    facts.problems.append(("template-argument", message, call.lineno))
    for found in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        target = getattr(found, "template", None)
        if isinstance(target, nodes.Const) and isinstance(target.value, str):
            facts.includes.append((target.value, found.lineno))
        else:
            facts.problems.append(("template-argument", "an include needs its file written out here", found.lineno))


def _words(call: nodes.Call) -> list[str]:
    found = [c.value for part in call.args for c in (part, *part.find_all(nodes.Const)) if isinstance(c, nodes.Const)]
    return [value for value in dict.fromkeys(found) if isinstance(value, str)]


def _parameters(node: nodes.Node) -> Iterator[tuple[str, str, int]]:
    for found in (node, *node.find_all((nodes.Getattr, nodes.Getitem))):
        if isinstance(found, nodes.Getattr) and isinstance(found.node, nodes.Name) and found.node.name in _SCOPES:
            yield found.node.name, found.attr, found.lineno
        elif isinstance(found, nodes.Getitem) and isinstance(found.node, nodes.Name) and found.node.name in _SCOPES:
            name = found.arg.value if isinstance(found.arg, nodes.Const) else ""
            yield found.node.name, str(name), found.lineno


def _decisions(tree: nodes.Template, facts: Facts) -> None:
    """What decides structure: the tests of if, for and ternaries, also by way of a variable set before."""
    behind: dict[str, list[tuple[str, str, int]]] = {}
    for assign in tree.find_all(nodes.Assign):
        names = [n.name for n in (assign.target, *assign.target.find_all(nodes.Name)) if isinstance(n, nodes.Name)]
        for name in names:
            behind.setdefault(name, []).extend(_parameters(assign.node))
    for node in tree.find_all((nodes.If, nodes.For, nodes.CondExpr)):
        tests = (node.iter, node.test) if isinstance(node, nodes.For) else (getattr(node, "test", None),)
        for test in filter(None, tests):
            facts.decides.extend(_parameters(test))
            for name in (test, *test.find_all(nodes.Name)):
                if isinstance(name, nodes.Name):
                    facts.decides.extend((s, p, node.lineno) for s, p, _ in behind.get(name.name, ()))


# --- places ----------------------------------------------------------------------------------------


def _places(env: SandboxedEnvironment, source: str, fmt: str, facts: Facts) -> None:
    check: Callable[[list[tuple[int, str]]], Iterator[tuple[int, str]]] | None = {
        "yaml": _yaml_places,
        "sh": _shell_places,
        "hcl": _quoted_places,
        "json": _quoted_places,
        "toml": _quoted_places,
        "py": _quoted_places,
    }.get(fmt)
    if check is not None:
        facts.problems += [("template-place", message, line) for line, message in check(_skeleton(env, source))]


def _skeleton(env: SandboxedEnvironment, source: str) -> list[tuple[int, str]]:
    """The template's text by line, with a mark for each value and nothing for blocks."""
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
                yield number, "a value cannot stand inside a block of text; give it to an environment variable"
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
            yield number, "a value cannot stand in a comment of a script"
        elif _MARK in line and any(_is_open(line, quote) for quote in "\"'"):
            yield number, "a value brings its own quotes: write {{ }} outside of quotes"


def _quoted_places(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for number, line in lines:
        if _MARK in line and _is_open(line, '"'):
            yield number, "a value brings its own quotes: write {{ }} outside of quotes"


def _is_open(line: str, quote: str) -> bool:
    """Whether a value stands between two quotes of one kind."""
    before = line.partition(_MARK)[0].replace(f"\\{quote}", "")
    return before.count(quote) % 2 == 1
