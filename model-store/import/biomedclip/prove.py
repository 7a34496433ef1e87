"""python -m biomedclip.prove --work FOLDER [--small], from model-store/import/: BiomedCLIP from a seeded checkpoint to a pack.

Writes what `importing/proof.py` says. `test/parity/biomedclip.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from importing.dual_encoder.expected import Extras
from importing.proof import Proof, Setting, prove, write_once
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


def prepare(setting: Setting) -> Iterator[Proof]:
    plan = SMALL if setting.is_small else BiomedClipPlan()
    checkpoint = setting.work / "open_clip_pytorch_model.bin"
    write_once(checkpoint, lambda: as_state(random_biomedclip(plan, SEED)))
    vocabulary = setting.write_vocabulary(pieces(plan.bert.vocabulary))
    network, _ = read_biomedclip(checkpoint, plan)
    framework = reference_of(network, read_wordpiece(vocabulary, plan.bert.vocabulary))
    yield Proof(
        pack="biomedclip", plan=plan, checkpoint=checkpoint, framework=framework, texts=TEXTS,
        steps=biomedclip_sections(plan, framework.scale)["image"]["steps"], arguments=["--vocabulary", vocabulary],
        extras=Extras(label_set=LABEL_SET, classes=prompts(), class_scores=framework.class_scores),
    )


if __name__ == "__main__":
    sys.exit(prove("biomedclip", __doc__ or "", prepare))
