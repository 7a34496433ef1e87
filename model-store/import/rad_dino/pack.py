"""RAD-DINO with weights as the common base takes it: vectors of films and of their patches, and no texts."""

from __future__ import annotations

from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import image_part
from importing.image_graph import ImageGraph

from .manifest import CITATION, pixels, rad_dino_sections
from .network import RadDino
from .preprocessor import Preprocessor
from .reference import Reference, Tower

MOST_ROWS = 4
"""Films at once: one film's 1370 tokens make 90 MB of attention in each layer."""


def reference_of(network: RadDino, said: Preprocessor) -> Reference:
    return Reference(network, ImageGraph(Tower(network), pixels(said)).eval())


def image_encoder(framework: Reference, said: Preprocessor) -> DualEncoder:
    graph = framework.image_graph
    return DualEncoder(
        system="rad_dino",
        framework=framework,
        parts=[image_part(graph, graph.example(), ["global", "local"], MOST_ROWS)],
        sections=rad_dino_sections(said),
        tokenizer=None,
        texts=(),
        citation=CITATION,
        tasks=("embeddings",),
    )
