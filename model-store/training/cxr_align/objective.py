"""The whole loss of one batch."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from ..halves import halves
from .attributes import FINDINGS
from .batches import LOCAL, OPPOSITES, UNINFORMED, Batch
from .blanking import LUNGS_BLANKED
from .losses import Uninformed, agreement, alike, inside_loss, look_loss, opposite_loss, relations
from .model import CxrAlign, encode_texts
from .regions import cell_share, place_targets
from .sentences import claim_matrices
from .similarity import word_mask

FINDING_PAIRS = torch.tensor([pair.name in FINDINGS for pair in OPPOSITES])
PAIR_WEIGHTS = torch.tensor([pair.weight for pair in OPPOSITES])
WEIGHTS = {"sentences": 1.0, "pairs": 2.5, "local pairs": 1.0, "uninformed": 0.8, "alike": 0.5, "lungs": 0.3, "look": 0.4, "inside": 0.2}
LOOK_FILMS = 24


class Objective:
    """Named loss terms of a batch; keeps the running statistics one of them needs."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.uninformed = Uninformed()

    def __call__(self, model: CxrAlign, batch: Batch, step: int) -> dict[str, Tensor]:
        with halves():
            vectors, cells, logits = model.image.encode(batch.films)
        vectors, cells, logits = vectors.float(), cells.float(), logits.float()
        count = len(batch.sentences)
        ids, mask = encode_texts(self.tokenizer, [item.text for item in batch.sentences])
        said, _ = model.text(ids, mask)
        ids, mask = encode_texts(self.tokenizer, [item.text for item in batch.prompts] + batch.regions)
        prompted, words = model.text(ids, mask)
        which = word_mask(ids)
        pairs = len(batch.prompts)
        blank = batch.modes == LUNGS_BLANKED
        terms = {"sentences": self.sentences(model, batch, vectors, said[:count])}
        scores = (vectors @ prompted[:pairs].t()).view(count, -1, 2)
        terms |= self.pairs(batch, (scores[..., 0] - scores[..., 1]) * model.scale(), blank, "pairs")
        terms["alike"] = alike(vectors, torch.where(blank, -1, batch.classes), batch.sources)
        shares = cell_share(batch.lungs.amax(1))
        seen = ~blank
        terms["lungs"] = F.binary_cross_entropy_with_logits(logits[seen], shares[seen])
        if step % 2:
            pairs = 2 * LOCAL
            local, maps = model.local(cells, words[:pairs], which[:pairs])
            local = local.view(count, -1, 2)
            terms |= self.pairs(batch, (local[..., 0] - local[..., 1]) * model.scale_of_local(), blank, "local pairs")
            about = FINDING_PAIRS[:LOCAL].repeat_interleave(2)
            terms["inside"] = inside_loss(maps[seen][:, about], shares[seen], which[:pairs][about])
        else:
            at = seen.nonzero().flatten()[:LOOK_FILMS]
            _, maps = model.local(cells[at], words[pairs:], which[pairs:])
            terms["look"] = look_loss(maps, place_targets(batch.lungs[at], batch.places), which[pairs:])
        return terms

    def sentences(self, model: CxrAlign, batch: Batch, vectors: Tensor, said: Tensor) -> Tensor:
        claimed, denied = map(torch.from_numpy, claim_matrices(batch.sentences))
        holds, known = relations(batch.values, batch.sources, claimed, denied, batch.sources)
        scores = vectors @ said.t() * model.scale()
        return (agreement(scores, holds, known) + agreement(scores.t(), holds.t(), known.t())) / 2

    def pairs(self, batch: Batch, difference: Tensor, blank: Tensor, name: str) -> dict[str, Tensor]:
        """Opposite prompts told apart where the film shows it, and left undecided where the lungs are covered."""
        asked = difference.shape[1]
        finding = FINDING_PAIRS[:asked]
        known = batch.known[:, :asked] & ~(blank[:, None] & finding[None])
        told = opposite_loss(difference, batch.labels[:, :asked], known, PAIR_WEIGHTS[:asked])
        undecided = difference[blank][:, finding]
        lost = undecided.square().mean() * 0.25 if len(undecided) else difference.sum() * 0
        for at, pair in enumerate(OPPOSITES[:UNINFORMED]):
            use = blank & batch.known[:, at]
            if use.any():
                strength = 0.3 if pair.source else 0.1
                lost = lost + strength * self.uninformed(f"{name} {pair}", difference[use, at], batch.labels[use, at])
        return {name: told, f"{name}, lungs covered": lost}


def total(terms: dict[str, Tensor]) -> Tensor:
    """Weighted sum; the terms of every second step count double."""
    result = torch.zeros(())
    for name, value in terms.items():
        if name.endswith("lungs covered"):
            weight = WEIGHTS["uninformed"] * (1.0 if name.startswith("pairs") else 0.7)
        else:
            weight = WEIGHTS[name]
        result = result + weight * value
    return result
