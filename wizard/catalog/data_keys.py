"""The keys of the files below templates/ that hold facts: references, images, features, what a cluster can tell."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.declarations import OWNERS
from wizard.catalog.key import DECLARED_WHEN, Key, Record, need

DATA_RECORDS: Mapping[str, Record] = {
    "references": (
        need("format", "integer", "Version of this file format."),
        Key("references", "list:reference", "Fields of custom resources that name another object."),
        Key("outside", "list:outside", "Fields that name something outside the cluster, which must be ready for it."),
        Key("makes", "list:made", "Objects that a controller makes for an object of the bundle."),
        Key("holds", "list:held", "What a key of a Secret holds, where its name says too little."),
        Key("kinds", "map:kind_note", "Who makes an object that must be there."),
        Key("apis", "map:api_note", "What brings an API group and version."),
    ),
    "reference": (
        need("in", "text", "The kind that refers, `Kind` or `Kind.group`."),
        need("at", "text", "The path of the mapping with the reference; `[]` goes through a list."),
        need("name", "text", "Its field with the name."),
        Key("to", "text", "The kind it names; without it the mapping says `kind` and `group`."),
        Key("keys", "ids", "The keys that must be in it."),
        Key("keys_at", "text", "The path from the mapping to the keys that must be in it."),
    ),
    "outside": (
        need("in", "text", "The kind of the object, `Kind` or `Kind.group`."),
        need("at", "text", "The path of the mapping with the field; `[]` goes through a list."),
        need("name", "text", "The field."),
        need("say", "prose", "What must be ready: `{value}` is the field's, `{name}` and `{namespace}` the object's."),
        Key("check", "text", "The command that shows it, with the same gaps; `{last}` is what follows the last `/`."),
        Key("create", "text", "The command that makes it ready, with the same gaps."),
    ),
    "made": (
        need("by", "text", "The kind whose controller makes it."),
        need("at", "text", "The path of the mapping with its name."),
        need("name", "text", "The field with its name."),
        need("kind", "text", "Its kind."),
        Key("annotated", "ids", "Only for an object with one of these annotations."),
    ),
    "held": (
        need("in", "text", "The kind that reads the key, `Kind` or `Kind.group`; `Pod` is what makes pods, too."),
        need("key", "text", "The key."),
        need("say", "prose", "A sentence on what it holds, which names the key."),
        Key("variable", "text", "The shell variable in the command that makes it; the key in capitals when left out."),
        DECLARED_WHEN,
    ),
    "kind_note": (
        need("owner", "text", "Who makes it.", OWNERS),
        Key("create", "text", "The command that makes it; `{name}` and `{namespace}` stand for its own."),
        Key("cluster", "flag", "It is in no namespace."),
        Key("appends", "list:append", "What follows the command that makes it."),
    ),
    "append": (need("text", "text", "What follows; `{name}` stands for the object's name."), DECLARED_WHEN),
    "api_note": (
        need("product", "text", "What brings it."),
        need("install", "text", "Where its installation is described."),
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
        need("images", "map:image", "Every image once."),
    ),
    "image": (
        Key("title", "text", "Its name for people; the last part of `repository` where it is left out."),
        need("repository", "text", "With its registry."),
        need("tag", "text", "Never latest."),
        need("uid", "integer", "The numeric user it runs as."),
        need("checked", "text", "The day it was looked up."),
        need("source", "text", "Where."),
        Key("digest", "text", "sha256:..."),
        Key("gid", "integer", "The numeric group it runs as, where it is not the user's number."),
        Key("uid_fixed", "prose", "Why it cannot run as another user."),
        Key("advisory", "record:advisory", "A known weakness that it has all the same."),
    ),
    "advisory": (
        need("says", "prose", "What the weakness is."),
        need("source", "text", "Where it is described."),
        Key("gone_in", "text", "The first version without it."),
    ),
    "features": (
        need("format", "integer", "Version of this file format."),
        Key("minors", "ids", "Kubernetes minors to write for, oldest first; all that podwizard knows when left out."),
        need("default", "text", "The minor when nobody says."),
        Key("versions", "map", "Option of the question `version` and the oldest minor it stands for."),
        Key("features", "map:feature", "What appeared when."),
    ),
    "feature": (
        need("first", "text", "The first minor that has it."),
        need("title", "text", "What it is."),
        Key("instead", "prose", "What is done below that."),
    ),
    "discovery": (
        need("format", "integer", "Version of this file format."),
        need("clues", "map:clue", "What a cluster can tell, by id."),
    ),
    "clue": (
        need("look", "record:look", "What is looked for."),
        need("say", "text", "One sentence; `*` is what was found."),
        Key("answers", "map", "Questions and options that are certain."),
        Key("suggests", "map", "Questions and options that are likely; they are asked all the same."),
        Key("about", "ids", "Questions at which it is said."),
        Key("parameters", "map", "`component.name` and the value instead of its default; `*` is what was found."),
        Key("implementations", "map", "Pattern id and implementation."),
    ),
    "look": (
        Key("version", "record:look_version", "The oldest of the server and its nodes."),
        Key("groups", "ids", "One of these API groups is served."),
        Key("no_groups", "ids", "None of these API groups is served."),
        Key("daemon_set", "record:look_daemon_set", "A DaemonSet is running on the nodes."),
        Key("namespace", "globs", "A namespace has one of these labels or annotations (`key=value`)."),
        Key("objects", "record:look_objects", "A field of custom resources, where it is the same in all of them."),
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
