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
from wizard.catalog.keys import ROLES, TEMPLATE_FORMAT, known
from wizard.catalog.model import Component, Feature, Image, Parameter
from wizard.catalog.parameters import read_parameters
from wizard.catalog.record_reader import RecordReader
from wizard.catalog.table import good_id, paragraphs
from wizard.catalog.types.addresses import read_image
from wizard.catalog.yaml_source import Source
from wizard.errors import Fault
from wizard.kube.reason import Reason
from wizard.kube.versions import DEFAULT, MINORS, Minor, parse_minor
from wizard.text import did_you_mean, shown

_COMPONENT, _SHARED = known("component"), known("shared")
_IMAGES = known("images")
_FEATURES, _FEATURE = known("features"), known("feature")
_FIRST = "first"
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
        opened = open_record(self.folder, f"{folder}/{_COMPONENT_FILE}", _COMPONENT)
        if opened is None:
            return None
        source, root, fields = opened
        what = f"component '{path}'"
        role = source.choice(fields["role"], f"`role` of {what}", ROLES) if "role" in fields else ""
        owner = "app" if role in ("workload", "operator") else pattern
        files = self.folder.children(folder)
        workload = source.text(fields["workload"], f"`workload` of {what}") if "workload" in fields else ""
        if workload and workload not in files:
            source.fault("missing-file", f"{what} has no file '{shown(workload)}'", fields["workload"])
        if role == "workload" and not workload:
            source.fault("missing-key", f"{what} has no 'workload'", root, "name its fragment file")
        self._check_files(folder, files, workload)
        groups = tuple(self._groups(source, fields, owner, what))
        declares = read_declarations(source, fields, owner, what)
        stated = (*declares.first, *(one for group in groups for one in group.first))
        return Component(
            id=owner,
            title=paragraphs(source.text(fields["title"], f"`title` of {what}")) if "title" in fields else "",
            folder=path,
            parameters=self._parameters(source, fields, owner, what, groups),
            position=source.at(root),
            needs=self._needs(source, fields, what),
            pod=_POD if _POD in files else "",
            objects=tuple(file for file in files if file.startswith("objects/")),
            config=tuple(file for file in files if file.startswith("config/")),
            notes=_NOTES if _NOTES in files else "",
            slug=self._slug(source, fields, path, what),
            role=role,
            images=self._images(source, fields, what),
            requires=self._requires(source, fields, what),
            workload=workload,
            template=source.text(fields["template"], f"`template` of {what}") if "template" in fields else "",
            shared=self._shared(source, fields, what),
            declares=declares._replace(first=stated),
        )

    def _groups(self, source: Source, fields: Mapping[str, Node], owner: str, what: str) -> Iterator[SharedGroup]:
        for name, node in source.texts(fields["use"], f"`use` of {what}") if "use" in fields else ():
            if name in self.groups.names:
                yield self.groups.of(name, owner)
            elif name:
                hint = did_you_mean(name, self.groups.names) or "groups are defined in templates/shared/parameters.yaml"
                source.fault("unknown-group", f"{what} uses unknown group '{shown(name)}'", node, hint)

    def _parameters(
        self, source: Source, fields: Mapping[str, Node], owner: str, what: str, groups: tuple[SharedGroup, ...]
    ) -> tuple[Parameter, ...]:
        """Return the parameters of the shared groups in order, then the component's own; these override by name."""
        found: dict[str, Parameter] = {}
        for group in groups:
            found.update(group.parameters)
        if "parameters" in fields:
            found.update(read_parameters(source, fields["parameters"], owner, what))
        return tuple(found.values())

    def _needs(self, source: Source, fields: Mapping[str, Node], what: str) -> tuple[str, ...]:
        needs = source.texts(fields["needs"], f"`needs` of {what}") if "needs" in fields else []
        for text, node in needs:
            if text and not matches_any(text, self.patterns):
                hint = did_you_mean(text, self.patterns)
                source.fault("unknown-pattern", f"{what} needs '{shown(text)}', but no pattern matches it", node, hint)
        return tuple(text for text, _ in needs)

    def _slug(self, source: Source, fields: Mapping[str, Node], path: str, what: str) -> str:
        if "slug" not in fields:
            return path.rpartition("/")[2]
        slug = source.text(fields["slug"], f"`slug` of {what}")
        if slug and (not good_id(slug) or slug != slug.lower() or "_" in slug or len(slug) > 20):
            hint = "at most 20 lower-case letters, digits and `-`"
            source.fault("bad-id", f"`slug` of {what} cannot be '{shown(slug)}'", fields["slug"], hint)
        return slug

    def _images(self, source: Source, fields: Mapping[str, Node], what: str) -> tuple[str, ...]:
        named = source.texts(fields["images"], f"`images` of {what}") if "images" in fields else []
        if named and not self.images:
            self._no_images()
            return ()
        for name, node in named:
            if name and name not in self.images:
                hint = did_you_mean(name, self.images) or "add it to templates/images.yaml"
                source.fault("unknown-image", f"{what} uses unknown image '{shown(name)}'", node, hint)
        return tuple(name for name, _ in named)

    def _no_images(self) -> None:
        """Report missing images once instead of per component; a file that cannot be read already has a fault."""
        path = f"{TEMPLATES}/images.yaml"
        if not any(fault.position.file == self.folder.name(path) for fault in self.folder.faults):
            self.folder.fault(
                "missing-file", path, "no image is declared here", "components refer to images by their id in this file"
            )

    def _requires(self, source: Source, fields: Mapping[str, Node], what: str) -> tuple[str, ...]:
        named = source.texts(fields["requires"], f"`requires` of {what}") if "requires" in fields else []
        for name, node in named:
            group, slash, version = name.partition("/")
            if name and not ("." in group and slash and version[:1] == "v" and version.isalnum()):
                hint = "group/version, such as postgresql.cnpg.io/v1"
                source.fault("bad-value", f"`requires` of {what} cannot be '{shown(name)}'", node, hint)
        return tuple(name for name, _ in named)

    def _shared(self, source: Source, fields: Mapping[str, Node], what: str) -> tuple[str, ...]:
        named = source.texts(fields["shared"], f"`shared` of {what}") if "shared" in fields else []
        for name, node in named:
            if name and f"{TEMPLATES}/shared/{name}" not in self.folder.files:
                hint = did_you_mean(name, self.folder.children(f"{TEMPLATES}/shared"))
                source.fault("missing-file", f"templates/shared/ has no '{shown(name)}' ({what})", node, hint)
        return tuple(name for name, _ in named)

    def _check_files(self, folder: str, files: list[str], workload: str) -> None:
        """Report every file without a meaning, because a misspelled file would silently not be rendered."""
        known_files = (_COMPONENT_FILE, _POD, _NOTES, _STAGES, workload)
        for file in files:
            if file in known_files or file.startswith(("objects/", "config/")):
                continue
            hint = did_you_mean(file, [name for name in known_files if name]) or "objects/ and config/ hold the rest"
            self.folder.fault("unknown-file", f"{folder}/{file}", "nothing reads this file", hint)


def open_record(
    folder: Folder, path: str, record: Mapping[str, bool], newest: int = TEMPLATE_FORMAT, moved: str = ""
) -> tuple[Source, Node, dict[str, Node]] | None:
    """Open a file of the catalogue and return its source, its root mapping and its known keys.

    ``moved`` is a hint for authors of an older format; it is only given where no format but ``newest`` is read. Returns
    ``None`` if the file is missing, broken, or of an unsupported format.
    """
    source = Source(folder.name(path), folder.faults)
    if path not in folder.files:
        if not any(fault.position.file == source.file for fault in folder.faults):
            source.fault("missing-file", "the file is missing")
        return None
    root = source.compose(folder.files[path])
    if root is None or not _format_known(source, root, newest, moved):
        return None
    fields = source.fields(root, record, "the file")
    return (source, root, fields) if fields else None


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

    def __init__(self, source: Source | None, nodes: Mapping[str, Node]) -> None:
        self._file = source.file if source else ""
        self._nodes = nodes
        self._read = {(name, "app"): _group(source, node, name, "app") for name, node in nodes.items() if source}

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
            told_already: list[Fault] = []  # a throwaway list: reading the workload's group reported the same faults
            read = _group(Source(self._file, told_already), self._nodes[name], name, owner)
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
    stated = [one for found in lists for one in reader.items("prerequisite", found, f"`{_FIRST}` of {what}")]
    return SharedGroup(read_parameters(source, node, owner, what), tuple(stated))


def read_groups(folder: Folder) -> Groups:
    """Read the groups in templates/shared/parameters.yaml; the file is optional."""
    path = f"{TEMPLATES}/shared/parameters.yaml"
    opened = open_record(folder, path, _SHARED) if path in folder.files else None
    if opened is None or "groups" not in opened[2]:
        return Groups(None, {})
    source, _, fields = opened
    return Groups(source, {name: node for name, (_, node) in source.entries(fields["groups"], "`groups`").items()})


def read_images(folder: Folder) -> dict[str, Image]:
    """Read templates/images.yaml; the file is optional."""
    path = f"{TEMPLATES}/images.yaml"
    opened = open_record(folder, path, _IMAGES) if path in folder.files else None
    if opened is None or "images" not in opened[2]:
        return {}
    source, _, fields = opened
    images: dict[str, Image] = {}
    for name, (key, node) in source.entries(fields["images"], "`images`").items():
        found = RecordReader(source).record("image", node, f"image '{name}'", id=name, position=source.at(key))
        if found is not None:
            images[name] = found
            reference = found.reference()
            if isinstance(wrong := read_image(reference), Reason):
                source.fault("bad-image", f"image '{name}': {shown(reference)}: {wrong.message}", key, wrong.hint)
    return images


def read_features(folder: Folder) -> Features:
    """Read templates/features.yaml; the file is optional."""
    path = f"{TEMPLATES}/features.yaml"
    opened = open_record(folder, path, _FEATURES) if path in folder.files else None
    if opened is None:
        return Features(MINORS, DEFAULT, {}, {})
    source, root, fields = opened
    minors = MINORS
    if "minors" in fields:
        minors = tuple(minor(source, text, node) for text, node in source.texts(fields["minors"], "`minors`"))
        if list(minors) != sorted(set(minors)):
            source.fault("bad-value", "`minors` must rise", fields["minors"], "oldest first, each once")
    default = DEFAULT
    if "default" in fields:
        default = minor(source, source.text(fields["default"], "`default`"), fields["default"])
    if default not in minors:
        source.fault("bad-value", "`default` is not one of the minors", fields.get("default", root))
    bands = source.entries(fields["versions"], "`versions`") if "versions" in fields else {}
    features = source.entries(fields["features"], "`features`") if "features" in fields else {}
    return Features(
        minors,
        default,
        {name: (minor(source, source.text(node, f"'{name}'"), node), key) for name, (key, node) in bands.items()},
        {name: _feature(source, name, key, node) for name, (key, node) in features.items()},
    )


def _feature(source: Source, name: str, key: Node, node: Node) -> Feature:
    what = f"feature '{name}'"
    fields = source.fields(node, _FEATURE, what)
    first = minor(source, source.text(fields["first"], what), fields["first"]) if "first" in fields else (1, 0)
    return Feature(
        id=name,
        first=first,
        title=paragraphs(source.text(fields["title"], what)) if "title" in fields else "",
        position=source.at(key),
        instead=paragraphs(source.text(fields["instead"], what)) if "instead" in fields else "",
    )


def minor(source: Source, text: str, node: Node) -> Minor:
    """Read a Kubernetes minor version, such as ``1.33``."""
    found = parse_minor(text)
    if isinstance(found, Reason):
        if text:
            source.fault("bad-value", f"'{shown(text)}' is {found.message}", node, found.hint)
        return 1, 0
    return found
