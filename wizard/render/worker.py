"""The child process that renders the templates of a third-party catalogue.

Its argument is a file descriptor for replies. Standard input carries the catalogue and then requests, pickled, since
only the parent writes there. Replies are JSON, since templates may have influenced them.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from typing import Any, NoReturn

from wizard.catalog.model import Catalog
from wizard.errors import RenderError, WizardError
from wizard.render.bundle.provenance import with_parameters
from wizard.render.bundle.render import render
from wizard.render.outline.reading import outlines_of
from wizard.render.template_errors import LimitError
from wizard.render.templates.bounds import REPLY, TemplateWatch
from wizard.render.templates.environment import templates_of
from wizard.render.templates.lint import lint_templates
from wizard.render.wire import encode_bundle, encode_error, encode_faults, encode_outlines, line_of


def main() -> NoReturn:
    """Serve one parent until it closes standard input."""
    descriptor = int(sys.argv[1])

    def send(message: dict[str, Any]) -> None:
        data = line_of(message)
        if len(data) > REPLY:
            text = f"its files have more than {REPLY >> 20} MB"
            data = line_of({"error": encode_error(LimitError(text, hint="render less"))})
        while data:
            data = data[os.write(descriptor, data) :]

    try:
        catalog, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301 - the parent's
        folder = catalog.root / "templates"
        bounds = TemplateWatch(folder.resolve(), send, seconds)
        templates = templates_of(folder, catalog.digest)
        templates.watch = templates.loader.watch = bounds
        bounds.set()
        while True:
            kind, *values = pickle.load(sys.stdin.buffer)  # noqa: S301
            bounds.begin(kind)
            reply = _reply(catalog, bounds, kind, values)
            bounds.end()
            send(reply)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        os._exit(0)


def _reply(catalog: Catalog, bounds: TemplateWatch, kind: str, values: list[Any]) -> dict[str, Any]:
    try:
        if kind == "lint":
            return {"faults": encode_faults(lint_templates(catalog, watch=bounds, skip=values[0]))}
        if kind == "outline":
            return {"outlines": encode_outlines(outlines_of(catalog))}
        if kind == "render":
            return {"bundle": encode_bundle(render(catalog, values[0]))}
        return {"bundle": encode_bundle(with_parameters(catalog, *values))}
    except WizardError as error:
        return {"error": encode_error(error)}
    except MemoryError:
        return {"error": encode_error(LimitError("a bundle needs more memory than available"))}
    except RecursionError:
        return {"error": encode_error(RenderError("the templates' output is nested too deeply"))}
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{os.path.basename(last.filename)}:{last.lineno}"  # noqa: PTH119
        text = f"internal error while rendering: {type(error).__name__} at {place}"
        return {"error": encode_error(RenderError(text, hint="please report it"))}


if __name__ == "__main__":
    main()
