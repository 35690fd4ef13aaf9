"""The meaning of an API server's response to a dry run: by status, reason and message, never by status alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from wizard.cluster.decoding import decoding_causes
from wizard.cluster.model import Cause, ObjectResult, ObjectState
from wizard.cluster.replacing import replacing
from wizard.cluster.response import Response
from wizard.cluster.texts import LONGEST
from wizard.kube.data import as_list, as_map, dig
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
_WEBHOOK_FAILED = re.compile(r'failed calling webhook "(?P<name>[^"]*)"')
_WEBHOOK_NO_DRY_RUN = re.compile(r'admission webhook "(?P<name>[^"]*)" does not support dry run')
_POLICY = re.compile(
    r"(?:Validating|Mutating)AdmissionPolicy '(?P<name>[^']*)'(?: with binding '[^']*')? denied request: (?P<why>.*)",
    re.DOTALL,
)
_TYPED = ("failed to create typed patch object", "failed to convert new object")
_BUSY = (429, 503)
_NOT_THE_CAUSE = "the manifest is not the cause"
_MISFIT = "fields do not fit"
_TOO_LARGE = "too large for the API"


class _Reply(NamedTuple):
    """A server's response for one object."""

    response: Response
    ref: ObjectRef

    def final(
        self,
        state: ObjectState,
        message: str,
        hint: str = "",
        causes: tuple[Cause, ...] = (),
        kind: ResponseKind = ResponseKind.FINAL,
    ) -> Judged:
        warnings, code = self.response.warnings, self.response.status
        message, hint = cut(message, LONGEST), cut(hint, LONGEST)
        return Judged(kind, ObjectResult(self.ref, state, message, causes, warnings, hint=hint, code=code))

    def unknown(self, message: str, hint: str = "") -> Judged:
        return self.final(ObjectState.UNKNOWN, f"{message}; not checked", hint)

    def stop(self, message: str, hint: str) -> Judged:
        return self.final(ObjectState.UNKNOWN, message, hint, kind=ResponseKind.STOP)


def judge(response: Response, ref: ObjectRef, *, context: str) -> Judged:
    """Return the kind and result of the server's response for one object."""
    reply = _Reply(response, ref)
    if response.status in (200, 201):
        return _taken(reply)
    if response.status == 401:
        rejected = f"the credentials of context {context} were rejected or have expired"
        return reply.stop(rejected, "log in again, then retry")
    if response.body is None or response.body.get("kind") != "Status":
        return _no_status(reply)
    message = str(response.body.get("message") or "")
    return _by_message(reply, message, context) or _by_code(reply, message)


def _taken(reply: _Reply) -> Judged:
    if as_map(reply.response.body).get("kind") != reply.ref.kind:
        return reply.stop("the server's response is not the object that was sent", "is this a Kubernetes API?")
    if reply.response.warnings:
        return reply.final(ObjectState.WARNED, "accepted with warnings")
    return reply.final(ObjectState.ACCEPTED, "accepted")


def _no_status(reply: _Reply) -> Judged:
    status = reply.response.status
    if status == 404 and one_line(reply.response.text) == "404 page not found":
        return reply.final(ObjectState.DEFERRED, "not served", kind=ResponseKind.NO_RESOURCE)
    if status == 413:
        return reply.final(ObjectState.INVALID, _TOO_LARGE, "the server's limit is 3 MiB")
    if status in _BUSY:
        return reply.unknown("the cluster is busy", "ask again later")
    if status in (500, 502, 504):
        return reply.unknown(f"no usable response ({status})", "ask again")
    return reply.stop(f"this is not a Kubernetes API (status {status})", "check the server address")


def _by_message(reply: _Reply, message: str, context: str) -> Judged | None:
    """Return the result of a response that only its message identifies; ``None`` for all others.

    Admission comes first, so that a denial is never reported as missing permission.
    """
    if found := _WEBHOOK_DENIED.search(message):
        why = one_line(found["why"] or "it gave no reason")
        return reply.final(ObjectState.DENIED, f"denied by admission webhook {found['name']}: {why}")
    if found := _WEBHOOK_NO_DRY_RUN.search(message):
        return reply.unknown(f"admission webhook {found['name']} does not support dry runs", _NOT_THE_CAUSE)
    if found := _WEBHOOK_FAILED.search(message):
        return reply.unknown(f"admission webhook {found['name']} failed", f"{_NOT_THE_CAUSE}: {one_line(message)}")
    if found := _POLICY.search(message):
        return reply.final(ObjectState.DENIED, f"denied by policy {found['name']}: {one_line(found['why'])}")
    if message.startswith(_TYPED):
        return reply.final(ObjectState.INVALID, _MISFIT, causes=decoding_causes(message))
    return _forbidden(reply, message, context) if reply.response.status == 403 else None


def _forbidden(reply: _Reply, message: str, context: str) -> Judged:
    namespace = reply.ref.namespace
    terminating = "NamespaceTerminating" in (cause.reason for cause in causes_of(reply.response))
    if terminating or "because it is being terminated" in message:
        text = f"namespace {namespace} is being deleted; nothing can be created in it"
        return reply.final(ObjectState.DENIED, text, "wait until it is gone, or use another namespace")
    found = _RBAC.search(message)
    if found and found["user"] == "system:anonymous":
        hint = f"check the user of context {context} in the kubeconfig"
        return reply.stop("no credentials were sent: the server sees system:anonymous", hint)
    if found:
        where = f" in namespace {namespace}" if namespace else ""
        text = f"you are not allowed to {found['verb']} {found['resource']}{where}; not checked"
        hint = "ask for the permission, or use another context"
        return reply.final(ObjectState.FORBIDDEN, text, hint, kind=ResponseKind.FORBIDDEN)
    _, _, rights = message.partition("is attempting")
    if rights.startswith(" to grant RBAC permissions not currently held"):
        text = "you cannot grant rights that you do not have yourself; not checked further"
        return reply.final(ObjectState.FORBIDDEN, text, one_line(rights))
    if "not yet ready to handle request" in message:
        return reply.unknown("the server is still starting", "ask again")
    # such as: pods "x" is forbidden: violates PodSecurity ...
    before, forbidden, reason = message.partition(" is forbidden: ")
    return reply.final(
        ObjectState.DENIED, f"denied: {one_line(reason if forbidden and len(before) < 300 else message)}"
    )


def _by_code(reply: _Reply, message: str) -> Judged:
    body, status = as_map(reply.response.body), reply.response.status
    reason = str(body.get("reason") or "")
    if status == 404:
        of_namespace = dig(body, "details", "kind") == "namespaces"
        kind = ResponseKind.NO_NAMESPACE if of_namespace else ResponseKind.NO_RESOURCE
        return reply.final(ObjectState.DEFERRED, one_line(message), kind=kind)
    if status == 409 and reason == "AlreadyExists":
        return reply.final(ObjectState.EXISTS, "exists", kind=ResponseKind.EXISTS)
    if status == 400:
        return reply.final(ObjectState.INVALID, _MISFIT, causes=decoding_causes(message))
    if status == 422:
        return _invalid(reply, message)
    if status == 413:
        return reply.final(ObjectState.INVALID, _TOO_LARGE, one_line(message))
    if status in _BUSY:
        return reply.unknown("the cluster is busy", "ask again later")
    if status == 504 or reason in ("Timeout", "ServerTimeout"):
        return reply.unknown("the server did not finish in time", "ask again")
    return reply.unknown(f"the server answered {status}: {one_line(message)}")


def _invalid(reply: _Reply, message: str) -> Judged:
    causes = causes_of(reply.response) or (Cause("", one_line(message)),)
    immutable = [cause for cause in causes if "immutable" in cause.message or "updates to" in cause.message]
    if not immutable:
        return reply.final(ObjectState.INVALID, "the server refuses it", causes=causes)
    fields = ", ".join(cause.field for cause in immutable if cause.field) or "a field"
    text = f"{fields} cannot change on the existing {reply.ref.kind}"
    return reply.final(ObjectState.INVALID, text, replacing(reply.ref, fields), causes)


def causes_of(response: Response) -> tuple[Cause, ...]:
    """Return the causes of a ``Status``, each on one line."""
    causes = []
    for item in as_list(dig(response.body, "details", "causes")):
        if isinstance(item, dict):
            field, reason = str(item.get("field") or ""), str(item.get("reason") or "")
            text = cut(one_line(str(item.get("message") or reason)), LONGEST)
            causes.append(Cause("" if field in ("<nil>", "[]") else field, text, reason))
    return tuple(causes)


def conflicts(response: Response) -> tuple[Cause, ...]:
    """Return the field owners reported by a 409 response to an apply; empty for any other response."""
    causes = causes_of(response) if response.status == 409 else ()
    return tuple(cause for cause in causes if cause.reason == "FieldManagerConflict")
