"""python -m rad_dino.prove --work FOLDER [--small], from model-store/import/: RAD-DINO from a seeded checkpoint to a pack.

Writes what `importing/proof.py` says, and the checkpoint's `preprocessor_config.json`. `test/parity/rad-dino.ts` then asks the
service the same, and `python -m rad_dino.authors` asks transformers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from safetensors.torch import save_file

from importing.proof import Proof, Setting, prove

from .checkpoint import read_rad_dino
from .manifest import rad_dino_sections
from .network import RadDinoPlan
from .pack import reference_of
from .preprocessor import FILE, read_preprocessor
from .seeded import as_state, preprocessor_config, random_rad_dino
from .tests.sizes import SMALL

SEED = 7


def prepare(setting: Setting) -> Iterator[Proof]:
    plan = SMALL if setting.is_small else RadDinoPlan()
    checkpoint, config = setting.work / "model.safetensors", setting.work / FILE
    config.write_text(json.dumps(preprocessor_config(plan.side)))
    if not checkpoint.exists():
        save_file(as_state(random_rad_dino(plan, SEED)), checkpoint)
    said = read_preprocessor(config, plan.side)
    yield Proof(
        pack="rad-dino", plan=plan, checkpoint=checkpoint, framework=reference_of(read_rad_dino(checkpoint, plan)[0], said), texts=(),
        steps=rad_dino_sections(said)["image"]["steps"], arguments=["--preprocessor", config],
    )


if __name__ == "__main__":
    sys.exit(prove("rad_dino", __doc__ or "", prepare))
