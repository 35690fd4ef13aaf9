"""Requirements on every container: a name, an image, and valid environment variables and hooks."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.credentials import holds_credential
from wizard.kube.data import as_int, as_list, as_text, dig, listed, show
from wizard.kube.names import is_label, is_relaxed_variable, is_variable
from wizard.text import shown
from wizard.validation.frame import Container, Context, Pod, Violation, container_rule, pod_rule
from wizard.validation.rules.probes import handlers_fault, hooks

_RELAXED_ENV_MINOR = 32


@pod_rule("no-containers", "error", "A pod has at least one container")
def no_containers(pod: Pod, _context: Context) -> Iterator[Violation]:
    if pod.spec.get("containers") == []:
        yield Violation(f"{pod.path}.containers", "The pod has no containers.", "Add the application's container.")


@pod_rule("container-name", "error", "A container's name is a DNS label and unique in the pod")
def container_name(pod: Pod, _context: Context) -> Iterator[Violation]:
    seen: dict[str, str] = {}
    for container in pod.containers:
        name, path = container.name, f"{container.path}.name"
        if name and not is_label(name):
            hint = "Use at most 63 lower-case letters, digits and dashes."
            yield Violation(path, f"{show(name)} is not a valid container name.", hint)
        elif name in seen and name:
            message = f"Two containers are called {show(name)}; the other is {seen[name]}."
            yield Violation(path, message, "Rename one of them.")
        seen.setdefault(name, container.path)


@container_rule("env-name", "error", "Environment variables have names the system accepts")
def env_name(container: Container, context: Context) -> Iterator[Violation]:
    is_valid = is_relaxed_variable if context.oldest >= _RELAXED_ENV_MINOR else is_variable
    for path, entry in container.items("env"):
        name = entry.get("name")
        if isinstance(name, str) and not is_valid(name):
            message = f"{show(name)} is not a valid variable name."
            yield Violation(f"{path}.name", message, "Use letters, digits and underscores.")


@container_rule("env-source", "error", "A variable has one source for its value")
def env_source(container: Container, _context: Context) -> Iterator[Violation]:
    for path, entry in container.items("env"):
        source = entry.get("valueFrom")
        if not isinstance(source, dict):
            continue
        shown = show(entry.get("name"))
        if as_text(entry.get("value")):
            message = f"Variable {shown} has both value and valueFrom."
            yield Violation(f"{path}.valueFrom", message, "Keep one of them.")
        names = [key for key, value in source.items() if value is not None]
        if len(names) != 1:
            message = f"Variable {shown} takes its value from {listed(names, 'and') or 'nothing'}."
            yield Violation(f"{path}.valueFrom", message, "Name exactly one source.")


@container_rule("env-from-source", "error", "An envFrom entry names a ConfigMap or a Secret")
def env_from_source(container: Container, _context: Context) -> Iterator[Violation]:
    for path, entry in container.items("envFrom"):
        found = [field for field in ("configMapRef", "secretRef") if entry.get(field) is not None]
        if len(found) != 1:
            what = "both a ConfigMap and a Secret" if found else "nothing"
            message = f"An envFrom entry of container {show(container.name)} names {what}."
            yield Violation(path, message, "Give it either configMapRef or secretRef.")


@container_rule("hook-sleep", "error", "A preStop sleep ends before the pod is killed")
def hook_sleep(container: Container, _context: Context) -> Iterator[Violation]:
    grace = as_int(container.pod_spec.get("terminationGracePeriodSeconds"))
    grace = 30 if grace is None else grace
    for path, name, hook in hooks(container):
        seconds = as_int(dig(hook, "sleep", "seconds"))
        if seconds is not None and not 0 <= seconds <= max(grace, 0):
            message = f"The {name} hook sleeps {seconds} seconds, but the pod has {grace} seconds to end."
            hint = "Sleep less, or raise terminationGracePeriodSeconds."
            yield Violation(f"{path}.sleep.seconds", message, hint)


@container_rule("env-duplicate", "warning", "A container sets each variable once")
def env_duplicate(container: Container, _context: Context) -> Iterator[Violation]:
    seen: set[str] = set()
    for path, entry in container.items("env"):
        name = as_text(entry.get("name"))
        if name in seen and name:
            message = f"Variable {show(name)} is set twice; only the last one counts, and server-side apply refuses it."
            yield Violation(f"{path}.name", message, "Remove one of them.")
        seen.add(name)


@container_rule("env-secret", "warning", "A manifest contains no password")
def env_secret(container: Container, _context: Context) -> Iterator[Violation]:
    for path, entry in container.items("env"):
        name, value = as_text(entry.get("name")), as_text(entry.get("value"))
        if holds_credential(name, value):
            message = f"Variable {show(name)} looks like a secret, and its value is here for everyone to read."
            hint = "Put it in a Secret and use valueFrom.secretKeyRef or a mounted file."
            yield Violation(f"{path}.value", message, hint)


@container_rule("hook-handlers", "error", "A lifecycle hook does exactly one thing")
def hook_handlers(container: Container, _context: Context) -> Iterator[Violation]:
    for path, name, hook in hooks(container):
        what = handlers_fault(hook, ("exec", "httpGet", "tcpSocket", "sleep"), none="does nothing")
        if what:
            message = f"The {name} hook of container {show(container.name)} {what}."
            yield Violation(path, message, "Give it exactly one handler.")


@container_rule("command-one-text", "warning", "A command is a list of words, not one text with spaces")
def command_one_text(container: Container, _context: Context) -> Iterator[Violation]:
    command = as_list(container.data.get("command"))
    words = as_text(command[0]) if len(command) == 1 else ""
    if " " in words.strip() and not container.data.get("args") and "\n" not in words:
        message = f"Container {show(container.name)} runs {show(words)} as one word; no program has that name."
        yield Violation(f"{container.path}.command[0]", message, f"Write [{shown(', '.join(words.split()))}].")


@container_rule("variable-unset", "warning", "A command uses variables that its container has")
def variable_unset(container: Container, _context: Context) -> Iterator[Violation]:
    if container.data.get("envFrom"):
        return
    for field in ("command", "args"):
        for index, word in enumerate(as_list(container.data.get(field))):
            if not isinstance(word, str) or "$(" not in word:
                continue
            from wizard.kube.commands import unset_variables  # such words are rare, the import is slow

            known = {as_text(entry.get("name")) for _, entry in container.items("env")}
            for name in unset_variables((word,), known):
                message = f"Container {show(container.name)} has no variable {name}, so $({name}) stays as it is."
                yield Violation(f"{container.path}.{field}[{index}]", message, f"Add {name} to its env.")


@pod_rule("toleration-key", "error", "A toleration without a key tolerates everything (operator Exists)")
def toleration_key(pod: Pod, _context: Context) -> Iterator[Violation]:
    for path, entry in pod.items("tolerations"):
        if not entry.get("key") and entry.get("operator") != "Exists":
            yield Violation(f"{path}.key", "The toleration has no key.", "Add key, or write `operator: Exists`.")
        elif entry.get("operator") == "Exists" and entry.get("value"):
            message = "A toleration with operator Exists must not have a value."
            yield Violation(f"{path}.value", message, "Remove value.")
