"""CLIP's tokenizer from OpenAI's `bpe_simple_vocab_16e6.txt.gz`, as a `tokenizer.json`."""

from __future__ import annotations

import zlib
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.processors import TemplateProcessing

from .wordpiece import VocabularyError

BEGIN, END = "<|startoftext|>", "<|endoftext|>"

END_OF_WORD = "</w>"

WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"

MOST_BYTES = 16 * 2**20
"""Of the file, unpacked; OpenAI's has 3.2 MB."""


def byte_characters() -> list[str]:
    """The character that stands for each byte in a vocabulary, in the order in which they are numbered: printable ones first."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    others = 256 - len(printable)
    return [*map(chr, printable), *(chr(256 + at) for at in range(others))]


def clip_bpe(merges: list[tuple[str, str]]) -> Tokenizer:
    """From the merges in their order. Pieces are numbered: bytes, bytes that end a word, what merges give, begin, end."""
    letters = byte_characters()
    pieces = [*letters, *(letter + END_OF_WORD for letter in letters), *map("".join, merges), BEGIN, END]
    ids = {piece: at for at, piece in enumerate(pieces)}
    # Some merges of OpenAI's give the same piece; its number is the last one, and the table keeps the row of the other.
    tokenizer = Tokenizer(BPE(ids, merges, end_of_word_suffix=END_OF_WORD, unk_token=END, continuing_subword_prefix=""))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(WORDS), "removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.BPEDecoder(END_OF_WORD)
    tokenizer.post_processor = TemplateProcessing(single=f"{BEGIN} $A {END}", special_tokens=[(piece, ids[piece]) for piece in (BEGIN, END)])
    return tokenizer


def read_clip_bpe(path: Path, rows: int) -> Tokenizer:
    """`path`: one merge a line behind a line of its version, packed or not. `rows`: of the checkpoint's token embeddings.

    As many merges are read as the rows leave room for. Throws `VocabularyError`.
    """
    if not path.is_file():
        raise VocabularyError(f"{path.name} is no file; say OpenAI's bpe_simple_vocab_16e6.txt.gz.")
    lines = _text(path).split("\n")[1:]
    room = rows - 2 * 256 - 2
    merges = [tuple(line.split()) for line in lines[:room]]
    if len(merges) < room or any(len(merge) != 2 for merge in merges):
        whole = sum(len(line.split()) == 2 for line in lines)
        raise VocabularyError(f"{path.name} has {whole} merges, the checkpoint needs {room}.")
    return clip_bpe(merges)  # type: ignore[arg-type]


def _text(path: Path) -> str:
    data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    try:
        if data[:2] == b"\x1f\x8b":
            unpacking = zlib.decompressobj(wbits=31)
            data = unpacking.decompress(data, MOST_BYTES)
            if not unpacking.eof:
                raise VocabularyError(f"{path.name} is cut off, or unpacks to more than {MOST_BYTES} bytes.")
        return data.decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as cause:
        raise VocabularyError(f"{path.name} is no text in UTF-8, packed by gzip or not.") from cause
