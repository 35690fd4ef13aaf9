"""The reader of templates into steps, the only part of the outline that needs Jinja; used to fill the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jinja2 import nodes

from wizard.catalog.model import Catalog, Component
from wizard.render.outline import model
from wizard.render.outline.pruning import headers_only, shape_only
from wizard.render.templates.environment import Templates, templates_of
from wizard.render.templates.escaping import format_of

_DEEPEST = 20
_LARGEST = 2**63
"""Kubernetes has no larger number, and Python limits the digits of larger ones when writing JSON."""


def outlines_of(catalog: Catalog) -> model.Outlines:
    """Return the outline of every component; unreadable templates have no steps."""
    reader = _Reader(templates_of(catalog.root / "templates", catalog.digest))
    return {key: reader.outline(component) for key, component in catalog.components.items()}


class _Reader:
    """A reader of templates, which reads each file once."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self.known: dict[str, model.Steps] = {}
        self.depth = 0

    def outline(self, component: Component) -> model.Outline:
        """Return the outline of everything that one component renders."""
        folder = component.folder
        objects = [f"{folder}/{name}" for name in component.objects] + [f"shared/{name}" for name in component.shared]
        pods = {f"{folder}/{pod.file}" for pod in component.declares.pods}
        return model.Outline(
            workload=self._fragment(f"{folder}/{component.workload}", shape_only) if component.workload else None,
            pod=self._fragment(f"{folder}/{component.pod}", shape_only) if component.pod else None,
            objects=tuple(self._fragment(path, None if path in pods else headers_only) for path in objects),
            config=tuple(self._fragment(f"{folder}/{name}") for name in component.config),
        )

    def _fragment(self, path: str, prune: Callable[[model.Steps], model.Steps] | None = None) -> model.Fragment:
        steps = self._steps(path)
        return model.Fragment(path, prune(steps) if prune else steps)

    def _steps(self, path: str) -> model.Steps:
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
        except Exception:  # reported when the template is rendered
            found = ()
        finally:
            self.depth -= 1
        self.known[path] = found
        return found

    def _body(self, body: Iterable[nodes.Node]) -> model.Steps:
        return tuple(step for node in body for step in self._step(node))

    def _step(self, node: nodes.Node) -> Iterator[model.Instruction]:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    yield model.Verbatim(part.data) if isinstance(part, nodes.TemplateData) else model.Out(_read(part))
            case nodes.If():
                branches = [(_read(one.test), self._body(one.body)) for one in (node, *node.elif_)]
                yield model.If(tuple(branches), self._body(node.else_))
            case nodes.For():
                target = node.target
                names = target.items if isinstance(target, nodes.Tuple) else [target]
                called = tuple(str(getattr(one, "name", "")) for one in names)
                yield model.For(called, _read(node.iter), self._body(node.body))
            case nodes.Assign(target=nodes.Name(name=name)):
                yield model.Let(name, _read(node.node))
            case nodes.Include(template=nodes.Const(value=path)):
                yield from self._steps(str(path))
            case nodes.FilterBlock(filter=nodes.Filter(name="indent", args=[nodes.Const(value=width)])):
                yield model.Indent(int(width), self._body(node.body))
            case _:
                yield model.Out(model.Unread(type(node).__name__))


def _read(node: nodes.Node | None) -> model.Expression:
    if isinstance(node, nodes.Const | nodes.TemplateData):
        value = node.as_const()
        return model.Const(value) if not isinstance(value, int) or abs(value) < _LARGEST else model.Unread("number")
    if isinstance(node, nodes.Call) and node.kwargs:
        return model.Unread("named arguments")
    read = _KINDS.get(type(node))
    return read(node) if read else model.Unread(type(node).__name__)


def _each(parts: Iterable[nodes.Node]) -> tuple[model.Expression, ...]:
    return tuple(map(_read, parts))


def _compared(node: Any) -> model.Expression:
    return model.Compared(_read(node.expr), tuple((one.op, _other(one.op, one.expr)) for one in node.ops))


def _other(operator: str, node: nodes.Node) -> model.Expression:
    """Return the other side of a comparison; for ``in``, a list of constants becomes one constant."""
    read = _read(node)
    if operator not in ("in", "notin") or not isinstance(read, model.Many):
        return read
    values = [one.value for one in read.items if isinstance(one, model.Const)]
    constants = tuple(value for value in values if not isinstance(value, tuple))
    return model.Const(constants) if len(constants) == len(read.items) else read


def _filtered(node: Any) -> model.Expression:
    return model.Filtered(_read(node.node), node.name, _each((*node.args, *(one.value for one in node.kwargs))))


_KINDS: Mapping[type | None, Callable[[Any], model.Expression]] = {
    nodes.Name: lambda node: model.Identifier(node.name),
    nodes.Getattr: lambda node: model.Member(_read(node.node), model.Const(node.attr)),
    nodes.Getitem: lambda node: model.Member(_read(node.node), _read(node.arg)),
    nodes.Call: lambda node: model.Call(_read(node.node), _each(node.args)),
    nodes.Filter: _filtered,
    nodes.Compare: _compared,
    nodes.And: lambda node: model.Both(_read(node.left), _read(node.right)),
    nodes.Or: lambda node: model.Either(_read(node.left), _read(node.right)),
    nodes.Not: lambda node: model.Opposite(_read(node.node)),
    nodes.Add: lambda node: model.Plus(_read(node.left), _read(node.right)),
    nodes.Concat: lambda node: model.Joined(_each(node.nodes)),
    nodes.List: lambda node: model.Many(_each(node.items)),
    nodes.Tuple: lambda node: model.Many(_each(node.items)),
    nodes.CondExpr: lambda node: model.Ternary(_read(node.test), _read(node.expr1), _read(node.expr2)),
}
