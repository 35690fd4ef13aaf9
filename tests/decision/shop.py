"""A small, readable table for the tests of evaluation and explanations."""

from __future__ import annotations

from tests.decision.tables import decision
from wizard.decision.compile import compile_decision

SHOP = compile_decision(
    decision(
        {
            "questions": {
                "work": {"options": ["server", "task"]},
                "keeps": {"options": ["nothing", "disk"], "when": {"work": "server"}},
                "copies": {"options": ["one", "several"], "when": {"keeps": "nothing"}},
                "needs": {
                    "type": "many",
                    "options": {"secrets": "x", "wait": "x", "held": {"when": {"copies": "several"}}},
                },
                "spread": {"options": ["yes", "no"], "when": {"needs": "held"}},
                "habits": {"type": "many", "options": ["several", "changes"], "when": {"work": "server"}},
            },
            "base": {
                "deployment": {"when": {"keeps": "nothing"}, "use": "Deployment"},
                "stateful": {"when": {"keeps": "disk"}, "use": "StatefulSet"},
                "job": {"when": {"work": "task"}, "use": "Job"},
            },
            "add": {
                "secrets": {"when": {"needs": "secrets"}, "use": "init.secrets"},
                "wait": {"when": {"needs": "wait", "not": {"keeps": "disk"}}, "use": "init.wait"},
                "headless": {"when": {"any": [{"spread": "yes"}, {"keeps": "disk"}]}, "use": "headless"},
            },
            "set": {"one": {"when": {"copies": "one"}, "set": {"scale": "one"}}},
            "warn": {"vm": {"when": {"habits": ["changes", "several"]}, "level": "warning"}},
        }
    )
)
