"""The sandboxed Jinja environment, which compiles only templates inside the folder of one catalogue."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

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
from wizard.render.templates.filters import FILTERS

if TYPE_CHECKING:
    from wizard.render.templates.bounds import TemplateWatch

_FILTERS = """
abs batch capitalize count d default dictsort first float groupby indent int items join last length list lower map
max min reject rejectattr replace reverse round select selectattr slice sort string sum title trim truncate unique
upper
"""
"""The allowed filters of Jinja, without those that escape differently, are random or reach into objects."""
_LONGEST = 1_000_000


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox without the two operators that can produce huge values from small ones."""

    intercepted_binops = frozenset({"**", "*"})
    fmt = ""
    """The format whose escaping applies to values."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Refuse the operator for any operands."""
        raise SecurityError(f"{operator} cannot be used in a template")

    def compile(self, source: Any, name: str | None = None, *more: Any, **options: Any) -> Any:
        """Compile a template, after preparing it if it is Markdown; code cached by an earlier run skips both."""
        return super().compile(readied(source, name) if name else source, name, *more, **options)

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except SyntaxError as error:
            raise of_python(error, source) from None


def readied(source: str, path: str) -> str:
    """Return the source of a template as Jinja gets it: in Markdown, values in code get a special filter."""
    if not path.endswith(".md"):
        return source
    from wizard.render.templates.markdown_source import prepared

    return prepared(source)


class CatalogLoader(BaseLoader):
    """A loader of files below one folder only."""

    def __init__(self, folder: Path, codes: Codes | None = None, watch: TemplateWatch | None = None) -> None:
        self.folder = folder.resolve()
        self.real = cache(os.path.realpath)
        self.codes = codes
        self.watch = watch

    def load(self, environment: Any, name: str, globals: Any = None) -> Template:  # noqa: A002 - Jinja's signature
        """Return a template, compiled now or in an earlier run."""
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
        """Return the text of a template, for Jinja."""
        path = self._path(template)
        if not path:
            raise TemplateNotFound(template)
        return self.read(Path(path)), path, lambda: True

    def holds(self, template: str) -> bool:
        """Return whether the folder contains this file."""
        return bool(self._path(template))

    def _path(self, template: str) -> str:
        # Templates in one folder share its real path, so links are resolved once per folder, not per file.
        folder, _, name = f"{self.folder}/{template}".rpartition("/")
        path = f"{self.real(folder)}/{name}"
        if name in ("", ".", "..") or os.path.islink(path):  # noqa: PTH114 - this runs for every template
            path = os.path.realpath(path)
        return path if path.startswith(f"{self.folder}{os.sep}") and os.path.isfile(path) else ""  # noqa: PTH113

    def read(self, path: Path) -> str:
        """Return the text of one file.

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
    """The templates of one catalogue, each compiled on first use."""

    def __init__(self, folder: Path, codes: Codes | None = None, *, watch: TemplateWatch | None = None) -> None:
        self.loader = CatalogLoader(folder, codes, watch)
        self.watch = watch
        self.environment = cache(self._environment)
        self.template = cache(self._template)

    def _environment(self, fmt: str) -> Sandbox:
        env = Sandbox(
            undefined=StrictUndefined,
            finalize=_finalize(escape_for(fmt), late=self.watch is not None),
            loader=self.loader,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            optimized=False,
            autoescape=False,  # finalize escapes values for the file's format, which HTML escapes would break
        )
        env.fmt = fmt
        env.globals = {"dict": dict}
        env.filters = {name: env.filters[name] for name in _FILTERS.split()}
        env.filters.update(FILTERS)
        if fmt == "md":
            env.filters.update(code=code, fenced=fenced, prose=prose)
        return env

    def _template(self, path: str) -> Template:
        try:
            return self.environment(format_of(path)).get_template(path)
        except TemplateNotFound:
            raise RenderError(f"templates/{path}: no such template") from None

    def render(self, path: str, context: Mapping[str, Any]) -> str:
        """Render one template.

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
        """Return the line of the template that line ``line`` of its output comes from; 0 if unknown."""
        env = self.environment(format_of(path))
        try:
            source, filename, _ = self.loader.get_source(env, path)
            marked = "".join(
                value.replace("\n", f"\x01{number - 1}\x01\n") if kind == "data" else value
                for number, kind, value in _numbered(env.lex(readied(source, path)))
            )
            lines = Template.from_code(env, env.compile(marked, None, filename), {}).render(context).split("\n")
        except Exception:  # the marks may break a valid template: then the line is unknown
            return 0
        numbers = [int(part[1]) if len(part := text.split("\x01")) > 1 and part[1].isdigit() else 0 for text in lines]
        return numbers[line - 1] if 0 < line <= len(numbers) else 0


def _numbered(tokens: Any) -> Any:
    """Yield the tokens with data cut after each line break, each piece with its own line number."""
    for number, kind, value in tokens:
        if kind == "data":
            for offset, piece in enumerate(value.split("\n")):
                yield number + offset, kind, f"\n{piece}" if offset else piece
        else:
            yield number, kind, value


def _finalize(escape: Escape, *, late: bool) -> Callable[..., str]:
    """Return the escape function, changed so that an undefined value raises its own error first.

    A ``late`` one has the context as argument, so that Jinja does not evaluate constants at compile time: an
    expression that takes too long then does so in a line of the template.
    """

    def finalize(value: Any) -> str:
        return str(value) if isinstance(value, StrictUndefined) else escape(value)

    @pass_context
    def finalize_late(_context: Any, value: Any) -> str:
        return finalize(value)

    return finalize_late if late else finalize


@lru_cache(maxsize=4)
def templates_of(folder: Path, digest: str) -> Templates:
    """Return the templates of a catalogue with this digest; their compiled code is reused by later renders.

    For the shipped catalogue, ``keep_codes`` can also save it for the next run.
    """
    return Templates(folder, Codes(digest) if folder.parent == shipped_root() else None)


def keep_codes(catalog: Catalog) -> None:
    """Save the code that this run compiled; call it at the end of a command, when no user waits."""
    templates = templates_of(catalog.root / "templates", catalog.digest)
    if templates.loader.codes:
        templates.loader.codes.keep()
