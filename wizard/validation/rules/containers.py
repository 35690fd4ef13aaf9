"""Requirements on every container: a name, an image, and valid environment variables and hooks."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.kube.credentials import holds_credential
from wizard.kube.names import is_label, is_relaxed_variable, is_variable
from wizard.text import shown
from wizard.validation.data import as_int, as_list, as_map, as_text, dig, items, listed, show
from wizard.validation.frame import RUNS_PODS, Context, Subject, Violation, containers, rule, rules_in

_RELAXED_ENV_MINOR = 32


@rule("no-containers", "error", "A pod has at least one container", RUNS_PODS)
def no_containers(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is not None and subject.pod.spec.get("containers") == []:
        yield Violation(
            f"{subject.pod.path}.containers", "The pod has no containers.", "Add the application's container."
        )


@rule("container-name", "error", "A container's name is a DNS label and unique in the pod", RUNS_PODS)
def container_name(subject: Subject, _context: Context) -> Iterator[Violation]:
    seen: dict[str, str] = {}
    for container in containers(subject):
        name, path = container.name, f"{container.path}.name"
        if name and not is_label(name):
            hint = "Use at most 63 lower-case letters, digits and dashes."
            yield Violation(path, f"{show(name)} is not a valid container name.", hint)
        elif name in seen and name:
            yield Violation(
                path, f"Two containers are called {show(name)}; the other is {seen[name]}.", "Rename one of them."
            )
        seen.setdefault(name, container.path)


@rule("env-name", "error", "Environment variables have names the system accepts", RUNS_PODS)
def env_name(subject: Subject, context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        for path, entry in container.items("env"):
            name = entry.get("name")
            if not isinstance(name, str):
                continue
            if not (is_relaxed_variable if context.oldest >= _RELAXED_ENV_MINOR else is_variable)(name):
                yield Violation(
                    f"{path}.name",
                    f"{show(name)} is not a valid variable name.",
                    "Use letters, digits and underscores.",
                )


@rule("env-source", "error", "A variable has one source for its value", RUNS_PODS)
def env_source(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
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
                what = listed(names, "and") if names else "nothing"
                yield Violation(
                    f"{path}.valueFrom", f"Variable {shown} takes its value from {what}.", "Name exactly one source."
                )


@rule("env-from-source", "error", "An envFrom entry names a ConfigMap or a Secret", RUNS_PODS)
def env_from_source(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        for path, entry in container.items("envFrom"):
            found = [field for field in ("configMapRef", "secretRef") if entry.get(field) is not None]
            if len(found) != 1:
                what = "both a ConfigMap and a Secret" if found else "nothing"
                message = f"An envFrom entry of container {show(container.name)} names {what}."
                yield Violation(path, message, "Give it either configMapRef or secretRef.")


@rule("hook-sleep", "error", "A preStop sleep ends before the pod is killed", RUNS_PODS)
def hook_sleep(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    grace = as_int(subject.pod.spec.get("terminationGracePeriodSeconds"))
    grace = 30 if grace is None else grace
    for container in containers(subject):
        for name in ("postStart", "preStop"):
            seconds = as_int(dig(container.data, "lifecycle", name, "sleep", "seconds"))
            if seconds is not None and not 0 <= seconds <= max(grace, 0):
                path = f"{container.path}.lifecycle.{name}.sleep.seconds"
                message = f"The {name} hook sleeps {seconds} seconds, but the pod has {grace} seconds to end."
                yield Violation(path, message, "Sleep less, or raise terminationGracePeriodSeconds.")


@rule("env-duplicate", "warning", "A container sets each variable once", RUNS_PODS)
def env_duplicate(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        seen: set[str] = set()
        for path, entry in container.items("env"):
            name = as_text(entry.get("name"))
            if name in seen and name:
                message = (
                    f"Variable {show(name)} is set twice; only the last one counts, and server-side apply refuses it."
                )
                yield Violation(f"{path}.name", message, "Remove one of them.")
            seen.add(name)


@rule("env-secret", "warning", "A manifest contains no password", RUNS_PODS)
def env_secret(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        for path, entry in container.items("env"):
            name, value = as_text(entry.get("name")), as_text(entry.get("value"))
            if holds_credential(name, value):
                message = f"Variable {show(name)} looks like a secret, and its value is here for everyone to read."
                yield Violation(
                    f"{path}.value", message, "Put it in a Secret and use valueFrom.secretKeyRef or a mounted file."
                )


@rule("hook-handlers", "error", "A lifecycle hook does exactly one thing", RUNS_PODS)
def hook_handlers(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        hooks = as_map(container.data.get("lifecycle"))
        for name in ("postStart", "preStop"):
            hook = hooks.get(name)
            if not isinstance(hook, dict):
                continue
            handlers = [key for key in ("exec", "httpGet", "tcpSocket", "sleep") if hook.get(key) is not None]
            if len(handlers) != 1:
                what = f"has {listed(handlers, 'and')}" if handlers else "does nothing"
                path = f"{container.path}.lifecycle.{name}"
                yield Violation(
                    path, f"The {name} hook of container {show(container.name)} {what}.", "Give it exactly one handler."
                )


@rule("command-one-text", "warning", "A command is a list of words, not one text with spaces", RUNS_PODS)
def command_one_text(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        command = as_list(container.data.get("command"))
        words = as_text(command[0]) if len(command) == 1 else ""
        if " " in words.strip() and not container.data.get("args") and "\n" not in words:
            message = f"Container {show(container.name)} runs {show(words)} as one word; no program has that name."
            yield Violation(f"{container.path}.command[0]", message, f"Write [{shown(', '.join(words.split()))}].")


@rule("variable-unset", "warning", "A command uses variables that its container has", RUNS_PODS)
def variable_unset(subject: Subject, _context: Context) -> Iterator[Violation]:
    for container in containers(subject):
        if container.data.get("envFrom"):
            continue
        for field in ("command", "args"):
            for index, word in enumerate(as_list(container.data.get(field))):
                if not isinstance(word, str) or "$(" not in word:
                    continue
                from wizard.kube.commands import unset_variables  # such words are rare, the import is slow

                known = {as_text(entry.get("name")) for _, entry in container.items("env")}
                for name in unset_variables((word,), known):
                    message = f"Container {show(container.name)} has no variable {name}, so $({name}) stays as it is."
                    yield Violation(f"{container.path}.{field}[{index}]", message, f"Add {name} to its env.")


@rule("toleration-key", "error", "A toleration without a key tolerates everything (operator Exists)", RUNS_PODS)
def toleration_key(subject: Subject, _context: Context) -> Iterator[Violation]:
    if subject.pod is None:
        return
    for path, entry in items(subject.pod.spec.get("tolerations"), f"{subject.pod.path}.tolerations"):
        if not entry.get("key") and entry.get("operator") != "Exists":
            yield Violation(f"{path}.key", "The toleration has no key.", "Add key, or write `operator: Exists`.")
        elif entry.get("operator") == "Exists" and entry.get("value"):
            yield Violation(
                f"{path}.value", "A toleration with operator Exists must not have a value.", "Remove value."
            )


RULES = rules_in(globals())
