"""Prerequisites: everything that a bundle needs in the cluster and does not create."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from shlex import quote

from wizard.catalog.declarations import Prerequisite
from wizard.catalog.model import Component
from wizard.catalog.notes import Held
from wizard.kube.kinds import group_of, is_own_group, template_path
from wizard.kube.references import Named, is_of, made_by_controllers, references
from wizard.render.compose.declared import Declared, Listening
from wizard.render.compose.workshop import Workshop
from wizard.render.contract.devices import devices
from wizard.render.contract.reached import reached
from wizard.render.contract.samples import samples_left
from wizard.render.model import BundleFile, First, Owner
from wizard.text import listed

_ALWAYS = frozenset(
    {
        ("Namespace", "default"),
        ("Namespace", "kube-system"),
        ("ServiceAccount", "default"),
        ("ConfigMap", "kube-root-ca.crt"),
        ("PriorityClass", "system-cluster-critical"),
        ("PriorityClass", "system-node-critical"),
    }
)
"""Objects that exist in every cluster."""
_OF_SHELLS = "HOME HOST HOSTNAME IFS LANG LOGNAME PATH PWD SHELL TERM UID USER USERNAME"
"""Variables that a shell (sh, bash, zsh) or the login sets: assigning to one has no effect, or breaks the shell."""
_CLAIM = "PersistentVolumeClaim"


def first(shop: Workshop, manifests: tuple[BundleFile, ...]) -> tuple[First, ...]:
    """List the prerequisites in the order of creating them: APIs, the platform's part, then the user's.

    A namespace with another program's claim exists already, so no command to create it is offered.
    """
    declared = shop.declared
    objects = list(_objects(shop, manifests))
    claimed = {one.namespace for one in objects if one.kind == _CLAIM}
    found = (
        *(_api(shop, manifests, api) for api in requirements(shop, manifests)),
        *(_namespace(shop, name, exists=name in claimed) for name in _namespaces(manifests)),
        *objects,
        *(_prerequisite(declared, component, one) for component, one in declared.each(lambda declares: declares.first)),
        *_privileged(shop),
        *reached(shop),
        *_outside(shop, manifests),
        *_host_ports(declared),
        *devices(manifests),
        *samples_left(shop),
    )
    by_hand = [one for one in found if one.create]
    own = _own_namespace(manifests, by_hand) if by_hand else ()
    return tuple(sorted((*own, *found), key=_rank))


def _rank(one: First) -> tuple[int, int, str, str]:
    """Return the sort key: APIs in their order, the namespace, its claims, the platform's other objects, the user's.

    A namespace of the bundle comes right before the objects that the user creates in it.
    """
    if one.kind == "Namespace" and one.say:
        return 3, 1, "", ""
    order = {"API": 0, "Namespace": 1, _CLAIM: 2}
    return order.get(one.kind, 3), int(one.owner == "you"), one.kind, "" if one.kind == "API" else one.name


def requirements(shop: Workshop, manifests: tuple[BundleFile, ...]) -> tuple[str, ...]:
    """Return the API group/versions that are not part of Kubernetes itself: the workload's first, then its additions'.

    An API that a component declares counts if an object uses it, or if none of the component's templates can render
    such an object (it is then needed for another reason).
    """
    used = {f.ref.api_version for f in manifests if f.ref is not None}
    components = sorted(shop.components, key=lambda one: one.id != shop.base.id)
    declared = ((one, api) for one in components for api in one.requires)
    required = [api for one, api in declared if api in used or not _makes(shop, one, api)]
    return tuple(dict.fromkeys((*required, *sorted(api for api in used if not is_own_group(api)))))


def _makes(shop: Workshop, component: Component, api: str) -> bool:
    folder = shop.catalog.root / "templates"
    paths = [folder / component.folder / name for name in component.objects]
    paths += [folder / "shared" / name for name in component.shared]
    return any(api in path.read_text("utf-8") for path in paths if path.is_file())


def _api(shop: Workshop, manifests: tuple[BundleFile, ...], api: str) -> First:
    kinds = dict.fromkeys(f.ref.kind for f in manifests if f.ref and f.ref.api_version == api)
    note = shop.catalog.references.apis.get(api)
    what = f"The cluster must support {api}" + (f" (for {', '.join(kinds)})" if kinds else "")
    brings = f"; {note.product} provides it ({note.install})" if note else ""
    check = f"kubectl api-resources --api-group={quote(group_of(api))}"
    return First("API", api, "platform", say=f"{what}{brings}.", group=group_of(api), check=check)


def _namespaces(manifests: tuple[BundleFile, ...]) -> Iterator[str]:
    made = {f.ref.name for f in manifests if f.ref and f.ref.kind == "Namespace"}
    used = dict.fromkeys(f.ref.namespace for f in manifests if f.ref and f.ref.namespace)
    return (name for name in used if name not in made and ("Namespace", name) not in _ALWAYS)


def _namespace(shop: Workshop, name: str, *, exists: bool) -> First:
    keys = (f"{shop.base.id}.namespace",) if name == shop.namespace else ()
    create = "" if exists else f"kubectl create namespace {quote(name)}"
    return First("Namespace", name, "you", check=f"kubectl get namespace {quote(name)}", create=create, asked_by=keys)


def _own_namespace(manifests: tuple[BundleFile, ...], by_hand: list[First]) -> Iterator[First]:
    """Yield the bundle's namespace, which must exist before the objects that the user creates in it."""
    for file in manifests:
        if file.ref and file.ref.kind == "Namespace":
            name = file.ref.name
            made = dict.fromkeys(f"the {one.kind} {one.name}" for one in by_hand if one.namespace == name)
            goes = f": {listed(made)} {'goes' if len(made) == 1 else 'go'} into it" if made else ""
            say = f"Create the namespace {name} first{goes}. The namespace is one of the bundle's files."
            create = f"kubectl apply -f {{path}}/{file.path}"
            yield First("Namespace", name, "you", say, check=f"kubectl get namespace {quote(name)}", create=create)


# --- objects that the bundle refers to -----------------------------------------------------------


def _objects(shop: Workshop, manifests: tuple[BundleFile, ...]) -> Iterator[First]:
    created = set(_created(shop, manifests))
    merged: dict[tuple[str, str, str], Named] = {}
    held: dict[tuple[str, str, str], list[Held]] = {}
    for file in manifests:
        for one in references(file.document, shop.catalog.references.rows):
            one = _placed(shop, one)
            if (one.kind, one.name) in _ALWAYS or (one.kind, one.namespace, one.name) in created:
                continue
            if one.kind in ("Role", "ClusterRole") and one.name in ("view", "edit", "admin", "cluster-admin"):
                continue
            key = (one.kind, one.namespace, one.name)
            merged[key] = _joined(merged[key], one) if key in merged else one
            held.setdefault(key, []).extend(_held(shop, file, one))
    given = list(_names_given(shop))
    for key, one in merged.items():
        notes = tuple(dict.fromkeys(held[key]))
        need = _needed(shop, one, tuple(parameter for parameter, name in given if name == one.name), notes)
        yield need._replace(holds=" ".join(note.say for note in notes))


def _held(shop: Workshop, file: BundleFile, one: Named) -> Iterator[Held]:
    """Yield the notes on the keys that this reference of a file's object needs."""
    keys = {key for _, key in one.keys}
    for note in shop.catalog.references.holds:
        if note.key in keys and _names(file, note.of) and shop.declared.holds(note.when):
            yield note


def _names(file: BundleFile, kind: str) -> bool:
    """Return whether a file's object is of a kind; ``Pod`` includes every object that creates pods."""
    if kind == "Pod" and file.ref is not None and template_path(file.ref.kind) is not None:
        return True
    return is_of(file.document, kind)


def _created(shop: Workshop, manifests: tuple[BundleFile, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, namespace, name) of the objects that the bundle creates, and that controllers create for them."""
    for file in manifests:
        if ref := file.ref:
            yield ref.kind, ref.namespace, ref.name
            created = made_by_controllers(file.document, shop.catalog.references.makes)
            yield from ((kind, ref.namespace, name) for kind, name in created)


def _placed(shop: Workshop, one: Named) -> Named:
    note = shop.catalog.references.kinds.get(_kind(one.kind, one.group))
    return one._replace(namespace="") if note is not None and note.cluster else one


def _joined(one: Named, other: Named) -> Named:
    keys = dict.fromkeys((("", key) for _, key in (*one.keys, *other.keys)))
    return one._replace(keys=tuple(keys), optional=one.optional and other.optional)


def _names_given(shop: Workshop) -> Iterator[tuple[str, str]]:
    for component in shop.components:
        for parameter in component.parameters:
            value = shop.request.parameters.get(parameter.key)
            names = parameter.type.names_objects and parameter.name not in ("name", "namespace")
            if names and isinstance(value, str) and value and parameter.key in shop.used:
                yield parameter.key, value


def _kind(kind: str, group: str) -> str:
    return f"{kind}.{group}" if group else kind


def _needed(shop: Workshop, one: Named, asked_by: tuple[str, ...], held: tuple[Held, ...]) -> First:
    kind = _kind(one.kind, one.group)
    note = shop.catalog.references.kinds.get(kind)
    owner: Owner = "platform" if note is not None and note.owner == "platform" else "you"
    keys = tuple(dict.fromkeys(key for _, key in one.keys))
    create = _create(one, keys, {note.key: note.variable for note in held if note.variable})
    if note is not None and note.create:
        create = note.create.replace("{namespace}", quote(one.namespace)).replace("{name}", quote(one.name))
    if create and note is not None:
        more = (text for text, when in note.appends if shop.declared.holds(when))
        create = " ".join((create, *(text.replace("{name}", quote(one.name)) for text in more)))
    return First(
        kind=one.kind,
        name=one.name,
        owner=owner,
        group=one.group,
        namespace=one.namespace,
        keys=keys,
        optional=one.optional,
        check=_check(one, kind),
        create=create,
        asked_by=asked_by,
    )


def _check(one: Named, kind: str) -> str:
    """Return the command that checks for an object; ``describe`` shows the keys, which ``get`` only counts.

    It shows the values of a ConfigMap, too, but none of a Secret.
    """
    where = f"kubectl -n {quote(one.namespace)}" if one.namespace else "kubectl"
    verb = "describe" if one.kind in ("Secret", "ConfigMap") else "get"
    return f"{where} {verb} {quote(kind.lower())} {quote(one.name)}"


def _create(one: Named, keys: tuple[str, ...], variables: Mapping[str, str]) -> str:
    """Return the command that creates a Secret or ConfigMap; texts come from variables, to avoid line breaks."""
    if one.kind not in ("Secret", "ConfigMap"):
        return ""
    head = f"kubectl -n {quote(one.namespace)} create"
    literals = " ".join(_literal(key, variables.get(key, "")) for key in keys) or '--from-literal=KEY="$VALUE"'
    if one.kind == "ConfigMap":
        return f"{head} configmap {quote(one.name)} {literals}"
    if keys == (".dockerconfigjson",):
        return f"{head} secret docker-registry {quote(one.name)} --from-file=.dockerconfigjson=FILE"
    if set(keys) == {"tls.crt", "tls.key"}:
        return f"{head} secret tls {quote(one.name)} --cert=FILE --key=FILE"
    return f"{head} secret generic {quote(one.name)} {literals}"


def _literal(key: str, variable: str) -> str:
    """Return the option for one key: a file if the key has a dot, else a text, which must not end in a line break."""
    if "." in key:
        return f"--from-file={quote(key)}=FILE"
    variable = variable or re.sub(r"\W", "_", key, flags=re.ASCII).upper()
    if variable in _OF_SHELLS.split():
        variable = f"SECRET_{variable}"
    return f'--from-literal={quote(key)}="${"_" + variable if variable[:1].isdigit() else variable}"'


# --- prerequisites that no reference shows -------------------------------------------------------


def _prerequisite(declared: Declared, component: Component, one: Prerequisite) -> First:
    owner: Owner = "platform" if one.owner == "platform" else "you"
    check, create = (declared.filled(component.id, text, quote) for text in (one.check, one.create))
    return First("", "", owner, say=declared.filled(component.id, one.say), check=check, create=create)


def _outside(shop: Workshop, manifests: tuple[BundleFile, ...]) -> Iterator[First]:
    """Yield things outside the cluster that objects refer to, such as the cloud role of a ServiceAccount."""
    for file in manifests:
        if file.ref is None:
            continue
        for note in shop.catalog.references.outside:
            for value in note.values(file.document):
                gaps = {"value": value, "last": value.rpartition("/")[2]}
                gaps |= {"namespace": file.ref.namespace, "name": file.ref.name}
                quoted = {gap: quote(text) for gap, text in gaps.items()}
                keys = tuple(key for key, given in shop.request.parameters.items() if given == value)
                check, create = (_filled(text, quoted) for text in (note.check, note.create))
                yield First("", "", "you", _filled(note.say, gaps), check=check, create=create, asked_by=keys)


def _filled(text: str, gaps: Mapping[str, str]) -> str:
    return re.sub(r"\{(value|last|namespace|name)\}", lambda found: gaps[found[1]], text)


def _privileged(shop: Workshop) -> Iterator[First]:
    if reasons := dict.fromkeys(shop.declared.privileges()):
        say = f"The program needs a namespace that allows privileged pods. {' '.join(reasons)}"
        check = f"kubectl get namespace {quote(shop.namespace)} --show-labels"
        yield First("Pod Security", shop.namespace, "platform", say=say, check=check)


def _host_ports(declared: Declared) -> Iterator[First]:
    found = dict.fromkeys(_host_port(one) for one in declared.listeners() if one.host_port)
    if found:
        say = (
            "On each node that a pod may run on these ports must be free, and open for their callers in the firewalls "
            f"before the nodes: {listed(found)}. A node takes one such pod; one more stays Pending."
        )
        columns = "NODE:.spec.nodeName,POD:.metadata.name,PORTS:.spec.containers[*].ports[*].hostPort"
        check = f"kubectl get pods -A -o custom-columns={quote(columns)}"
        yield First("Host port", ", ".join(found), "platform", say=say, check=check)


def _host_port(one: Listening) -> str:
    leads = f" (the program's {one.port})" if one.port != one.host_port else ""
    return f"{one.host_port}/{'UDP' if one.protocol == 'udp' else 'TCP'}{leads}"
