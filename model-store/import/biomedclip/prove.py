"""python -m biomedclip.prove --work FOLDER [--small], from model-store/import/: BiomedCLIP from a seeded checkpoint to a pack.

Writes, outside the tree: a checkpoint with random weights, a vocabulary, films, what PyTorch answers to them, and the pack that
the importer makes in a process of its own. `test/parity/biomedclip.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from importing.dual_encoder.expected import Extras
from importing.proof import Proof, prove
from importing.wordpiece import read_wordpiece

from .checkpoint import read_biomedclip
from .manifest import LABEL_SET, biomedclip_sections, prompts
from .network import BiomedClipPlan
from .pack import reference_of
from .seeded import as_state, pieces, random_biomedclip
from .tests.sizes import SMALL

SEED = 7
TEXTS = (
    "left-sided pleural effusion chest x-ray", "Right-sided pleural effusion, chest X-ray.", "normal chest x-ray",
    "this is a photo of normal chest x-ray", "No pneumothorax. The heart size is 14.2 cm",
)


def prepare(work: Path, is_small: bool) -> Proof:
    plan = SMALL if is_small else BiomedClipPlan()
    checkpoint, vocabulary = work / "open_clip_pytorch_model.bin", work / "vocab.txt"
    vocabulary.write_text("\n".join(pieces(plan.bert.vocabulary)) + "\n")
    if not checkpoint.exists():
        torch.save(as_state(random_biomedclip(plan, SEED)), checkpoint)
    network, _ = read_biomedclip(checkpoint, plan)
    framework = reference_of(network, read_wordpiece(vocabulary, plan.bert.vocabulary))
    return Proof(
        system="biomedclip", plan=plan, checkpoint=checkpoint, framework=framework, texts=TEXTS,
        steps=biomedclip_sections(plan, framework.scale)["image"]["steps"], arguments=["--vocabulary", str(vocabulary)],
        extras=Extras(label_set=LABEL_SET, classes=prompts(), class_scores=framework.class_scores),
    )


if __name__ == "__main__":
    sys.exit(prove("biomedclip", __doc__ or "", prepare))
