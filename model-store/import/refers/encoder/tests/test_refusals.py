from __future__ import annotations

import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

from importing.tests import refusals

from ..seeded import as_state
from .sizes import SMALL, small_encoder


class EncoderRefusals(refusals.Refusals):
    system = "refers-encoder"
    key = "transformer.encoder.layer.0.attn.query.weight"

    @classmethod
    def content(cls) -> dict[str, Any]:
        return {"model": as_state(small_encoder(), 14)}

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        return content["model"]

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        (folder / "plan.json").write_text(json.dumps(asdict(SMALL)))
        return ["--plan", str(folder / "plan.json")]


if __name__ == "__main__":
    unittest.main()
