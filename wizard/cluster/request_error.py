"""Messages for errors of the client and the libraries below it, which raise three unrelated exception families."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from wizard.cluster.connection import Connection
from wizard.text import one_line

_MISMATCH = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH")
_LOST = ("ProtocolError", "IncompleteRead", "ConnectionResetError", "RemoteDisconnected", "BrokenPipeError")
_FILES = ("FileNotFoundError", "PermissionError")
_SLOW = "the cluster is slow, or an admission webhook hangs"
_UNREACHED = (
    (("NameResolutionError", "gaierror"), "cannot resolve {host}", "is the VPN on, and the address right?", "server"),
    (("ConnectionRefusedError",), "{where} refused the connection", "is the cluster running?", "server"),
    (("ConnectTimeoutError",), "{where} does not respond", "is the network or the VPN on?", "server"),
    (("ReadTimeoutError", "TimeoutError"), "{where} did not respond in time", _SLOW, "timeout"),
    (_LOST, "the connection to {where} was lost", "ask again", "lost"),
    (("NewConnectionError",), "cannot reach {where}: {reason}", "is the network or the VPN on?", "server"),
    (_FILES, "a certificate file cannot be read: {reason}", "fix the kubeconfig", "server"),
)
"""Names of exceptions, and the message, hint and kind of the error; the first row with one of the names counts."""


class RequestError(Exception):
    """A request without a usable response; it becomes a result and is never shown to the user as an exception.

    ``kind``: ``server`` (the server is not reachable or usable), ``lost`` (the connection was closed), ``timeout``
    (this request took too long), ``answer`` (this response cannot be used), ``end`` (the time for the whole run is up).
    """

    def __init__(self, message: str, hint: str = "", kind: str = "server") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.kind = kind


def explain(error: BaseException, connection: Connection) -> RequestError:
    """Return the error to report for an exception of the client or of a library below it."""
    parts = urlsplit(connection.server)
    where = parts.netloc.rpartition("@")[2] or connection.server
    chain = list(_chain(error))
    names = {type(each).__name__ for each in chain}
    if names & {"ProxyError", "ProxySchemeUnknown"}:
        return RequestError(f"the proxy {_proxy(connection)} cannot be reached", "check the proxy settings")
    if any(isinstance(each, ImportError) and "socks" in str(each).lower() for each in chain):
        return RequestError("a SOCKS proxy is set, which needs PySocks", "pip install PySocks, or use an http proxy")
    for each in chain:
        if isinstance(each, ssl.SSLError):
            return _tls(each, where, connection.server)
    if names & {"SSLError"}:
        return RequestError(f"cannot verify {where}: {_short(error)}", "check the cluster's certificate-authority")
    gaps = {"host": parts.hostname or "", "where": where, "reason": _reason(chain)}
    for known, message, hint, kind in _UNREACHED:
        if not names.isdisjoint(known):
            return RequestError(message.format(**gaps), hint, kind)
    return RequestError(f"the request to {where} failed: {type(error).__name__}: {_short(error)}", "", "answer")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and every exception that it wraps."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop(0)
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]


def _tls(error: ssl.SSLError, where: str, server: str) -> RequestError:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message or "its certificate is not trusted"
        return RequestError(
            f"cannot verify {where}: {reason}", "check certificate-authority of the cluster in the kubeconfig"
        )
    text = f"{error.reason or ''} {error}"
    if any(word in text for word in _MISMATCH):
        return RequestError(
            f"{server} does not speak the expected protocol", "check http and https in the server address"
        )
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return RequestError(f"the connection to {where} was lost", "try again, or check the server address", "lost")
    if "ALERT" in text:
        return RequestError(
            f"{where} refused the client certificate: {_short(error)}", "check the user in the kubeconfig"
        )
    return RequestError(f"no TLS connection to {where}: {_short(error)}", "check the certificates in the kubeconfig")


def _proxy(connection: Connection) -> str:
    parts = urlsplit(connection.proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if connection.proxy else "of the environment"


def _reason(chain: list[BaseException]) -> str:
    for each in chain:
        if isinstance(each, OSError) and each.strerror:
            return each.strerror
    return _short(chain[0])


def _short(error: BaseException) -> str:
    text = re.sub(r"\(_ssl\.c:\d+\)|<[^>]*object at 0x[0-9a-f]+>", "", str(error))
    return one_line(text)[:200]
