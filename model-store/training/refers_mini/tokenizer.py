"""The report's own SentencePiece vocabulary (BPE), kept in the form of Hugging Face's `tokenizer.json`."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import BpeTrainer

PAD, UNKNOWN, START, END = 0, 1, 2, 3
SPECIAL = ["<pad>", "<unk>", "<s>", "</s>"]
MAX_TOKENS = 40
LETTERS = list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;-/()'")


def train_tokenizer(texts: list[str], size: int = 320) -> Tokenizer:
    """Words begin with U+2581 as SentencePiece's do; punctuation is a piece of its own."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation("isolated")])
    tokenizer.decoder = decoders.Metaspace()
    trainer = BpeTrainer(vocab_size=size, special_tokens=SPECIAL, initial_alphabet=["▁", *LETTERS], limit_alphabet=100, min_frequency=1, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", START), ("</s>", END)])
    return tokenizer


def read_tokenizer(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))
