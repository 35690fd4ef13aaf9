"""The keys of the data files below templates/: references, images, features and discovery."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.key import DECLARED_WHEN, Key, Record, need

DATA_RECORDS: Mapping[str, Record] = {
    "references": (
        need("format", "integer", "Version of this file format."),
        Key("references", "list:reference", "Fields of custom resources that name another object."),
        Key("outside", "list:outside", "Fields that name something outside the cluster that must be ready first."),
        Key("makes", "list:made", "Objects that a controller creates for an object of the bundle."),
        Key("holds", "list:held", "What a key of a Secret contains, if its name is not clear enough."),
        Key("kinds", "map:kind_note", "Who creates an object that must exist."),
        Key("apis", "map:api_note", "The product that provides an API group and version."),
    ),
    "reference": (
        need("in", "text", "The kind that refers, `Kind` or `Kind.group`."),
        need("at", "steps", "The path of the mapping with the reference; `[]` goes through a list."),
        need("name", "text", "Its field with the name."),
        Key("to", "text", "The kind it refers to; without it the mapping has `kind` and `group`."),
        Key("keys", "ids", "The keys it must have."),
        Key("keys_at", "steps", "The path from the mapping to the keys it must have."),
    ),
    "outside": (
        need("in", "text", "The kind of the object, `Kind` or `Kind.group`."),
        need("at", "steps", "The path of the mapping with the field; `[]` goes through a list."),
        need("name", "text", "The field."),
        need("say", "prose", "What must be ready: `{value}` is the field's, `{name}` and `{namespace}` the object's."),
        Key(
            "check", "text", "The command that checks it, with the same gaps; `{last}` is the part after the last `/`."
        ),
        Key("create", "text", "The command that makes it ready, with the same gaps."),
    ),
    "made": (
        need("by", "text", "The kind whose controller creates it."),
        need("at", "steps", "The path of the mapping with its name."),
        need("name", "text", "The field with its name."),
        need("kind", "text", "Its kind."),
        Key("annotated", "ids", "Only for an object with one of these annotations."),
    ),
    "held": (
        need("in", "text", "The kind that reads the key, `Kind` or `Kind.group`; `Pod` includes all that create pods."),
        need("key", "text", "The key."),
        need("say", "prose", "A sentence about its contents that names the key."),
        Key("variable", "text", "The shell variable in the command that creates it; by default the key in capitals."),
        DECLARED_WHEN,
    ),
    "kind_note": (
        need("owner", "text", "Who creates it.", ("you", "platform")),
        Key("create", "text", "The command that creates it; `{name}` and `{namespace}` are the object's."),
        Key("cluster", "flag", "It is cluster-scoped."),
        Key("appends", "list:append", "Text appended to the command that creates it."),
    ),
    "append": (need("text", "text", "The text; `{name}` is the object's name."), DECLARED_WHEN),
    "api_note": (
        need("product", "text", "The product that provides it."),
        need("install", "text", "Where its installation is documented."),
    ),
    "shared": (
        need("format", "integer", "Version of this file format."),
        need(
            "groups",
            "map",
            "By group its parameters, and under `first` a list of what must be in the cluster for them.",
        ),
    ),
    "images": (
        need("format", "integer", "Version of this file format."),
        need("images", "map:image", "Every image, once."),
    ),
    "image": (
        Key("title", "text", "A readable name; by default the last part of `repository`."),
        need("repository", "text", "The repository, with its registry."),
        need("tag", "text", "A fixed tag, never `latest`."),
        need("uid", "integer", "The numeric user it runs as."),
        need("checked", "text", "The date it was looked up."),
        need("source", "text", "Where it was looked up."),
        Key("digest", "text", "The digest, `sha256:...`."),
        Key("gid", "integer", "The numeric group it runs as, if it differs from the user."),
        Key("uid_fixed", "prose", "Why it cannot run as another user."),
        Key("advisory", "record:advisory", "A known vulnerability."),
    ),
    "advisory": (
        need("says", "prose", "What the vulnerability is."),
        need("source", "text", "Where it is described."),
        Key("gone_in", "text", "The first version without it."),
    ),
    "features": (
        need("format", "integer", "Version of this file format."),
        Key("minors", "ids", "Kubernetes minors to write for, oldest first; by default all that podwizard knows."),
        need("default", "text", "The default minor."),
        Key("versions", "map", "Each option of the question `version` and its oldest minor."),
        Key("features", "map:feature", "When each feature appeared."),
    ),
    "feature": (
        need("first", "text", "The first minor that has it."),
        need("title", "text", "What it is."),
        Key("instead", "prose", "What is done on older minors."),
    ),
    "discovery": (
        need("format", "integer", "Version of this file format."),
        need("clues", "map:clue", "The clues, by id."),
    ),
    "clue": (
        need("look", "record:look", "What to look for."),
        need("say", "text", "One sentence; `*` is replaced by the value found."),
        Key("answers", "map", "Questions and options that are certain."),
        Key("suggests", "map", "Questions and options that are likely; they are asked all the same."),
        Key("about", "ids", "Questions that show the sentence."),
        Key("parameters", "map", "`component.name` and the value in place of its default; `*` is the value found."),
        Key("implementations", "map", "Pattern id and implementation."),
    ),
    "look": (
        Key("version", "record:look_version", "The oldest version among the server and its nodes."),
        Key("groups", "ids", "One of these API groups is served."),
        Key("no_groups", "ids", "None of these API groups is served."),
        Key("daemon_set", "record:look_daemon_set", "A DaemonSet runs on the nodes."),
        Key("namespace", "globs", "A namespace has one of these labels or annotations (`key=value`)."),
        Key("objects", "record:look_objects", "A field of custom resources, if it is the same in all of them."),
    ),
    "look_objects": (
        need("api", "text", "Their group and version, such as `monitoring.coreos.com/v1`."),
        need("kind", "text", "Their kind."),
        need("path", "text", "The field: a name, or a label selector, whose matchLabels are read."),
    ),
    "look_version": (
        Key("from", "text", "This minor or a newer one."),
        Key("before", "text", "Older than this minor."),
    ),
    "look_daemon_set": (
        need("images", "globs", "The image of one of its containers."),
        Key("reads", "globs", "A folder of the node that it mounts."),
    ),
}
