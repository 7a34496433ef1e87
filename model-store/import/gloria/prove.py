"""python -m gloria.prove --work FOLDER [--small], from model-store/import/: GLoRIA from a seeded checkpoint to packs in both modes.

Writes what `importing/proof.py` says, of a Lightning checkpoint. `test/parity/gloria.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from importing.dual_encoder.expected import Extras
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.proof import Proof, Setting, prove, write_once
from importing.wordpiece import read_wordpiece

from .checkpoint import read_gloria
from .manifest import gloria_sections
from .network import GloriaPlan
from .pack import reference_of, reference_statistics
from .prompts import prompts
from .reference import COMPAT, MODES, Reference
from .seeded import as_lightning, pieces, random_gloria
from .tests.sizes import SMALL

SEED = 7
TEXTS = (
    "There is a small left pleural effusion.", "improvement in pulmonary interstitial edema", " pulmonary edema ",
    "1. Cardiomegaly which is unchanged, 1.2 cm nodule.\nNo pneumothorax",
    "apperance of bilateral consolidation at the right lung base",
)


def extras_of(framework: Reference, drawn: Sequence[Path]) -> Extras:
    """compat: z-scores by the statistics of the films themselves, which is what the released code does with a call of them."""
    references = reference_statistics(framework, drawn) if framework.mode == COMPAT else {}

    def class_scores(image: ImageVectors, classes: Mapping[str, list[TextVectors]]) -> dict[str, float]:
        scores = {label: framework.class_score(image, texts) for label, texts in classes.items()}
        return {label: (score - references[label][0]) / references[label][1] if references else score for label, score in scores.items()}

    return Extras(
        combine=lambda whole, local: (whole + local) / 2, maps=framework.maps,
        label_set="chexpert5", classes=prompts(framework.mode == COMPAT), class_scores=class_scores,
    )


def prepare(setting: Setting) -> Iterator[Proof]:
    plan = SMALL if setting.is_small else GloriaPlan()
    checkpoint = setting.work / "chexpert_resnet50.ckpt"
    write_once(checkpoint, lambda: as_lightning(random_gloria(plan, SEED)))
    vocabulary = setting.write_vocabulary(pieces(plan.bert.vocabulary))
    network, _ = read_gloria(checkpoint, plan)
    for mode in MODES:
        framework = reference_of(network, read_wordpiece(vocabulary, plan.bert.vocabulary), mode)
        references = [argument for film in setting.films if mode == COMPAT for argument in ("--reference", film)]
        yield Proof(
            pack=f"gloria-{mode}", expected=f"expected-{mode}", plan=plan, checkpoint=checkpoint, framework=framework, texts=TEXTS,
            steps=gloria_sections(plan, mode, {})["image"]["steps"], arguments=["--vocabulary", vocabulary, "--mode", mode, *references],
            extras=extras_of(framework, setting.films),
        )


if __name__ == "__main__":
    sys.exit(prove("gloria", __doc__ or "", prepare))
