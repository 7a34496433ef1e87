"""What the training asks for, term by term."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .sentences import FINDING_COUNT


def relations(values: Tensor, film_source: Tensor, claimed: Tensor, denied: Tensor, text_source: Tensor) -> tuple[Tensor, Tensor]:
    """Which sentences hold of which films, and of which pairs anything is known: bool [films, texts].

    A finding of another dataset's film is never counted against a sentence: datasets differ in
    everything, and such negatives teach which hospital a film is from.
    """
    yes, no = (values == 1).float(), (values == 0).float()
    unsure = 1 - yes - no
    wrong_finding = no[:, :FINDING_COUNT] @ claimed[:, :FINDING_COUNT].t() + yes[:, :FINDING_COUNT] @ denied[:, :FINDING_COUNT].t() > 0
    wrong_other = no[:, FINDING_COUNT:] @ claimed[:, FINDING_COUNT:].t() > 0
    unknown = unsure @ (claimed + denied).t() > 0
    same = film_source[:, None] == text_source[None]
    wrong = wrong_other | (wrong_finding & same)
    holds = ~wrong_finding & ~wrong_other & ~unknown
    return holds, holds | wrong


def agreement(scores: Tensor, holds: Tensor, known: Tensor) -> Tensor:
    """Cross-entropy of rows against every text that holds, among the known ones."""
    target = holds.float()
    rows = (target.sum(1) > 0) & ((known & ~holds).sum(1) > 0)
    if not rows.any():
        return scores.sum() * 0
    chances = scores.masked_fill(~known, -1e4).log_softmax(1)
    return -((target * chances).sum(1) / target.sum(1).clamp(min=1))[rows].mean()


def opposite_loss(difference: Tensor, labels: Tensor, known: Tensor, weights: Tensor) -> Tensor:
    """Logistic loss of opposite prompts, [films, pairs], each pair's classes balanced within the batch."""
    total = difference.new_zeros(())
    share = difference.new_zeros(())
    loss = F.softplus(torch.where(labels > 0.5, -difference, difference))
    for wanted in (0.0, 1.0):
        at = (known & (labels == wanted)).float()
        count = at.sum(0)
        strength = weights * (count / (count + 2))
        total = total + ((loss * at).sum(0) / count.clamp(min=1) * strength).sum()
        share = share + strength.sum()
    return total / share.clamp(min=1e-3)


def alike(vectors: Tensor, classes: Tensor, sources: Tensor, temperature: float = 0.1) -> Tensor:
    """Films of one class nearer to each other than to other classes, within a dataset; class -1 is left out."""
    usable = classes >= 0
    pairs = usable[:, None] & usable[None] & (sources[:, None] == sources[None])
    pairs.fill_diagonal_(False)
    return agreement(vectors @ vectors.t() / temperature, pairs & (classes[:, None] == classes[None]), pairs)


def look_loss(maps: Tensor, targets: Tensor, words: Tensor) -> Tensor:
    """Cross-entropy of maps [films,texts,words,cells] against where the text's place is [films,texts,cells]."""
    each = -(targets[:, :, None] * (maps + 1e-6).log()).sum(-1)
    return (each * words[None]).sum() / (words.sum() * len(maps))


def inside_loss(maps: Tensor, lungs: Tensor, words: Tensor) -> Tensor:
    """Minus log of the share of each word's look that falls into the lungs, [films, cells]."""
    share = (maps * lungs[:, None, None]).sum(-1)
    return (-(share + 1e-4).log() * words[None]).sum() / (words.sum() * len(maps))


class Uninformed:
    """Keeps scores of films without lungs from ranking by label, however small their differences are.

    A running covariance of the standardised score with the label, per dataset and pair, is pushed to zero.
    """

    def __init__(self) -> None:
        self.state: dict[str, list[float]] = {}

    def __call__(self, name: str, scores: Tensor, labels: Tensor) -> Tensor:
        if not len(scores):
            return scores.sum()
        mean, square, rate, covariance = self.state.get(name, [scores.mean().item(), scores.var(unbiased=False).item() + 1e-4, 0.5, 0.0])
        deviation = max(square, 1e-5) ** 0.5
        rate_spread = max(rate * (1 - rate), 0.05) ** 0.5
        now = ((scores - mean) / deviation * (labels - rate) / rate_spread).mean()
        hold = 0.97 ** min(len(scores), 8)
        covariance = hold * covariance + (1 - hold) * now.item()
        with torch.no_grad():
            middle = scores.mean().item()
            self.state[name] = [
                hold * mean + (1 - hold) * middle,
                hold * square + (1 - hold) * (scores - mean).square().mean().item(),
                hold * rate + (1 - hold) * labels.mean().item(),
                covariance,
            ]
        return 2 * max(-1.0, min(1.0, covariance)) * now
