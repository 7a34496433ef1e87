"""REFERS's image tower with weights as the common base takes it: vectors of films and of their patches, and no texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from importing.dual_encoder import sections
from importing.dual_encoder.framework import ImageVectors, TextVectors
from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import image_part
from importing.image_graph import ImageGraph, Pixels

from ..graphs import MEAN, STD
from ..manifest import CITATION
from ..network import VisionTransformer
from .plan import EncoderPlan


class Tower(nn.Module):
    """float32[rows, 3, side, side] -> global [rows, width], the class token, and local [rows, width, h, w], the patches as they are."""

    def __init__(self, network: VisionTransformer, plan: EncoderPlan) -> None:
        super().__init__()
        self.network = network
        self.grid = plan.whole.grid

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        rows = self.network(images)
        return rows[:, 0], rows[:, 1:].transpose(1, 2).unflatten(2, (self.grid, self.grid))


@dataclass(frozen=True)
class Reference:
    """A `Framework` that reads no texts."""

    network: VisionTransformer
    image_graph: ImageGraph

    @torch.no_grad()
    def image(self, pixels: Tensor) -> ImageVectors:
        rows = self.network(self.image_graph.prepared(pixels))
        side = self.image_graph.tower.grid
        return ImageVectors(rows[:, 0], rows[:, 1:].reshape(len(rows), side, side, -1))

    def text(self, text: str) -> TextVectors:
        raise NotImplementedError("REFERS's image tower reads no texts.")

    def local_score(self, cells: Tensor, words: Tensor) -> float:
        raise NotImplementedError("REFERS's image tower reads no texts.")


def encoder_sections(plan: EncoderPlan) -> dict[str, Any]:
    """As the fine-tuned towers are tested: shorter side, middle. Pre-training squashes, and reads blue first."""
    steps = [sections.GRAY, sections.resize("short", plan.side, "bilinear_aa", "trunc"), sections.crop(plan.side), sections.channels(1)]
    return {"image": sections.image(*steps), "score": sections.cosine_score()}


def reference_of(network: VisionTransformer, plan: EncoderPlan) -> Reference:
    return Reference(network, ImageGraph(Tower(network, plan), Pixels(side=plan.side, mean=MEAN, std=STD)).eval())


def image_encoder(framework: Reference, plan: EncoderPlan) -> DualEncoder:
    graph = framework.image_graph
    return DualEncoder(
        system="refers-encoder",
        framework=framework,
        parts=[image_part(graph, graph.example(), ["global", "local"])],
        sections=encoder_sections(plan),
        tokenizer=None,
        texts=(),
        citation=CITATION,
        tasks=("embeddings",),
    )
