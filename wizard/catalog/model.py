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
"""The ways in which a face edits a value: ``text`` is a line with any characters, ``word`` a line without `?`."""


HELPERS = ("sidecar", "ambassador", "adapter")
"""The roles of containers that run beside the program."""
IN_POD = ("init", *HELPERS)
"""The roles of components that add a container to the pod."""


class ParameterType(ABC):
    """The interface of a parameter type; ``wizard/catalog/types`` has one class for each.

    A type has no state: two instances of one class are equal, and a pickle contains only the name of the class.
    """

    __slots__ = ()

    name: ClassVar[str]
    """The word after ``type:`` in a declaration."""
    takes: ClassVar[str]
    """The accepted texts, as a Markdown phrase for docs/catalogue.md."""
    widget: ClassVar[Widget] = "word"
    keys: ClassVar[tuple[str, ...]] = ()
    """The keys of a declaration that only some types, including this one, allow."""
    needs: ClassVar[tuple[str, ...]] = ()
    """The keys of ``keys`` that are required."""
    bounds: ClassVar[Literal["number", "value"]] = "number"
    """With ``min`` and ``max`` in ``keys``: the type of these bounds, whole numbers or values of this type."""
    plural: ClassVar[bool] = False
    """True if a value has several items, so that no field of a record can have this type."""
    loops: ClassVar[bool] = False
    """True if a template may loop over a value or test if it is empty."""
    empty: ClassVar[bool] = False
    """True if a value without items is a real value, not a missing one."""
    names_objects: ClassVar[bool] = False
    """True if a value may be the name of an object in the cluster."""
    names_image: ClassVar[bool] = False
    """True if a value is an image that the user chooses."""

    @abstractmethod
    def parse(self, parameter: "Parameter", raw: object) -> Value:
        """Parse a non-empty value from the text of a field or from plain YAML data.

        Raises:
            ValueProblem: it is not a valid value of this type, or not within the parameter's bounds.
        """

    def is_credential(self, text: str) -> bool:
        """Return whether the text of a value has the shape of a credential."""
        return is_credential(text)

    @abstractmethod
    def sentinel(self, parameter: "Parameter", number: int, value: Value) -> Value:
        """Return the ``number``-th sentinel of this type, a value that no user would enter; ``value`` is the real one.

        Tracing renders a template a second time with the sentinel and searches the output for it: the lines that
        contain it depend on the parameter.
        """

    def format(self, _parameter: "Parameter", value: Value) -> str:
        """Return a value as the user would type it; ``parse`` turns it back into the same value."""
        return str(value)

    def plain(self, value: Value) -> object:
        """Return a value as YAML data."""
        return list(value) if isinstance(value, tuple) else value

    def for_templates(self, value: Value) -> object:
        """Return a value as templates read it."""
        return value

    def part(self, _parameter: "Parameter", _value: Value, _part: str) -> Value:
        """Return the part of a value that another parameter follows, or ``None`` if there is no such part."""
        return None

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Refusal(NamedTuple):
    """A combination of values that does not work, with a way out."""

    when: When
    say: str
    instead: str
    followed: bool = False
    """True if it applies only to a value that comes from the parameter that this one follows."""
    equals: str = ""
    """The parameter, or field of records (``app.listeners.0.port``), whose value is refused; empty for any value."""


class Parameter(NamedTuple):
    """A declared parameter of a component, or of the workload (component ``app``).

    Its value comes from the user, from the parameter in ``derived_from``, from its default, or, if it is ``decided``,
    from the table or the rule that chose its component.
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
    """The ``component.name`` of the parameter that this one follows until the user edits it."""
    follows_when: When = ALWAYS
    """With ``derived_from``: the condition under which it follows; otherwise it has its default."""
    template: str = ""
    """With ``derived_from``: a pattern with one ``*`` for the other's value, such as ``*-db``."""
    decided: bool = False
    """True if only the table's ``set`` rules, or the rule that chooses its implementation, write it."""
    required: bool = False
    """True if it has no safe default, so the user must set it."""
    required_when: When | None = None
    """The condition under which the user must set it, provided that it is shown."""
    shown_when: When = ALWAYS
    """The condition under which forms show it; otherwise its value is the default."""
    refused_when: tuple[Refusal, ...] = ()
    """Combinations with other values of the bundle in which a value from the user is refused."""
    must: Demand | None = None
    """The line that it adds to the contract."""
    sums: tuple[Sum, ...] = ()
    """Amounts whose total must not exceed its value."""
    sets: str = ""
    """The Kubernetes field that has exactly this value, such as ``concurrencyPolicy``."""
    upfront: bool = False
    """True if it is shown unfolded and first, although it has a default."""
    mount: str = ""
    """A folder to be mounted: ``program`` for the program's container, ``own`` for the component's own."""
    distinct: tuple[str, ...] = ()
    """The keys of parameters whose names this one must not repeat."""
    served: Literal["", "elsewhere", "alone"] = ""
    """For a port: ``elsewhere`` if another parameter opens it over TCP, ``alone`` if no other parameter does."""
    minimum: int | str | None = None
    maximum: int | str | None = None
    max_length: int | None = None
    starts: str = ""
    """For ``text``: the required prefix of each value."""
    options: tuple[tuple[str, str], ...] = ()
    """For ``choice``: (id, sentence)."""
    schemes: tuple[tuple[str, int], ...] = ()
    """For ``url``: (scheme, its usual port)."""
    fields: tuple["Parameter", ...] = ()
    """For ``records``: the fields of each item; a first field of type ``name`` identifies the items."""
    part: str = ""
    """With ``derived_from``: the part of a URL or image, or ``0.field`` of a list of records, that it follows."""
    follows_as: tuple[tuple[str, str], ...] = ()
    """With ``derived_from``: (value there, value here); for any other value there, the default applies here."""
    sample: Value = None
    """The value that tests and the covering bundles use if there is no default."""
    heading: str = ""
    """The heading under which the form folds it."""
    was: tuple[str, ...] = ()
    """Its former names: ``name``, or ``component.name`` if it belonged to another component."""

    @property
    def key(self) -> str:
        """The ``component.name`` that ``--set`` takes."""
        return f"{self.component}.{self.name}"

    @property
    def setting(self) -> str:
        """The name in `set` rules: without a prefix for a parameter of the workload."""
        return self.name if self.component == "app" else self.key

    @property
    def leads(self) -> bool:
        """True if it chooses the implementation, on which all other parameters of its component depend."""
        return self.name == "implementation"


class Component(NamedTuple):
    """A folder of ``templates/`` that renders one pattern (or one implementation of it)."""

    id: str
    """The pattern's id, such as ``sidecar.log-agent``; ``app`` for workloads."""
    title: str
    folder: str
    """The path relative to the catalogue's ``templates/``."""
    parameters: tuple[Parameter, ...]
    position: Position
    needs: tuple[str, ...] = ()
    """Pattern ids (globs) that must come earlier in the list of init containers."""
    pod: str = ""
    """The pod fragment's file name, or empty."""
    objects: tuple[str, ...] = ()
    """The object fragments' files, relative to the folder, sorted."""
    config: tuple[str, ...] = ()
    """The templates of config files, relative to the folder, sorted; empty for no ConfigMap."""
    notes: str = ""
    """The notes fragment's file name, or empty."""
    slug: str = ""
    """The short name in names of objects and volumes, such as ``log-shipper``."""
    role: str = ""
    """``sidecar``, ``ambassador``, ``adapter``, ``init``, ``job``, ``workload``, ``operator`` or ``object``."""
    images: tuple[str, ...] = ()
    """The ids in ``images.yaml`` of the images that this component uses."""
    requires: tuple[str, ...] = ()
    """API groups beyond Kubernetes' own that the cluster must have, such as ``postgresql.cnpg.io/v1``."""
    workload: str = ""
    """The workload fragment's file name; workloads only."""
    template: str = ""
    """The dotted path of the pod template in the workload, such as ``spec.template``; workloads only."""
    shared: tuple[str, ...] = ()
    """The object fragments used from ``templates/shared/``, in the declared order."""
    declares: Declarations = NOTHING


class Pattern(NamedTuple):
    """A pattern that the table can recommend, with the explanations that a newcomer needs."""

    id: str
    title: str
    gives: str
    costs: str
    use_when: str
    avoid_when: str
    position: Position
    implementations: tuple[tuple[str, str], ...] = ()
    """Pairs of id and folder in ``templates/``, the default first; empty for a pattern that renders nothing itself."""
    short: str = ""
    """A few words for headings, such as ``log sidecar``."""
    family: str = ""
    """The family whose texts and lesson it shares, such as ``ambassador`` for ``ambassador.pgbouncer``."""
    was: tuple[str, ...] = ()
    """Its former ids."""
    products: bool = False
    """True if its implementations are different products, so that none is drawn before the user has chosen."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The ids of the implementations if there are several, otherwise empty."""
        return tuple(name for name, _ in self.implementations) if len(self.implementations) > 1 else ()


class Advisory(NamedTuple):
    """A known vulnerability of an image that is used nevertheless."""

    says: str
    source: str
    gone_in: str = ""
    """The first version without it; empty if there is none yet."""


class Image(NamedTuple):
    """A container image; the catalogue names each image once."""

    id: str
    repository: str
    tag: str
    uid: int
    checked: str
    source: str
    position: Position
    digest: str = ""
    gid: int | None = None
    """The numeric group it runs as; if it is ``None``, the user's number."""
    uid_fixed: str = ""
    """The reason why it cannot run as another user; empty if it can."""
    advisory: Advisory | None = None
    title: str = ""
    """The name shown to the user, such as ``Fluent Bit``; if it is empty, the last part of the repository."""

    @property
    def called(self) -> str:
        """The name and version shown to the user, such as ``Fluent Bit 5.1``."""
        return image_called(f"{self.repository}:{self.tag}", self.title)

    @property
    def group(self) -> int:
        """The numeric group it runs as."""
        return self.uid if self.gid is None else self.gid

    def place(self, registry: str = "") -> str:
        """Return the repository; ``registry``, if set, replaces its registry host."""
        return f"{registry.rstrip('/')}/{split_registry(self.repository)[1]}" if registry else self.repository

    def reference(self, registry: str = "") -> str:
        """Return ``repository:tag[@digest]``; ``registry``, if set, replaces the registry host."""
        return f"{self.place(registry)}:{self.tag}" + (f"@{self.digest}" if self.digest else "")


class Feature(NamedTuple):
    """A field or API that appeared (enabled by default) in a Kubernetes minor version."""

    id: str
    first: Minor
    title: str
    position: Position
    instead: str = ""
    """The alternative on older minors."""


class Lookup(NamedTuple):
    """One lookup on a cluster, made by read-only requests."""

    kind: Literal["version", "groups", "no_groups", "daemon_set", "namespace", "objects"]
    names: tuple[str, ...] = ()
    """API groups, globs of images or of labels and annotations (``key=value``), or the API and kind of objects."""
    paths: tuple[str, ...] = ()
    """Globs of node folders, one of which a DaemonSet mounts, or the one field of objects that is read."""
    least: Minor = (0, 0)
    before: Minor = (99, 0)


class Clue(NamedTuple):
    """A lookup and the meaning of its result, in pairs of (question, option) or (key, value)."""

    id: str
    look: Lookup
    say: str
    """A sentence with at most one ``*``, which is replaced by the value found."""
    position: Position
    answers: tuple[tuple[str, str], ...] = ()
    """Certain answers; their questions are not asked."""
    suggests: tuple[tuple[str, str], ...] = ()
    """Likely or partial answers, which are highlighted or ticked; their questions are asked all the same."""
    about: tuple[str, ...] = ()
    """Questions that only show the sentence."""
    parameters: tuple[tuple[str, str], ...] = ()
    """Pairs of ``component.name`` and a value that replaces its default; ``*`` is the value found."""
    implementations: tuple[tuple[str, str], ...] = ()
    """Pairs of pattern id and the implementation that replaces its default."""


class Evidence(NamedTuple):
    """The result of a lookup: a clue's id, and the name or version found."""

    clue: str
    found: str


class Catalog(NamedTuple):
    """A decision table with everything that its outputs are rendered from."""

    root: Path
    """The folder that holds ``decision_table.yaml`` and ``templates/``."""
    decision: Decision
    patterns: Mapping[str, Pattern]
    components: Mapping[tuple[str, str], Component]
    """By (pattern id, implementation id)."""
    images: Mapping[str, Image]
    features: Mapping[str, Feature]
    digest: str
    """The hexadecimal SHA-256 over every file of the catalogue except its lessons."""
    minors: tuple[Minor, ...] = ()
    """The supported Kubernetes minors, oldest first."""
    default_minor: Minor = DEFAULT
    bands: Mapping[str, Minor] | None = None
    """Each option of the question ``version`` with its oldest minor."""
    references: References = References()
    clues: Mapping[str, Clue] = {}
    """Everything that a cluster can reveal before a question is asked."""
    names: AnswerNames = AnswerNames()
    """Everything that an answers file may name."""
    provided: Mapping[tuple[str, str], tuple[str, ...]] = {}
    """The keys of the parameters that each component decides while it is in play; only components that decide any."""
    set_fields: Mapping[str, Parameter] = {}
    """By setting of the decision: the parameter with that setting, which names the manifest field that holds it."""
