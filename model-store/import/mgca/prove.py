"""python -m mgca.prove --work FOLDER [--small] [--tower vit|resnet], from model-store/import/: MGCA from seeded checkpoints to packs.

Writes what `importing/proof.py` says, for each tower in both modes. `test/parity/mgca.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from gloria.prompts import prompts
from gloria.seeded import pieces
from importing.dual_encoder.expected import Extras
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.proof import Parts, Proof, Setting, prove, write_once
from importing.wordpiece import read_wordpiece

from .checkpoint import read_mgca
from .manifest import image_section
from .network import TOWERS, MgcaPlan
from .pack import reference_of
from .reference import MODES, Reference
from .seeded import as_lightning, random_mgca
from .tests.sizes import SMALL

SEED = 7
# The last one fills all tokens: there the released code loses a word.
TEXTS = (
    "There is a small left pleural effusion.", "improvement in pulmonary interstitial edema", "edema",
    "1. Cardiomegaly which is unchanged, 1.2 cm nodule.\nNo pneumothorax", "no pleural effusion " * 60,
)


def extras_of(framework: Reference) -> Extras:
    def class_scores(image: ImageVectors, classes: Mapping[str, list[TextVectors]]) -> dict[str, float]:
        return {label: framework.class_score(image, texts) for label, texts in classes.items()}

    return Extras(
        maps=framework.maps, label_set="chexpert5", classes=prompts(False), class_scores=class_scores, prototypes=framework.shares,
    )


def prepare(setting: Setting) -> Iterator[Proof]:
    tower, plan = setting.part, SMALL if setting.is_small else MgcaPlan()
    checkpoint = setting.work / f"{tower}.ckpt"
    write_once(checkpoint, lambda: as_lightning(random_mgca(plan, tower, SEED)))
    vocabulary = setting.write_vocabulary(pieces(plan.bert.vocabulary))
    network, _ = read_mgca(checkpoint, plan)
    for mode in MODES:
        framework = reference_of(network, read_wordpiece(vocabulary, plan.bert.vocabulary), mode)
        yield Proof(
            pack=f"mgca-{tower}-{mode}", expected=f"expected-{tower}-{mode}", plan=plan, checkpoint=checkpoint, framework=framework,
            texts=TEXTS, steps=image_section(plan.side)["steps"], arguments=["--vocabulary", vocabulary, "--mode", mode],
            extras=extras_of(framework),
        )


if __name__ == "__main__":
    sys.exit(prove("mgca", __doc__ or "", prepare, Parts("--tower", TOWERS)))
