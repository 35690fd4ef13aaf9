"""The screens on the small catalogue as a program: it starts quickly, and its texts do not change."""

from __future__ import annotations

import os
from typing import Any

from tests.screens.small import session
from wizard.faces.services import Services
from wizard.screens.run import run


def never(*_: object) -> Any:
    """What these screens must not come to."""
    raise AssertionError("not expected here")


def main() -> None:
    """Run the screens, and say on the normal screen what came of it."""
    outcome = run(session(), target=None, services=Services(plan=never, write=never))
    print("left", outcome.keep, dict(outcome.session.answers), flush=True)  # noqa: T201
    os._exit(0)


if __name__ == "__main__":
    main()
