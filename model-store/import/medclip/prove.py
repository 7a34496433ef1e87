"""python -m medclip.prove --work FOLDER [--small] [--tower resnet|swin], from model-store/import/: MedCLIP from seeded checkpoints to packs.

Writes what `importing/proof.py` says, for each tower in both modes. `test/parity/medclip.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from gloria.seeded import pieces
from importing.dual_encoder.expected import Extras
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.proof import Parts, Proof, Setting, prove, write_once
from importing.wordpiece import read_wordpiece

from .checkpoint import read_medclip
from .manifest import BICUBIC, image_section
from .network import TOWERS, MedclipPlan
from .pack import reference_of
from .prompts import CHEXPERT, in_full, spread
from .reference import MODES, Reference
from .seeded import as_state, random_medclip
from .tests.sizes import SMALL

SEED = 7
TEXTS = (
    "There is a small left pleural effusion.", "improvement in pulmonary interstitial edema", "pulmonary edema",
    "1. Cardiomegaly which is unchanged, 1.2 cm nodule.\nNo pneumothorax", "no " * 120,
)


def extras_of(framework: Reference) -> Extras:
    prompts = spread(in_full(CHEXPERT))
    vectors = {label: framework.group(texts) for label, texts in prompts.items()}

    def class_scores(image: ImageVectors, _: Mapping[str, list[TextVectors]]) -> dict[str, float]:
        return {label: framework.class_score(image, ofclass) for label, ofclass in vectors.items()}

    # The vectors of a class are made together; those of each prompt by itself are not asked for.
    return Extras(label_set="chexpert5", classes={label: [] for label in prompts}, class_scores=class_scores)


def prepare(setting: Setting) -> Iterator[Proof]:
    tower, plan = setting.part, SMALL if setting.is_small else MedclipPlan()
    checkpoint = setting.work / f"pytorch_model-{tower}.bin"
    write_once(checkpoint, lambda: as_state(random_medclip(plan, tower, SEED), tower))
    vocabulary = setting.write_vocabulary(pieces(plan.bert.vocabulary))
    network, _ = read_medclip(checkpoint, plan)
    for mode in MODES:
        framework = reference_of(network, read_wordpiece(vocabulary, plan.bert.vocabulary), mode)
        yield Proof(
            pack=f"medclip-{tower}-{mode}", expected=f"expected-{tower}-{mode}", plan=plan, checkpoint=checkpoint, framework=framework,
            texts=TEXTS, steps=image_section(plan, BICUBIC)["steps"], arguments=["--vocabulary", vocabulary, "--mode", mode],
            extras=extras_of(framework),
        )


if __name__ == "__main__":
    sys.exit(prove("medclip", __doc__ or "", prepare, Parts("--tower", TOWERS)))
