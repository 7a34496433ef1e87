"""Words and punctuation marks, whole: a word outside the vocabulary is `[UNK]`, so the service can say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from torch import Tensor

from .composition import UNKNOWN
from .grammar import Grammar

PAD_ID, UNKNOWN_ID = 0, 1
MAX_WORDS = 24
DRAWS = 60_000


def build_tokenizer() -> Tokenizer:
    """Every word that the grammar ever says, in alphabetic order."""
    grammar = Grammar(np.random.default_rng(0))
    said = {word for _ in range(DRAWS) for word in grammar.draw()[0].split()}
    vocabulary = ["[PAD]", UNKNOWN, *sorted((said | set(".,:;-/()'")) - {UNKNOWN})]
    tokenizer = Tokenizer(WordPiece({word: at for at, word in enumerate(vocabulary)}, unk_token=UNKNOWN, max_input_chars_per_word=64))
    tokenizer.normalizer = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def read_tokenizer(path: Path) -> Tokenizer:
    """The stored tokenizer, cutting at MAX_WORDS, not padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_WORDS)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str], length: int | None = None) -> tuple[Tensor, Tensor]:
    """Ids and mask int64 [texts, length]; the longest text's length when none is given."""
    rows = [coding.ids for coding in tokenizer.encode_batch([text.replace(UNKNOWN, "xqzunknownzqx") for text in texts])]
    length = length or max(len(row) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
    return ids, (ids != PAD_ID).long()
