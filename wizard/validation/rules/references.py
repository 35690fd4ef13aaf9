"""References to objects by name: ConfigMaps, Secrets, ServiceAccounts, claims, roles."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.data import as_map, as_text, dig, items, listed, show
from wizard.kube.references import Named, made_by_controllers, references
from wizard.text import nearest, shown
from wizard.validation.frame import RUNS_PODS, Context, Subject, Violation, rule
from wizard.validation.rules.volumes import claimed

_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_MOST_NAMES = 500
"""The maximum number of names compared for a suggestion; comparing all names of a large bundle takes quadratic time."""
_EVERYWHERE = frozenset({"kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"})
_SHIPPED_ROLES = frozenset({"view", "edit", "admin", "cluster-admin"})


def _required(subject: Subject, *kinds: str) -> Iterator[Named]:
    """Return the references to objects of these kinds that must exist."""
    return (one for one in references(subject.data) if one.kind in kinds and not one.optional)


def _known_keys(subject: Subject) -> set[str]:
    return {str(key) for part in ("data", "binaryData", "stringData") for key in as_map(subject.data.get(part))}


def _hint(context: Context, kind: str, name: str, namespace: str) -> str:
    close = nearest(name, context.names(kind, namespace)[:_MOST_NAMES], 0.75)
    return f"Did you mean {show(close)}?" if close else "Add it to the bundle, or make sure that it is in the cluster."


@rule("config-map-missing", "warning", "A pod's ConfigMaps are in the bundle", RUNS_PODS)
def config_map_missing(subject: Subject, context: Context) -> Iterator[Violation]:
    for reference in _required(subject, "ConfigMap"):
        missing = context.named("ConfigMap", reference.name, subject.namespace) is None
        if missing and reference.name not in _EVERYWHERE:
            name = reference.name
            message = f"The pod needs ConfigMap {show(name)}, which is not here; without it no container starts."
            yield Violation(reference.path, message, _hint(context, "ConfigMap", name, subject.namespace))


@rule("secret-missing", "note", "The Secrets that objects name exist")
def secret_missing(subject: Subject, context: Context) -> Iterator[Violation]:
    made = context.once(
        "made", lambda: {(s.namespace, name) for s in context.subjects for _, name in made_by_controllers(s.data)}
    )
    for reference in _required(subject, "Secret"):
        name = reference.name
        if context.named("Secret", name, subject.namespace) is None and (subject.namespace, name) not in made:
            who = "pod" if subject.pod else subject.ref.kind
            message = f"The {who} needs Secret {show(name)}, which is not here and must be created separately."
            yield Violation(reference.path, message, f"Create it in the cluster first: {shown(name)}.")


@rule("config-key-missing", "error", "A key a pod reads is in the ConfigMap or Secret", RUNS_PODS)
def config_key_missing(subject: Subject, context: Context) -> Iterator[Violation]:
    for reference in _required(subject, "ConfigMap", "Secret"):
        found = context.named(reference.kind, reference.name, subject.namespace)
        if found is None:
            continue
        known = _known_keys(found)
        for path, key in reference.keys:
            if path and key not in known:
                has = f"it has {listed(sorted(known), 'and')}" if known else "it is empty"
                message = f"{reference.kind} {show(reference.name)} has no key {show(key)}; {has}."
                yield Violation(path, message, "Fix the key, or add it there.")


@rule("service-account-missing", "warning", "A pod's ServiceAccount is in the bundle", RUNS_PODS)
def service_account_missing(subject: Subject, context: Context) -> Iterator[Violation]:
    for reference in _required(subject, "ServiceAccount"):
        name = reference.name
        if name != "default" and context.named("ServiceAccount", name, subject.namespace) is None:
            message = f"The pod runs as ServiceAccount {show(name)}, which is not here; without it no pod is created."
            yield Violation(reference.path, message, _hint(context, "ServiceAccount", name, subject.namespace))


@rule("claim-missing", "note", "A pod's volume claims are in the bundle", RUNS_PODS)
def claim_missing(subject: Subject, context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    own = set(claimed(subject)) - {""}
    for path, volume in subject.pod.items("volumes"):
        if as_text(volume.get("name")) in own:
            continue  # the StatefulSet replaces it by each pod's own claim
        name = as_text(dig(volume, "persistentVolumeClaim", "claimName"))
        if name and context.named("PersistentVolumeClaim", name, subject.namespace) is None:
            message = f"The pod waits for PersistentVolumeClaim {show(name)}, which is not here."
            hint = _hint(context, "PersistentVolumeClaim", name, subject.namespace)
            yield Violation(f"{path}.persistentVolumeClaim.claimName", message, hint)


@rule("role-missing", "warning", "A binding's role is in the bundle", _BINDINGS)
def role_missing(subject: Subject, context: Context) -> Iterator[Violation]:
    reference = as_map(subject.data.get("roleRef"))
    kind, name = as_text(reference.get("kind")), as_text(reference.get("name"))
    if kind not in ("Role", "ClusterRole") or not name or subject.namespace == "kube-system":
        return
    if kind == "ClusterRole" and (name in _SHIPPED_ROLES or name.startswith("system:")):
        return
    namespace = subject.namespace if kind == "Role" else ""
    if context.named(kind, name, namespace) is None:
        message = f"The binding refers to {kind} {show(name)}, which is not here, so it may grant nothing."
        yield Violation("roleRef.name", message, _hint(context, kind, name, namespace))


@rule(
    "binding-subject",
    "error",
    "A ClusterRoleBinding gives the namespace of its ServiceAccounts",
    {"ClusterRoleBinding"},
)
def binding_subject(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, entry in items(subject.data.get("subjects"), "subjects"):
        if entry.get("kind") == "ServiceAccount" and not entry.get("namespace"):
            message = f"The binding does not give the namespace of ServiceAccount {show(entry.get('name'))}."
            yield Violation(f"{path}.namespace", message, "Add namespace to the subject.")


@rule("binding-account-missing", "warning", "A binding's ServiceAccounts are in the bundle", _BINDINGS)
def binding_account_missing(subject: Subject, context: Context) -> Iterator[Violation]:
    known = context.once("accounts", lambda: sorted(map(_full_name, context.of("ServiceAccount"))))
    for path, entry in items(subject.data.get("subjects"), "subjects"):
        name, namespace = as_text(entry.get("name")), as_text(entry.get("namespace"))
        if entry.get("kind") != "ServiceAccount" or not name or name == "default" or not known:
            continue
        if context.named("ServiceAccount", name, namespace) is None:
            shown, here = show(f"{namespace}/{name}"), listed(known, "and")
            message = f"The binding is for ServiceAccount {shown}, which is not here; here is {here}."
            yield Violation(f"{path}.name", message, "Fix the name and namespace.")


def _full_name(account: Subject) -> str:
    return f"{account.namespace or 'default'}/{account.name}"


@rule("cluster-admin", "warning", "No binding grants all rights", _BINDINGS)
def cluster_admin(subject: Subject, _context: Context) -> Iterator[Violation]:
    if as_map(subject.data.get("roleRef")).get("name") == "cluster-admin":
        message = "The binding grants every right in the cluster."
        yield Violation("roleRef.name", message, "Bind a Role with only the verbs and resources that are needed.")


@rule("role-wildcard", "warning", "A role names the resources and verbs it allows", {"Role", "ClusterRole"})
def role_wildcard(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, entry in items(subject.data.get("rules"), "rules"):
        for field in ("verbs", "resources", "apiGroups"):
            if isinstance(entry.get(field), list) and "*" in entry[field]:
                message = f"The rule allows all {field}."
                yield Violation(f"{path}.{field}", message, "List what is needed.")


@rule("role-rule", "error", "A role's rule names groups and resources, or paths", {"Role", "ClusterRole"})
def role_rule(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, entry in items(subject.data.get("rules"), "rules"):
        if entry.get("nonResourceURLs"):
            if subject.kind == "Role":
                message = "A Role cannot allow paths outside its namespace (nonResourceURLs)."
                yield Violation(f"{path}.nonResourceURLs", message, "Use a ClusterRole.")
            continue
        for field in ("apiGroups", "resources"):
            if not entry.get(field) and isinstance(entry.get(field), list | None):
                hint = 'Add `apiGroups: [""]` for the core group.' if field == "apiGroups" else "Add resources."
                yield Violation(f"{path}.{field}", f"The rule names no {field}.", hint)
