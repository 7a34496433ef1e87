"""CheXzero with weights as the common base takes it."""

from __future__ import annotations

from tokenizers import Tokenizer

from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import image_part, text_part
from importing.image_graph import ImageGraph

from .manifest import CITATION, chexzero_sections, pixels
from .network import Clip, FilmTower
from .reference import Reference

TEXTS = ("Pleural Effusion", "no Pleural Effusion", "Small left effusion, 1.2 cm; the patient's heart isn't enlarged.")


def reference_of(network: Clip, tokenizer: Tokenizer) -> Reference:
    return Reference(network, ImageGraph(FilmTower(network), pixels(network.plan)).eval(), tokenizer)


def dual_encoder(framework: Reference) -> DualEncoder:
    graph = framework.image_graph
    return DualEncoder(
        system="chexzero",
        framework=framework,
        parts=[image_part(graph, graph.example(), ["global"]), text_part("text_encoder", framework.network, ["global"])],
        sections=chexzero_sections(framework.network.plan),
        tokenizer=framework.tokenizer,
        texts=TEXTS,
        citation=CITATION,
    )
