"""CLIP's byte-level BPE as a `tokenizer.json`, from `vocab.json` and `merges.txt`, and the token that fills a prompt up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from .config import ConfigError, read_json
from .plan import TextPlan

BEGIN, END = "<|startoftext|>", "<|endoftext|>"
WORD_END = "</w>"
MAX_FILE_BYTES = 64_000_000
PIECES = Regex(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
"""A contraction's end, a run of letters, one digit, a run of other signs (2103.00020's released tokenizer)."""


@dataclass(frozen=True)
class Words:
    tokenizer: Tokenizer
    pad_id: int
    pad_token: str
    files: tuple[Path, ...]
    remarks: tuple[str, ...]


def read_words(folder: Path, plan: TextPlan, pad_id: int | None = None) -> Words:
    """`pad_id`: instead of the files' own. Throws `ConfigError`."""
    vocabulary, merges, files = _pieces(folder)
    _check(vocabulary, plan)
    token, remarks, said = _padding(folder)
    if pad_id is None:
        if token not in vocabulary:
            raise ConfigError(f"The token {token!r}, which fills prompts up, is not in the vocabulary. Say its id: --pad-id.")
        pad_id = vocabulary[token]
    named = {at: piece for piece, at in vocabulary.items()}
    if pad_id not in named:
        raise ConfigError(f"--pad-id {pad_id} is none of the vocabulary's {len(vocabulary)} tokens.")
    return Words(clip_tokenizer(vocabulary, merges, named[pad_id]), pad_id, named[pad_id], (*files, *said), remarks)


def clip_tokenizer(vocabulary: dict[str, int], merges: list[tuple[str, str]], pad_token: str = END) -> Tokenizer:
    """A token that fills up is one wherever it stands: of Stable Diffusion 2 every `!` in a prompt (diffusers issue 4153)."""
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, unk_token=END, end_of_word_suffix=WORD_END, fuse_unk=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(PIECES, behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    marks = [(BEGIN, vocabulary[BEGIN]), (END, vocabulary[END])]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{BEGIN} $A {END}", special_tokens=marks)
    tokenizer.add_special_tokens(list(dict.fromkeys([BEGIN, END, pad_token])))
    return tokenizer


def _pieces(folder: Path) -> tuple[dict[str, int], list[tuple[str, str]], tuple[Path, ...]]:
    pair = (folder / "vocab.json", folder / "merges.txt")
    if all(path.is_file() for path in pair):
        vocabulary = _vocabulary(read_json(pair[0], MAX_FILE_BYTES))
        lines = pair[1].read_text(encoding="utf-8").splitlines()
        # The first line of the published file says its version; the last ones can be empty.
        merges = [tuple(line.split()) for line in lines if line and not line.startswith("#version")]
        return vocabulary, _merges(merges), pair
    whole = folder / "tokenizer.json"
    model = read_json(whole, MAX_FILE_BYTES).get("model", {}) if whole.is_file() else {}
    if model.get("type") != "BPE" or model.get("end_of_word_suffix") != WORD_END:
        raise ConfigError(f"{folder.name} has no vocab.json with merges.txt and no tokenizer.json of CLIP's BPE.")
    pairs = [tuple(pair.split(" ")) if isinstance(pair, str) else tuple(pair) for pair in model.get("merges", [])]
    return _vocabulary(model.get("vocab")), _merges(pairs), (whole,)


def _vocabulary(content: Any) -> dict[str, int]:
    if not isinstance(content, dict) or sorted(content.values(), key=str) != sorted(range(len(content)), key=str):
        raise ConfigError("The vocabulary does not number its tokens from 0 up.")
    return content


def _merges(pairs: list[tuple[str, ...]]) -> list[tuple[str, str]]:
    wrong = next((at for at, pair in enumerate(pairs) if len(pair) != 2), None)
    if wrong is not None:
        raise ConfigError(f"Merge {wrong + 1} of the tokenizer is not of two pieces.")
    return [(first, second) for first, second in pairs]


def _check(vocabulary: dict[str, int], plan: TextPlan) -> None:
    faults = [f"has no {token}" for token in (BEGIN, END) if token not in vocabulary]
    if len(vocabulary) > plan.vocabulary:
        faults.append(f"has {len(vocabulary)} tokens, the text encoder {plan.vocabulary}")
    if faults:
        raise ConfigError(f"The tokenizer {' and '.join(faults)}.")


def _padding(folder: Path) -> tuple[str, tuple[str, ...], tuple[Path, ...]]:
    """
    What stands in special_tokens_map.json goes before tokenizer_config.json, unless the latter lists its added tokens: so the
    library reads files of before and after its version 4.34. Where neither says one, CLIP's tokenizer fills up with its end.
    """
    first, second = folder / "special_tokens_map.json", folder / "tokenizer_config.json"
    of_map = _token(read_json(first)) if first.is_file() else None
    config = read_json(second) if second.is_file() else {}
    of_config = _token(config)
    chosen = [of_config, of_map] if "added_tokens_decoder" in config else [of_map, of_config]
    token = next((value for value in chosen if value), END)
    differ = of_map and of_config and of_map != of_config
    remark = (f"The files name two tokens to fill up with, {of_map!r} and {of_config!r}; taken is {token!r}.",) if differ else ()
    return token, remark, tuple(path for path in (first, second) if path.is_file())


def _token(content: dict[str, Any]) -> str | None:
    value = content.get("pad_token")
    text = value.get("content") if isinstance(value, dict) else value
    return text if isinstance(text, str) else None
