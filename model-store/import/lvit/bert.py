"""A BERT from a local folder (`config.json`, `vocab.txt`, `model.safetensors`), as tokenizer and as a graph of token rows."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from importing.wordpiece import read_wordpiece

MAX_WORD_CHARACTERS = 200
"""Of the tokenizer that the original's text package uses; a longer word is unknown."""


class BertError(ValueError):
    """The folder does not hold a BERT that fits."""


class TokenRows(nn.Module):
    """input_ids and attention_mask int64[rows, length] -> last hidden states float32[rows, length, dims], without pooler."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def read_bert(folder: Path, dims: int) -> TokenRows:
    """Throws `BertError` unless every weight is there (a missing one would be a random number without a word) and rows have `dims`."""
    if not any(folder.glob("*.safetensors")):
        raise BertError(f"{folder} has no weights in safetensors; other formats are not read.")
    bert, report = BertModel.from_pretrained(
        folder, add_pooling_layer=False, local_files_only=True, use_safetensors=True, output_loading_info=True
    )
    faults = [f"missing: {key}" for key in sorted(report["missing_keys"])]
    faults += [f"misshapen: {key}" for key in sorted(str(entry) for entry in report["mismatched_keys"])]
    if faults:
        raise BertError("The weights do not fit BERT:\n  " + "\n  ".join(faults))
    if bert.config.hidden_size != dims:
        raise BertError(f"This BERT gives rows of {bert.config.hidden_size}; the LViT checkpoint reads {dims}.")
    # The fused kernels of other implementations have no ONNX form that every runtime reads.
    bert.set_attn_implementation("eager")
    return TokenRows(bert.float()).eval()


def read_tokenizer(folder: Path, bert: TokenRows) -> Tokenizer:
    """Throws `VocabularyError` unless there is a piece for every row of the weights."""
    return read_wordpiece(folder / "vocab.txt", bert.bert.config.vocab_size, word_characters=MAX_WORD_CHARACTERS)
