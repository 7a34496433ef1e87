"""BiomedCLIP with weights as the common base takes it."""

from __future__ import annotations

from tokenizers import Tokenizer

from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import image_part, text_part
from importing.image_graph import ImageGraph

from .manifest import CITATION, biomedclip_sections, pixels
from .network import BiomedClip
from .reference import Reference

TEXTS = (
    "this is a photo of normal chest x-ray",
    "Left-sided pleural effusion, with atelectasis of the lower lobe.",
    "x",
)


def reference_of(network: BiomedClip, tokenizer: Tokenizer) -> Reference:
    return Reference(network, ImageGraph(network.visual, pixels(network.plan)).eval(), tokenizer)


def dual_encoder(framework: Reference) -> DualEncoder:
    graph = framework.image_graph
    return DualEncoder(
        system="biomedclip",
        framework=framework,
        parts=[image_part(graph, graph.example(), ["global"]), text_part("text_encoder", framework.network.text, ["global"])],
        sections=biomedclip_sections(framework.network.plan, framework.scale),
        tokenizer=framework.tokenizer,
        texts=TEXTS,
        citation=CITATION,
    )
