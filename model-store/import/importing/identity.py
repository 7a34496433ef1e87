"""What only the owner of a checkpoint knows about it, and how `model.json` begins with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Identity:
    name: str
    version: str
    title: str
    source: dict[str, str]
    weights_licence: str
    commercial_use: bool | str
    intended_use: str
    not_for: str
    limitations: list[str]
    code_licence: str = "MIT"
    """Of the published network's own code."""
    gated: bool = False
    """Who wants the weights must ask for them."""


def head(identity: Identity, family: str, tasks: list[str], citation: str) -> dict[str, Any]:
    return {
        "schema": 1, "name": identity.name, "version": identity.version, "family": family, "tasks": tasks,
        "title": identity.title,
        "source": identity.source,
        "licence": {
            "code": f"Apache-2.0 (graphs restated by radserve's importer); the published network's own code is {identity.code_licence}",
            "weights": identity.weights_licence, "gated": identity.gated, "commercial_use": identity.commercial_use,
        },
        "citation": citation,
        "intended_use": identity.intended_use, "not_for": identity.not_for, "limitations": identity.limitations,
        "evaluation": [],
    }
