"""The meaning of an API server's response to a dry run: by status, reason and message, never by status alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from wizard.cluster.decoding import decoding_causes
from wizard.cluster.model import Cause, ObjectResult, ObjectState
from wizard.cluster.replacing import replacing
from wizard.cluster.response import Response
from wizard.cluster.texts import LONGEST
from wizard.kube.objects import ObjectRef
from wizard.text import cut, one_line


class ResponseKind(Enum):
    """The kind of a response, which decides the next step."""

    FINAL = "final"
    """The result is complete."""
    EXISTS = "exists"
    NO_NAMESPACE = "no namespace"
    NO_RESOURCE = "no resource"
    FORBIDDEN = "forbidden"
    """Permission is missing; it is also possible that the resource does not exist."""
    STOP = "stop"
    """The error applies to every request, so the run stops."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The kind of a response, and its result if no further request follows."""

    kind: ResponseKind
    result: ObjectResult


_RBAC = re.compile(r'User "(?P<user>[^"]*)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]*)"')
_WEBHOOK_DENIED = re.compile(r'admission webhook "(?P<name>[^"]*)" denied the request(?:: (?P<why>.*))?', re.DOTALL)
_WEBHOOK_FAILED = re.compile(r'failed calling webhook "(?P<name>[^"]*)"(?:.*?: (?P<why>.*))?', re.DOTALL)
_WEBHOOK_NO_DRY_RUN = re.compile(r'admission webhook "(?P<name>[^"]*)" does not support dry run')
_POLICY = re.compile(
    r"(?:Validating|Mutating)AdmissionPolicy '(?P<name>[^']*)'(?: with binding '[^']*')? denied request: (?P<why>.*)",
    re.DOTALL,
)
_ATTEMPT = re.compile(r"is attempting to grant RBAC permissions not currently held")
_TYPED = ("failed to create typed patch object", "failed to convert new object")
_ANONYMOUS = "system:anonymous"
_TERMINATING = "because it is being terminated"


def judge(response: Response, ref: ObjectRef, *, context: str) -> Judged:
    """Return the kind and result of the server's response for one object."""
    if response.status in (200, 201):
        return _taken(response, ref)
    if response.status == 401:
        message = f"the credentials of context {context} were rejected or have expired"
        return _stop(ref, response, message, "log in again, then retry")
    if response.body is None or response.body.get("kind") != "Status":
        return _no_status(response, ref)
    message = str(response.body.get("message") or "")
    return _by_message(response, ref, message, context) or _by_code(response, ref, message)


def _result(
    ref: ObjectRef, response: Response, state: ObjectState, message: str, hint: str = "", causes: tuple[Cause, ...] = ()
) -> ObjectResult:
    return ObjectResult(
        ref,
        state,
        cut(message, LONGEST),
        causes=causes,
        warnings=response.warnings,
        hint=cut(hint, LONGEST),
        code=response.status,
    )


def _final(
    ref: ObjectRef, response: Response, state: ObjectState, message: str, hint: str = "", causes: tuple[Cause, ...] = ()
) -> Judged:
    return Judged(ResponseKind.FINAL, _result(ref, response, state, message, hint, causes))


def _stop(ref: ObjectRef, response: Response, message: str, hint: str) -> Judged:
    return Judged(ResponseKind.STOP, _result(ref, response, ObjectState.UNKNOWN, message, hint))


def _taken(response: Response, ref: ObjectRef) -> Judged:
    if response.body is None or response.body.get("kind") != ref.kind:
        return _stop(
            ref, response, "the server's response is not the object that was sent", "is this a Kubernetes API?"
        )
    if response.warnings:
        return _final(ref, response, ObjectState.WARNED, "accepted with warnings")
    return _final(ref, response, ObjectState.ACCEPTED, "accepted")


def _no_status(response: Response, ref: ObjectRef) -> Judged:
    text = one_line(response.text)[:200]
    if response.status == 404 and text == "404 page not found":
        return Judged(ResponseKind.NO_RESOURCE, _result(ref, response, ObjectState.DEFERRED, "not served"))
    if response.status == 413:
        return _final(ref, response, ObjectState.INVALID, "too large for the API", "the server's limit is 3 MiB")
    if response.status in (429, 503):
        return _final(ref, response, ObjectState.UNKNOWN, "the cluster is busy; not checked", "ask again later")
    if response.status in (500, 502, 504):
        return _final(
            ref, response, ObjectState.UNKNOWN, f"no usable response ({response.status}); not checked", "ask again"
        )
    return _stop(ref, response, f"this is not a Kubernetes API (status {response.status})", "check the server address")


def _by_message(response: Response, ref: ObjectRef, message: str, context: str) -> Judged | None:
    """Return the result of a response that only its message identifies; ``None`` for all others.

    Admission comes first, so that a denial is never reported as missing permission.
    """
    if found := _WEBHOOK_DENIED.search(message):
        why = found["why"] or "it gave no reason"
        return _final(
            ref, response, ObjectState.DENIED, f"denied by admission webhook {found['name']}: {one_line(why)}"
        )
    if found := _WEBHOOK_NO_DRY_RUN.search(message):
        text = f"admission webhook {found['name']} does not support dry runs; not checked"
        return _final(ref, response, ObjectState.UNKNOWN, text, "the manifest is not the cause")
    if found := _WEBHOOK_FAILED.search(message):
        text = f"admission webhook {found['name']} failed; not checked"
        return _final(ref, response, ObjectState.UNKNOWN, text, f"the manifest is not the cause: {one_line(message)}")
    if found := _POLICY.search(message):
        return _final(ref, response, ObjectState.DENIED, f"denied by policy {found['name']}: {one_line(found['why'])}")
    if message.startswith(_TYPED):
        return _final(ref, response, ObjectState.INVALID, "fields do not fit", causes=decoding_causes(message))
    if response.status == 403:
        return _forbidden(response, ref, message, context)
    return None


def _forbidden(response: Response, ref: ObjectRef, message: str, context: str) -> Judged:
    if _TERMINATING in message or "NamespaceTerminating" in (cause.reason for cause in causes_of(response)):
        text = f"namespace {ref.namespace} is being deleted; nothing can be created in it"
        return _final(ref, response, ObjectState.DENIED, text, "wait until it is gone, or use another namespace")
    found = _RBAC.search(message)
    if found and found["user"] == _ANONYMOUS:
        hint = f"check the user of context {context} in the kubeconfig"
        return _stop(ref, response, "no credentials were sent: the server sees system:anonymous", hint)
    if found:
        where = f" in namespace {ref.namespace}" if ref.namespace else ""
        text = f"you are not allowed to {found['verb']} {found['resource']}{where}; not checked"
        return Judged(
            ResponseKind.FORBIDDEN,
            _result(ref, response, ObjectState.FORBIDDEN, text, "ask for the permission, or use another context"),
        )
    if _ATTEMPT.search(message):
        text = "you cannot grant rights that you do not have yourself; not checked further"
        return _final(ref, response, ObjectState.FORBIDDEN, text, one_line(message.partition("is attempting")[2]))
    if "not yet ready to handle request" in message:
        return _final(ref, response, ObjectState.UNKNOWN, "the server is still starting; not checked", "ask again")
    return _final(ref, response, ObjectState.DENIED, f"denied: {_reason_of_denial(message)}")


def _reason_of_denial(message: str) -> str:
    """Return the reason in a message such as ``pods "x" is forbidden: violates PodSecurity ...``."""
    before, found, after = message.partition(" is forbidden: ")
    return one_line(after if found and len(before) < 300 else message)


def _by_code(response: Response, ref: ObjectRef, message: str) -> Judged:
    details = response.body.get("details") if response.body else None
    details = details if isinstance(details, dict) else {}
    reason = str((response.body or {}).get("reason") or "")
    if response.status == 404:
        kind = ResponseKind.NO_NAMESPACE if details.get("kind") == "namespaces" else ResponseKind.NO_RESOURCE
        return Judged(kind, _result(ref, response, ObjectState.DEFERRED, one_line(message)))
    if response.status == 409 and reason == "AlreadyExists":
        return Judged(ResponseKind.EXISTS, _result(ref, response, ObjectState.EXISTS, "exists"))
    if response.status == 400:
        return _final(ref, response, ObjectState.INVALID, "fields do not fit", causes=decoding_causes(message))
    if response.status == 422:
        return _invalid(response, ref, message)
    if response.status == 413:
        return _final(ref, response, ObjectState.INVALID, "too large for the API", one_line(message))
    if response.status in (429, 503):
        return _final(ref, response, ObjectState.UNKNOWN, "the cluster is busy; not checked", "ask again later")
    if response.status == 504 or reason in ("Timeout", "ServerTimeout"):
        return _final(ref, response, ObjectState.UNKNOWN, "the server did not finish in time; not checked", "ask again")
    text = f"the server answered {response.status}: {one_line(message)}; not checked"
    return _final(ref, response, ObjectState.UNKNOWN, text)


def _invalid(response: Response, ref: ObjectRef, message: str) -> Judged:
    causes = causes_of(response) or (Cause("", one_line(message)),)
    immutable = [cause for cause in causes if "immutable" in cause.message or "updates to" in cause.message]
    if immutable:
        fields = ", ".join(cause.field for cause in immutable if cause.field) or "a field"
        text = f"{fields} cannot change on the existing {ref.kind}"
        return _final(ref, response, ObjectState.INVALID, text, replacing(ref, fields), causes)
    return _final(ref, response, ObjectState.INVALID, "the server refuses it", causes=causes)


def causes_of(response: Response) -> tuple[Cause, ...]:
    """Return the causes of a ``Status``, each on one line."""
    details: Any = (response.body or {}).get("details")
    items = details.get("causes") if isinstance(details, dict) else None
    causes = []
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            field = str(item.get("field") or "")
            text = cut(one_line(str(item.get("message") or item.get("reason") or "")), LONGEST)
            causes.append(Cause("" if field in ("<nil>", "[]") else field, text, str(item.get("reason") or "")))
    return tuple(causes)


def conflicts(response: Response) -> tuple[Cause, ...]:
    """Return the field owners reported by a 409 response to an apply; empty for any other response."""
    if response.status != 409:
        return ()
    return tuple(cause for cause in causes_of(response) if cause.reason == "FieldManagerConflict")
