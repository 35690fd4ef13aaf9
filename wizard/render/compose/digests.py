"""Digests of composed pod templates, for names that must change when a pod does.

A pod is composed only after all templates are rendered, but a template may need the digest earlier: the name of a Job
is in the same file as its pod. So ``pod_digest('app')`` in a template returns a placeholder, and every placeholder is
replaced when everything is composed. The digest is computed with the placeholders in the pod template, so a pod may
contain its own name.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from wizard.errors import RenderError
from wizard.render.compose.tree import Map, Node, Seq, plain, walk

_BEGIN, _BETWEEN, _END = "\ue000", "\ue001", "\ue002"
"""Characters for private use: parameters do not accept them, because they are not printable."""
_MARK = re.compile(f"{_BEGIN}([^{_BETWEEN}]*){_BETWEEN}([^{_END}]*){_END}")


class PodFacts(NamedTuple):
    """A composed pod template as text, and the parameters that it depends on."""

    text: str
    parameters: tuple[str, ...]


def pod_facts(template: Node) -> PodFacts:
    """Return the facts of one template; they do not depend on the order of keys."""
    parameters = (parameter for _, node in walk(template) for parameter in node.parameters)
    text = json.dumps(plain(template), sort_keys=True, ensure_ascii=True)
    return PodFacts(text, tuple(dict.fromkeys(parameters)))


def digest(*values: Any) -> str:
    """Return eight hex digits that change when one of the values does.

    Raises:
        RenderError: a value contains the digest of a pod, which is not known yet.
    """
    if any(isinstance(value, str) and _BEGIN in value for value in values):
        raise RenderError("digest() cannot take up pod_digest()", hint="pod_digest('app', value) takes more values")
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def mark(of: str, values: tuple[Any, ...]) -> str:
    """Return the placeholder for the digest of a pod and of more values."""
    return f"{_BEGIN}{of}{_BETWEEN}{digest(*values) if values else ''}{_END}"


def with_digests(text: str, pods: Mapping[str, PodFacts]) -> str:
    """Replace each placeholder in a text with the digest of its pod."""
    return _MARK.sub(lambda found: digest(pods[found[1]].text, found[2]), text)


def with_digests_in(node: Node, pods: Mapping[str, PodFacts]) -> Node:
    """Return the tree with digests in place of placeholders; a leaf with one depends on all parameters of the pod."""
    if isinstance(node, Map):
        entries = tuple((key, with_digests_in(value, pods)) for key, value in node.entries)
        return node if entries == node.entries else node._replace(entries=entries)
    if isinstance(node, Seq):
        items = tuple(with_digests_in(item, pods) for item in node.items)
        return node if items == node.items else node._replace(items=items)
    if not isinstance(node.value, str) or _BEGIN not in node.value:
        return node
    behind = (one for found in _MARK.finditer(node.value) for one in pods[found[1]].parameters)
    parameters = tuple(dict.fromkeys((*node.parameters, *behind)))
    return node._replace(value=with_digests(node.value, pods), parameters=parameters)
