"""Errors of templates: any exception of Jinja or Python as one error with file and line."""

from __future__ import annotations

from pathlib import Path

import jinja2
from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, nodes

from wizard.errors import RenderError
from wizard.text import shown

_JINJA = str(Path(jinja2.__file__).parent)


class LimitError(RenderError):
    """The error for a template that exceeds a limit; ``path`` is the template, if known."""

    def __init__(self, message: str, *, hint: str = "", path: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


def in_template(error: Exception, folder: Path, path: str) -> RenderError:
    """Return the error of rendering or compiling ``path``, with ``templates/FILE:LINE`` of the innermost template."""
    if isinstance(error, RenderError) and error.message.startswith("templates/"):
        return error
    from traceback import walk_tb  # only errors pay for the import

    where = f"templates/{path}"
    if isinstance(error, TemplateSyntaxError):
        return RenderError(f"templates/{error.name or path}:{error.lineno}: {described(error)[0]}")
    if line := line_in_jinja(error):
        where = f"templates/{path}:{line}"
    for frame, line in walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if file.startswith(f"{folder}/"):
            where = f"templates/{Path(file).relative_to(folder).as_posix()}:{line}"
    message, hint = described(error)
    if isinstance(error, (MemoryError, LimitError)):
        return LimitError(f"{where}: {message}", hint=hint, path=path)
    return RenderError(f"{where}: {message}", hint=hint)


def described(error: Exception) -> tuple[str, str]:
    """Return a message for an error, and a hint."""
    if isinstance(error, RenderError):
        return error.message, error.hint
    if isinstance(error, TemplateNotFound):
        return f"no such template: {error.name}", ""
    if isinstance(error, MemoryError):
        return "this needs more memory than available", "make what it builds smaller"
    if isinstance(error, RecursionError):
        return "this is nested too deeply, or calls itself", "make it flatter"
    if isinstance(error, NameError) and error.name == "inf":  # Jinja compiles `1e999` to this name, which Python lacks
        return "this number is too large", "write a smaller one"
    text = error.message if isinstance(error, TemplateSyntaxError) else str(error)
    message = shown((text or type(error).__name__).partition("; use sys.")[0], 200)
    return message, "" if isinstance(error, TemplateError) else "change the expression on this line"


def line_in_jinja(error: BaseException) -> int:
    """Return the line of the template that Jinja was reading or compiling; 0 if it was doing neither.

    Errors that are not Jinja's own, such as a number with too many digits, do not have the line of the template. But
    the lexer and the parser have it in ``lineno``, and the compiler has the current ``node``.
    """
    from traceback import walk_tb

    found = 0
    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code.co_filename.startswith(_JINJA):
            line, node = frame.f_locals.get("lineno"), frame.f_locals.get("node")
            found = line if isinstance(line, int) else node.lineno if isinstance(node, nodes.Node) else found
    return found


def of_python(error: SyntaxError, source: str) -> TemplateSyntaxError:
    """Return an error of Python's compiler in Jinja's generated code as an error at the template's line.

    Jinja ends its code with ``debug_info = '1=12&2=13'``: line 1 of the template became line 12 of the code.
    """
    pairs = source.rpartition("debug_info = ")[2].strip().strip("'\"").split("&")
    lines = [(int(code), int(line)) for line, _, code in (pair.partition("=") for pair in pairs) if code.isdigit()]
    line = max((pair for pair in lines if pair[0] <= (error.lineno or 0)), default=(0, 1))[1]
    message = error.msg
    if message == "too many statically nested blocks":  # means nothing to the author of a template
        message = "more than 20 loops and blocks are nested in each other: put the inner ones into a macro"
    return TemplateSyntaxError(message, line)
