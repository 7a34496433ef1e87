"""Writes a BERT with random weights as the folder that the importer reads, where no trained one can be had."""

from __future__ import annotations

from pathlib import Path

from transformers import BertConfig

from .seeded import random_bert

SPREAD = 0.05
"""Standard deviation of the weights: with BERT's own 0.02 a random network hardly mixes words, and context would go unproved."""


def write_bert(folder: Path, pieces: list[str], dims: int, layers: int, heads: int, seed: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=dims, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=4 * dims, max_position_embeddings=64, initializer_range=SPREAD,
    )
    random_bert(config, seed).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    return folder
