"""python -m refers.encoder.prove --work FOLDER [--small], from model-store/import/: REFERS's image tower from a seeded file to a pack.

Writes what `importing/proof.py` says, of a fine-tuned tower's checkpoint. `test/parity/refers-encoder.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from importing.proof import Proof, Setting, prove, write_once

from .checkpoint import read_encoder
from .pack import encoder_sections, reference_of
from .plan import EncoderPlan
from .seeded import as_state, random_encoder
from .tests.sizes import SMALL

SEED = 37
CLASSES = 14
"""NIH ChestX-ray14's."""


def prepare(setting: Setting) -> Iterator[Proof]:
    plan = SMALL if setting.is_small else EncoderPlan()
    checkpoint = setting.work / "refers_checkpoint.pth"
    write_once(checkpoint, lambda: as_state(random_encoder(plan, SEED), CLASSES))
    network, _ = read_encoder(checkpoint, plan.whole)
    yield Proof(
        pack="refers-encoder-original", plan=plan, checkpoint=checkpoint, framework=reference_of(network, plan), texts=(),
        steps=encoder_sections(plan)["image"]["steps"],
    )


if __name__ == "__main__":
    sys.exit(prove("refers-encoder", __doc__ or "", prepare))
