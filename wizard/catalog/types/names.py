"""Types whose values are names: of objects, of keys, of existing Secrets."""

from __future__ import annotations

from wizard.catalog.model import Parameter, ParameterType, Value
from wizard.catalog.typed import hinted
from wizard.catalog.types.scalars import Scalar, read_several
from wizard.kube.names import is_label_key, is_label_value, is_variable, parse_config_key, parse_label, parse_subdomain
from wizard.kube.reason import Reason


class Name(Scalar):
    name = "name"
    takes = "a Kubernetes object name: lower-case letters, digits and `-`, at most 63"
    keys = ("max_length",)
    names_objects = True

    def read(self, parameter: Parameter, text: str) -> str | Reason:
        return parse_label(text, min(parameter.max_length or 63, 63))


class Subdomain(Scalar):
    name = "subdomain"
    takes = "names joined by dots, at most 253 characters"
    keys = ("max_length",)
    names_objects = True

    def read(self, parameter: Parameter, text: str) -> str | Reason:
        if "://" in text:
            return Reason("expected a name, not an address", f"for example {parameter.sample or 'orders'}")
        return parse_subdomain(text)


class ConfigKey(Scalar):
    name = "key"
    takes = "a key of a ConfigMap or Secret"
    keys = ("max_length",)

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        return hinted(parse_config_key(text), "for example app.conf")


class VariableName(Scalar):
    name = "variable"
    takes = "the name of an environment variable: letters, digits and `_`"
    keys = ("max_length",)
    mark = "ZQ{number:04d}ZQ"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        return hinted(read_variable(text), "for example LOG_LEVEL")


def read_variable(text: str) -> str | Reason:
    """Read the name of an environment variable."""
    if is_variable(text) and len(text) <= 253:
        return text
    return Reason("a name starts with a letter" if text[:1].isdigit() else "a name has only letters, digits and `_`")


class DeviceName(Scalar):
    name = "device"
    takes = "the name of an extended resource, such as `nvidia.com/gpu`"
    mark = "{mark}.example/{mark}"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        vendor, slash, _ = text.partition("/")
        if not slash or not is_label_key(text):
            return Reason("not a valid device name", "a vendor and a name, such as nvidia.com/gpu")
        if vendor == "kubernetes.io" or vendor.endswith(".kubernetes.io"):
            return Reason("Kubernetes' own resources are set elsewhere", "a vendor and a name, such as nvidia.com/gpu")
        return text


class Names(Scalar):
    name = "names"
    takes = "one or more names, separated by blanks"
    keys = ("max_length",)

    def read(self, parameter: Parameter, text: str) -> str | Reason:
        return read_several(text, lambda each: parse_label(each, min(parameter.max_length or 63, 63)))


class Label(Scalar):
    name = "label"
    takes = "one pod label, such as `app=db`"

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        name, equals, value = text.partition("=")
        if not equals or not is_label_key(name) or not is_label_value(value):
            return Reason("not a label", "its name and its value, such as app.kubernetes.io/name=db")
        return text

    def sentinel(self, _parameter: Parameter, number: int, value: Value) -> Value:
        """Return the same label name, with a sentinel as its value."""
        name = str(value or "").partition("=")[0] or "app"
        return f"{name}=zq{number:04d}zq"


class SecretName(Scalar):
    """The name of a Secret; text that looks like a secret's content is refused without repeating it."""

    name = "secret-name"
    takes = "the name of an existing Secret"
    keys = ("max_length",)
    names_objects = True

    def read(self, _parameter: Parameter, text: str) -> str | Reason:
        found = parse_subdomain(text)
        if isinstance(found, Reason) and (any(char in text for char in "=+/:@") or len(text) > 100):
            message = "enter the name of a Secret in the cluster, never its content"
            return Reason(message, "create the Secret with kubectl and enter its name here", secret=True)
        return found


NAMES: tuple[ParameterType, ...] = (
    Name(),
    Subdomain(),
    ConfigKey(),
    VariableName(),
    DeviceName(),
    Names(),
    Label(),
    SecretName(),
)
