"""Requests sent once before any object's: the user, the server's version, the resources of custom kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from wizard.cluster.judge import ResponseKind, judge
from wizard.cluster.model import Identity, ObjectResult, ObjectState, Target
from wizard.cluster.objects import malformed
from wizard.cluster.request import read, write
from wizard.cluster.request_error import RequestError
from wizard.cluster.resources import Resource, Resources, built_in, group_path, served
from wizard.cluster.response import Response, Sender
from wizard.kube.data import as_list, as_map, dig
from wizard.kube.kinds import is_own_group
from wizard.kube.objects import ObjectRef, ref_of
from wizard.kube.reason import Reason
from wizard.kube.versions import parse_version
from wizard.text import did_you_mean

_REVIEW = "authentication.k8s.io/v1"


def identify(sender: Sender, target: Target) -> Identity:
    """Return the user that the server recognizes; verifies address, TLS and credentials in one request.

    Raises:
        RequestError: the server cannot be reached or used.
    """
    ref = ObjectRef(_REVIEW, "SelfSubjectReview", "")
    body = {"apiVersion": _REVIEW, "kind": "SelfSubjectReview"}
    response = sender.send(write("POST", f"/apis/{_REVIEW}/selfsubjectreviews", body))
    judged = judge(response, ref, context=target.context)
    if "HTTP request to an HTTPS server" in response.text:
        raise RequestError(
            f"{target.server} does not speak the expected protocol", "check http and https in its address"
        )
    if judged.kind is ResponseKind.STOP:
        message = judged.result.message.replace("this is not", f"{target.server} is not", 1)
        raise RequestError(message, judged.result.hint)
    if response.status in (429, 500, 502, 503, 504):
        raise RequestError(judged.result.message.removesuffix("; not checked"), judged.result.hint)
    # The user is empty if the server is too old or does not allow the request.
    user = as_map(dig(response.body, "status", "userInfo"))
    version = _version(sender)
    if response.status == 404 and not version:
        raise RequestError(f"{target.server} is not a Kubernetes API (status 404)", "check the server address")
    return Identity(str(user.get("username") or ""), tuple(map(str, as_list(user.get("groups")))), version)


def _version(sender: Sender) -> str:
    try:
        return served_version(sender.send(read("/version")).body or {})
    except RequestError:
        return ""


def served_version(body: Mapping[str, Any]) -> str:
    """Return the version that a server behaves as: its own, or the one it emulates."""
    own = str(body.get("gitVersion") or "").removeprefix("v")
    emulated = f"{body.get('emulationMajor')}.{body.get('emulationMinor')}"
    if isinstance(parse_version(own), Reason):
        own = ""
    if isinstance(parse_version(emulated), Reason) or own == emulated or own.startswith(f"{emulated}."):
        return own
    return emulated


@dataclass(frozen=True, slots=True)
class Kinds:
    """The resource of every kind in the bundle, or the reason why it cannot be requested."""

    known: Resources
    unserved: frozenset[str]
    """Group versions that the server does not have."""
    unasked: Mapping[str, str]
    """Group versions that could not be looked up, with the reason."""
    version: str
    made: frozenset[tuple[str, str]] = frozenset()
    """(group, kind) of the custom resource definitions that the bundle itself creates."""

    def find(self, ref: ObjectRef) -> Resource | ObjectResult:
        """Return the resource of a kind, or a result with the reason why it is unknown."""
        found = self.known.get((ref.api_version, ref.kind))
        if found is not None:
            return found
        if ref.api_version in self.unasked:
            text = f"{ref.api_version} could not be looked up ({self.unasked[ref.api_version]}); not checked"
            return ObjectResult(ref, ObjectState.UNKNOWN, text)
        return self.not_served(ref)

    def not_served(self, ref: ObjectRef) -> ObjectResult:
        """Return the result for a kind that this server does not have."""
        server = f"Kubernetes {self.version}" if self.version else "this cluster"
        if is_own_group(ref.api_version):
            if ref.api_version in self.unserved or (ref.api_version, ref.kind) in self.known:
                text = f"{ref.api_version} is not served by {server}"
                return ObjectResult(ref, ObjectState.INVALID, text, hint="use another apiVersion")
            siblings = [kind for version, kind in self.known if version == ref.api_version]
            hint = did_you_mean(ref.kind, siblings) or "check apiVersion and kind"
            return ObjectResult(ref, ObjectState.INVALID, f"{ref.api_version} has no kind {ref.kind}", hint=hint)
        text = f"kind {ref.kind} ({ref.api_version}) is not installed on this cluster; not checked"
        own = (ref.api_version.partition("/")[0], ref.kind) in self.made
        hint = "the bundle installs it: check again after that" if own else "install its operator or CRD first"
        return ObjectResult(ref, ObjectState.DEFERRED, text, hint=hint)


def look_up(sender: Sender, objects: Iterable[Mapping[str, Any]], version: str, pool: Executor) -> Kinds:
    """Return the resources of the objects' kinds, with one request per group version that is not built in."""
    objects = [each for each in objects if not malformed(each)]
    known = built_in()
    refs = [ref_of(each) for each in objects]
    groups = list(dict.fromkeys(ref.api_version for ref in refs if (ref.api_version, ref.kind) not in known))
    unserved, unasked = set(), {}
    for api_version, response in zip(groups, pool.map(lambda group: _asked(sender, group), groups), strict=True):
        if isinstance(response, RequestError):
            unasked[api_version] = response.message
        elif response.status == 200 and response.body is not None:
            known.update(served(api_version, response.body))
        elif response.status == 404:
            unserved.add(api_version)
        else:
            unasked[api_version] = f"status {response.status}"
    return Kinds(known, frozenset(unserved), unasked, version, frozenset(_made(objects)))


def _asked(sender: Sender, api_version: str) -> Response | RequestError:
    root = "/api" if "/" not in api_version else "/apis"
    try:
        return sender.send(read(f"{root}/{group_path(api_version)}"))
    except RequestError as error:
        if error.kind not in ("timeout", "answer"):
            raise
        return error


def _made(objects: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for each in objects:
        if each.get("kind") == "CustomResourceDefinition":
            yield str(dig(each, "spec", "group")), str(dig(each, "spec", "names", "kind"))
