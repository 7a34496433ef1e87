"""The pack's own WordPiece vocabulary."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import WordPieceTrainer

PAD, UNKNOWN, START, END = 0, 1, 2, 3
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
MAX_LENGTH = 48


def train_tokenizer(texts: list[str], size: int = 1200) -> Tokenizer:
    """Learn pieces from texts; every letter and digit gets a piece, so no Latin word is lost."""
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]", max_input_chars_per_word=64))
    tokenizer.normalizer = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789.,:;-/()?!'%+")
    trainer = WordPieceTrainer(
        vocab_size=size, special_tokens=SPECIAL, initial_alphabet=letters, continuing_subword_prefix="##", min_frequency=2, show_progress=False
    )
    inner = " ".join("x" + letter for letter in letters[:36])
    tokenizer.train_from_iterator([*texts, inner, inner], trainer)
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", START), ("[SEP]", END)])
    return tokenizer


def read_tokenizer(path: Path) -> Tokenizer:
    """The stored tokenizer with truncation set, padding not."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_LENGTH)
    return tokenizer
