"""Sentences that the owner of a list gives, one a line."""

from __future__ import annotations

from pathlib import Path

MOST_BYTES = 2**16
MOST = 1024
"""That a label set of a pack may have."""


class SentencesError(ValueError):
    """The file is no list of sentences; what it says is never repeated, since sentences come from reports."""


def read_sentences(path: Path) -> list[str]:
    """Throws `SentencesError`."""
    if not path.is_file():
        raise SentencesError(f"{path.name} is no file.")
    if path.stat().st_size > MOST_BYTES:
        raise SentencesError(f"{path.name} has more than {MOST_BYTES} bytes.")
    try:
        lines = [line.strip() for line in path.read_bytes().decode("utf-8").splitlines()]
    except UnicodeDecodeError as cause:
        raise SentencesError(f"{path.name} is no text in UTF-8.") from cause
    sentences = [line for line in lines if line]
    if not 1 <= len(sentences) <= MOST:
        raise SentencesError(f"{path.name} has {len(sentences)} sentences, not 1 to {MOST}.")
    return sentences
