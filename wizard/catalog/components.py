"""The reader of templates/: components with their files, images, features and shared parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from yaml.nodes import MappingNode, Node, SequenceNode

from wizard.catalog.declarations import Prerequisite
from wizard.catalog.declared import read_declarations
from wizard.catalog.folder import TEMPLATES, Folder
from wizard.catalog.globs import matches_any
from wizard.catalog.keys import TEMPLATE_FORMAT, known, words
from wizard.catalog.model import Component, Feature, Image, Parameter
from wizard.catalog.parameters import read_parameters
from wizard.catalog.record_reader import RecordReader
from wizard.catalog.table import good_id
from wizard.catalog.types.addresses import read_image
from wizard.catalog.yaml_source import Fields, Source
from wizard.errors import Fault
from wizard.kube.reason import Reason
from wizard.kube.versions import DEFAULT, MINORS, Minor, parse_minor
from wizard.text import did_you_mean, shown

_FIRST = "first"
_NO_NODE = MappingNode("", [])
_POD, _NOTES, _STAGES, _COMPONENT_FILE = "pod.yaml", "notes.md", "stages.yaml", "component.yaml"


@dataclass(frozen=True, slots=True)
class Features:
    """The contents of features.yaml."""

    minors: tuple[Minor, ...]
    default: Minor
    bands: Mapping[str, tuple[Minor, Node]]
    features: Mapping[str, Feature]


class ComponentReader:
    """A reader of the component folders that patterns name."""

    def __init__(
        self,
        folder: Folder,
        patterns: Mapping[str, object],
        images: Mapping[str, Image],
        groups: Groups,
    ) -> None:
        self.folder = folder
        self.patterns = patterns
        self.images = images
        self.groups = groups

    def read(self, pattern: str, path: str) -> Component | None:
        """Return the component in a folder relative to templates/, or ``None`` if nothing of it is usable."""
        folder = f"{TEMPLATES}/{path}"
        fields = open_record(self.folder, f"{folder}/{_COMPONENT_FILE}", "component")
        if not fields:
            return None
        source, what = fields.source, f"component '{path}'"
        fields.what = what
        role = fields.choice("role", words("component", "role"))
        owner = "app" if role in ("workload", "operator") else pattern
        files = self.folder.children(folder)
        workload = fields.text("workload")
        if workload and workload not in files:
            source.fault("missing-file", f"{what} has no file '{shown(workload)}'", fields["workload"])
        if role == "workload" and not workload:
            source.fault("missing-key", f"{what} has no 'workload'", fields.node, "name its fragment file")
        self._check_files(folder, files, workload)
        self._check_names(fields)
        groups = tuple(self._groups(fields, owner))
        declares = read_declarations(source, fields, owner, what)
        return Component(
            id=owner,
            title=fields.prose("title"),
            folder=path,
            parameters=self._parameters(fields, owner, groups),
            position=source.at(fields.node),
            needs=fields.names("needs"),
            pod=_POD if _POD in files else "",
            objects=tuple(file for file in files if file.startswith("objects/")),
            config=tuple(file for file in files if file.startswith("config/")),
            notes=_NOTES if _NOTES in files else "",
            slug=self._slug(fields, path),
            role=role,
            images=fields.names("images"),
            requires=fields.names("requires"),
            workload=workload,
            template=fields.text("template"),
            shared=fields.names("shared"),
            declares=declares._replace(first=(*declares.first, *(one for group in groups for one in group.first))),
        )

    def _groups(self, fields: Fields, owner: str) -> Iterator[SharedGroup]:
        for name, node in fields.texts("use"):
            if name in self.groups.names:
                yield self.groups.of(name, owner)
            elif name:
                hint = did_you_mean(name, self.groups.names) or "groups are defined in templates/shared/parameters.yaml"
                message = f"{fields.what} uses unknown group '{shown(name)}'"
                fields.source.fault("unknown-group", message, node, hint)

    def _parameters(self, fields: Fields, owner: str, groups: tuple[SharedGroup, ...]) -> tuple[Parameter, ...]:
        """Return the parameters of the shared groups in order, then the component's own; these override by name."""
        found: dict[str, Parameter] = {}
        for group in groups:
            found.update(group.parameters)
        if "parameters" in fields:
            found.update(read_parameters(fields.source, fields["parameters"], owner, fields.what))
        return tuple(found.values())

    def _slug(self, fields: Fields, path: str) -> str:
        if "slug" not in fields:
            return path.rpartition("/")[2]
        slug = fields.text("slug")
        if slug and (not good_id(slug) or slug != slug.lower() or "_" in slug or len(slug) > 20):
            hint = "at most 20 lower-case letters, digits and `-`"
            fields.source.fault("bad-id", f"`slug` of {fields.what} cannot be '{shown(slug)}'", fields["slug"], hint)
        return slug

    def _check_names(self, fields: Fields) -> None:
        """Report patterns, images, API groups and shared files that do not exist."""
        fault, what = fields.source.fault, fields.what
        for name, node in fields.unknown("needs", lambda glob: matches_any(glob, self.patterns)):
            message = f"{what} needs '{shown(name)}', but no pattern matches it"
            fault("unknown-pattern", message, node, did_you_mean(name, self.patterns))
        if fields.names("images") and not self.images:
            self._no_images()
        for name, node in fields.unknown("images", self.images.__contains__) if self.images else ():
            hint = did_you_mean(name, self.images) or "add it to templates/images.yaml"
            fault("unknown-image", f"{what} uses unknown image '{shown(name)}'", node, hint)
        for name, node in fields.unknown("requires", _is_api_version):
            hint = "group/version, such as postgresql.cnpg.io/v1"
            fault("bad-value", f"`requires` of {what} cannot be '{shown(name)}'", node, hint)
        files = self.folder.children(f"{TEMPLATES}/shared") if "shared" in fields else []
        for name, node in fields.unknown("shared", files.__contains__):
            message = f"templates/shared/ has no '{shown(name)}' ({what})"
            fault("missing-file", message, node, did_you_mean(name, files))

    def _no_images(self) -> None:
        """Report missing images once instead of per component; a file that cannot be read already has a fault."""
        path = f"{TEMPLATES}/images.yaml"
        if not any(fault.position.file == self.folder.name(path) for fault in self.folder.faults):
            hint = "components refer to images by their id in this file"
            self.folder.fault("missing-file", path, "no image is declared here", hint)

    def _check_files(self, folder: str, files: list[str], workload: str) -> None:
        """Report every file without a meaning, because a misspelled file would silently not be rendered."""
        known_files = (_COMPONENT_FILE, _POD, _NOTES, _STAGES, workload)
        for file in files:
            if file in known_files or file.startswith(("objects/", "config/")):
                continue
            hint = did_you_mean(file, [name for name in known_files if name]) or "objects/ and config/ hold the rest"
            self.folder.fault("unknown-file", f"{folder}/{file}", "nothing reads this file", hint)


def _is_api_version(text: str) -> bool:
    group, slash, version = text.partition("/")
    return "." in group and bool(slash) and version[:1] == "v" and version.isalnum()


def open_record(folder: Folder, path: str, record: str, newest: int = TEMPLATE_FORMAT, moved: str = "") -> Fields:
    """Open a file of the catalogue and return its known keys.

    They are empty if the file is missing, broken, or of an unsupported format. ``moved`` is a hint for authors of an
    older format; it is only given where no format but ``newest`` is read.
    """
    source = Source(folder.name(path), folder.faults)
    root = None
    if path in folder.files:
        root = source.compose(folder.files[path])
    elif not any(fault.position.file == source.file for fault in folder.faults):
        source.fault("missing-file", "the file is missing")
    if root is None or not _format_known(source, root, newest, moved):
        return Fields(source, _NO_NODE, "", {})
    fields = source.fields(root, known(record), "the file")
    fields.what = ""
    return fields


def open_optional(folder: Folder, name: str, record: str) -> Fields:
    """Open a file in templates/; its keys are empty if it is missing, too."""
    path = f"{TEMPLATES}/{name}"
    return open_record(folder, path, record) if path in folder.files else Fields(Source("", []), _NO_NODE, "", {})


def _format_known(source: Source, root: Node, newest: int, moved: str) -> bool:
    """Check `format` before anything else, since a newer or older file would only cause faults about unknown keys."""
    entries = root.value if isinstance(root, MappingNode) else []
    for key, value in entries:
        if key.value == "format":
            number = source.integer(value, "`format`")
            if number > newest:
                hint = "use a newer podwizard"
                source.fault("format", f"format {number} is newer than this podwizard supports ({newest})", value, hint)
            elif number < 1:
                source.fault("format", "`format` must be 1 or more", value)
            elif number < newest and moved:
                source.fault("format", f"format {number} is no longer supported; use format {newest}", value, moved)
                return False
            return number <= newest
    return True


class SharedGroup(NamedTuple):
    """A group of parameters as one component uses it."""

    parameters: Mapping[str, Parameter]
    first: tuple[Prerequisite, ...]
    """The prerequisites in the cluster that come with these parameters."""


class Groups:
    """The groups of parameters that components include by name.

    Each group is read once per component that includes it, since `own.x` in it means that component's `x`.
    """

    def __init__(self, source: Source, nodes: Mapping[str, Node]) -> None:
        self._file = source.file
        self._nodes = nodes
        self._read = {(name, "app"): _group(source, node, name, "app") for name, node in nodes.items()}

    @property
    def names(self) -> Iterable[str]:
        """The names of the groups."""
        return self._nodes.keys()

    def of(self, name: str, owner: str) -> SharedGroup:
        """Return a group as it applies to ``owner``.

        A group's `must` describes the program, so only the workload keeps it.
        """
        found = self._read.get((name, owner))
        if found is None:
            reported: list[Fault] = []  # a throwaway list: reading the workload's group reported the same faults
            read = _group(Source(self._file, reported), self._nodes[name], name, owner)
            bare = {key: one._replace(must=None) for key, one in read.parameters.items()}
            found = self._read[name, owner] = read._replace(parameters=bare)
        return found


def _group(source: Source, node: Node, name: str, owner: str) -> SharedGroup:
    """Read a group: the list under `first` holds prerequisites, every other key is a parameter."""
    what = f"group '{name}'"
    entries = node.value if isinstance(node, MappingNode) else []
    lists = [one for key, one in entries if key.value == _FIRST and isinstance(one, SequenceNode)]
    if lists:
        rest = [(key, one) for key, one in entries if one not in lists]
        node = MappingNode(node.tag, rest, node.start_mark, node.end_mark)
    reader = RecordReader(source, owner)
    prerequisites = [one for found in lists for one in reader.items("prerequisite", found, f"`{_FIRST}` of {what}")]
    return SharedGroup(read_parameters(source, node, owner, what), tuple(prerequisites))


def read_groups(folder: Folder) -> Groups:
    """Read the groups in templates/shared/parameters.yaml; the file is optional."""
    fields = open_optional(folder, "shared/parameters.yaml", "shared")
    return Groups(fields.source, {name: node for name, (_, node) in fields.entries("groups").items()})


def read_images(folder: Folder) -> dict[str, Image]:
    """Read templates/images.yaml; the file is optional."""
    fields = open_optional(folder, "images.yaml", "images")
    source = fields.source
    images: dict[str, Image] = {}
    for name, (key, node) in fields.entries("images").items():
        found = RecordReader(source).record("image", node, f"image '{name}'", id=name, position=source.at(key))
        if found is not None:
            images[name] = found
            reference = found.reference()
            if isinstance(wrong := read_image(reference), Reason):
                source.fault("bad-image", f"image '{name}': {shown(reference)}: {wrong.message}", key, wrong.hint)
    return images


def read_features(folder: Folder) -> Features:
    """Read templates/features.yaml; the file is optional."""
    fields = open_optional(folder, "features.yaml", "features")
    if not fields:
        return Features(MINORS, DEFAULT, {}, {})
    source = fields.source
    minors = tuple(minor(source, text, node) for text, node in fields.texts("minors")) or MINORS
    if list(minors) != sorted(set(minors)):
        source.fault("bad-value", "`minors` must rise", fields["minors"], "oldest first, each once")
    default = minor(source, fields.text("default"), fields["default"]) if "default" in fields else DEFAULT
    if default not in minors:
        source.fault("bad-value", "`default` is not one of the minors", fields.get("default", fields.node))
    return Features(
        minors,
        default,
        {
            name: (minor(source, source.text(node, f"'{name}'"), node), key)
            for name, (key, node) in fields.entries("versions").items()
        },
        {name: _feature(source, name, key, node) for name, (key, node) in fields.entries("features").items()},
    )


def _feature(source: Source, name: str, key: Node, node: Node) -> Feature:
    fields = source.fields(node, known("feature"), f"feature '{name}'")
    first = minor(source, fields.text("first"), fields["first"]) if "first" in fields else (1, 0)
    return Feature(name, first, fields.prose("title"), source.at(key), fields.prose("instead"))


def minor(source: Source, text: str, node: Node) -> Minor:
    """Read a Kubernetes minor version, such as ``1.33``."""
    found = parse_minor(text)
    if isinstance(found, Reason):
        if text:
            source.fault("bad-value", f"'{shown(text)}' is {found.message}", node, found.hint)
        return 1, 0
    return found
