"""BERT's own tokenizer from a `vocab.txt`, as a `tokenizer.json`."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer, decoders
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

SPECIAL_PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")

MOST_BYTES = 16 * 2**20
"""Of a vocabulary file; the largest in use has 5 MB."""

WORD_CHARACTERS = 100
"""A longer word is unknown: Hugging Face's fast BERT tokenizer."""


class VocabularyError(ValueError):
    """The file is not the vocabulary of this model."""


def wordpiece(pieces: list[str], lowercase: bool = True, word_characters: int = WORD_CHARACTERS) -> Tokenizer:
    """From the list of pieces in the order of their ids. `lowercase` takes accents off too, as BERT's tokenizer does."""
    ids = {piece: index for index, piece in enumerate(pieces)}
    absent = [piece for piece in SPECIAL_PIECES if piece not in ids]
    if absent or len(ids) < len(pieces):
        raise VocabularyError(f"vocab.txt lacks {', '.join(absent)}." if absent else "vocab.txt names a piece twice.")
    tokenizer = Tokenizer(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=word_characters))
    tokenizer.normalizer = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=lowercase, lowercase=lowercase)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    frame = [(piece, ids[piece]) for piece in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=frame)
    return tokenizer


def read_wordpiece(path: Path, rows: int, lowercase: bool = True, word_characters: int = WORD_CHARACTERS) -> Tokenizer:
    """`path`: vocab.txt, one piece a line. `rows`: of the checkpoint's word embeddings. Throws `VocabularyError`."""
    if not path.is_file():
        raise VocabularyError(f"{path.name} is no file; say the vocab.txt that the checkpoint was trained with.")
    if path.stat().st_size > MOST_BYTES:
        raise VocabularyError(f"{path.name} has more than {MOST_BYTES} bytes; it is no vocab.txt.")
    try:
        lines = path.read_bytes().decode("utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError as cause:
        raise VocabularyError(f"{path.name} is no text in UTF-8.") from cause
    tokenizer = wordpiece([line.rstrip("\r") for line in lines], lowercase, word_characters)
    if tokenizer.get_vocab_size() != rows:
        raise VocabularyError(f"{path.name} has {tokenizer.get_vocab_size()} pieces, the checkpoint {rows}.")
    return tokenizer
