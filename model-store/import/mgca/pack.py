"""MGCA with weights as the common base takes it."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer

from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import EXAMPLE_ROWS, ROWS, Part, image_part, text_part
from importing.image_graph import ImageGraph
from importing.similarity import prototypes_graph, similarity_graph

from .manifest import CITATION, mgca_sections, pixels
from .network import Mgca, TextHeads
from .reference import Reference

TEXTS = (
    "There is a small left pleural effusion.",
    "Cardiomegaly which is unchanged, 1.2 cm nodule. No pneumothorax",
    "pulmonary edema",
)

EXAMPLE_SLOTS = 5
MOST_TEXTS = 64


def reference_of(network: Mgca, tokenizer: Tokenizer, mode: str) -> Reference:
    return Reference(network, ImageGraph(network.img_encoder_q, pixels(network)).eval(), tokenizer, mode)


def dual_encoder(framework: Reference) -> DualEncoder:
    network, graph = framework.network, framework.image_graph
    return DualEncoder(
        system="mgca",
        framework=framework,
        parts=[
            image_part(graph, graph.example(), ["global", "local"]),
            text_part("text_tokens", network.text_encoder_q, ["tokens", "token_weights"]),
            heads_part(network),
        ],
        sections=mgca_sections(network, framework.mode),
        tokenizer=framework.tokenizer,
        texts=TEXTS,
        citation=CITATION,
        graphs={"similarity": similarity_graph("mgca-weighted"), "prototypes": prototypes_graph(network.prototypes.numpy())},
        graph_kinds={"prototypes": {"vectors": "global"}},
    )


def heads_part(network: Mgca) -> Part:
    """Behind the sum over pieces, since batch norm and ReLU are not linear."""
    generator = torch.Generator().manual_seed(1)
    width = network.plan.bert.width
    pooled = torch.randn(EXAMPLE_ROWS, width, generator=generator)
    words = torch.randn(EXAMPLE_ROWS, EXAMPLE_SLOTS, width, generator=generator)
    inputs = {"pooled": (pooled, {0: ROWS}), "words": (words, {0: ROWS, 1: "slots"})}
    heads = TextHeads(network.text_encoder_q).eval()
    batch = {"pooled": pooled, "words": words}
    return Part("text_heads", heads, inputs, ["global", "local"], MOST_TEXTS, {"remember_rows": True}, {"local": "words"}, batch)
