"""python -m chexzero.prove --work FOLDER [--small], from model-store/import/: CheXzero from a seeded checkpoint to a pack.

Writes what `importing/proof.py` says. `test/parity/chexzero.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from importing.clip_bpe import read_clip_bpe
from importing.dual_encoder.expected import Extras
from importing.proof import Proof, Setting, prove, write_once

from .checkpoint import read_chexzero
from .manifest import LABEL_SET, chexzero_sections, prompts
from .network import CheXzeroPlan
from .pack import reference_of
from .seeded import as_state, random_chexzero, write_merges
from .tests.sizes import SMALL

SEED = 7
TEXTS = (
    "Pleural Effusion", "no Pleural Effusion", "Atelectasis at the left base;  it's 1.2 cm", "no acute cardiopulmonary process",
    "\u00d6dem beider Lungen \u80ba",
)


def prepare(setting: Setting) -> Iterator[Proof]:
    plan = SMALL if setting.is_small else CheXzeroPlan()
    checkpoint = setting.work / "best_64_0.0001_seeded.pt"
    write_once(checkpoint, lambda: as_state(random_chexzero(plan, SEED)))
    merges = write_merges(setting.work / "bpe_simple_vocab_16e6.txt.gz", plan.text.vocabulary)
    network, _ = read_chexzero(checkpoint, plan)
    framework = reference_of(network, read_clip_bpe(merges, plan.text.vocabulary))
    yield Proof(
        pack="chexzero", plan=plan, checkpoint=checkpoint, framework=framework, texts=TEXTS,
        steps=chexzero_sections(plan)["image"]["steps"], arguments=["--merges", merges],
        extras=Extras(label_set=LABEL_SET, classes=prompts(), class_scores=framework.class_scores),
    )


if __name__ == "__main__":
    sys.exit(prove("chexzero", __doc__ or "", prepare))
