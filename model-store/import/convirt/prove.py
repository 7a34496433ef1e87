"""python -m convirt.prove --work FOLDER [--small] [--variant NAME]..., from model-store/import/: ConVIRTs from seeded checkpoints to packs.

Writes what `importing/proof.py` says, for each variant. `test/parity/convirt.ts` then asks the service the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from gloria.seeded import pieces
from importing.proof import Parts, Proof, Setting, prove, write_once
from importing.wordpiece import read_wordpiece

from .checkpoint import read_convirt
from .manifest import convirt_sections
from .pack import reference_of
from .seeded import as_checkpoint, random_convirt
from .tests.sizes import small_plan
from .variants import VARIANTS

SEED = 17
SMALL_VARIANTS = ("benchx", "mgca")
"""The two that differ in everything; the others' graphs are compared with PyTorch by the importer itself."""
TEXTS = ("There is a small left pleural effusion.", "improvement in pulmonary interstitial edema", "Pneumothorax is present", "severe cardiomegaly")


def prepare(setting: Setting) -> Iterator[Proof]:
    name, variant = setting.part, VARIANTS[setting.part]
    plan = small_plan(name) if setting.is_small else variant.plan
    checkpoint = setting.work / f"ConVIRT-{name}.pth"
    write_once(checkpoint, lambda: as_checkpoint(random_convirt(variant, plan, SEED), variant))
    vocabulary = setting.write_vocabulary(pieces(plan.bert.vocabulary))
    network, _ = read_convirt(checkpoint, variant, plan)
    yield Proof(
        pack=f"convirt-{name}", expected=f"expected-{name}", plan=plan, checkpoint=checkpoint,
        framework=reference_of(network, variant, read_wordpiece(vocabulary, plan.bert.vocabulary)), texts=TEXTS,
        steps=convirt_sections(variant, plan)["image"]["steps"], arguments=["--vocabulary", vocabulary, "--variant", name],
    )


if __name__ == "__main__":
    sys.exit(prove("convirt", __doc__ or "", prepare, Parts("--variant", list(VARIANTS), SMALL_VARIANTS)))
