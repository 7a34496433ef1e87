"""python -m biovil.prove --work FOLDER [--small] [--variant NAME]..., from model-store/import/: BioViL and BioViL-T from seeded files to packs.

Writes what `importing/proof.py` says, for each variant an image tower's file and a text tower's. `test/parity/biovil.ts` then asks
the service the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from gloria.seeded import pieces
from importing.dual_encoder.expected import Extras
from importing.proof import Parts, Proof, Setting, prove, write_once
from importing.wordpiece import read_wordpiece

from .__main__ import PLANS
from .checkpoint import read_biovil
from .manifest import biovil_sections
from .pack import reference_of
from .seeded import image_state, random_biovil, text_state
from .tests.sizes import small_plan

SEED = 27
TEXTS = ("There is a small left pleural effusion.", "Findings suggesting pneumonia", "No evidence of pneumonia!?", "1.2 cm nodule. Unchanged")


def prepare(setting: Setting) -> Iterator[Proof]:
    variant = setting.part
    plan = small_plan(variant) if setting.is_small else PLANS[variant]
    image, text = (setting.work / f"{variant}-{name}" for name in ("image.pt", "pytorch_model.bin"))
    write_once(image, lambda: image_state(random_biovil(plan, SEED)))
    write_once(text, lambda: text_state(random_biovil(plan, SEED)))
    vocabulary = setting.write_vocabulary(pieces(plan.bert.vocabulary))
    network, _ = read_biovil(image, text, plan)
    framework = reference_of(network, read_wordpiece(vocabulary, plan.bert.vocabulary))
    yield Proof(
        pack=f"{variant}-original", expected=f"expected-{variant}", plan=plan, checkpoint=image, framework=framework, texts=TEXTS,
        steps=biovil_sections(plan)["image"]["steps"], arguments=["--text", text, "--vocabulary", vocabulary, "--variant", variant],
        extras=Extras(maps=framework.maps),
    )


if __name__ == "__main__":
    sys.exit(prove("biovil", __doc__ or "", prepare, Parts("--variant", list(PLANS))))
