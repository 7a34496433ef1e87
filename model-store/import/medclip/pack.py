"""MedCLIP with weights as the common base takes it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer

from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import EXAMPLE_ROWS, ROWS, Part, image_part, text_part
from importing.image_graph import ImageGraph

from .manifest import CITATION, medclip_sections, pixels
from .network import Medclip, MeanWithoutPadding
from .reference import COMPAT, Reference

TEXTS = (
    "There is a small left pleural effusion.",
    "portable view of the chest demonstrates mild cardiomegaly",
    "No acute cardiopulmonary process; 1.2 cm nodule.",
)

MOST_PROMPTS = 512
"""Rows of the projection in one run."""


def reference_of(network: Medclip, tokenizer: Tokenizer, mode: str) -> Reference:
    return Reference(network, ImageGraph(network.vision_model, pixels(network.plan)).eval(), tokenizer, mode)


def dual_encoder(framework: Reference, resize: str, normal: Sequence[str] = ()) -> DualEncoder:
    graph = framework.image_graph
    return DualEncoder(
        system="medclip",
        framework=framework,
        parts=[image_part(graph, graph.example(), ["global"]), *text_parts(framework)],
        sections=medclip_sections(framework.network, framework.mode, resize, normal),
        tokenizer=framework.tokenizer,
        texts=TEXTS,
        citation=CITATION,
    )


def text_parts(framework: Reference) -> list[Part]:
    """compat: how many rows of padding go into a mean is known to the service alone, so it pools between two graphs."""
    tower = framework.network.text_model
    if framework.mode != COMPAT:
        return [text_part("text_encoder", MeanWithoutPadding(tower).eval(), ["global"])]
    rows = torch.randn(EXAMPLE_ROWS, framework.network.plan.bert.width, generator=torch.Generator().manual_seed(1))
    heads = Part(
        "text_heads", tower.projection_head, {"pooled": (rows, {0: ROWS})}, ["global"], MOST_PROMPTS, {"remember_rows": True},
        batch={"pooled": rows},
    )
    return [text_part("text_tokens", tower, ["tokens"]), heads]
