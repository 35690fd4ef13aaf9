"""Merging of mappings from several components: lists append, collisions are resolved or refused."""

from collections.abc import Callable, Hashable, Iterable
from itertools import chain

from wizard.errors import RenderError
from wizard.render.compose.tree import Map, Node, Scalar, Seq, plain, put_once, text_at

Keys = Callable[[Map], tuple[tuple[str, Hashable], ...]]
"""A function that returns the (description, value) pairs of a list item that no different item in the list may have."""
NameOf = Callable[[str], str]
"""A function that returns the name of a component in messages."""


def _by(field: str, what: str) -> Keys:
    return lambda item: ((what, text_at(item, field)),) if item.get(field) is not None else ()


def _by_port(field: str) -> Keys:
    def keys(item: Map) -> tuple[tuple[str, Hashable], ...]:
        number = (text_at(item, field), text_at(item, "protocol") or "TCP")
        name = text_at(item, "name")
        return (("port", number), ("port name", name)) if name else (("port", number),)

    return keys


KEYS: dict[str, Keys] = {
    "env": _by("name", "environment variable"),
    "volumes": _by("name", "volume"),
    "containers": _by("name", "container"),
    "initContainers": _by("name", "container"),
    "init_containers": _by("name", "container"),
    "volumeMounts": _by("mountPath", "mount path"),
    "volumeDevices": _by("devicePath", "device path"),
    "imagePullSecrets": _by("name", "pull secret"),
    "hostAliases": _by("ip", "host alias"),
    "ports": _by_port("containerPort"),
    "service_ports": _by_port("port"),
}
"""The functions by the name of the list."""


def clash(names: NameOf, what: str, value: object, one: str, other: str) -> RenderError:
    """Return the error for two different definitions of the same thing, by the components ``one`` and ``other``."""
    shown = f"{value[0]}/{value[1]}" if isinstance(value, tuple) else str(value)
    first, second = names(one), names(other)
    if first == second:
        return RenderError(f'{first} defines {what} "{shown}" twice, in different ways')
    return RenderError(
        f'{first} and {second} both define {what} "{shown}", in different ways',
        hint="change one of them with --set, or remove one of the two",
    )


def merge_items(name: str, groups: Iterable[Iterable[Node]], names: NameOf) -> tuple[Node, ...]:
    """Return the items of all groups in order; a repeated definition is shared, a different one refused.

    Raises:
        RenderError: two different items have the same key.
    """
    keys_of = KEYS.get(name)
    kept: list[Node] = []
    seen: dict[tuple[str, Hashable], Map] = {}
    for item in chain.from_iterable(groups):
        if keys_of is None and isinstance(item, Map):
            put_once(kept, item)
        elif keys_of is None or not isinstance(item, Map) or _is_new(item, keys_of(item), seen, names):
            kept.append(item)
    return tuple(kept)


def _is_new(
    item: Map, keys: tuple[tuple[str, Hashable], ...], seen: dict[tuple[str, Hashable], Map], names: NameOf
) -> bool:
    known = [key for key in keys if key in seen]
    for what, value in known:
        if plain(old := seen[what, value]) != plain(item):
            raise clash(names, what, value, old.owner, item.owner)
    if not known:
        seen.update(dict.fromkeys(keys, item))
    return not known


def others(name: str, items: tuple[Node, ...], own: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the items of the list ``name`` that have no key in common with an item of ``own``."""
    if (keys_of := KEYS.get(name)) is None:
        return items
    taken = {key for one in own if isinstance(one, Map) for key in keys_of(one)}
    return tuple(one for one in items if not (isinstance(one, Map) and taken.intersection(keys_of(one))))


def merge_maps(old: Map, new: Map, names: NameOf, *, path: str = "") -> Map:
    """Merge ``new`` into ``old``: mappings merge, lists append, equal scalars stay.

    Raises:
        RenderError: two scalars differ, or list items collide.
    """
    merged = old
    for key, value in new.entries:
        before = merged.get(key)
        where = f"{path}.{key}" if path else key
        if before is None:
            merged = merged.put(key, owned(value, new.owner))
        elif isinstance(before, Map) and isinstance(value, Map):
            merged = merged.put(key, merge_maps(before, value, names, path=where))
        elif isinstance(before, Seq) and isinstance(value, Seq):
            items = merge_items(key, (_all_owned(before), _all_owned(value)), names)
            merged = merged.put(key, before._replace(items=items))
        elif plain(before) != plain(value):
            raise _disagree(where, before, value, old.owner, names)
    return merged


def _disagree(where: str, before: Node, value: Node, owner: str, names: NameOf) -> RenderError:
    one, other = names(before.owner or owner), names(value.owner)
    kinds = isinstance(before, Scalar) and isinstance(value, Scalar)
    what = f"{plain(before)!r} and {plain(value)!r}" if kinds else "different kinds of values"
    return RenderError(f"{one} and {other} disagree on {where}: {what}", hint="make both agree, or remove one")


def owned(node: Node, owner: str) -> Node:
    """Return the node with an owner, so that it keeps its owner under a parent that has another one."""
    return node if node.owner else node._replace(owner=owner)


def _all_owned(node: Seq) -> tuple[Node, ...]:
    return tuple(owned(item, node.owner) for item in node.items)
