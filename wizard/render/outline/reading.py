"""Read templates into steps: the one part of the outline that needs Jinja, done when the catalogue is cached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jinja2 import nodes

from wizard.catalog.model import Catalog, Component
from wizard.render.outline.model import (
    Both,
    Call,
    Compared,
    Const,
    Either,
    Expression,
    Filtered,
    For,
    Fragment,
    Identifier,
    If,
    Indent,
    Instruction,
    Joined,
    Let,
    Many,
    Member,
    Opposite,
    Out,
    Outline,
    Outlines,
    Plus,
    Steps,
    Ternary,
    Unread,
    Verbatim,
)
from wizard.render.outline.pruning import headers_only, shape_only
from wizard.render.templates.environment import Templates, templates_of
from wizard.render.templates.escaping import format_of

_DEEPEST = 20
_LARGEST = 2**63
"""No number that Kubernetes knows is larger, and none is written as JSON without a limit of Python's."""


def outlines_of(catalog: Catalog) -> Outlines:
    """Read the outline of every component; a template that cannot be read has none."""
    reader = _Reader(templates_of(catalog.root / "templates", catalog.digest))
    return {key: reader.outline(component) for key, component in catalog.components.items()}


class _Reader:
    """Reads templates, each file once."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self.known: dict[str, Steps] = {}
        self.depth = 0

    def outline(self, component: Component) -> Outline:
        """Read everything that one component writes."""
        folder = component.folder
        objects = [f"{folder}/{name}" for name in component.objects] + [f"shared/{name}" for name in component.shared]
        return Outline(
            workload=self._fragment(f"{folder}/{component.workload}") if component.workload else None,
            pod=self._fragment(f"{folder}/{component.pod}") if component.pod else None,
            objects=tuple(
                Fragment(
                    path, self._steps(path) if self._has_pods(component, path) else headers_only(self._steps(path))
                )
                for path in objects
            ),
            config=tuple(Fragment(f"{folder}/{name}", self._steps(f"{folder}/{name}")) for name in component.config),
        )

    def _has_pods(self, component: Component, path: str) -> bool:
        return any(f"{component.folder}/{pod.file}" == path for pod in component.declares.pods)

    def _fragment(self, path: str) -> Fragment:
        return Fragment(path, shape_only(self._steps(path)))

    def _steps(self, path: str) -> Steps:
        if path in self.known:
            return self.known[path]
        env = self.templates.environment(format_of(path))
        if self.templates.watch:
            self.templates.watch.at(path)
        self.depth += 1
        try:
            source, _, _ = self.templates.loader.get_source(env, path)
            found = self._body(env.parse(source).body) if self.depth < _DEEPEST else ()
        except MemoryError:
            raise
        except Exception:  # reported where the template is rendered
            found = ()
        finally:
            self.depth -= 1
        self.known[path] = found
        return found

    def _body(self, body: Iterable[nodes.Node]) -> Steps:
        return tuple(step for node in body for step in self._step(node))

    def _step(self, node: nodes.Node) -> Iterator[Instruction]:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    yield Verbatim(part.data) if isinstance(part, nodes.TemplateData) else Out(_read(part))
            case nodes.If():
                branches = [(_read(one.test), self._body(one.body)) for one in (node, *node.elif_)]
                yield If(tuple(branches), self._body(node.else_))
            case nodes.For():
                target = node.target
                names = target.items if isinstance(target, nodes.Tuple) else [target]
                yield For(tuple(str(getattr(n, "name", "")) for n in names), _read(node.iter), self._body(node.body))
            case nodes.Assign(target=nodes.Name(name=name)):
                yield Let(name, _read(node.node))
            case nodes.Include(template=nodes.Const(value=path)):
                yield from self._steps(str(path))
            case nodes.FilterBlock(filter=nodes.Filter(name="indent", args=[nodes.Const(value=width)])):
                yield Indent(int(width), self._body(node.body))
            case _:
                yield Out(Unread(type(node).__name__))


def _read(node: nodes.Node | None) -> Expression:
    if isinstance(node, nodes.Const | nodes.TemplateData):
        value = node.as_const()
        return Const(value) if not isinstance(value, int) or abs(value) < _LARGEST else Unread("number")
    if isinstance(node, nodes.Call) and node.kwargs:
        return Unread("named arguments")
    read = _KINDS.get(type(node))
    return read(node) if read else Unread(type(node).__name__)


def _each(parts: Iterable[nodes.Node]) -> tuple[Expression, ...]:
    return tuple(map(_read, parts))


def _compared(node: Any) -> Expression:
    return Compared(_read(node.expr), tuple((one.op, _other(one.op, one.expr)) for one in node.ops))


def _other(operator: str, node: nodes.Node) -> Expression:
    """The other side of a comparison; constants that something is looked for in are one value, made once."""
    read = _read(node)
    if operator not in ("in", "notin") or not isinstance(read, Many):
        return read
    constants = tuple(one.value for one in read.items if isinstance(one, Const) and not isinstance(one.value, tuple))
    return Const(constants) if len(constants) == len(read.items) else read


def _filtered(node: Any) -> Expression:
    return Filtered(_read(node.node), node.name, _each((*node.args, *(one.value for one in node.kwargs))))


_KINDS: Mapping[type | None, Callable[[Any], Expression]] = {
    nodes.Name: lambda node: Identifier(node.name),
    nodes.Getattr: lambda node: Member(_read(node.node), Const(node.attr)),
    nodes.Getitem: lambda node: Member(_read(node.node), _read(node.arg)),
    nodes.Call: lambda node: Call(_read(node.node), _each(node.args)),
    nodes.Filter: _filtered,
    nodes.Compare: _compared,
    nodes.And: lambda node: Both(_read(node.left), _read(node.right)),
    nodes.Or: lambda node: Either(_read(node.left), _read(node.right)),
    nodes.Not: lambda node: Opposite(_read(node.node)),
    nodes.Add: lambda node: Plus(_read(node.left), _read(node.right)),
    nodes.Concat: lambda node: Joined(_each(node.nodes)),
    nodes.List: lambda node: Many(_each(node.items)),
    nodes.Tuple: lambda node: Many(_each(node.items)),
    nodes.CondExpr: lambda node: Ternary(_read(node.test), _read(node.expr1), _read(node.expr2)),
}
