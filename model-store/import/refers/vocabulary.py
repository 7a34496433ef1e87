"""A SentencePiece BPE model as a `tokenizer.json`, which the service reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers

MARK = "\u2581"


class VocabularyError(ValueError):
    """The file is no SentencePiece BPE model of the network's vocabulary."""


def from_sentencepiece(path: Path) -> Tokenizer:
    """Its pieces and ids; merges are told from the pieces' scores, by which SentencePiece applies them."""
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor(model_file=str(path))
    ids = range(processor.get_piece_size())
    pieces = [processor.id_to_piece(at) for at in ids]
    control = [pieces[at] for at in ids if processor.is_control(at) or processor.is_unknown(at)]
    scores = {pieces[at]: processor.get_score(at) for at in ids}
    return from_pieces(pieces, control, scores)


def from_pieces(pieces: Sequence[str], control: Sequence[str], scores: dict[str, float]) -> Tokenizer:
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    if len(vocabulary) != len(pieces):
        raise VocabularyError("A piece stands in the vocabulary twice.")
    merges = _merges({piece: at for piece, at in vocabulary.items() if piece not in control}, scores)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token=control[0] if control else None, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=MARK, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=MARK, prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in control])
    return tokenizer


def _merges(vocabulary: dict[str, int], scores: dict[str, float]) -> list[tuple[str, str]]:
    """Every cut of a piece into two, the best score of the whole first; of one piece, the cut whose halves are the older."""
    found = []
    for piece in vocabulary:
        for cut in range(1, len(piece)):
            left, right = piece[:cut], piece[cut:]
            if left in vocabulary and right in vocabulary:
                found.append((-scores[piece], vocabulary[left], vocabulary[right], (left, right)))
    return [merge for *_, merge in sorted(found)]


def check(tokenizer: Tokenizer, expected: int) -> None:
    size = tokenizer.get_vocab_size()
    if size != expected:
        raise VocabularyError(f"The vocabulary has {size} pieces, the network {expected}.")
