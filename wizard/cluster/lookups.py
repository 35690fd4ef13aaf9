"""Lookups of facts in a cluster: every request only reads. Child process only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from wizard.catalog.clues import is_safe_name, readable
from wizard.catalog.model import Evidence, Lookup
from wizard.cluster.model import CheckFinished
from wizard.cluster.request import Request
from wizard.cluster.request_error import RequestError
from wizard.cluster.response import Response, Sender
from wizard.kube.data import as_list, as_map, dig
from wizard.kube.names import is_label_key, is_label_value
from wizard.kube.reason import Reason
from wizard.kube.versions import parse_version

_PAGE = 200
_MOST_PAGES = 10
_SOURCES = {
    "/version": "its version",
    "/apis": "its API groups",
    "/api/v1/nodes": "nodes",
    "/api/v1/namespaces": "namespaces",
    "/apis/apps/v1/daemonsets": "DaemonSets",
}
"""All built-in Kubernetes sources that are ever read."""
_PLURAL = re.compile(r"[a-z][a-z0-9-]{0,62}")


class _Unseen(Exception):  # noqa: N818  # one unreadable source does not affect the others
    """The reason why a source could not be read."""


def run_lookups(sender: Sender, lookups: Iterable[tuple[str, Lookup]]) -> CheckFinished:
    """Run all lookups; sources that the user is not allowed to read are skipped and reported."""
    lookups = tuple(lookups)
    view = _View(sender, frozenset(f"/apis/{look.names[0]}" for _, look in lookups if look.kind == "objects"))
    evidence: list[Evidence] = []
    checked = 0
    error: RequestError | None = None
    for clue, look in lookups:
        try:
            found = _LOOKUPS[look.kind](view, look)
        except _Unseen:
            continue
        except RequestError as end:
            error = end
            break
        checked += 1
        if found and is_safe_name(found):
            evidence.append(Evidence(clue, found))
    message, hint = (error.message, error.hint) if error else ("", "")
    unseen = (*(f"{view.name_of(path)}: {why}" for path, why in view.unseen.items()), *dict.fromkeys(view.notes))
    return CheckFinished(checked, len(lookups), error=message, hint=hint, evidence=tuple(evidence), unseen=unseen)


@dataclass(slots=True)
class _View:
    """The cluster's sources; each is read once, when it is first needed."""

    sender: Sender
    apis: frozenset[str] = frozenset()
    """The paths of the APIs whose objects are read."""
    unseen: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """Map of path to the kind of the objects there."""
    notes: list[str] = field(default_factory=list)
    """Sentences about values that were read but could not be used."""
    _kept: dict[str, Any] = field(default_factory=dict)

    def one(self, path: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._once(path, lambda: self._get(path, ()))
        return found

    def items(self, path: str) -> tuple[Mapping[str, Any], ...]:
        found: tuple[Mapping[str, Any], ...] = self._once(path, lambda: tuple(self._pages(path)))
        return found

    def _once(self, path: str, read: Callable[[], Any]) -> Any:
        if path in self.unseen:
            raise _Unseen
        if path not in self._kept:
            try:
                self._kept[path] = read()
            except _Unseen as why:
                self.unseen[path] = str(why)
                raise
        return self._kept[path]

    def _pages(self, path: str) -> Iterator[Mapping[str, Any]]:
        token = ""
        for _ in range(_MOST_PAGES):
            more = (("continue", token),) if token else ()
            body = self._get(path, (("limit", str(_PAGE)), *more))
            items = body.get("items")
            if not isinstance(items, list):
                raise _Unseen("the response is not a list")
            yield from (item for item in items if isinstance(item, dict))
            token = str(dig(body, "metadata", "continue") or "")
            if not token:
                return

    def _get(self, path: str, query: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
        try:
            response = self._read(Request("GET", path, query))
        except RequestError as error:
            if error.kind in ("timeout", "answer"):
                raise _Unseen(error.message) from error
            raise
        if response.status == 401:
            raise RequestError(
                "the cluster does not accept these credentials", "log in again, or choose another context"
            )
        if response.status == 403:
            raise _Unseen("you are not allowed to read them")
        if response.status != 200:
            raise _Unseen(f"status {response.status}")
        if response.body is None:
            raise _Unseen("the response is not a JSON object")
        return response.body

    def _read(self, request: Request) -> Response:
        """Send a request; every request of this module goes through here.

        Raises:
            RuntimeError: the request is not one of the few that discovery makes.
        """
        if request.method != "GET" or request.body is not None or not self._may_read(request.path):
            raise RuntimeError(f"{request.method} {request.path} is not read-only")
        return self.sender.send(request)

    def _may_read(self, path: str) -> bool:
        """Return true for one of the fixed sources, or for the list of a wanted kind of custom resources."""
        if path in _SOURCES:
            return True
        api = path if path in self.apis else path.rpartition("/")[0]
        wanted = api in self.apis and readable(api.removeprefix("/apis/"))
        return wanted and (path == api or _PLURAL.fullmatch(path.rpartition("/")[2]) is not None)

    def name_of(self, path: str) -> str:
        return _SOURCES.get(path) or f"{self.kinds[path]} objects"


# --- lookups -----------------------------------------------------------------------------------


def _version(view: _View, look: Lookup) -> str:
    """Return the oldest version of the server and its nodes, if visible; a node may be a few minors behind."""
    found = [str(view.one("/version").get("gitVersion") or "")]
    try:
        nodes = view.items("/api/v1/nodes")
    except _Unseen:
        nodes = ()
    found += [str(dig(node, "status", "nodeInfo", "kubeletVersion") or "") for node in nodes]
    known = sorted(version for version in map(parse_version, found) if not isinstance(version, Reason))
    if not known or not look.least <= known[0][:2] < look.before:
        return ""
    return "v{}.{}.{}".format(*known[0])


def _groups(view: _View, look: Lookup, *, wanted: bool) -> str:
    served = view.one("/apis").get("groups")
    if not isinstance(served, list):
        return ""
    names = sorted(str(dig(group, "name") or "") for group in served)
    found = next((name for name in names if _matches(name, look.names)), "")
    return found if wanted else ("" if found else "none")


def _daemon_set(view: _View, look: Lookup) -> str:
    found = []
    for item in view.items("/apis/apps/v1/daemonsets"):
        pod = as_map(dig(item, "spec", "template", "spec"))
        ready = dig(item, "status", "numberReady")
        images = [str(dig(each, "image") or "") for each in as_list(pod.get("containers"))]
        folders = [str(dig(each, "hostPath", "path") or "") for each in as_list(pod.get("volumes"))]
        runs = isinstance(ready, int) and ready > 0
        reads = not look.paths or any(_matches(folder, look.paths) for folder in folders)
        if runs and reads and any(_matches(image, look.names) for image in images):
            found.append(f"{dig(item, 'metadata', 'namespace')}/{dig(item, 'metadata', 'name')}")
    return min(found, default="")


def _namespace(view: _View, look: Lookup) -> str:
    found = []
    for item in view.items("/api/v1/namespaces"):
        marks = (as_map(dig(item, "metadata", part)) for part in ("labels", "annotations"))
        if any(_matches(f"{key}={value}", look.names) for mark in marks for key, value in mark.items()):
            found.append(str(dig(item, "metadata", "name")))
    return min(found, default="")


def _objects(view: _View, look: Lookup) -> str:
    """Return a field of the objects of a kind if all that have it agree: a name, or labels."""
    (api, kind), (field_path,) = look.names, look.paths
    if not _groups(view, Lookup("groups", (api.partition("/")[0],)), wanted=True):
        return ""
    served = f"/apis/{api}"
    view.kinds.setdefault(served, kind)
    resources = as_list(view.one(served).get("resources"))
    names = (str(dig(one, "name") or "") for one in resources if dig(one, "kind") == kind)
    plural = next((name for name in names if _PLURAL.fullmatch(name)), "")
    if not plural:
        return ""
    path = f"{served}/{plural}"
    view.kinds[path] = kind
    values = [dig(item, *field_path.split(".")) for item in view.items(path)]
    by_expression = any(as_list(dig(value, "matchExpressions")) for value in values)
    found = {text for value in values if (text := _name_or_labels(value))}
    if by_expression or len(found) > 1:
        why = "also uses expressions" if by_expression else "is not the same in all of them"
        view.notes.append(f"{view.name_of(path)}: {field_path} {why}")
        return ""
    return next(iter(found), "")


def _name_or_labels(value: Any) -> str:
    """Return a name unchanged, and a label selector as its labels; empty for anything else."""
    if isinstance(value, str):
        return value
    pairs = sorted(as_map(dig(value, "matchLabels")).items())
    fine = all(is_label_key(str(key)) and isinstance(text, str) and is_label_value(text) for key, text in pairs)
    return ",".join(f"{key}={text}" for key, text in pairs) if fine else ""


_LOOKUPS: Mapping[str, Callable[[_View, Lookup], str]] = {
    "version": _version,
    "groups": partial(_groups, wanted=True),
    "no_groups": partial(_groups, wanted=False),
    "daemon_set": _daemon_set,
    "namespace": _namespace,
    "objects": _objects,
}


def _matches(text: str, globs: Iterable[str]) -> bool:
    return len(text) < 4096 and any(fnmatchcase(text, glob) for glob in globs)
