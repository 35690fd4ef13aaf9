"""The keys of every catalogue file, once: the loader reads by these lists and the JSON Schema is made from them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import get_args

from wizard.catalog.data_keys import DATA_RECORDS
from wizard.catalog.declarations import (
    AT_NODE,
    BINDS,
    CONTAINERS,
    INSTANCES,
    ITEMS,
    NEEDED,
    OWNERS,
    PEERS,
    PROBES,
    PROTOCOLS,
    WHERE,
)
from wizard.catalog.key import DECLARED_WHEN, Key, Record, need
from wizard.catalog.types.registry import TYPES
from wizard.decision.model import Level

TABLE_FORMAT = 2
TABLE_MOVED = (
    "move each `lesson` to templates/lessons/PATTERN.md, move `examples` to templates/examples.yaml, "
    "and write `format: 2`"
)
"""The advice for a table of format 1."""
TEMPLATE_FORMAT = 1
ANY_OF, ALL_OF, NOT, AT_LEAST, FACT = "any", "all", "not", "at_least", "fact"
CONDITION_WORDS = (ALL_OF, ANY_OF, NOT, AT_LEAST, FACT)
QUESTION_TYPES = ("single", "many")
LEVELS: tuple[str, ...] = get_args(Level)
KINDS = ("value", "choice")
MOUNTS = ("program", "own")
ROLES = ("workload", "operator", "sidecar", "ambassador", "adapter", "init", "job", "object")

_WHEN = need("when", "condition", "The answers this rule is for.")
_BECAUSE = need("because", "prose", "Why, in one sentence; shown as the reason.")
_SOURCE = Key("source", "text", "The document the rule rests on.")
_USE = need("use", "id", "The pattern this rule recommends.")
_IMPLEMENTATION = Key("implementation", "ids", "The implementation these answers need; of a list one is chosen.")
_WAS = Key("was", "ids", "Its former ids, so that old answers files stay good.")
INHERITED = ("gives", "costs", "use_when", "avoid_when")
"""The keys that a pattern takes from its family's record where it does not say it itself."""
_TELLS = ("What one gets.", "What one pays.", "When it is right.", "When it is wrong.")

RECORDS: Mapping[str, Record] = {
    "document": (
        need("format", "integer", "Version of this file format."),
        need("table", "record:table", "What the table is called."),
        need("questions", "map:question", "Asked in this order, each while its answer can still change the result."),
        Key("facts", "map-of-conditions", "Names for conditions used more than once."),
        Key("families", "map:family", "What several patterns share, such as all ambassadors."),
        need("patterns", "map:pattern", "What can be recommended, in the order of output."),
        need("base", "map:base", "Exactly one rule must fit every possible set of answers."),
        Key("add", "map:add", "Every rule that fits adds its pattern."),
        Key("set", "map:set", "Every rule that fits sets its parameters; rules that fit together must agree."),
        Key("warn", "map:warn", "Every rule that fits shows its warning; an error stops the bundle."),
        Key("never", "list:promise", "Promises about patterns that never meet; proved by `podwizard check`."),
    ),
    "table": (
        need("id", "id", "The table's name."),
        need("version", "text", "Stored with every result."),
    ),
    "question": (
        need("ask", "text", "The question, answerable by someone who knows the program and no Kubernetes."),
        Key("topic", "text", "A short noun for lists."),
        Key("help", "prose", "Where to look for the answer, and what the words mean."),
        Key("type", "text", "`many`: any number of options may be ticked.", one_of=QUESTION_TYPES),
        Key("when", "condition", "Asked only then."),
        need("options", "options", "Option id and the sentence for it, or a mapping."),
        Key("unsure", "id", 'The option that "I don\'t know" stands for.'),
        _WAS,
    ),
    "option": (
        need("say", "text", "The option in words."),
        Key("term", "text", "The word of Kubernetes or of the trade for it, shown beside it."),
        Key("when", "condition", "Offered only then; in a `many`."),
        Key("not_with", "ids", "Options that are not ticked together with it; in a `many`."),
        Key("was", "ids", "Its former ids: `option`, or `question.option` where it was another question's."),
    ),
    "family": tuple(need(name, "prose", says) for name, says in zip(INHERITED, _TELLS, strict=True)),
    "pattern": (
        need("title", "text", "The pattern's name."),
        Key("short", "text", "A few words for headings."),
        Key("family", "id", "The family, which its id begins with: `ambassador` of `ambassador.pgbouncer`."),
        *(Key(name, "prose", f"{says} Needed without a family.") for name, says in zip(INHERITED, _TELLS, strict=True)),
        _WAS,
        Key("folder", "path", "The folder in templates/ that renders it."),
        Key("implementations", "implementations", "Instead of a folder: several, by id; the first is the default."),
        Key("products", "flag", "They are of different products, so none is drawn before the user has chosen."),
    ),
    "base": (_WHEN, _USE, _IMPLEMENTATION, _BECAUSE, _SOURCE),
    "add": (_WHEN, _USE, _IMPLEMENTATION, _BECAUSE, _SOURCE),
    "set": (
        _WHEN,
        need("set", "settings", "Parameters and their values: `name` of the workload, `pattern.name` of another."),
        Key("default", "flag", "The values are defaults, which a person may change."),
        _BECAUSE,
        _SOURCE,
    ),
    "warn": (
        _WHEN,
        need("level", "text", "How grave it is; an error stops the bundle.", LEVELS),
        need("say", "prose", "The warning."),
        _BECAUSE,
        need("instead", "prose", "What to do about it."),
        _SOURCE,
    ),
    "promise": (
        need("use", "id", "This pattern, or each that the glob matches ..."),
        need("with", "globs", "... never comes with these; `*` stands for any letters."),
    ),
    "examples": (
        need("format", "integer", "Version of this file format."),
        need("examples", "map:example", "Answers with the verdict they must give; run by `podwizard check`."),
    ),
    "example": (
        need("tells", "prose", "The case in one sentence."),
        need("answers", "answers", "Question id and option id; for a `many` a list."),
        need("base", "id", "The base pattern it must give."),
        Key("add", "ids", "All patterns it must add; none when left out."),
        Key("set", "settings", "All settings it must give; not compared when left out."),
        Key("warn", "ids", "All warnings it must give; not compared when left out."),
    ),
    "at_least": (
        need("n", "integer", "How many of them."),
        need("of", "conditions", "The conditions that count."),
    ),
    "component": (
        need("format", "integer", "Version of this file format."),
        need("title", "text", "What it is, for people."),
        Key("slug", "id", "Short name for objects and volumes."),
        need("role", "text", "Its part in the pod.", ROLES),
        Key("workload", "path", "The workload's fragment file."),
        Key("template", "text", "Dotted path of the pod template in it."),
        Key("use", "ids", "Groups of shared parameters."),
        Key("shared", "ids", "Object fragments of templates/shared/."),
        Key("needs", "globs", "Patterns that must stand earlier in the list of init containers."),
        Key("images", "ids", "Images it uses."),
        Key(
            "pulls",
            "list:pull",
            "Images that no object names: an operator or a mesh chooses them.",
        ),
        Key("requires", "ids", "API groups beyond Kubernetes' own."),
        Key("privileged", "list:privilege", "Why the namespace must allow privileged pods."),
        Key("parameters", "map:parameter", "What a person may or must give."),
        Key("listens", "list:listener", "The ports that its container, or a workload's program, listens on."),
        Key("connects", "list:connection", "The addresses that it connects to."),
        Key("outputs", "list:output", "What it writes to that is no address, such as its standard output."),
        Key("addresses", "list:address", "The names of Services that something else makes for it."),
        Key("operated", "list:operated", "How one sees that what an operator makes is ready, or why not."),
        Key("must", "list:demand", "Lines of the contract: what the program must do."),
        Key("first", "list:prerequisite", "What must be in the cluster and no field of an object shows."),
        Key("times", "list:times", "How long its container takes to start and to stop."),
        Key("scrape", "list:scrape", "Pages with metrics that the monitoring reads."),
        Key("replicas", "list:replicas", "How many pods run; of several that hold the last one counts."),
        Key("provides", "list:provided", "Settings of other components that it decides."),
        Key("when", "when", "It puts something into a bundle only then."),
        Key("next", "list:delivery", "Commands that bring the bundle into the cluster, in place of `kubectl apply`."),
        Key("pods", "list:pod", "Pods beside the workload's, which are its own but for what is left out."),
    ),
    "listener": (
        need("port", "value", "A number, or the parameter with it."),
        need("protocol", "value", "What it speaks, or the parameter that says so.", PROTOCOLS),
        need("to", "ids", "Who may call it.", PEERS),
        Key(
            "bind",
            "text",
            "`loopback`: only from inside the pod; `injected`: a port of a proxy that a mesh adds.",
            one_of=BINDS,
        ),
        Key("probe", "text", "`none`: nothing checks it.", one_of=PROBES),
        Key("callers", "value", "Where callers are, or the parameter that says so.", one_of=WHERE),
        Key("namespace", "value", "The namespace of those who may call it, or the parameter with it."),
        Key("pods", "value", "The one label that callers have, or the parameter with it."),
        Key(
            "at_node",
            "value",
            "Who calls it at the node's address; where that is empty it says nothing.",
            one_of=AT_NODE,
        ),
        Key("host_port", "value", "The port of the node that leads to it, where it is another number."),
        Key("ranges", "value", "The addresses outside the cluster, or the parameter with them; all where it is empty."),
        Key("each", "value", "A parameter with records: one listener for each; `item.port` is a field."),
        Key("items", "text", "Which of them.", one_of=ITEMS),
        DECLARED_WHEN,
    ),
    "connection": (
        need("host", "value", "A name or address, or the parameter with it."),
        need("port", "value", "A number, or the parameter with it."),
        Key("pod_port", "value", "The port behind a Service, where it differs."),
        Key("container", "text", "Whose container connects.", one_of=CONTAINERS),
        Key("direct", "flag", "No mesh carries it, such as calls of the API server."),
        Key("protocol", "value", "What it speaks, or the parameter that says so.", one_of=("tcp", "udp")),
        Key("namespace", "value", "The namespace of the pods, or the parameter with it, where no host tells it."),
        Key("pods", "value", "The one label that these pods have, or the parameter with it."),
        Key("each", "value", "A parameter with records: one connection for each; `item.port` is a field."),
        Key("called", "value", "Its name in the drawing, or the parameter with it; the host where it is left out."),
        Key(
            "needed",
            "text",
            "What cannot be done before it is reached; First says so. `store`: what is sent waits.",
            one_of=NEEDED,
        ),
        DECLARED_WHEN,
    ),
    "privilege": (need("say", "prose", "The reason, in one sentence."), DECLARED_WHEN),
    "pull": (
        need("say", "text", "What it is, such as `PostgreSQL`."),
        need("by", "text", "Who chooses it, and by what."),
        Key("image", "text", "Its repository, where it is known."),
        Key("source", "text", "Where that is described."),
        DECLARED_WHEN,
    ),
    "output": (need("say", "text", "Its name for people, such as `standard output`."), DECLARED_WHEN),
    "address": (need("say", "prose", "The sentence; `{app.name}` is a parameter's value."), DECLARED_WHEN),
    "operated": (
        need("kind", "text", "Its resource as `kubectl get` takes it."),
        need("ready", "prose", "What `kubectl get` shows once all is ready, in one sentence."),
        need("pods", "text", "The one label that its pods have; `{app.name}` is a parameter's value."),
        need("operator", "text", "The command that shows the operator."),
        need("watches", "prose", "Which namespaces the operator watches, in one sentence."),
        need("source", "text", "Where that is written."),
        DECLARED_WHEN,
    ),
    "demand": (
        need("say", "prose", "The sentence; `*` stands for the parameter's value, `{own.host}` for another one's."),
        Key("field", "parameter-key", "The parameter that changes it; a line without a gap needs no value of it."),
        DECLARED_WHEN,
    ),
    "prerequisite": (
        need("say", "prose", "What must be there, in one sentence."),
        need("owner", "text", "Who makes it.", OWNERS),
        Key("check", "text", "The command that shows whether it is there."),
        Key("create", "text", "The command that makes it."),
        DECLARED_WHEN,
    ),
    "times": (
        Key("start", "value", "Seconds, or the parameter with them."),
        Key("stop", "value", "Seconds, or the parameter with them."),
        Key("before", "value", "Seconds that a new version's first pod waits for something beside it."),
        DECLARED_WHEN,
    ),
    "scrape": (
        need("name", "value", "The name of the container's port."),
        need("port", "value", "A number, or the parameter with it."),
        need("path", "value", "The page, or the parameter with it."),
        Key("params", "map", "Query parameters; `{own.port}` in one is a parameter's value."),
        Key("instance", "text", "`node`: the node's name tells its metrics apart, not the pod's.", one_of=INSTANCES),
        Key("each", "value", "A parameter with records: one page for each; `item.port` is a field."),
        Key("items", "text", "Which of them.", one_of=ITEMS),
        DECLARED_WHEN,
    ),
    "replicas": (
        need("least", "value", "A number, the parameter with it, or words such as `one per node`."),
        Key("most", "value", "The most, where it changes with the load."),
        DECLARED_WHEN,
    ),
    "provided": (
        need("key", "text", "The parameter, such as `app.metrics`."),
        need("value", "value", "A value, or the parameter with it."),
        DECLARED_WHEN,
    ),
    "pod": (
        need("file", "path", "The object's file, such as `objects/job.yaml`; what it says wins."),
        Key("stages", "path", "The template that marks what comes before it, it, and what comes after."),
        Key("without", "globs", "Patterns that put nothing into this pod."),
        Key("drop", "globs", "Fields of the program's container and of the pod; keys of labels and annotations."),
    ),
    "delivery": (
        need("command", "text", "The command; `{path}` is the bundle's folder, `{own.name}` a parameter's value."),
        Key("say", "prose", "What it does."),
        Key("back", "flag", "It goes back to the version before, in place of `kubectl rollout undo`."),
        DECLARED_WHEN,
    ),
    "parameter": (
        need("ask", "prose", "The question for the form."),
        Key("help", "prose", "What the words mean."),
        need("type", "text", "How it is checked.", tuple(TYPES)),
        Key("kind", "text", "`choice` may decide structure; `value` is only copied.", one_of=KINDS),
        Key("default", "plain", "Its value when nothing is given."),
        Key("from", "from", "The parameter it follows until a person edits it."),
        Key("sample", "plain", "Used by tests where there is no default."),
        Key("required", "flag", "A person must give it."),
        Key("required_when", "when", "A person must give it then."),
        Key("shown_when", "when", "Offered only then."),
        Key("refused_when", "list:refusal", "Combinations that make no sense."),
        Key("must", "text", "A line of the contract with `*` for the value, or {say, when, first}."),
        Key("sums", "list:sum", "Amounts that must fit into this one together."),
        Key("sets", "text", "The Kubernetes field that has the value as it is, such as `concurrencyPolicy`."),
        Key("upfront", "flag", "Shown unfolded and first, although it has a default."),
        Key(
            "mount",
            "text",
            "A folder that becomes a mount in the program's container, or in the component's own; none is in another.",
            one_of=MOUNTS,
        ),
        Key("distinct", "parameter-keys", "Parameters whose names this one must not repeat, such as `own.env`."),
        Key(
            "served",
            "text",
            "`elsewhere`: its component listens on that port over TCP by another parameter; `alone`: by no other one.",
            one_of=("elsewhere", "alone"),
        ),
        Key("min", "text", "The least value."),
        Key("max", "text", "The greatest value."),
        Key("max_length", "integer", "The most characters."),
        Key("starts", "text", "For `text`: what each value begins with, such as `s3://`."),
        Key("options", "options", "For a choice."),
        Key("schemes", "map", "For `url`: each scheme with its usual port."),
        Key("fields", "map:parameter", "For `records`: the fields of each item."),
        Key("decided", "flag", "Written only by the table."),
        Key("was", "ids", "Its former names: `name`, or `pattern.name` where it was another component's."),
        Key("heading", "text", "Where the form puts it."),
    ),
    "must": (
        need("say", "prose", "The sentence; `*` stands for the value."),
        DECLARED_WHEN,
        Key("first", "when", "The first item of a list of records has a line only then; each other one always has."),
    ),
    "sum": (
        need("of", "parameter-keys", "The parameters that are added up."),
        Key("plus", "text", "An amount that always counts."),
        need("say", "prose", "What does not fit; `*` stands for the sum."),
        DECLARED_WHEN,
    ),
    "refusal": (
        need("when", "when", "The values and patterns that do not go together."),
        need("say", "prose", "Why they do not."),
        need("instead", "prose", "What to do instead."),
        Key("followed", "flag", "Only where it has the value of the parameter that it follows."),
        Key("equals", "parameter-key", "Only where it has the value of this one, such as `app.listeners.0.port`."),
    ),
    "from": (
        need("parameter", "text", "`component.name`."),
        Key("template", "text", "Text with one `*` for the other's value."),
        Key(
            "part",
            "text",
            "Of a URL scheme, host, port or path; of an image name; of a list of records `0.field`; of `seconds` a "
            "number: `yes` from it on; of a port `low`: `yes` below 1024; `any.port.low`: `yes` where one item's is; "
            "of a host `inside`: `yes` in the cluster.",
        ),
        Key("values", "map", "Each value of the other, or of its part, with the value here; its default for others."),
        Key("when", "when", "It follows only then; it has its default otherwise."),
    ),
    **DATA_RECORDS,
}


@cache
def known(record: str) -> Mapping[str, bool]:
    """The key names of a record, and whether each is required."""
    return {key.name: key.required for key in RECORDS[record]}
