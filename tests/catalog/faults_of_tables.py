"""Faults in a decision table, each with its position and fix."""

from __future__ import annotations

from typing import NamedTuple

from wizard.catalog.keys import TABLE_MOVED

TABLE = "decision_table.yaml"


class Wrong(NamedTuple):
    """A fault: in the file ``path``, ``old`` is replaced by ``new``; it is reported at the text ``at``."""

    path: str
    old: str
    new: str
    at: str
    message: str
    hint: str = ""


FAULTS_OF_TABLES = [
    Wrong(
        TABLE,
        "    ask: What must",
        "    asks: What must",
        "asks",
        "unknown key 'asks' in question 'keeps'",
        "did you mean 'ask'?",
    ),
    Wrong(
        TABLE,
        "    ask: What must it keep?\n",
        "",
        "options:",
        "question 'keeps' has no 'ask'",
        "add 'ask:'",
    ),
    Wrong(
        TABLE,
        "{fact: stateful}, use",
        "{fact: statefull}, use",
        "statefull",
        "unknown fact 'statefull' in base rule 'disks'",
        "did you mean 'stateful'?",
    ),
    Wrong(
        TABLE,
        "stateful: {keeps: disk}",
        "stateful: {keep: disk}",
        "keep:",
        "unknown question 'keep' in fact 'stateful'",
        "did you mean 'keeps'?",
    ),
    Wrong(
        TABLE,
        "stateful: {keeps: disk}",
        "stateful: {keeps: disc}",
        "disc",
        "question 'keeps' has no option 'disc' (fact 'stateful')",
        "did you mean 'disk'?",
    ),
    Wrong(
        TABLE,
        "unsure: nothing",
        "unsure: nothink",
        "nothink",
        "`unsure` of question 'keeps' cannot be 'nothink'",
        "did you mean 'nothing'?",
    ),
    Wrong(
        TABLE,
        "use: StatefulSet,",
        "use: StatefullSet,",
        "Statefull",
        "unknown pattern 'StatefullSet' in base rule 'disks'",
        "did you mean 'StatefulSet'?",
    ),
    Wrong(
        TABLE,
        "because: A disk is kept.",
        "because: ''",
        "''}",
        "`because` of base rule 'disks' is empty",
        "write a sentence, or leave it out",
    ),
    Wrong(
        TABLE,
        ", because: A disk is kept.",
        "",
        "{when: {f",
        "base rule 'disks' has no 'because'",
        "add 'because:'",
    ),
    Wrong(
        TABLE,
        "format: 2",
        "format: 3",
        "3",
        "format 3 is newer than this podwizard supports (2)",
        "use a newer podwizard",
    ),
    Wrong(
        TABLE,
        "format: 2",
        "format: 1",
        "1",
        "format 1 is no longer supported; use format 2",
        TABLE_MOVED,
    ),
    Wrong(
        TABLE,
        "wait: {say:",
        "wait: {trem: Other, say:",
        "trem",
        "unknown key 'trem' in option 'wait' of question 'needs'",
        "did you mean 'term'?",
    ),
    Wrong(
        TABLE,
        "wait: {say:",
        "wait: {term: '', say:",
        "''",
        "`term` of option 'wait' of question 'needs' is empty",
        "write a sentence, or leave it out",
    ),
    Wrong(
        TABLE,
        "never:",
        "rules: {}\nnever:",
        "rules",
        "unknown key 'rules' in the file",
        "known keys: format, table, questions, facts, families, patterns, base, add, set, warn, never",
    ),
    Wrong(
        TABLE,
        "level: note",
        "level: info",
        "info",
        "`level` of warn rule 'care' cannot be 'info'",
        "one of: note, warning, error",
    ),
    Wrong(
        TABLE,
        "set: {copies: 3}",
        "set: {copys: 3}",
        "copy",
        "no workload declares the setting 'copys'",
        "did you mean 'copies'?",
    ),
    Wrong(
        TABLE,
        "set: {copies: 3}",
        "set: {copies: many}",
        "many}",
        "setting 'copies': many: not a whole number",
        "digits only, such as 3",
    ),
    Wrong(
        TABLE,
        "stateful: {keeps: disk}",
        "stateful: {not: {fact: stateful}}",
        "stateful:",
        "a condition that leads back to itself: fact 'stateful' → fact 'stateful'",
        "break the circle",
    ),
    Wrong(
        TABLE,
        "    ask: What must it keep?",
        "    ask: What?\n    when: {needs: wait}",
        "keeps:",
        "a condition that leads back to itself: question 'keeps' → question 'needs' → question 'keeps'",
        "break the circle",
    ),
    Wrong(
        TABLE,
        "with: StatefulSet",
        "with: 'statefulset.*'",
        "'sta",
        "no pattern matches 'statefulset.*'",
        "did you mean 'StatefulSet'?",
    ),
    Wrong(
        TABLE,
        "folder: workloads/deployment",
        "folder: workloads/deploiment",
        "Deployment:",
        "pattern 'Deployment' names the folder 'templates/workloads/deploiment', which does not exist",
        "did you mean 'templates/workloads/deployment'?",
    ),
    Wrong(
        TABLE,
        "folder: workloads/deployment",
        "folder: ../templates/workloads/deployment",
        "Deployment:",
        "pattern 'Deployment' names the folder '../templates/workloads/deployment'",
        "a path below templates/, without `..`",
    ),
    Wrong(
        TABLE,
        "  keeps:\n",
        "  any:\n",
        "any:",
        "a question cannot be called 'any'",
        "this word is reserved for conditions",
    ),
    Wrong(
        TABLE,
        "use: sidecar.log,",
        "use: Deployment,",
        "logs",
        "pattern 'Deployment' is a base, and 'logs' adds it",
        "add another pattern",
    ),
]
