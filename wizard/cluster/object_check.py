"""The check of one object: POST, an apply if it exists, a stand-in if its namespace is new. Child process only."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from wizard.cluster.compare import difference, server_changes
from wizard.cluster.judge import Judged, ResponseKind, conflicts, judge
from wizard.cluster.model import ObjectResult, ObjectState, Target
from wizard.cluster.objects import indexed, malformed, metadata, moved, of_template, pod_of
from wizard.cluster.pod_security import pod_security_causes
from wizard.cluster.preflight import Kinds
from wizard.cluster.request import APPLY, MERGE, STRATEGIC, read, write
from wizard.cluster.request_error import RequestError
from wizard.cluster.resources import Resource
from wizard.cluster.response import Response, Sender
from wizard.cluster.three_way import last_applied, three_way
from wizard.kube.kinds import is_own_group
from wizard.kube.objects import ObjectRef, ref_of

_GOOD = (ObjectState.ACCEPTED, ObjectState.WARNED, ObjectState.EXISTS)
_POD = Resource("v1", "pods", namespaced=True)
_KUBECTL = "kubectl-client-side-apply"
_NO_ACCOUNT = "error looking up service account"
_POD_SECURITY_WARNING = "would violate PodSecurity"


class _Sent(NamedTuple):
    """An object as it is sent: a manifest's own, or a variant of it that the server can check."""

    ref: ObjectRef
    obj: Mapping[str, Any]
    resource: Resource
    namespace: str

    @property
    def path(self) -> str:
        return self.resource.path(self.namespace, self.ref.name)


@dataclass(slots=True)
class ObjectChecker:
    """A checker for one target and one bundle; safe to use from several threads."""

    sender: Sender
    target: Target
    kinds: Kinds
    new_namespaces: frozenset[str]
    """Namespaces that the bundle itself creates."""
    deep: bool = False
    _missing: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, obj: Mapping[str, Any]) -> Iterator[ObjectResult]:
        """Yield the result of an object, and with ``deep`` also the result of its Pod.

        Raises:
            RequestError: no further request can succeed.
        """
        ref = ref_of(obj)
        problem = malformed(obj)
        if problem:
            yield ObjectResult(ref, ObjectState.INVALID, problem, hint="fix the manifest; it was not sent")
            return
        resource = self.kinds.find(ref)
        if isinstance(resource, ObjectResult):
            yield resource
            return
        namespace = str(metadata(obj).get("namespace") or self.target.namespace)
        yield self._guarded(_Sent(ref, obj, resource, namespace if resource.namespaced else ""))
        pod = pod_of(obj, namespace) if self.deep else None
        if pod is not None:
            result = self._guarded(_Sent(ref._replace(api_version="v1", kind="Pod"), pod, _POD, namespace))
            named = result.causes or pod_security_causes(result.message, pod)
            causes = tuple(replace(cause, field=of_template(obj, cause.field)) for cause in named)
            yield replace(result, note=_joined(f"a Pod of {ref}", result.note), causes=causes, owner=ref)

    def _guarded(self, sent: _Sent) -> ObjectResult:
        """Return the result of one object; a request without a response makes only this object's result unknown."""
        try:
            result = self._result(sent)
        except RequestError as error:
            if error.kind not in ("timeout", "answer"):
                raise
            return ObjectResult(sent.ref, ObjectState.UNKNOWN, f"{error.message}; not checked", hint=error.hint)
        causes = tuple(replace(cause, field=indexed(sent.obj, cause.field)) for cause in result.causes)
        return replace(result, ref=sent.ref, causes=causes)

    def _judged(self, sent: _Sent, response: Response) -> Judged:
        judged = judge(response, sent.ref._replace(namespace=sent.namespace), context=self.target.context)
        if judged.kind is ResponseKind.STOP:
            raise RequestError(judged.result.message, judged.result.hint)
        return judged

    def _post(self, sent: _Sent) -> tuple[Response, Judged]:
        response = self.sender.send(write("POST", sent.resource.path(sent.namespace), sent.obj))
        judged = self._judged(sent, response)
        if _NO_ACCOUNT in judged.result.message and sent.ref.kind == "Pod":
            return self._post_without_account(sent, judged)
        return response, judged

    def _post_without_account(self, sent: _Sent, before: Judged) -> tuple[Response, Judged]:
        """Check a Pod whose ServiceAccount does not exist yet, with the namespace's default ServiceAccount."""
        whole = sent.obj["spec"]
        account = {key: whole[key] for key in ("serviceAccountName", "serviceAccount") if key in whole}
        if not account:
            text = "the namespace has no default ServiceAccount yet; the Pod was not checked"
            unchecked = replace(before.result, state=ObjectState.UNKNOWN, message=text)
            return Response(0, None, ""), replace(before, result=unchecked)
        spec = {key: value for key, value in whole.items() if key not in account}
        response, judged = self._post(sent._replace(obj={**sent.obj, "spec": spec}))
        if response.body is not None and isinstance(made := response.body.get("spec"), dict):
            # The other account is not a change made by the cluster.
            response = replace(response, body={**response.body, "spec": {**made, **account}})
        note = "with the default ServiceAccount, as its own does not exist yet"
        return response, replace(judged, result=replace(judged.result, note=_joined(note, judged.result.note)))

    def _result(self, sent: _Sent) -> ObjectResult:
        response, judged = self._post(sent)
        if judged.kind is ResponseKind.EXISTS:
            return self._compared(sent, judged.result.warnings)
        if judged.kind is ResponseKind.NO_NAMESPACE:
            return self._without_namespace(sent)
        if judged.kind is ResponseKind.NO_RESOURCE:
            return self.kinds.not_served(sent.ref)
        result = judged.result
        if result.state in _GOOD and response.body is not None:
            return replace(result, note=_joined(result.note, server_changes(sent.obj, response.body)))
        return result

    # --- existing objects ----------------------------------------------------------------------

    def _compared(self, sent: _Sent, posted: tuple[str, ...]) -> ObjectResult:
        """Return the result of an object that exists; ``posted`` are the warnings of the first response."""
        response = self.sender.send(write("PATCH", sent.path, sent.obj, APPLY))
        warnings = tuple(dict.fromkeys((*posted, *response.warnings)))
        base = ObjectResult(sent.ref, ObjectState.EXISTS, "exists", warnings=warnings, code=response.status)
        if owned := conflicts(response):
            return self._despite_conflict(replace(base, causes=owned), sent)
        judged = self._judged(sent, response)
        if judged.kind is ResponseKind.FORBIDDEN:
            return replace(base, message="exists; cannot be compared (no patch permission)")
        if judged.kind is not ResponseKind.FINAL:
            return replace(base, state=ObjectState.UNKNOWN, message="changed during the check; not checked")
        if judged.result.state not in _GOOD or response.body is None:
            return self._unless_kubectl_would(base, replace(judged.result, warnings=warnings), sent)
        return self._with_difference(base, response.body, sent)

    def _unless_kubectl_would(self, base: ObjectResult, refused: ObjectResult, sent: _Sent) -> ObjectResult:
        """Return the refusal, unless the object is valid by kubectl's merge.

        A server-side apply keeps fields of the live object, such as a port's old number next to the new one, and may be
        refused for that alone; ``kubectl apply`` removes the fields it added before.
        """
        live = self._live(sent) if refused.state is ObjectState.INVALID else None
        merged = self._by_kubectl(live, sent) if live is not None else None
        if live is None or merged is None:
            return refused
        note = (
            "kubectl apply removes the fields it added before; a server-side apply, which keeps them, would be refused"
        )
        return _compared_with(replace(base, hint=""), live, merged, note)

    def _live(self, sent: _Sent) -> Mapping[str, Any] | None:
        """Return the object as it is in the cluster; ``None`` if it cannot be read."""
        response = self.sender.send(read(sent.path))
        return response.body if response.status == 200 else None

    def _by_kubectl(self, live: Mapping[str, Any], sent: _Sent) -> Mapping[str, Any] | None:
        """Return the server's result of ``kubectl apply`` for an object that it wrote before; else ``None``."""
        last = last_applied(live)
        if last is None:
            return None
        merged = three_way(live, last, sent.obj, built_in=is_own_group(sent.ref.api_version))
        response = self.sender.send(write("PUT", sent.path, merged))
        return response.body if response.status == 200 else None

    def _despite_conflict(self, base: ObjectResult, sent: _Sent) -> ObjectResult:
        """Compare by a merge, which ignores ownership, if another manager owns fields that would change."""
        owners = sorted({cause.message.removeprefix("conflict with ").replace('"', "") for cause in base.causes})
        text = ""
        if all(owner.startswith(_KUBECTL) for owner in owners):
            base = replace(base, causes=())  # its next apply changes them without a conflict
        else:
            text = f"exists, and {', '.join(owners)} owns fields that would change"
            base = replace(base, message=text, hint="a server-side apply would need --force-conflicts")
        kind = STRATEGIC if is_own_group(sent.ref.api_version) else MERGE
        response = self.sender.send(write("PATCH", sent.path, sent.obj, kind))
        result = judge(response, sent.ref, context=self.target.context).result
        if response.status == 200 and response.body is not None:
            found = self._with_difference(base, response.body, sent)
            return replace(found, message=text or found.message)
        if result.state in (ObjectState.INVALID, ObjectState.DENIED):
            refused = replace(result, warnings=base.warnings)
            return self._unless_kubectl_would(replace(base, message="exists"), refused, sent)
        return base

    def _with_difference(self, base: ObjectResult, wanted: Mapping[str, Any], sent: _Sent) -> ObjectResult:
        live = self._live(sent)
        if live is None:
            return replace(base, message="exists; cannot be compared (no get permission)")
        return _compared_with(base, live, self._by_kubectl(live, sent) or wanted)

    # --- new namespaces ------------------------------------------------------------------------

    def _without_namespace(self, sent: _Sent) -> ObjectResult:
        namespace = sent.namespace
        text = f"namespace {namespace} does not exist here; not checked"
        base = ObjectResult(sent.ref, ObjectState.DEFERRED, text, code=404)
        if namespace not in self.new_namespaces:
            return replace(base, hint="create it first, or use another with -n")
        for candidate in dict.fromkeys((self.target.namespace, "default")):
            with self._lock:
                if candidate == namespace or candidate in self._missing:
                    continue
            _, judged = self._post(sent._replace(obj=moved(sent.obj, namespace, candidate), namespace=candidate))
            if judged.kind is not ResponseKind.NO_NAMESPACE:
                return _from_stand_in(base, judged.result, namespace, candidate)
            with self._lock:
                self._missing.add(candidate)
        text = f"namespace {namespace} is new, and no other could stand in; only field names were checked"
        return replace(base, message=text)


def _compared_with(
    base: ObjectResult, live: Mapping[str, Any], wanted: Mapping[str, Any], note: str = ""
) -> ObjectResult:
    diff = difference(live, wanted)
    deleted = "it is being deleted" if metadata(live).get("deletionTimestamp") else ""
    message = "exists, and would change" if diff else "exists; nothing would change"
    return replace(base, message=message, diff=diff, note=_joined(note, deleted))


def _from_stand_in(base: ObjectResult, result: ObjectResult, namespace: str, candidate: str) -> ObjectResult:
    """Return a stand-in's result for the real namespace, without effects of the stand-in's own policies and quotas."""
    note = _joined(f"checked in stand-in namespace {candidate}", result.note)
    warnings = tuple(text for text in result.warnings if not text.startswith(_POD_SECURITY_WARNING))
    if result.state is ObjectState.INVALID:
        return replace(result, note=note, warnings=warnings)
    base = replace(base, code=result.code, warnings=warnings)
    if result.state in _GOOD:
        return replace(
            base, message=f"namespace {namespace} is new; nothing else is wrong", note=note, stand_in=candidate
        )
    text = f"namespace {namespace} is new, and {candidate} could not stand in for it: {result.message}"
    return replace(base, message=text, hint=result.hint)


def _joined(*texts: str) -> str:
    return "; ".join(text for text in texts if text)
