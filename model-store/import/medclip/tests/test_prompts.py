from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from gloria.prompts import prompts as drawn_by_gloria

from ..prompts import CHEXPERT, COVID, NORMAL, RSNA, in_full, spread
from ..sentences import MOST, MOST_BYTES, SentencesError, read_sentences


class Vocabularies(unittest.TestCase):
    def test_as_many_as_were_released(self) -> None:
        chexpert = in_full(CHEXPERT)
        self.assertEqual([len(texts) for texts in chexpert.values()], [210, 15, 192, 18, 54])
        self.assertEqual(sum(map(len, chexpert.values())), 489)
        self.assertEqual(len(in_full(COVID)["COVID"]), 12)
        # 312, of which one has no word.
        self.assertEqual(len(in_full(RSNA)["Pneumonia"]), 311)

    def test_order_spelling_and_a_kind_that_is_there_twice(self) -> None:
        self.assertEqual(in_full(COVID)["COVID"][:2], ["patchy ground glass opacity in peripheral", "patchy ground glass opacity in mid"])
        self.assertEqual(in_full(RSNA)["Pneumonia"][0], "round bacterial at the mid lung zone")
        self.assertFalse([text for text in in_full(RSNA)["Pneumonia"] if "pneumonia" in text])
        effusions = in_full(CHEXPERT)["Pleural Effusion"]
        self.assertEqual(effusions[:3], ["left bilateral pleural effusion", "left subpulmonic pleural effusion", "left bilateral pleural effusion"])
        self.assertIn("apperance of patchy consolidation at the right uppper lobe", in_full(CHEXPERT)["Consolidation"])

    def test_has_every_prompt_that_gloria_draws(self) -> None:
        full = in_full(CHEXPERT)
        for label, texts in drawn_by_gloria(False).items():
            self.assertEqual([text for text in texts if text not in full[label]], [])

    def test_a_spread_of_ten_begins_with_the_first_and_repeats_none(self) -> None:
        for label, texts in spread(in_full(CHEXPERT)).items():
            self.assertEqual(len(texts), 10, label)
        self.assertEqual(spread({"a": list("0123456789abcdefghij")})["a"], list("02468acegi"))
        self.assertEqual(len(set(NORMAL)), 10)


class Sentences(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.path = Path(kept.name) / "normal.txt"

    def test_one_a_line(self) -> None:
        self.path.write_text("the lungs are clear\r\n\n  no effusion \n")
        self.assertEqual(read_sentences(self.path), ["the lungs are clear", "no effusion"])

    def test_refuses_without_repeating_what_it_says(self) -> None:
        for content, says in (
            (b"\n \n", "has 0 sentences"), (b"secret\n" * (MOST + 1), f"has {MOST + 1} sentences"),
            (b"secret \xff", "no text in UTF-8"), (b"a" * (MOST_BYTES + 1), "has more than"),
        ):
            with self.subTest(says):
                self.path.write_bytes(content)
                with self.assertRaisesRegex(SentencesError, says) as refused:
                    read_sentences(self.path)
                self.assertNotIn("secret", str(refused.exception))
        with self.assertRaisesRegex(SentencesError, "is no file"):
            read_sentences(self.path.parent)


if __name__ == "__main__":
    unittest.main()
