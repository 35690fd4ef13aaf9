"""The keys of every catalogue file, in one place: the loader and the JSON Schema both use these lists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import get_args

from wizard.catalog.data_keys import DATA_RECORDS
from wizard.catalog.key import DECLARED_WHEN, Key, Record, need
from wizard.catalog.types.registry import TYPES
from wizard.decision.model import Level

TABLE_FORMAT = 2
TABLE_MOVED = (
    "move each `lesson` to templates/lessons/PATTERN.md, move `examples` to templates/examples.yaml, "
    "and write `format: 2`"
)
"""The hint for a table of format 1."""
TEMPLATE_FORMAT = 1
ANY_OF, ALL_OF, NOT, AT_LEAST, FACT = "any", "all", "not", "at_least", "fact"
CONDITION_WORDS = (ALL_OF, ANY_OF, NOT, AT_LEAST, FACT)
QUESTION_TYPES = ("single", "many")
LEVELS: tuple[str, ...] = get_args(Level)
KINDS = ("value", "choice")
ITEMS = ("all", "first", "rest")
MOUNTS = ("program", "own")
ROLES = ("workload", "operator", "sidecar", "ambassador", "adapter", "init", "job", "object")

_WHEN = need("when", "condition", "The answers this rule applies to.")
_BECAUSE = need("because", "prose", "Why, in one sentence; shown as the reason.")
_SOURCE = Key("source", "text", "The document the rule is based on.")
_USE = need("use", "id", "The pattern this rule recommends.")
_IMPLEMENTATION = Key("implementation", "ids", "The implementation for these answers, or a list to choose from.")
_WAS = Key("was", "ids", "Its former ids, so that old answers files keep working.")
INHERITED = ("gives", "costs", "use_when", "avoid_when")
"""The keys that a pattern inherits from its family's record unless it has its own."""
_TELLS = ("The benefits.", "The costs.", "When to use it.", "When to avoid it.")

RECORDS: Mapping[str, Record] = {
    "document": (
        need("format", "integer", "Version of this file format."),
        need("table", "record:table", "The table's name and version."),
        need("questions", "map:question", "Asked in this order, each while its answer can still change the result."),
        Key("facts", "map-of-conditions", "Names for conditions used more than once."),
        Key("families", "map:family", "What several patterns share, such as all ambassadors."),
        need("patterns", "map:pattern", "The patterns that can be recommended, in the order of output."),
        need("base", "map:base", "Exactly one rule must fit every possible set of answers."),
        Key("add", "map:add", "Every rule that fits adds its pattern."),
        Key("set", "map:set", "Every rule that fits sets its parameters; rules that fit together must agree."),
        Key("warn", "map:warn", "Every rule that fits shows its warning; an error stops the bundle."),
        Key("never", "list:promise", "Combinations of patterns that never occur; proved by `podwizard check`."),
    ),
    "table": (
        need("id", "id", "The table's name."),
        need("version", "text", "Stored with every result."),
    ),
    "question": (
        need("ask", "text", "The question, for users who know the program but not Kubernetes."),
        Key("topic", "text", "A short noun for lists."),
        Key("help", "prose", "Where to look for the answer, and what the words mean."),
        Key("type", "text", "`many`: any number of options may be ticked.", one_of=QUESTION_TYPES),
        Key("when", "condition", "Asked only if this holds."),
        need("options", "options", "Option id and the sentence for it, or a mapping."),
        Key("unsure", "id", 'The option that "I don\'t know" selects.'),
        _WAS,
    ),
    "option": (
        need("say", "text", "The option in words."),
        Key("term", "text", "The Kubernetes or industry term, shown next to the sentence."),
        Key("when", "condition", "Offered only if this holds; in a `many`."),
        Key("not_with", "ids", "Options that cannot be ticked together with it; in a `many`."),
        Key("was", "ids", "Its former ids: `option`, or `question.option` if it belonged to another question."),
    ),
    "family": tuple(need(name, "prose", says) for name, says in zip(INHERITED, _TELLS, strict=True)),
    "pattern": (
        need("title", "text", "The pattern's name."),
        Key("short", "text", "A few words for headings."),
        Key("family", "id", "The family; the id begins with it: `ambassador` in `ambassador.pgbouncer`."),
        *(Key(name, "prose", f"{says} Required without family.") for name, says in zip(INHERITED, _TELLS, strict=True)),
        _WAS,
        Key("folder", "path", "The folder in templates/ that renders it."),
        Key("implementations", "implementations", "Several folders, by id, instead of one; the first is the default."),
        Key("products", "flag", "They are different products, so none is drawn before the user has chosen."),
    ),
    "base": (_WHEN, _USE, _IMPLEMENTATION, _BECAUSE, _SOURCE),
    "add": (_WHEN, _USE, _IMPLEMENTATION, _BECAUSE, _SOURCE),
    "set": (
        _WHEN,
        need("set", "settings", "Parameters and their values: `name` of the workload, `pattern.name` of another."),
        Key("default", "flag", "The values are defaults, which the user may change."),
        _BECAUSE,
        _SOURCE,
    ),
    "warn": (
        _WHEN,
        need("level", "text", "The severity; an error stops the bundle.", LEVELS),
        need("say", "prose", "The warning."),
        _BECAUSE,
        need("instead", "prose", "What to do about it."),
        _SOURCE,
    ),
    "promise": (
        need("use", "id", "This pattern, or each pattern that the glob matches ..."),
        need("with", "globs", "... never occurs with these; `*` matches any characters."),
    ),
    "examples": (
        need("format", "integer", "Version of this file format."),
        need("examples", "map:example", "Answers with their expected verdict; run by `podwizard check`."),
    ),
    "example": (
        need("tells", "prose", "The case in one sentence."),
        need("answers", "answers", "Question id and option id; for a `many` a list."),
        need("base", "id", "The expected base pattern."),
        Key("add", "ids", "All patterns expected in addition; none if omitted."),
        Key("set", "settings", "All expected settings; not compared if omitted."),
        Key("warn", "ids", "All expected warnings; not compared if omitted."),
    ),
    "at_least": (
        need("n", "integer", "The minimum number that must hold."),
        need("of", "conditions", "The conditions."),
    ),
    "component": (
        need("format", "integer", "Version of this file format."),
        need("title", "text", "A readable name."),
        Key("slug", "id", "Short name for objects and volumes."),
        need("role", "text", "Its part in the pod.", ROLES),
        Key("workload", "path", "The workload's fragment file."),
        Key("template", "text", "Dotted path of the pod template in it."),
        Key("use", "ids", "Groups of shared parameters."),
        Key("shared", "ids", "Object fragments of templates/shared/."),
        Key("needs", "globs", "Patterns that must be earlier in the list of init containers."),
        Key("images", "ids", "Images it uses."),
        Key(
            "pulls",
            "list:pull",
            "Images that no object names: an operator or a mesh chooses them.",
        ),
        Key("requires", "ids", "API groups beyond Kubernetes' own."),
        Key("privileged", "list:privilege", "Why the namespace must allow privileged pods."),
        Key("parameters", "map:parameter", "Values that the user may or must set."),
        Key("listens", "list:listener", "Ports that its container, or a workload's program, listens on."),
        Key("connects", "list:connection", "Addresses that it connects to."),
        Key("outputs", "list:output", "Outputs that are not addresses, such as its standard output."),
        Key("addresses", "list:address", "Names of Services that something else creates for it."),
        Key("operated", "list:operated", "How to check that an operator's objects are ready, or why not."),
        Key("must", "list:demand", "Lines of the contract: what the program must do."),
        Key("first", "list:prerequisite", "Prerequisites in the cluster that no field of an object names."),
        Key("times", "list:times", "How long its container takes to start and to stop."),
        Key("scrape", "list:scrape", "Metrics pages that the monitoring reads."),
        Key("replicas", "list:replicas", "How many pods run; if several apply, the last one counts."),
        Key("provides", "list:provided", "Settings of other components that it decides."),
        Key("when", "when", "It adds to a bundle only if this holds."),
        Key("next", "list:delivery", "Commands that deploy the bundle, in place of `kubectl apply`."),
        Key("pods", "list:pod", "Separate pods that are like the workload's except for what is left out."),
    ),
    "listener": (
        need("port", "value", "A number, or the parameter with it."),
        need("protocol", "value", "The protocol, or the parameter with it.", ("http", "grpc", "tcp", "udp")),
        need(
            "to",
            "ids",
            "Who may call it.",
            ("callers", "outside", "entry", "monitoring", "kubelet", "all-peers", "nobody"),
        ),
        Key(
            "bind",
            "text",
            "`loopback`: only from inside the pod; `injected`: a port of a proxy that a mesh adds.",
            one_of=("pod", "loopback", "injected"),
        ),
        Key("probe", "text", "`none`: nothing checks it.", one_of=("own", "exec", "none")),
        Key(
            "callers",
            "value",
            "Where the callers are, or the parameter with it.",
            one_of=("anywhere", "same-namespace", "namespace", "nobody"),
        ),
        Key("namespace", "value", "The callers' namespace, or the parameter with it."),
        Key("pods", "value", "The callers' label, or the parameter with it."),
        Key(
            "at_node",
            "value",
            "Who calls it at the node's address; ignored if empty.",
            one_of=("inside", "outside"),
        ),
        Key("host_port", "value", "The node's port that leads to it, if the number differs."),
        Key("ranges", "value", "The addresses outside the cluster, or the parameter with them; all if empty."),
        Key("each", "value", "A parameter with records: one listener per record; `item.port` is a field."),
        Key("items", "text", "Which of the records.", one_of=ITEMS),
        DECLARED_WHEN,
    ),
    "connection": (
        need("host", "value", "A name or address, or the parameter with it."),
        need("port", "value", "A number, or the parameter with it."),
        Key("pod_port", "value", "The port behind a Service, if it differs."),
        Key("container", "text", "The container that connects.", one_of=("app", "own")),
        Key("direct", "flag", "No mesh carries it, such as calls to the API server."),
        Key("protocol", "value", "The protocol, or the parameter with it.", one_of=("tcp", "udp")),
        Key("namespace", "value", "The namespace of the pods, or the parameter with it, if no host names it."),
        Key("pods", "value", "The label of these pods, or the parameter with it."),
        Key("each", "value", "A parameter with records: one connection per record; `item.port` is a field."),
        Key("called", "value", "Its name in the drawing, or the parameter with it; by default the host."),
        Key(
            "needed",
            "text",
            "What fails until it can be reached; listed under First. `store`: sent data waits.",
            one_of=("start", "work", "store"),
        ),
        DECLARED_WHEN,
    ),
    "privilege": (need("say", "prose", "The reason, in one sentence."), DECLARED_WHEN),
    "pull": (
        need("say", "text", "What it is, such as `PostgreSQL`."),
        need("by", "text", "Who chooses it, and how."),
        Key("image", "text", "Its repository, if known."),
        Key("source", "text", "Where this is documented."),
        DECLARED_WHEN,
    ),
    "output": (need("say", "text", "A readable name, such as `standard output`."), DECLARED_WHEN),
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
        need("say", "prose", "The sentence; `*` is the parameter's value, `{own.host}` another one's."),
        Key("field", "parameter-key", "The parameter that changes it; a line without gaps needs no value."),
        DECLARED_WHEN,
    ),
    "prerequisite": (
        need("say", "prose", "The prerequisite, in one sentence."),
        need("owner", "text", "Who creates it.", ("you", "platform")),
        Key("check", "text", "The command that checks for it."),
        Key("create", "text", "The command that creates it."),
        DECLARED_WHEN,
    ),
    "times": (
        Key("start", "value", "Seconds, or the parameter with them."),
        Key("stop", "value", "Seconds, or the parameter with them."),
        Key("before", "value", "Seconds that the first pod of a new version waits for something outside it."),
        DECLARED_WHEN,
    ),
    "scrape": (
        need("name", "value", "The name of the container's port."),
        need("port", "value", "A number, or the parameter with it."),
        need("path", "value", "The page, or the parameter with it."),
        Key("params", "map", "Query parameters; `{own.port}` in one is a parameter's value."),
        Key("instance", "text", "`node`: its metrics carry the node's name, not the pod's.", one_of=("pod", "node")),
        Key("each", "value", "A parameter with records: one page per record; `item.port` is a field."),
        Key("items", "text", "Which of the records.", one_of=ITEMS),
        DECLARED_WHEN,
    ),
    "replicas": (
        need("least", "value", "A number, the parameter with it, or words such as `one per node`."),
        Key("most", "value", "The maximum, if it changes with the load."),
        DECLARED_WHEN,
    ),
    "provided": (
        need("key", "text", "The parameter, such as `app.metrics`."),
        need("value", "value", "A value, or the parameter with it."),
        DECLARED_WHEN,
    ),
    "pod": (
        need("file", "path", "The object's file, such as `objects/job.yaml`; its fields win."),
        Key("stages", "path", "The template that marks the stages before, of and after the object."),
        Key("without", "globs", "Patterns that add nothing to this pod."),
        Key("drop", "globs", "Fields of the program's container and of the pod, labels and annotations to remove."),
    ),
    "delivery": (
        need("command", "text", "The command; `{path}` is the bundle's folder, `{own.name}` a parameter's value."),
        Key("say", "prose", "What it does."),
        Key("back", "flag", "It rolls back to the previous version, in place of `kubectl rollout undo`."),
        DECLARED_WHEN,
    ),
    "parameter": (
        need("ask", "prose", "The question for the form."),
        Key("help", "prose", "What the words mean."),
        need("type", "text", "The type of its values.", tuple(TYPES)),
        Key("kind", "text", "`choice` may decide structure; `value` is only copied.", one_of=KINDS),
        Key("default", "plain", "The default value."),
        Key("from", "from", "The parameter it follows until the user edits it."),
        Key("sample", "plain", "Used by tests if there is no default."),
        Key("required", "flag", "The user must set it."),
        Key("required_when", "when", "The user must set it if this holds."),
        Key("shown_when", "when", "Offered only if this holds."),
        Key("refused_when", "list:refusal", "Combinations that make no sense."),
        Key("must", "text", "A contract line with `*` for the value, or {say, when, first}."),
        Key("sums", "list:sum", "Amounts whose sum must fit into this one."),
        Key("sets", "text", "The Kubernetes field with exactly this value, such as `concurrencyPolicy`."),
        Key("upfront", "flag", "Shown first and unfolded, although it has a default."),
        Key(
            "mount",
            "text",
            "A folder mounted in the program's or the component's own container; mounts cannot be nested.",
            one_of=MOUNTS,
        ),
        Key("distinct", "parameter-keys", "Parameters whose names this one must not repeat, such as `own.env`."),
        Key(
            "served",
            "text",
            "`elsewhere`: another parameter makes its component listen there over TCP; `alone`: no other one does.",
            one_of=("elsewhere", "alone"),
        ),
        Key("min", "text", "The minimum."),
        Key("max", "text", "The maximum."),
        Key("max_length", "integer", "The maximum number of characters."),
        Key("starts", "text", "For `text`: the required prefix, such as `s3://`."),
        Key("options", "options", "For `choice`: the options."),
        Key("schemes", "map", "For `url`: each scheme with its usual port."),
        Key("fields", "map:parameter", "For `records`: the fields of each item."),
        Key("decided", "flag", "Set only by the table or another component."),
        Key("was", "ids", "Its former names: `name`, or `pattern.name` if it belonged to another component."),
        Key("heading", "text", "Its heading in the form."),
    ),
    "must": (
        need("say", "prose", "The sentence; `*` is replaced by the value."),
        DECLARED_WHEN,
        Key("first", "when", "The first record of a list has a line only if this holds; all others always have one."),
    ),
    "sum": (
        need("of", "parameter-keys", "The parameters to add up."),
        Key("plus", "text", "An amount that is always added."),
        need("say", "prose", "The message if it does not fit; `*` is replaced by the sum."),
        DECLARED_WHEN,
    ),
    "refusal": (
        need("when", "when", "The values and patterns that do not work together."),
        need("say", "prose", "Why they do not work together."),
        need("instead", "prose", "What to do instead."),
        Key("followed", "flag", "Only if its value comes from the parameter it follows."),
        Key("equals", "parameter-key", "Only if it has the value of this one, such as `app.listeners.0.port`."),
    ),
    "from": (
        need("parameter", "text", "`component.name`."),
        Key("template", "text", "Text with one `*` for the other parameter's value."),
        Key(
            "part",
            "text",
            "Of a URL scheme, host, port or path; of an image name; of a list of records `0.field`; of `seconds` a "
            "number: `yes` from it on; of a port `low`: `yes` below 1024; `any.port.low`: `yes` if one item's is; "
            "of a host `inside`: `yes` inside the cluster.",
        ),
        Key("values", "map", "Value here for each value of the other parameter or its part; the default for others."),
        Key("when", "when", "It follows only if this holds; otherwise it keeps its default."),
    ),
    **DATA_RECORDS,
}


@cache
def known(record: str) -> Mapping[str, bool]:
    """Return the key names of a record, each with a flag that is true if the key is required."""
    return {key.name: key.required for key in RECORDS[record]}
