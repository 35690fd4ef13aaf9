"""A program that runs the screens on the small catalogue: it starts quickly, and its texts do not change."""

from __future__ import annotations

import os
from typing import Any

from tests.screens.small import session
from wizard.faces.services import Services
from wizard.screens.run import run


def never(*_: object) -> Any:
    """Fail: a test on these screens must not plan or write a bundle."""
    raise AssertionError("not expected here")


def main() -> None:
    """Run the screens, then print the result on the normal screen."""
    outcome = run(session(), target=None, services=Services(plan=never, write=never))
    print("left", outcome.keep, dict(outcome.session.answers), flush=True)  # noqa: T201
    os._exit(0)


if __name__ == "__main__":
    main()
