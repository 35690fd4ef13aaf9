"""The screens on the small catalogue as a program: it starts quickly, and its texts do not change."""

from __future__ import annotations

import os

from tests.ui.drive import no_services
from tests.ui.small import session
from wizard.ui.app import run


def main() -> None:
    """Run the screens, and say on the normal screen what came of it."""
    outcome = run(session(), target=None, services=no_services())
    print("left", outcome.keep, dict(outcome.session.answers), flush=True)  # noqa: T201
    os._exit(0)


if __name__ == "__main__":
    main()
