"""Rendering and linting in the right process: in this one for the shipped catalogue, else in a child with limits."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from wizard.catalog.folder import shipped_root
from wizard.catalog.model import Catalog
from wizard.errors import Fault, Position, WizardError
from wizard.render.templates.places import label_of

if TYPE_CHECKING:
    from wizard.render.child import RenderClient
    from wizard.render.model import Bundle, RenderRequest
    from wizard.render.outline.kept import CatalogFiles
    from wizard.render.outline.model import Outlines

_TRIES = 3
"""The number of templates over a limit that are reported in one run."""


def rendered(catalog: Catalog, request: RenderRequest) -> Bundle:
    """Render the bundle of a request.

    Raises:
        RenderError: a template is wrong or exceeds a limit, components collide, or the form is not known yet.
        CatalogError: components depend on each other in a cycle.
    """
    if _is_ours(catalog):
        from wizard.render.bundle.render import render

        return render(catalog, request)
    return _client().render(catalog, request)


def traced(catalog: Catalog, request: RenderRequest, bundle: Bundle) -> Bundle:
    """Return the bundle with the parameters that each line depends on; raises the same errors as ``rendered``."""
    if _is_ours(catalog):
        from wizard.render.bundle.provenance import with_parameters

        return with_parameters(catalog, request, bundle)
    return _client().trace(catalog, request, bundle)


def outlines(catalog: Catalog) -> Outlines:
    """Return the outlines of the components' templates."""
    from wizard.render.outline.kept import CatalogFiles, kept_outlines

    files = CatalogFiles(catalog)
    return kept_outlines(files) if _is_ours(catalog) else _outlines_apart(files)


@lru_cache(maxsize=2)
def _outlines_apart(files: CatalogFiles) -> Outlines:
    """Return the outlines read in the child process; empty if that exceeds a limit, which rendering reports."""
    try:
        return _client().outlines(files.catalog)
    except WizardError:
        return {}


def linted(catalog: Catalog) -> tuple[Fault, ...]:
    """Return every fault of the templates; one that exceeds a limit is reported, and the others are read without it."""
    if _is_ours(catalog):
        from wizard.render.templates.lint import lint_templates

        return lint_templates(catalog)
    from wizard.render.template_errors import LimitError

    found: list[Fault] = []
    skip: frozenset[str] = frozenset()
    for _ in range(_TRIES):
        try:
            return (*found, *_client().lint(catalog, skip))
        except LimitError as error:
            found.append(fault_of(catalog, error))
            if not error.path or error.path in skip:
                break
            skip |= {error.path}
        except WizardError as error:
            found.append(fault_of(catalog, error))
            break
    return tuple(found)


def is_limit(error: WizardError) -> bool:
    """Return whether a template exceeded its limit of time or memory."""
    from wizard.render.template_errors import LimitError

    return isinstance(error, LimitError)


def fault_of(catalog: Catalog, error: WizardError) -> Fault:
    """Return a rendering error as a fault, at the place that its message begins with."""
    place, colon, message = error.message.partition(": ")
    file, _, line = place.partition(":")
    if not colon or not file.startswith("templates/"):
        file, line, message = "templates", "", error.message
    position = Position(f"{label_of(catalog)}{file}", int(line) if line.isdecimal() else 0)
    return Fault("template-error", message, position, error.hint)


def _is_ours(catalog: Catalog) -> bool:
    return catalog.root == shipped_root()


@cache
def _client() -> RenderClient:
    from wizard.render.child import RenderClient

    return RenderClient()
