"""GLoRIA with weights as the common base takes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from importing.draft import PackError
from importing.dual_encoder.pack import DualEncoder
from importing.dual_encoder.part import image_part, text_part
from importing.image_graph import ImageGraph
from importing.preparing import pixels as film_pixels
from importing.preparing import read_film
from importing.similarity import similarity_graph

from .manifest import CITATION, References, gloria_sections, pixels
from .network import Gloria
from .prompts import prompts
from .reference import COMPAT, Reference

TEXTS = (
    "There is a small left pleural effusion.",
    "Cardiomegaly which is unchanged, 1.2 cm nodule. No pneumothorax",
    " pulmonary edema ",
)

LEAST_REFERENCES = 2
"""Films, below which there is no deviation."""


def reference_of(network: Gloria, tokenizer: Tokenizer, mode: str) -> Reference:
    return Reference(network, ImageGraph(network.img_encoder, pixels(network.plan)).eval(), tokenizer, mode)


def dual_encoder(framework: Reference, references: References) -> DualEncoder:
    plan, graph = framework.plan, framework.image_graph
    return DualEncoder(
        system="gloria",
        framework=framework,
        parts=[
            image_part(graph, graph.example(), ["global", "local"]),
            text_part("text_tokens", framework.network.text_encoder, ["tokens"]),
        ],
        sections=gloria_sections(plan, framework.mode, references),
        tokenizer=framework.tokenizer,
        texts=TEXTS,
        citation=CITATION,
        graphs={"similarity": similarity_graph("gloria")},
    )


def reference_statistics(framework: Reference, films: Sequence[Path]) -> References:
    """By class the mean and deviation (of the films, not an estimate from them) of its score. Throws `PackError`."""
    if not films:
        return {}
    if len(films) < LEAST_REFERENCES:
        raise PackError(f"Reference statistics need {LEAST_REFERENCES} films or more.")
    steps = gloria_sections(framework.plan, framework.mode, {})["image"]["steps"]
    classes = prompts(framework.mode == COMPAT)
    texts = {label: [framework.text(text) for text in ofclass] for label, ofclass in classes.items()}
    rows = []
    for film in films:
        image = framework.image(torch.from_numpy(film_pixels(read_film(film), steps))[None])
        rows.append([framework.class_score(image, ofclass) for ofclass in texts.values()])
    scores = np.array(rows)
    if not (scores.std(0) > 0).all():
        raise PackError("The reference films all have the same score.")
    return {label: (float(mean), float(std)) for label, mean, std in zip(classes, scores.mean(0), scores.std(0), strict=True)}
