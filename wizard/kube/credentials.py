"""Texts that look like a credential and must not be in a manifest, an answers file or a log."""

from __future__ import annotations

import re

_SECRET_WORDS = re.compile("PASSWORD|PASSWD|PASSPHRASE|PWD|SECRETS?|TOKEN|CREDENTIALS?|APIKEY|AUTHTOKEN")
_SECRET_PAIRS = re.compile("(API|ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING) KEY")
_ABOUT = """
FILE PATH DIR FOLDER NAME NAMES REF TTL LIFETIME TIMEOUT SECONDS MINUTES DAYS EXPIRY EXPIRES EXPIRATION PREFIX
SUFFIX HEADER ISSUER AUDIENCE ENABLED DISABLED REQUIRED LENGTH MIN MAX SIZE COUNT LIMIT LIMITS ROTATION INTERVAL
PERIOD POLICY TYPE KIND FORMAT ALGORITHM ENDPOINT HOST PORT ADDR ADDRESS ENGINE MOUNT STORE BACKEND VERSION ID
PROVIDER MANAGER URL URI CACHE REFRESH RENEW VALIDATION RESET SCOPE SCOPES CLAIM FIELD VARIABLE ENV
"""
"""Last words of a name that is about a secret and does not hold it, such as ``PASSWORD_FILE``."""
_HARMLESS = re.compile(r"\d{1,9}[a-z]{0,2}|true|false|yes|no|on|off|none|null|/\S*|\$\(?\{?\w+[)}]?", re.IGNORECASE)
"""Values that are a number, a span, a switch, a path or a reference to another variable."""
_ASSIGNED = re.compile(r"""[\s"'\-]*([A-Za-z_][\w.\-]*)["']?\s*[:=]\s*(\S.*)""")
_ELSEWHERE = re.compile(r"[$<{%#\[(&*!|>]")
"""The start of a value that a program takes from elsewhere, or of a comment or collection."""
_SHAPES = re.compile(
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
_LOGIN = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^/\s:@]*:(?!\$)[^/\s@]+@", re.IGNORECASE)


def is_credential(text: str) -> bool:
    """Tell whether a text has the shape of a key, a token or an address with a password in it."""
    return is_token(text) or bool(_LOGIN.search(text))


def is_token(text: str) -> bool:
    """Tell whether a text has the shape of a key or a token."""
    return bool(_SHAPES.search(text))


def holds_credential(name: str, value: str) -> bool:
    """Tell whether a variable of this name with this value most likely holds a credential."""
    if not value or is_credential(value):
        return bool(value)
    return names_credential(name) and not _HARMLESS.fullmatch(value)


def credential_line(text: str) -> int:
    """Find the first line of a text file that most likely holds a credential; 0 when there is none.

    A line counts by its shape, or as ``name: value`` or ``name = value`` with a name that ends in a word for a secret
    and a value that is not taken from elsewhere, such as ``${DB_PASSWORD}``.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        found = _ASSIGNED.match(line)
        if is_credential(line) or (found is not None and _is_given(*found.groups())):
            return number
    return 0


def _is_given(name: str, value: str) -> bool:
    words = [word for word in re.split(r"[^A-Z0-9]+", _split(name).upper()) if word]
    last = bool(words) and (_SECRET_WORDS.fullmatch(words[-1]) or _SECRET_PAIRS.fullmatch(" ".join(words[-2:])))
    plain = value.strip().rstrip(",;").strip("\"'")
    return bool(last and plain) and not (_HARMLESS.fullmatch(plain) or _ELSEWHERE.match(plain))


def names_credential(name: str) -> bool:
    """Tell whether a variable of this name holds a credential, and is not only about one."""
    words = [word for word in re.split(r"[^A-Z0-9]+", _split(name).upper()) if word]
    if not words or words[-1] in _ABOUT.split():
        return False
    return any(map(_SECRET_WORDS.fullmatch, words)) or bool(_SECRET_PAIRS.search(" ".join(words)))


def _split(name: str) -> str:
    """``dbPassword`` as ``db_Password``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
