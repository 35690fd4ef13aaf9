"""``python -m wizard`` and the ``podwizard`` command."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

_MANY = 1_000_000
_INTERRUPTED = 130


def main() -> None:
    """Run podwizard with the process's arguments and leave with its exit code."""
    # What is loaded at the start stays to the end: looking through it again and again frees nothing.
    gc.set_threshold(_MANY, 20, 20)
    try:
        from wizard.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before or after what `run` itself guards
        code = _INTERRUPTED
    # Taking modules apart one by one takes longer than some commands; the system takes all back at once.
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
