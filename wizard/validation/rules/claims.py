"""Storage that a pod claims: PersistentVolumeClaims and a StatefulSet's claim templates."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.data import Items, as_text, dig, items, show
from wizard.kube.names import is_subdomain
from wizard.kube.quantities import quantity_of
from wizard.validation.frame import Context, Subject, Violation, rule
from wizard.validation.rules.volumes import mounts

_CLAIMING = frozenset({"PersistentVolumeClaim", "StatefulSet"})


def _claims(subject: Subject) -> Items:
    """Yield (path, claim) for the object itself or each template in it."""
    if subject.kind == "PersistentVolumeClaim":
        yield "", subject.data
    else:
        yield from items(subject.spec.get("volumeClaimTemplates"), "spec.volumeClaimTemplates")


@rule("claim-access-modes", "error", "A volume claim has an access mode", _CLAIMING)
def claim_access_modes(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, claim in _claims(subject):
        modes = dig(claim, "spec", "accessModes")
        where = f"{path}.spec.accessModes".lstrip(".")
        if not modes and isinstance(modes, list | None):
            yield Violation(where, "The volume claim has no access mode.", "Add `accessModes: [ReadWriteOnce]`.")
        elif isinstance(modes, list) and "ReadWriteOncePod" in modes and len(modes) > 1:
            yield Violation(where, "ReadWriteOncePod cannot be combined with another access mode.", "Keep one of them.")


@rule("claim-size", "error", "A volume claim requests a size", _CLAIMING)
def claim_size(subject: Subject, _context: Context) -> Iterator[Violation]:
    for path, claim in _claims(subject):
        size = dig(claim, "spec", "resources", "requests", "storage")
        where = f"{path}.spec.resources.requests.storage".lstrip(".")
        amount = quantity_of(size)
        if size is None:
            hint = "Add `resources: {requests: {storage: 10Gi}}`."
            yield Violation(where, "The volume claim requests no storage.", hint)
        elif isinstance(amount, int) and amount <= 0:
            message = f"The volume claim requests {show(size)}; it must be more than 0."
            yield Violation(where, message, "Write a size such as 10Gi.")


@rule("claim-template-name", "error", "Each claim template has its own name", {"StatefulSet"})
def claim_template_name(subject: Subject, _context: Context) -> Iterator[Violation]:
    seen: set[str] = set()
    for path, claim in _claims(subject):
        name, where = dig(claim, "metadata", "name"), f"{path}.metadata.name"
        if not name:
            yield Violation(where, "The claim template has no name.", "Add metadata.name, such as data.")
        elif str(name) in seen:
            message = f"Two claim templates are called {show(name)}; only one of them counts."
            yield Violation(where, message, "Rename one of them.", "warning")
        elif isinstance(name, str) and not is_subdomain(name):
            hint = "Use lower-case letters, digits and dashes."
            yield Violation(where, f"{show(name)} is not a valid volume claim name.", hint)
        seen.add(str(name))


@rule("claim-unmounted", "warning", "Some container mounts each claimed volume", {"StatefulSet"})
def claim_unmounted(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    used = {str(mount.get("name")) for container in subject.pod.containers for _path, mount in mounts(container)}
    for path, claim in _claims(subject):
        name = as_text(dig(claim, "metadata", "name"))
        if name and name not in used:
            message = f"No container mounts the claimed volume {show(name)}."
            yield Violation(path, message, "Mount it, or remove the template.")
