"""python -m chexzero.prove --work FOLDER [--small], from model-store/import/: CheXzero from a seeded checkpoint to a pack.

Writes, outside the tree: a checkpoint with random weights, merges, films, what PyTorch answers to them, and the pack that the
importer makes in a process of its own. `test/parity/chexzero.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from importing.clip_bpe import read_clip_bpe
from importing.dual_encoder.expected import Extras
from importing.proof import Proof, prove

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


def prepare(work: Path, is_small: bool) -> Proof:
    plan = SMALL if is_small else CheXzeroPlan()
    checkpoint = work / "best_64_0.0001_seeded.pt"
    merges = write_merges(work / "bpe_simple_vocab_16e6.txt.gz", plan.text.vocabulary)
    if not checkpoint.exists():
        torch.save(as_state(random_chexzero(plan, SEED)), checkpoint)
    network, _ = read_chexzero(checkpoint, plan)
    framework = reference_of(network, read_clip_bpe(merges, plan.text.vocabulary))
    return Proof(
        system="chexzero", plan=plan, checkpoint=checkpoint, framework=framework, texts=TEXTS,
        steps=chexzero_sections(plan)["image"]["steps"], arguments=["--merges", str(merges)],
        extras=Extras(label_set=LABEL_SET, classes=prompts(), class_scores=framework.class_scores),
    )


if __name__ == "__main__":
    sys.exit(prove("chexzero", __doc__ or "", prepare))
