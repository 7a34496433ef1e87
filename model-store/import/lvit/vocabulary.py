"""A list of pieces that spells every word of the sentences in proofs and fixtures, some whole and some in pieces."""

from __future__ import annotations

import string

WORDS = """pulmonary infection two infected areas area one and left right lung lungs upper middle lower all the of in is no a
both three field lobe zone region xx e""".split()
CONTINUATIONS = ["##of", "##x", "##ila", "##tera", "##l", "##per", "##s"]


def pieces() -> list[str]:
    """In the order of their ids; [PAD] is 0. As in BERT's own list, `eof` and `xxx` are two pieces each."""
    letters = [*string.ascii_lowercase, *string.digits]
    listed = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *".,;:-/()'", *letters, *(f"##{letter}" for letter in letters), *WORDS, *CONTINUATIONS]
    return list(dict.fromkeys(listed))
