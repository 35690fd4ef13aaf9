"""The documented exit codes; scripts depend on them."""

from __future__ import annotations

DONE = 0
FINDINGS = 1
"""Findings of level error, rejected or denied objects, edited or outdated bundles."""
USAGE = 2
"""Usage, bad input, or missing answers."""
NOT_ASKED = 3
"""The cluster could not be reached, or something is unknown, forbidden or unchecked."""
NOT_DECIDED = 4
"""The prover's work budget ran out."""
NOT_WRITTEN = 5
CRASHED = 70
"""An internal error; a crash report was written."""
INTERRUPTED = 130
