"""``python -m wizard`` and the ``podwizard`` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run podwizard with the process's arguments and return its exit code."""
    from wizard.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
