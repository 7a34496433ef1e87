from __future__ import annotations

import json
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from importing.tests import refusals

from gloria.seeded import pieces

from ..seeded import image_state, text_state
from .sizes import small_biovil, small_plan


class BiovilRefusals(refusals.Refusals):
    system = "biovil"
    key = "projector.model.0.weight"

    @classmethod
    def content(cls) -> dict[str, Any]:
        return image_state(small_biovil("biovil-t"))

    @classmethod
    def state(cls, content: dict[str, Any]) -> dict[str, Any]:
        return content

    @classmethod
    def write_beside(cls, folder: Path) -> list[str]:
        plan = small_plan("biovil-t")
        (folder / "vocab.txt").write_text("\n".join(pieces(plan.bert.vocabulary)) + "\n")
        (folder / "plan.json").write_text(json.dumps(asdict(plan)))
        torch.save(text_state(small_biovil("biovil-t")), folder / "pytorch_model.bin")
        return ["--vocabulary", str(folder / "vocab.txt"), "--plan", str(folder / "plan.json"), "--text", str(folder / "pytorch_model.bin")]


if __name__ == "__main__":
    unittest.main()
