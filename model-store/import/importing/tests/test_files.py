from __future__ import annotations

import contextlib
import io
import json
import tempfile
import unittest
from dataclasses import asdict, dataclass, field
from pathlib import Path

from transformers import BertTokenizerFast

from ..__main__ import SYSTEMS, main
from ..plan import PlanError, read_plan
from ..wordpiece import VocabularyError, read_wordpiece

PIECES = "[PAD] [UNK] [CLS] [SEP] [MASK] left lung ##s effusion e ##ff ##us . , - é café 肺".split()

BAD_SIZES = [(f'{{"side": {value}}}', "is no size") for value in ('"224"', "true", "-1", "null", "1.5", "[224]")] + [
    (f'{{"tower": {{"blocks": {value}}}}}', "is no size") for value in ("3", '["a", 4]', "[[1], 2]")
]


@dataclass(frozen=True)
class Tower:
    blocks: tuple[int, int] = (3, 4)
    width: int = 64


@dataclass(frozen=True)
class Sizes:
    tower: Tower = field(default_factory=Tower)
    side: int = 224


class InFolder(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)


class Plans(InFolder):
    def read(self, text: str) -> Sizes:
        path = self.folder / "plan.json"
        path.write_text(text)
        return read_plan(path, Sizes)

    def test_what_is_left_out_is_as_published(self) -> None:
        self.assertEqual(self.read('{"tower": {"width": 4}}'), Sizes(Tower(width=4)))
        whole = Sizes(Tower((1, 2), 8), 32)
        self.assertEqual(self.read(json.dumps(asdict(whole))), whole)

    def test_refuses_what_is_no_size(self) -> None:
        for text, says in (("[]", "no JSON object"), ("{", "says no sizes"), ('{"tower": {"widht": 4}}', "widht"), ('{"tower": 3}', "no JSON object"), *BAD_SIZES):
            with self.subTest(text), self.assertRaisesRegex(PlanError, says):
                self.read(text)


class WordPieces(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.path = self.folder / "vocab.txt"
        self.path.write_text("\n".join(PIECES) + "\n", encoding="utf-8")

    def test_ids_are_those_of_hugging_face(self) -> None:
        ours = read_wordpiece(self.path, len(PIECES))
        theirs = BertTokenizerFast(vocab=str(self.path), do_lower_case=True)
        for text in ("Left LUNGS, effuse.", "Café 肺lung - left", "\x00left\tlung\u00a0s", "x" * 101):
            with self.subTest(text):
                self.assertEqual(ours.encode(text).ids, theirs(text).input_ids)

    def test_refuses_what_does_not_fit(self) -> None:
        with self.assertRaisesRegex(VocabularyError, f"has {len(PIECES)} pieces, the checkpoint 28996"):
            read_wordpiece(self.path, 28_996)
        for data, says in ((b"[PAD]\n[UNK]\n", "lacks"), (b"\xff\xfe", "UTF-8"), ("\n".join([*PIECES, "left"]).encode(), "twice")):
            self.path.write_bytes(data)
            with self.subTest(says), self.assertRaisesRegex(VocabularyError, says):
                read_wordpiece(self.path, len(PIECES))
        with self.assertRaisesRegex(VocabularyError, "is no file"):
            read_wordpiece(self.folder, 3)


class Entry(unittest.TestCase):
    def said(self, *arguments: str) -> tuple[int, str]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            return main(arguments), out.getvalue()

    def test_lists_systems_and_refuses_others(self) -> None:
        self.assertEqual(self.said("--list"), (0, "\n".join(SYSTEMS) + "\n"))
        for arguments in ((), ("gloria",), ("clip", "file")):
            status, said = self.said(*arguments)
            self.assertEqual(status, 2)
            self.assertRegex(said, r"systems: .*\bgloria\b")

    def test_every_system_has_a_main(self) -> None:
        for system in SYSTEMS:
            with self.subTest(system), contextlib.redirect_stdout(io.StringIO()) as out, self.assertRaises(SystemExit) as ended:
                main([system, "--help"])
            self.assertEqual(ended.exception.code, 0)
            self.assertIn("--checkpoint", out.getvalue())


if __name__ == "__main__":
    unittest.main()
