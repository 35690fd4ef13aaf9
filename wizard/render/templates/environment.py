"""The sandboxed Jinja environment: compiles templates of one catalogue, and nothing outside its folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any, Protocol

from jinja2 import StrictUndefined, TemplateNotFound, pass_context
from jinja2.environment import Template
from jinja2.exceptions import SecurityError
from jinja2.loaders import BaseLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from wizard.catalog.folder import shipped_root
from wizard.catalog.model import Catalog
from wizard.errors import RenderError
from wizard.render.template_errors import LimitError, in_template, of_python
from wizard.render.templates.codes import Codes
from wizard.render.templates.escaping import Escape, code, escape_for, fenced, format_of, prose
from wizard.render.templates.filters import (
    env_entries,
    full_host,
    indented,
    ordinals,
    prefixed,
    product,
    quantity_sum,
    quoted_word,
    volume_mounts,
)

_FILTERS = (
    "abs",
    "batch",
    "capitalize",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "sum",
    "title",
    "trim",
    "truncate",
    "unique",
    "upper",
)
"""No filter that escapes differently, is random or reaches into objects."""
_LONGEST = 1_000_000


class Watch(Protocol):
    """Follows what is done with templates, so that a process that must be ended can be told where it was."""

    def at(self, path: str) -> None:
        """A template is read, compiled or rendered next."""

    def compiled(self, template: Template) -> None:
        """A template was compiled."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox without the two operators that make much out of little."""

    intercepted_binops = frozenset({"**", "*"})
    fmt = ""
    """The format whose escape its values get."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Refuse the operator, for whatever stands left and right of it."""
        raise SecurityError(f"{operator} cannot be used in a template")

    def compile(self, source: Any, name: str | None = None, *more: Any, **options: Any) -> Any:
        """Jinja's own, after Markdown was made ready for it; what is kept from the last run needs neither."""
        return super().compile(readied(source, name) if name else source, name, *more, **options)

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except SyntaxError as error:
            raise of_python(error, source) from None


def readied(source: str, path: str) -> str:
    """The source of a template as Jinja gets it: in Markdown, values in code need a filter of their own."""
    if not path.endswith(".md"):
        return source
    from wizard.render.templates.markdown_source import prepared

    return prepared(source)


class CatalogLoader(BaseLoader):
    """Reads files below one folder only."""

    def __init__(self, folder: Path, codes: Codes | None = None, watch: Watch | None = None) -> None:
        self.folder = folder.resolve()
        self.real = cache(os.path.realpath)
        self.codes = codes
        self.watch = watch

    def load(self, environment: Any, name: str, globals: Any = None) -> Template:  # noqa: A002 - Jinja's signature
        """A template, compiled now or in an earlier run."""
        if self.codes is None:
            template = super().load(environment, name, globals)
            if self.watch:
                self.watch.compiled(template)
            return template
        key = f"{environment.fmt}:{name}"
        code = self.codes.get(key)
        if code is None:
            source, filename, _ = self.get_source(environment, name)
            code = environment.compile(source, name, filename)
            self.codes.put(key, code)
        return Template.from_code(environment, code, globals or {}, None)

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        """The text of a template, for Jinja."""
        path = self._path(template)
        if not path:
            raise TemplateNotFound(template)
        return self.read(Path(path)), path, lambda: True

    def holds(self, template: str) -> bool:
        """Tell whether there is such a file below the folder."""
        return bool(self._path(template))

    def _path(self, template: str) -> str:
        # Templates of one folder share its real path: links are looked up once for each folder, not for each file.
        folder, _, name = f"{self.folder}/{template}".rpartition("/")
        path = f"{self.real(folder)}/{name}"
        if name in ("", ".", "..") or os.path.islink(path):  # noqa: PTH114 - this runs for every template
            path = os.path.realpath(path)
        return path if path.startswith(f"{self.folder}{os.sep}") and os.path.isfile(path) else ""  # noqa: PTH113

    def read(self, path: Path) -> str:
        """The text of one file.

        Raises:
            RenderError: it cannot be read, or is not UTF-8.
        """
        try:
            return path.read_text("utf-8")
        except OSError as error:
            raise RenderError(f"{path.name}: cannot be read: {error.strerror}", hint="check the file") from None
        except UnicodeDecodeError as error:
            raise RenderError(f"{path.name}: is not UTF-8 (byte {error.start})", hint="save it as UTF-8") from None


class Templates:
    """The compiled templates of one catalogue; each is compiled when first used."""

    def __init__(self, folder: Path, codes: Codes | None = None, *, watch: Watch | None = None) -> None:
        self.loader = CatalogLoader(folder, codes, watch)
        self.watch = watch
        self.environment = cache(self._environment)
        self.template = cache(self._template)

    def _environment(self, fmt: str) -> Sandbox:
        finalize = _defined(escape_for(fmt))
        env = Sandbox(
            undefined=StrictUndefined,
            finalize=_late(finalize) if self.watch else finalize,
            loader=self.loader,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            optimized=False,
            autoescape=False,  # finalize escapes every value for the file's own format, which HTML escapes would break
        )
        env.fmt = fmt
        env.globals = {"dict": dict}
        env.filters = {name: env.filters[name] for name in _FILTERS}
        env.filters.update(
            env=env_entries,
            indent=indented,
            mounts=volume_mounts,
            ordinals=ordinals,
            prefixed=prefixed,
            times=product,
            plus=quantity_sum,
            quoted=quoted_word,
            full_host=full_host,
        )
        if fmt == "md":
            env.filters.update(code=code, fenced=fenced, prose=prose)
        return env

    def _template(self, path: str) -> Template:
        try:
            return self.environment(format_of(path)).get_template(path)
        except TemplateNotFound:
            raise RenderError(f"templates/{path}: no such template") from None

    def render(self, path: str, context: Mapping[str, Any]) -> str:
        """One template rendered.

        Raises:
            RenderError: with the template's file and line.
        """
        if self.watch:
            self.watch.at(path)
        try:
            text = self.template(path).render(context)
            if len(text) > _LONGEST:
                raise LimitError(f"templates/{path}: gives more than {_LONGEST // 1000} kB", path=path)
            return text
        except Exception as error:  # a template can make Jinja and Python raise anything
            raise in_template(error, self.loader.folder, path) from None

    def source_line(self, path: str, context: Mapping[str, Any], line: int) -> int:
        """The line of the template that line ``line`` of its output comes from; 0 when that is not known."""
        env = self.environment(format_of(path))
        try:
            source, filename, _ = self.loader.get_source(env, path)
            marked = "".join(
                value.replace("\n", f"\x01{number - 1}\x01\n") if kind == "data" else value
                for number, kind, value in _numbered(env.lex(readied(source, path)))
            )
            lines = Template.from_code(env, env.compile(marked, None, filename), {}).render(context).split("\n")
        except Exception:  # the marks may break what holds without them: then the line is not known
            return 0
        numbers = [int(part[1]) if len(part := text.split("\x01")) > 1 and part[1].isdigit() else 0 for text in lines]
        return numbers[line - 1] if 0 < line <= len(numbers) else 0


def _numbered(tokens: Any) -> Any:
    """Data tokens cut after each line break, each piece with its own line number."""
    for number, kind, value in tokens:
        if kind == "data":
            for offset, piece in enumerate(value.split("\n")):
                yield number + offset, kind, f"\n{piece}" if offset else piece
        else:
            yield number, kind, value


def _defined(escape: Escape) -> Escape:
    """The escape, after what is undefined has raised its own error."""

    def finalize(value: Any) -> str:
        return str(value) if isinstance(value, StrictUndefined) else escape(value)

    return finalize


def _late(finalize: Escape) -> Callable[[Any, Any], str]:
    """The same for Jinja to call with the context, which keeps it from working out constants while it compiles.

    So what takes too long does so in a line of the template.
    """

    @pass_context
    def late(_context: Any, value: Any) -> str:
        return finalize(value)

    return late


@lru_cache(maxsize=4)
def templates_of(folder: Path, digest: str) -> Templates:
    """The templates of a catalogue with this digest; what they compile to is kept for the next render.

    For the shipped catalogue it can be kept for the next run, too: ``keep_codes``.
    """
    return Templates(folder, Codes(digest) if folder.parent == shipped_root() else None)


def keep_codes(catalog: Catalog) -> None:
    """Keep what this run compiled; for the end of a command, since nothing waits for it."""
    templates = templates_of(catalog.root / "templates", catalog.digest)
    if templates.loader.codes:
        templates.loader.codes.keep()
