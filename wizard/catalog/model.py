"""The parts of a catalogue besides its decision: patterns, components, parameters, images, features."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from wizard.catalog.declarations import NOTHING, Declarations, Demand, Sum
from wizard.catalog.former import AnswerNames
from wizard.catalog.notes import References
from wizard.catalog.when import ALWAYS, When
from wizard.decision.model import Decision
from wizard.errors import Position
from wizard.kube.credentials import is_credential
from wizard.kube.images import image_called, split_registry
from wizard.kube.versions import DEFAULT, Minor

Value = str | int | bool | None | tuple["Value", ...] | tuple[tuple[str, "Value"], ...]
Widget = Literal["text", "word", "number", "switch", "choice", "list", "map", "records", "files"]
"""The ways in which a face edits a value: a line that may hold anything, one that holds no `?`, and so on."""


class ParameterType(ABC):
    """All that differs between two types of parameters; ``wizard/catalog/types`` has one class for each.

    It has no state: two instances of one class are equal, and a pickle names the class only.
    """

    __slots__ = ()

    name: ClassVar[str]
    """The word in ``type:`` of a declaration."""
    takes: ClassVar[str]
    """The texts it takes, in a phrase of Markdown for docs/catalogue.md."""
    widget: ClassVar[Widget] = "word"
    keys: ClassVar[tuple[str, ...]] = ()
    """The keys of a declaration that go with this type, and not with every other."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Those of them that it cannot do without."""
    bounds: ClassVar[Literal["number", "value"]] = "number"
    """With ``min`` and ``max`` among the keys: they are whole numbers, or values of this type."""
    plural: ClassVar[bool] = False
    """A value holds several, so that no field of a record can have this type."""
    loops: ClassVar[bool] = False
    """A template may go through a value, or ask if it is empty."""
    empty: ClassVar[bool] = False
    """A value without items is a value of its own, not nothing."""
    names_objects: ClassVar[bool] = False
    """A value may be the name of an object in the cluster."""
    names_image: ClassVar[bool] = False
    """A value is an image, which the user chooses."""

    @abstractmethod
    def parse(self, parameter: "Parameter", raw: object) -> Value:
        """Read the text of a field or plain YAML data, which is not empty.

        Raises:
            ValueProblem: it is not a value of this type, or not within the parameter's bounds.
        """

    def is_credential(self, text: str) -> bool:
        """Tell whether a text of the value has the shape of a credential."""
        return is_credential(text)

    @abstractmethod
    def sentinel(self, parameter: "Parameter", number: int, value: Value) -> Value:
        """Give the ``number``-th value of this type that no person would give; ``value`` is the real one.

        Tracing renders a template once more with it and looks where it comes out: those lines hang on the parameter.
        """

    def format(self, _parameter: "Parameter", value: Value) -> str:
        """Write a value as a person would type it; ``parse`` gives the same value back."""
        return str(value)

    def plain(self, value: Value) -> object:
        """Give a value as YAML data."""
        return list(value) if isinstance(value, tuple) else value

    def for_templates(self, value: Value) -> object:
        """Give a value as templates read it."""
        return value

    def part(self, _parameter: "Parameter", _value: Value, _part: str) -> Value:
        """Give a part of a value, which another parameter follows; ``None`` where there is no such part."""
        return None

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Refusal(NamedTuple):
    """A combination that makes no sense, with the way out."""

    when: When
    say: str
    instead: str
    followed: bool = False
    """True when it counts only for the value of the parameter that this one follows."""
    equals: str = ""
    """The parameter, or field of its records (``app.listeners.0.port``), whose value it counts for; empty for any."""


class Parameter(NamedTuple):
    """One declared parameter of a component, or of the workload (component ``app``).

    ``source`` is ``default``, ``from`` (another parameter, ``component.name``) or ``table``
    (written only by ``set`` rules of the decision).
    """

    component: str
    name: str
    type: ParameterType
    kind: Literal["value", "choice"]
    """``value`` is only copied into leaves; ``choice`` may decide structure."""
    ask: str
    position: Position
    help: str = ""
    default: Value = None
    derived_from: str = ""
    """``component.name`` whose value this one follows until a person edits it."""
    follows_when: When = ALWAYS
    """With ``derived_from``: it follows only then, and has its default otherwise."""
    template: str = ""
    """With ``derived_from``: a pattern with one ``*`` for the other's value, such as ``*-db``."""
    decided: bool = False
    """Written only by the table's ``set`` rules, or by the rule that chooses its implementation."""
    required: bool = False
    """No safe default: a person must give it."""
    required_when: When | None = None
    """A person must give it then, where it is shown."""
    shown_when: When = ALWAYS
    """Only offered in forms then; its value is the default otherwise."""
    refused_when: tuple[Refusal, ...] = ()
    """Given values that are refused beside others of the bundle."""
    must: Demand | None = None
    """The line of the contract that it stands for."""
    sums: tuple[Sum, ...] = ()
    """Amounts that must fit into it together."""
    sets: str = ""
    """The Kubernetes field that has the value as it is, such as ``concurrencyPolicy``."""
    upfront: bool = False
    """Shown unfolded and first, although it has a default."""
    mount: str = ""
    """A folder that becomes a mount: ``program`` in the program's container, ``own`` in the component's own."""
    distinct: tuple[str, ...] = ()
    """Parameters with names that this one does not repeat."""
    served: Literal["", "elsewhere", "alone"] = ""
    """For a port: another parameter makes the component listen on it over TCP, or no other one does."""
    minimum: int | str | None = None
    maximum: int | str | None = None
    max_length: int | None = None
    starts: str = ""
    """For ``text``: what each value begins with."""
    options: tuple[tuple[str, str], ...] = ()
    """For ``choice``: (id, sentence)."""
    schemes: tuple[tuple[str, int], ...] = ()
    """For ``url``: (scheme, its usual port)."""
    fields: tuple["Parameter", ...] = ()
    """For ``records``: the fields of each item; a first field of type ``name`` tells the items apart."""
    part: str = ""
    """With ``derived_from``: the part of a URL or image, or ``0.field`` of a list of records, that it follows."""
    follows_as: tuple[tuple[str, str], ...] = ()
    """With ``derived_from``: (value there, value here); of any other value there, the default counts here."""
    sample: Value = None
    """Used by tests and the covering bundles where there is no default."""
    heading: str = ""
    """The heading the form folds it under."""
    was: tuple[str, ...] = ()
    """Its former names: ``name``, or ``component.name`` where it was another component's."""

    @property
    def key(self) -> str:
        """``component.name``, as ``--set`` takes it."""
        return f"{self.component}.{self.name}"

    @property
    def setting(self) -> str:
        """Its name in `set` rules: the name alone for a parameter of the workload."""
        return self.name if self.component == "app" else self.key

    @property
    def leads(self) -> bool:
        """True when it chooses between implementations, so that all others of its component depend on it."""
        return self.name == "implementation"


class Component(NamedTuple):
    """A folder of ``templates/`` that renders one pattern (or one implementation of it)."""

    id: str
    """The pattern's id, such as ``sidecar.log-agent``; ``app`` for workloads."""
    title: str
    folder: str
    """Relative to the catalogue's ``templates/``."""
    parameters: tuple[Parameter, ...]
    position: Position
    needs: tuple[str, ...] = ()
    """Pattern ids (globs) that must come earlier in the init container list."""
    pod: str = ""
    """The pod fragment's file name, or empty."""
    objects: tuple[str, ...] = ()
    """Object fragment files, relative to the folder, sorted."""
    config: tuple[str, ...] = ()
    """Config file templates, relative to the folder, sorted; empty: no ConfigMap."""
    notes: str = ""
    """The notes fragment's file name, or empty."""
    slug: str = ""
    """Short name for object and volume names, such as ``log-shipper``."""
    role: str = ""
    """``sidecar``, ``ambassador``, ``adapter``, ``init``, ``job``, ``workload``, ``operator``, ``object``."""
    images: tuple[str, ...] = ()
    """Image ids of ``images.yaml`` this component uses."""
    requires: tuple[str, ...] = ()
    """API groups beyond Kubernetes' own it needs on the cluster, such as ``postgresql.cnpg.io/v1``."""
    workload: str = ""
    """The workload fragment's file name; workloads only."""
    template: str = ""
    """Dotted path of the pod template in the workload, such as ``spec.template``; workloads only."""
    shared: tuple[str, ...] = ()
    """Object fragment files taken from ``templates/shared/``, in the declared order."""
    declares: Declarations = NOTHING


class Pattern(NamedTuple):
    """A pattern the table can recommend, with what a newcomer needs to know."""

    id: str
    title: str
    gives: str
    costs: str
    use_when: str
    avoid_when: str
    position: Position
    implementations: tuple[tuple[str, str], ...] = ()
    """(id, folder in ``templates/``); the first is the default. Empty: renders nothing by itself."""
    short: str = ""
    """A few words for headings: ``log sidecar``."""
    family: str = ""
    """The family whose texts and lesson it shares: ``ambassador`` of ``ambassador.pgbouncer``."""
    was: tuple[str, ...] = ()
    """Its former ids."""
    products: bool = False
    """Its implementations are of different products: the default says nothing before the user has chosen."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The implementations by id, where there is something to choose."""
        return tuple(name for name, _ in self.implementations) if len(self.implementations) > 1 else ()


class Advisory(NamedTuple):
    """A known weakness of an image that is used all the same."""

    says: str
    source: str
    gone_in: str = ""
    """The first version without it; empty when there is none yet."""


class Image(NamedTuple):
    """One container image, named once."""

    id: str
    repository: str
    tag: str
    uid: int
    checked: str
    source: str
    position: Position
    digest: str = ""
    gid: int | None = None
    """The numeric group it runs as; the user's number where it is not given."""
    uid_fixed: str = ""
    """The reason why it cannot run as another user; empty when it can."""
    advisory: Advisory | None = None
    title: str = ""
    """Its name for people, such as ``Fluent Bit``; the last part of the repository where it is not given."""

    @property
    def called(self) -> str:
        """Its name and version for people, such as ``Fluent Bit 5.1``."""
        return image_called(f"{self.repository}:{self.tag}", self.title)

    @property
    def group(self) -> int:
        """The number of the group it runs as."""
        return self.uid if self.gid is None else self.gid

    def place(self, registry: str = "") -> str:
        """The repository; ``registry`` replaces the registry host when given."""
        return f"{registry.rstrip('/')}/{split_registry(self.repository)[1]}" if registry else self.repository

    def reference(self, registry: str = "") -> str:
        """``repository:tag[@digest]``; ``registry`` replaces the registry host when given."""
        return f"{self.place(registry)}:{self.tag}" + (f"@{self.digest}" if self.digest else "")


class Feature(NamedTuple):
    """A field or API that appeared (enabled by default) in a Kubernetes minor version."""

    id: str
    first: Minor
    title: str
    position: Position
    instead: str = ""
    """The way out below that minor."""


class Lookup(NamedTuple):
    """One thing to look for on a cluster, with requests that only read."""

    kind: Literal["version", "groups", "no_groups", "daemon_set", "namespace", "objects"]
    names: tuple[str, ...] = ()
    """API groups, globs of images or of a namespace's marks (``key=value``), or the API and kind of objects."""
    paths: tuple[str, ...] = ()
    """Globs of folders of the node, one of which a DaemonSet reads, or the one field of objects that is read."""
    least: Minor = (0, 0)
    before: Minor = (99, 0)


class Clue(NamedTuple):
    """The meaning of what a look finds. Pairs are (question, option), or (key, value)."""

    id: str
    look: Lookup
    say: str
    """One sentence, with at most one ``*`` for what was found."""
    position: Position
    answers: tuple[tuple[str, str], ...] = ()
    """Certain: these questions are not asked."""
    suggests: tuple[tuple[str, str], ...] = ()
    """Likely, or only a part: highlighted or ticked, and asked all the same."""
    about: tuple[str, ...] = ()
    """Questions at which it is only said."""
    parameters: tuple[tuple[str, str], ...] = ()
    """``component.name`` and the value instead of its default, with ``*`` for what was found."""
    implementations: tuple[tuple[str, str], ...] = ()
    """Pattern id and the implementation instead of its first."""


class Evidence(NamedTuple):
    """A find on a cluster: a clue, and the name or version it was found by."""

    clue: str
    found: str


class Catalog(NamedTuple):
    """A decision table with everything its outputs render from."""

    root: Path
    """Folder that holds ``decision_table.yaml`` and ``templates/``."""
    decision: Decision
    patterns: Mapping[str, Pattern]
    components: Mapping[tuple[str, str], Component]
    """By (pattern id, implementation id)."""
    images: Mapping[str, Image]
    features: Mapping[str, Feature]
    digest: str
    """SHA-256 over every file of the catalogue but its lessons, hex."""
    minors: tuple[Minor, ...] = ()
    """Supported Kubernetes minors, oldest first."""
    default_minor: Minor = DEFAULT
    bands: Mapping[str, Minor] | None = None
    """Question ``version``: option id -> the oldest minor it stands for."""
    references: References = References()
    clues: Mapping[str, Clue] = {}
    """Everything that a cluster can tell before a question is asked."""
    names: AnswerNames = AnswerNames()
    """Everything that an answers file may name."""
    provided: Mapping[tuple[str, str], tuple[str, ...]] = {}
    """The keys of the parameters that a component decides while it is in play, for each that decides any."""
    set_fields: Mapping[str, Parameter] = {}
    """By setting of the decision: the parameter that has it and says which field of a manifest it ends in."""
