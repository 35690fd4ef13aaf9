"""What an API server's answer to a dry run means. Pure: told by status, reason and message, never by status alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from wizard.cluster.answer import Answer
from wizard.cluster.decoding import decoding_causes
from wizard.cluster.model import Cause, ObjectResult, ObjectState
from wizard.cluster.texts import one_line, shortened
from wizard.render.model import ObjectRef


class Kind(Enum):
    """What to do with an answer."""

    FINAL = "final"
    """The result says it all."""
    EXISTS = "exists"
    NO_NAMESPACE = "no namespace"
    NO_RESOURCE = "no resource"
    FORBIDDEN = "forbidden"
    """Rights are missing; it may also be that the resource does not exist."""
    STOP = "stop"
    """Nobody gets further than this."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A kind of answer and the result it would give."""

    kind: Kind
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


def judge(answer: Answer, ref: ObjectRef, *, context: str) -> Judged:
    """What the server said of one object."""
    if answer.status in (200, 201):
        return _taken(answer, ref)
    if answer.status == 401:
        message = f"the credentials of context {context} were rejected or have expired"
        return _stop(ref, answer, message, "log in again, then retry")
    if answer.body is None or answer.body.get("kind") != "Status":
        return _no_status(answer, ref)
    message = str(answer.body.get("message") or "")
    return _by_message(answer, ref, message, context) or _by_code(answer, ref, message)


def _result(
    ref: ObjectRef, answer: Answer, state: ObjectState, message: str, hint: str = "", causes: tuple[Cause, ...] = ()
) -> ObjectResult:
    return ObjectResult(
        ref,
        state,
        shortened(message),
        causes=causes,
        warnings=answer.warnings,
        hint=shortened(hint),
        code=answer.status,
    )


def _final(
    ref: ObjectRef, answer: Answer, state: ObjectState, message: str, hint: str = "", causes: tuple[Cause, ...] = ()
) -> Judged:
    return Judged(Kind.FINAL, _result(ref, answer, state, message, hint, causes))


def _stop(ref: ObjectRef, answer: Answer, message: str, hint: str) -> Judged:
    return Judged(Kind.STOP, _result(ref, answer, ObjectState.UNKNOWN, message, hint))


def _taken(answer: Answer, ref: ObjectRef) -> Judged:
    if answer.body is None or answer.body.get("kind") != ref.kind:
        return _stop(ref, answer, "the server's answer is not the object that was sent", "is this a Kubernetes API?")
    if answer.warnings:
        return _final(ref, answer, ObjectState.WARNED, "accepted with warnings")
    return _final(ref, answer, ObjectState.ACCEPTED, "accepted")


def _no_status(answer: Answer, ref: ObjectRef) -> Judged:
    text = one_line(answer.text)[:200]
    if answer.status == 404 and text == "404 page not found":
        return Judged(Kind.NO_RESOURCE, _result(ref, answer, ObjectState.DEFERRED, "not served"))
    if answer.status == 413:
        return _final(ref, answer, ObjectState.INVALID, "too large for the API", "the server's limit is 3 MiB")
    if answer.status in (429, 503):
        return _final(ref, answer, ObjectState.UNKNOWN, "the cluster is busy; not checked", "ask again later")
    if answer.status in (500, 502, 504):
        return _final(ref, answer, ObjectState.UNKNOWN, f"no usable answer ({answer.status}); not checked", "ask again")
    return _stop(ref, answer, f"this is not a Kubernetes API (status {answer.status})", "check the server address")


def _by_message(answer: Answer, ref: ObjectRef, message: str, context: str) -> Judged | None:
    """Answers that only their message tells apart; admission first, so that none passes for missing rights."""
    if found := _WEBHOOK_DENIED.search(message):
        why = found["why"] or "it gave no reason"
        return _final(ref, answer, ObjectState.DENIED, f"denied by admission webhook {found['name']}: {one_line(why)}")
    if found := _WEBHOOK_NO_DRY_RUN.search(message):
        text = f"admission webhook {found['name']} does not support dry runs; not checked"
        return _final(ref, answer, ObjectState.UNKNOWN, text, "not a fault of the manifest")
    if found := _WEBHOOK_FAILED.search(message):
        text = f"admission webhook {found['name']} failed; not checked"
        return _final(ref, answer, ObjectState.UNKNOWN, text, f"not a fault of the manifest: {one_line(message)}")
    if found := _POLICY.search(message):
        return _final(ref, answer, ObjectState.DENIED, f"denied by policy {found['name']}: {one_line(found['why'])}")
    if message.startswith(_TYPED):
        return _final(ref, answer, ObjectState.INVALID, "fields do not fit", causes=decoding_causes(message))
    if answer.status == 403:
        return _forbidden(answer, ref, message, context)
    return None


def _forbidden(answer: Answer, ref: ObjectRef, message: str, context: str) -> Judged:
    if _TERMINATING in message or "NamespaceTerminating" in (cause.reason for cause in causes_of(answer)):
        text = f"namespace {ref.namespace} is being deleted; nothing can be created in it"
        return _final(ref, answer, ObjectState.DENIED, text, "wait until it is gone, or use another namespace")
    found = _RBAC.search(message)
    if found and found["user"] == _ANONYMOUS:
        hint = f"check the user of context {context} in the kubeconfig"
        return _stop(ref, answer, "no credentials were sent: the server sees system:anonymous", hint)
    if found:
        where = f" in namespace {ref.namespace}" if ref.namespace else ""
        text = f"you may not {found['verb']} {found['resource']}{where}; not checked"
        return Judged(
            Kind.FORBIDDEN, _result(ref, answer, ObjectState.FORBIDDEN, text, "ask for the right, or another context")
        )
    if _ATTEMPT.search(message):
        text = "you may not grant rights you do not have yourself; not checked further"
        return _final(ref, answer, ObjectState.FORBIDDEN, text, one_line(message.partition("is attempting")[2]))
    if "not yet ready to handle request" in message:
        return _final(ref, answer, ObjectState.UNKNOWN, "the server is still starting; not checked", "ask again")
    return _final(ref, answer, ObjectState.DENIED, f"denied: {_reason_of_denial(message)}")


def _reason_of_denial(message: str) -> str:
    """``pods "x" is forbidden: violates PodSecurity ...`` without what the reader knows."""
    before, found, after = message.partition(" is forbidden: ")
    return one_line(after if found and len(before) < 300 else message)


def _by_code(answer: Answer, ref: ObjectRef, message: str) -> Judged:
    details = answer.body.get("details") if answer.body else None
    details = details if isinstance(details, dict) else {}
    reason = str((answer.body or {}).get("reason") or "")
    if answer.status == 404:
        kind = Kind.NO_NAMESPACE if details.get("kind") == "namespaces" else Kind.NO_RESOURCE
        return Judged(kind, _result(ref, answer, ObjectState.DEFERRED, one_line(message)))
    if answer.status == 409 and reason == "AlreadyExists":
        return Judged(Kind.EXISTS, _result(ref, answer, ObjectState.EXISTS, "exists"))
    if answer.status == 400:
        return _final(ref, answer, ObjectState.INVALID, "fields do not fit", causes=decoding_causes(message))
    if answer.status == 422:
        return _invalid(answer, ref, message)
    if answer.status == 413:
        return _final(ref, answer, ObjectState.INVALID, "too large for the API", one_line(message))
    if answer.status in (429, 503):
        return _final(ref, answer, ObjectState.UNKNOWN, "the cluster is busy; not checked", "ask again later")
    if answer.status == 504 or reason in ("Timeout", "ServerTimeout"):
        return _final(ref, answer, ObjectState.UNKNOWN, "the server did not finish in time; not checked", "ask again")
    text = f"the server answered {answer.status}: {one_line(message)}; not checked"
    return _final(ref, answer, ObjectState.UNKNOWN, text)


def _invalid(answer: Answer, ref: ObjectRef, message: str) -> Judged:
    causes = causes_of(answer) or (Cause("", one_line(message)),)
    immutable = [cause for cause in causes if "field is immutable" in cause.message or "updates to" in cause.message]
    if immutable:
        fields = ", ".join(cause.field for cause in immutable if cause.field) or "a field"
        text = f"{fields} cannot change on the existing {ref.kind}"
        return _final(ref, answer, ObjectState.INVALID, text, "delete and create it again, or rename it", causes)
    return _final(ref, answer, ObjectState.INVALID, "the server refuses it", causes=causes)


def causes_of(answer: Answer) -> tuple[Cause, ...]:
    """The causes of a ``Status``, each on one line."""
    details: Any = (answer.body or {}).get("details")
    items = details.get("causes") if isinstance(details, dict) else None
    causes = []
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            field = str(item.get("field") or "")
            text = shortened(one_line(str(item.get("message") or item.get("reason") or "")))
            causes.append(Cause("" if field in ("<nil>", "[]") else field, text, str(item.get("reason") or "")))
    return tuple(causes)


def conflicts(answer: Answer) -> tuple[Cause, ...]:
    """Of a 409 to an apply: who owns which field."""
    if answer.status != 409:
        return ()
    return tuple(cause for cause in causes_of(answer) if cause.reason == "FieldManagerConflict")
