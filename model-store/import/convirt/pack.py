"""ConVIRT with weights as the common base takes it."""

from __future__ import annotations

from tokenizers import Tokenizer

from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import image_part, text_part
from importing.image_graph import ImageGraph

from .manifest import CITATION, convirt_sections, pixels
from .network import Convirt
from .reference import Reference
from .variants import Variant

TEXTS = ("There is a small left pleural effusion.", "Severe cardiomegaly is noted", "No pneumothorax is seen, lungs are clear.")


def reference_of(network: Convirt, variant: Variant, tokenizer: Tokenizer) -> Reference:
    return Reference(network, ImageGraph(network.image, pixels(variant, network.plan)).eval(), tokenizer, variant.cleans)


def dual_encoder(framework: Reference, variant: Variant) -> DualEncoder:
    graph = framework.image_graph
    return DualEncoder(
        system="convirt",
        framework=framework,
        parts=[image_part(graph, graph.example(), ["global"]), text_part("text_encoder", framework.network.text, ["global"])],
        sections=convirt_sections(variant, framework.network.plan),
        tokenizer=framework.tokenizer,
        texts=TEXTS,
        citation=CITATION,
    )
