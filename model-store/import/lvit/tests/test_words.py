from __future__ import annotations

import unittest

import torch

from importing.wordpiece import VocabularyError, wordpiece

from ..words import FILL, encode, filled, merge

PIECES = "[PAD] [UNK] [CLS] [SEP] . , e ##of xx ##x left lung up ##per un ##ila ##tera ##l one two".split()


class Filled(unittest.TestCase):
    def test_every_word_below_nine_adds_two(self) -> None:
        self.assertEqual(filled("left lung"), "left lung" + f" {FILL}" * 7)
        self.assertEqual(filled("a b c d e f g h"), f"a b c d e f g h {FILL}")
        self.assertEqual(filled("a b c d e f g h i"), "a b c d e f g h i")

    def test_words_of_all_lines_count_and_the_first_line_goes_on(self) -> None:
        self.assertEqual(filled("left lung\na b c d e f g h"), "left lung")
        self.assertEqual(filled("left lung\nmore"), "left lung")


class Encode(unittest.TestCase):
    def test_cuts_at_23_pieces_between_the_special_ones(self) -> None:
        sentence = encode(wordpiece(PIECES), "left lung")
        self.assertEqual(sentence.pieces[:7], ["[CLS]", "left", "lung", "e", "##of", "xx", "##x"])
        self.assertEqual(len(sentence.ids), 25)
        self.assertEqual(sentence.pieces[-2:], ["e", "[SEP]"])

    def test_lower_case_accents_and_punctuation(self) -> None:
        sentence = encode(wordpiece(PIECES), "LÉFT, " * 9)
        self.assertEqual(sentence.pieces[:4], ["[CLS]", "left", ",", "left"])

    def test_refuses_a_vocabulary_without_the_special_pieces(self) -> None:
        with self.assertRaisesRegex(VocabularyError, r"\[SEP\]"):
            wordpiece([piece for piece in PIECES if piece != "[SEP]"])


class Merge(unittest.TestCase):
    def test_mean_of_pieces_first_ten_words(self) -> None:
        pieces = ["[CLS]", "un", "##ila", "##tera", "##l", "upper", ",", "[UNK]", *"abcdefgh", "[SEP]"]
        rows = torch.arange(len(pieces), dtype=torch.float32)[:, None].repeat(1, 2)
        vectors, words = merge(rows, pieces, 10)
        self.assertEqual(words, ["unilateral", "upper", ",", "[UNK]", *"abcdef"])
        self.assertEqual(vectors[:, 0].tolist(), [2.5, 5, 6, 7, 8, 9, 10, 11, 12, 13])

    def test_refuses_fewer_words(self) -> None:
        with self.assertRaisesRegex(ValueError, "10 words, the text has 9"):
            merge(torch.zeros(11, 2), ["[CLS]", *"abcdefghi", "[SEP]"], 10)


if __name__ == "__main__":
    unittest.main()
