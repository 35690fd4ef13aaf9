"""Texts that look like a credential and must not be in a manifest, an answers file or a log."""

from __future__ import annotations

import re

# The patterns for rare texts are compiled on first use.
_SECRET_WORDS = {
    *("PASSWORD", "PASSWD", "PASSPHRASE", "PWD", "SECRET", "SECRETS", "TOKEN", "CREDENTIAL", "CREDENTIALS"),
    *("APIKEY", "AUTHTOKEN"),
}
_KEY_OF = {"API", "ACCESS", "SECRET", "PRIVATE", "ENCRYPTION", "SIGNING"}
"""Words that turn a following ``KEY`` into a secret."""
_ABOUT = """
FILE PATH DIR FOLDER NAME NAMES REF TTL LIFETIME TIMEOUT SECONDS MINUTES DAYS EXPIRY EXPIRES EXPIRATION PREFIX
SUFFIX HEADER ISSUER AUDIENCE ENABLED DISABLED REQUIRED LENGTH MIN MAX SIZE COUNT LIMIT LIMITS ROTATION INTERVAL
PERIOD POLICY TYPE KIND FORMAT ALGORITHM ENDPOINT HOST PORT ADDR ADDRESS ENGINE MOUNT STORE BACKEND VERSION ID
PROVIDER MANAGER URL URI CACHE REFRESH RENEW VALIDATION RESET SCOPE SCOPES CLAIM FIELD VARIABLE ENV
"""
"""Last words of names that are about a secret without holding it, such as ``PASSWORD_FILE``."""
_HARMLESS = r"(?i:\d{1,9}[a-z]{0,2}|true|false|yes|no|on|off|none|null|/\S*|\$\(?\{?\w+[)}]?)"
"""Values that are a number, a duration, a switch, a path or a reference to another variable."""
_ASSIGNED = r"""[\s"'\-]*([A-Za-z_][\w.\-]*)["']?\s*[:=]\s*(\S.*)"""
_ELSEWHERE = tuple("$<{%#[(&*!|>")
"""Starts of values that a program reads from elsewhere, and of comments and collections."""
_MARKS = (
    *("PRIVATE KEY", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
    *("xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "hvs.", "hvb.", "sk_live_", "eyJ"),
)
"""Fixed strings of ``_SHAPES``, for a fast first test: a text without any of them cannot match."""
_SHAPES = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}"
    r"|\bgithub_pat_\w{22}"
    r"|\bglpat-[\w-]{20}"
    r"|\bxox[abprs]-[\w-]{10}"
    r"|\bhv[sb]\.[\w-]{20}"
    r"|\bsk_live_\w{16}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+"
)
_LOGIN = r"(?i:[a-z][a-z0-9+.-]{0,30}://[^/\s:@]*:(?!\$)[^/\s@]+@)"


def is_credential(text: str) -> bool:
    """Return whether a text looks like a key, a token or a URL with a password."""
    return is_token(text) or ("://" in text and re.search(_LOGIN, text) is not None)


def is_token(text: str) -> bool:
    """Return whether a text looks like a key or a token."""
    return any(mark in text for mark in _MARKS) and re.search(_SHAPES, text) is not None


def holds_credential(name: str, value: str) -> bool:
    """Return whether a variable with this name and value most likely holds a credential."""
    if not value or is_credential(value):
        return bool(value)
    return names_credential(name) and not re.fullmatch(_HARMLESS, value)


def credential_line(text: str) -> int:
    """Return the number of the first line that most likely holds a credential; 0 if there is none.

    A line counts by its shape, or if it is ``name: value`` or ``name = value`` with a name that ends in a word for a
    secret and a value that is not read from elsewhere, as ``${DB_PASSWORD}`` is.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        found = re.match(_ASSIGNED, line)
        if is_credential(line) or (found is not None and _is_given(*found.groups())):
            return number
    return 0


def _is_given(name: str, value: str) -> bool:
    plain = value.strip().rstrip(",;").strip("\"'")
    if not plain or plain.startswith(_ELSEWHERE) or re.fullmatch(_HARMLESS, plain):
        return False
    *_, before, last = ("", "", *_words(name))
    return _is_secret(last, before)


def names_credential(name: str) -> bool:
    """Return whether a variable with this name holds a credential, rather than something about one."""
    words = _words(name)
    return bool(words) and words[-1] not in _ABOUT.split() and any(map(_is_secret, words, ["", *words]))


def _is_secret(word: str, before: str) -> bool:
    return word in _SECRET_WORDS or (word in ("KEY", "KEYS") and before in _KEY_OF)


def _words(name: str) -> list[str]:
    """Split a name into words in capitals: ``dbPassword`` into ``DB`` and ``PASSWORD``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.findall("[A-Z0-9]+", apart.upper())
