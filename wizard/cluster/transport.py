"""The HTTP transport: requests through the official client, with limits on time and size. Child process only."""

from __future__ import annotations

import ipaddress
import re
import threading
import time
import warnings
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from wizard.cluster.connection import Connection
from wizard.cluster.protocol import Limits
from wizard.cluster.request import Request, refuse_unless_dry
from wizard.cluster.request_error import RequestError, explain
from wizard.cluster.response import Response, parse_response
from wizard.version import __version__

_LARGEST = 16 << 20
_CHUNK = 1 << 16
_TRIES = 2
_BUSY = (429, 503)
_WARNING = re.compile(r'(\d{3}) (\S+) "((?:[^"\\]|\\.)*)"')


@dataclass(slots=True)
class Transport:
    """One shared client; safe to use from several threads."""

    connection: Connection
    limits: Limits
    _client: Any = None
    _headers: dict[str, str] = field(default_factory=dict)
    _ends: float = 0.0
    _patience: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        """Load the client.

        Raises:
            ImportError: the client is not installed.
            RequestError: a certificate or proxy setting cannot be used.
        """
        rest_client, configuration = load_client()
        warnings.simplefilter("ignore")  # the library's warnings are meant for developers
        self._ends = time.monotonic() + self.limits.total
        self._patience = self.limits.patience
        try:
            self._client = rest_client(_settings(configuration, self.connection))
        except Exception as error:  # missing SOCKS support, bad certificate files
            raise explain(error, self.connection) from error
        self._headers = {"Accept": "application/json", "User-Agent": f"podwizard/{__version__}"}
        self._headers |= self.connection.headers
        if self.connection.authorization:
            self._headers["Authorization"] = self.connection.authorization

    def send(self, request: Request) -> Response:
        """Send a request; if the server requests a delay, wait and retry, at most twice.

        Raises:
            RequestError: there was no response.
        """
        refuse_unless_dry(request)
        for left in range(_TRIES, -1, -1):
            response = self._once(request)
            if response.status not in _BUSY or response.retry_after is None or not left:
                break
            if not self._wait(response.retry_after):
                break
        return response

    def _wait(self, seconds: float) -> bool:
        seconds = min(seconds, self.limits.longest_wait)
        with self._lock:
            if seconds > self._patience:
                return False
            self._patience -= seconds
        time.sleep(seconds)
        return True

    def _once(self, request: Request) -> Response:
        try:
            return self._explained(request)
        except RequestError as error:
            if error.kind != "lost":
                raise
        return self._explained(request)  # a dry run stores nothing, so it is safe to retry after a lost connection

    def _explained(self, request: Request) -> Response:
        try:
            return self._call(request)
        except RequestError:
            raise
        except Exception as error:  # three families of exceptions: see request_error.explain
            raise explain(error, self.connection) from error

    def _call(self, request: Request) -> Response:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise RequestError(
                f"stopped after {self.limits.total:g} s", "try again when the cluster is less busy", "end"
            )
        headers = dict(self._headers)
        if request.content_type:
            headers["Content-Type"] = request.content_type
        url = f"{self.connection.server}{request.path}{f'?{urlencode(request.query)}' if request.query else ''}"
        limits = (min(self.limits.connect, left), min(self.limits.read, left))
        reply = self._client.request(
            request.method, url, headers=headers, body=request.body, _request_timeout=limits
        ).response
        try:
            data = self._body(reply)
        finally:
            reply.release_conn()
        warned = [text for line in reply.headers.getlist("Warning") for _, _, text in _WARNING.findall(line)]
        texts = tuple(dict.fromkeys(re.sub(r"\\(.)", r"\1", text) for text in warned))
        return parse_response(reply.status, data, warned=texts, retry_after=_seconds(reply.headers.get("Retry-After")))

    def _body(self, reply: Any) -> bytes:
        data = bytearray()
        while chunk := reply.read(_CHUNK):
            data += chunk
            if len(data) > _LARGEST:
                reply.close()
                raise RequestError(
                    "a response of the server is larger than 16 MiB", "is this a Kubernetes API?", "answer"
                )
            if time.monotonic() > self._ends:
                reply.close()
                raise RequestError(f"stopped after {self.limits.total:g} s", "ask again later", "end")
        return bytes(data)


def _seconds(text: str | None) -> float | None:
    """Return a ``Retry-After`` in seconds, ``None`` without one; a date or an invalid value counts as one second."""
    if text is None:
        return None
    return float(text) if re.fullmatch(r"\d{1,6}", text.strip()) else 1.0


def load_client() -> tuple[type[Any], type[Any]]:
    """Import the official client; return its REST client and its settings.

    Raises:
        ImportError: the client is not installed.
    """
    from kubernetes.client import Configuration
    from kubernetes.client.rest import RESTClientObject

    return RESTClientObject, Configuration


def _settings(configuration: Any, connection: Connection) -> Any:
    settings = type.__call__(configuration)  # as the library does, but without defaults that other code has set
    settings.host = connection.server
    settings.verify_ssl = connection.verify
    settings.ssl_ca_cert = connection.ca_file or None
    settings.ca_cert_data = connection.ca_data or None
    settings.cert_file = connection.certificate_file or None
    settings.key_file = connection.key_file or None
    settings.tls_server_name = connection.server_name or None
    if connection.proxy:
        settings.proxy, settings.no_proxy = connection.proxy, ""
    elif _is_loopback(connection.server):
        settings.proxy = None
    if (parts := urlsplit(settings.proxy or "")).username:
        who = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        settings.proxy_headers = {"Proxy-Authorization": f"Basic {b64encode(who.encode()).decode()}"}
    settings.retries = False
    settings.refresh_api_key_hook = None
    return settings


def _is_loopback(server: str) -> bool:
    """Return true for a loopback address, which never uses a proxy from the environment, as in kubectl."""
    host = urlsplit(server).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
