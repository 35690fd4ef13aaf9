"""Declarations of a session's components, evaluated with the current parameter values; nothing is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.render.compose.declared import Declared

if TYPE_CHECKING:
    from wizard.session.session import Session


def declared_of(session: Session) -> Declared:
    """Return the declarations of the components in play."""
    values = {key: field.value for key, field in session.resolved.items()}
    return Declared(session.components, values, session.surroundings)
