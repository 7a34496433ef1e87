"""Networks with random weights that behave: for proofs and fixtures, where no trained weights can be had."""

from __future__ import annotations

import torch
from torch import Tensor

from .network import Refers
from .plan import RefersPlan
from .vocabulary import MARK, from_pieces

LOGIT_SPREAD = 2.0
"""Standard deviation of a step's logits: beams differ, and no token is certain."""

SENTENCES = [
    "there is a small left pleural effusion", "no pleural effusion or pneumothorax", "the heart size is normal",
    "the lungs are clear", "mild cardiomegaly is unchanged", "right lower lobe consolidation", "no focal consolidation is seen",
]


@torch.no_grad()
def random_refers(plan: RefersPlan, seed: int) -> Refers:
    generator = torch.Generator().manual_seed(seed)
    network = Refers(plan).eval()
    for name, value in network.named_parameters():
        value.copy_(_drawn(name, value, generator))
    words = network.textual.embedding.words.weight
    words.mul_(LOGIT_SPREAD / plan.width**0.5 / words.std())
    words[plan.pad] = 0
    network.textual.output.bias[plan.end] += LOGIT_SPREAD
    return network


def _drawn(name: str, value: Tensor, generator: torch.Generator) -> Tensor:
    drawn = torch.randn(value.shape, generator=generator)
    if name.endswith("bias"):
        return drawn * 0.3
    if "norm" in name:
        return 1 + drawn * 0.1
    if value.dim() == 1 or "embedding" in name or "cls_token" in name:
        return drawn
    # Wide enough that attention looks somewhere and the last word does not just come again.
    return drawn * (3.0 / value[0].numel()) ** 0.5


def as_state(network: Refers, text_width: int = 8) -> dict[str, Tensor]:
    """As the pre-training saves its model, with something of the contrastive branch's text tower."""
    contrastive = {
        "contrastive_bert.text_encoder.embeddings.word_embeddings.weight": torch.zeros(16, text_width),
        "contrastive_bert.fc.weight": torch.zeros(3 * text_width, text_width),
        "contrastive_bert.fc.bias": torch.zeros(3 * text_width),
    }
    return {**network.state_dict(), **contrastive}


def pieces(size: int) -> tuple[list[str], list[str], dict[str, float]]:
    """Control pieces, letters, the starts of words and the words of `SENTENCES`; then numbered ones that stand for nothing."""
    control = ["<unk>", "[SOS]", "[EOS]", "[MASK]"]
    words = list(dict.fromkeys(MARK + word for sentence in SENTENCES for word in sentence.split()))
    letters = list(dict.fromkeys([MARK, *sorted({char for word in words for char in word} - {MARK})]))
    # A whole word is put together from the left, as SentencePiece would have it.
    starts = [word[:end] for word in words for end in range(2, len(word) + 1)]
    known = list(dict.fromkeys([*control, *letters, *starts, "."]))
    filled = [*known[:size], *(f"{MARK}{at}" for at in range(size - len(known)))]
    return filled, control, {piece: -float(at) for at, piece in enumerate(filled)}


def random_vocabulary(plan: RefersPlan):  # noqa: ANN201 (a tokenizers.Tokenizer)
    return from_pieces(*pieces(plan.vocabulary))
