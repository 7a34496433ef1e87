from __future__ import annotations

import unittest

import torch

from importing.wordpiece import wordpiece

from ..prompts import CHEXPERT, prompts
from ..words import cleaned, encode, merged

PIECES = "[PAD] [UNK] [CLS] [SEP] small left pleural ef ##fu ##sion no e ##d ##ema".split()


class Cleaned(unittest.TestCase):
    def test_cuts_at_numbers_and_periods_and_drops_single_words(self) -> None:
        self.assertEqual(cleaned("1. Small LEFT effusion, stable.\nEdema. 1.2 cm nodule"), "small left effusion stable 2 cm nodule")
        self.assertEqual(cleaned("cardiomegaly"), "")

    def test_keeps_ascii_alone(self) -> None:
        self.assertEqual(cleaned("na\u00efve caf\u00e9 \u80ba lung\ufffd\ufffdfield"), "nave caf lung field")


class Merged(unittest.TestCase):
    def test_pieces_are_added_to_the_word_before(self) -> None:
        tokens = encode(wordpiece(PIECES), "small left effusion", 97)
        self.assertEqual(tokens.pieces, ["[CLS]", "small", "left", "ef", "##fu", "##sion", "[SEP]"])
        rows, words = merged(torch.arange(7.0)[:, None], tokens.pieces)
        self.assertEqual(words, ["[CLS]", "small", "left", "effusion", "[SEP]"])
        self.assertEqual(rows[:, 0].tolist(), [0, 1, 2, 12, 6])

    def test_a_long_text_ends_with_the_last_special_piece(self) -> None:
        tokens = encode(wordpiece(PIECES), "small left " * 9, 8)
        self.assertEqual((len(tokens.ids), tokens.pieces[-2:]), (8, ["left", "[SEP]"]))


class Prompts(unittest.TestCase):
    def test_five_a_class_and_compat_keeps_the_spaces_that_it_counts(self) -> None:
        self.assertEqual([len(texts) for texts in CHEXPERT.values()], [5] * 5)
        self.assertEqual(CHEXPERT["Edema"][0], " pulmonary edema ")
        self.assertEqual(prompts(False)["Edema"][0], "pulmonary edema")
        self.assertEqual(len({text for texts in CHEXPERT.values() for text in texts}), 25)


if __name__ == "__main__":
    unittest.main()
