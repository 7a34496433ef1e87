"""BioViL with weights as the common base takes it."""

from __future__ import annotations

from tokenizers import Tokenizer

from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import image_part, text_part
from importing.image_graph import ImageGraph
from importing.similarity import similarity_graph

from .manifest import CITATIONS, biovil_sections, pixels
from .network import Biovil
from .reference import Reference

TEXTS = ("There is a small left pleural effusion.", "Findings suggesting pneumonia", "No evidence of pneumonia!?")
MOST_FILMS = 8
"""Of one run: films are four times GLoRIA's."""


def reference_of(network: Biovil, tokenizer: Tokenizer) -> Reference:
    return Reference(network, ImageGraph(network.image, pixels(network.plan)).eval(), tokenizer)


def dual_encoder(framework: Reference, variant: str) -> DualEncoder:
    graph, network = framework.image_graph, framework.network
    return DualEncoder(
        system="biovil",
        framework=framework,
        parts=[
            image_part(graph, graph.example(), ["global", "local"], MOST_FILMS),
            text_part("text_encoder", network.text, ["global"]),
        ],
        sections=biovil_sections(network.plan),
        tokenizer=framework.tokenizer,
        texts=TEXTS,
        citation=CITATIONS[variant],
        graphs={"similarity": similarity_graph("cosine-grid")},
    )
