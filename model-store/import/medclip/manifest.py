"""MedCLIP's sections of `model.json`, in both modes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from importing.dual_encoder import sections
from importing.image_graph import Pixels

from .network import Medclip, MedclipPlan
from .prompts import CHEXPERT, COVID, NORMAL, RSNA, in_full, spread
from .reference import COMPAT

REPOSITORY = "https://github.com/RyanWangZf/MedCLIP"
COMMIT = "9c3396f"
CITATION = "Wang Z., Wu Z., Agarwal D., Sun J. MedCLIP: Contrastive Learning from Unpaired Medical Images and Text. EMNLP 2022."

MEAN, STD = 0.5862785803043838, 0.27950088968644304

BICUBIC, BILINEAR = "bicubic", "bilinear"
RESIZES = (BICUBIC, BILINEAR)
"""Of the published processor, and of the data set class that the paper's numbers were taken with."""

CHEXPERT_TEN = "Ten of each class's prompts, evenly spaced: the released example draws ten without a seed. `chexpert5-all` has them all."
NEGATIVES = (
    "The prompts of the finding are the released ones. MedCLIP's ten sentences for a normal film are drawn from a file that was not "
    "released; {whose}"
)
OWN = "these ten are radserve's own, so the published figures cannot be repeated with them."
GIVEN = "these were given at import."


def pixels(plan: MedclipPlan) -> Pixels:
    return Pixels(side=plan.side, mean=(MEAN,), std=(STD,))


def image_section(plan: MedclipPlan, resize: str) -> dict[str, Any]:
    square = sections.pad("square", least=plan.side)
    return sections.image(sections.GRAY, square, sections.resize("exact", plan.side, f"{resize}_aa"), sections.channels(1))


def medclip_sections(network: Medclip, mode: str, resize: str, normal: Sequence[str] = ()) -> dict[str, Any]:
    """`normal`: sentences of a normal film that the owner of the released list gives; none: radserve's own."""
    plan, is_compat = network.plan, mode == COMPAT
    return {
        "image": image_section(plan, resize),
        "text": sections.text(plan.max_tokens, padding="longest_in_class" if is_compat else "longest"),
        "text_post": sections.text_post(pool="mean_with_pad", heads=True) if is_compat else sections.text_post(),
        "score": sections.cosine_score(network.scale),
        "zero_shot": {"default": "chexpert5", "sets": label_sets(normal)},
    }


def label_sets(normal: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The mean over prompts is the released example's `ensemble=True`; a request can ask for the greatest instead."""
    chexpert, note = in_full(CHEXPERT), NEGATIVES.format(whose=GIVEN if normal else OWN)
    against = {"Normal": list(normal) or NORMAL}
    return {
        "chexpert5": _set("CheXpert, five findings, ten prompts each", spread(chexpert), CHEXPERT_TEN),
        "chexpert5-all": _set("CheXpert, five findings, all 489 prompts", chexpert),
        "covid": _set("COVID-19 or normal", {**against, **in_full(COVID)}, note),
        "rsna": _set("Pneumonia or normal", {**against, **in_full(RSNA)}, f"{note} No prompt says \"pneumonia\": so it was released."),
    }


def _set(title: str, classes: dict[str, list[str]], note: str | None = None) -> dict[str, Any]:
    return sections.label_set(title, classes, "multiclass", "mean", "none", similarity="global", **({} if note is None else {"note": note}))
