from __future__ import annotations

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import torch

from .. import films
from ..__main__ import main
from ..manifest import Identity
from ..pack import PackError, write_pack
from ..prove import write_sentencepiece
from ..seeded import as_state, random_refers, random_vocabulary
from ..vocabulary import VocabularyError, check, from_sentencepiece
from .sizes import SMALL

IDENTITY = Identity(
    name="small", version="1.0.0", title="Small", source={}, weights_licence="none", commercial_use=True, intended_use="", not_for="",
    limitations=[],
)


class Pack(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_a_pack_is_whole_and_never_changed(self) -> None:
        out = self.folder / "small" / "1.0.0"
        network, vocabulary = random_refers(SMALL, 1), random_vocabulary(SMALL)
        studies = [[films.draw(1, 40)], [films.draw(2, 16), films.draw(3, 30)]]
        differences = write_pack(out, network, vocabulary, IDENTITY, studies)
        self.assertLess(max(differences.values()), 1e-4)
        manifest = json.loads((out / "model.json").read_text())
        for entry in [*manifest["components"].values(), *manifest["files"]]:
            self.assertEqual((out / entry["file"]).stat().st_size, entry["bytes"])
        self.assertEqual(manifest["views"], {"max": 3, "fusion": "graph", "fill": "repeat", "order": "as_given"})
        self.assertEqual([golden["method"] for golden in manifest["goldens"]], ["greedy", "beam"] * 2)
        with self.assertRaises(PackError):
            write_pack(out, network, vocabulary, IDENTITY, studies)

    def test_a_network_that_is_not_a_number_leaves_nothing(self) -> None:
        network = random_refers(SMALL, 1)
        with torch.no_grad():
            network.textual.output.bias[5] = float("nan")
        with self.assertRaises(PackError):
            write_pack(self.folder / "pack", network, random_vocabulary(SMALL), IDENTITY, [[films.draw(1, 16)]])
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_sentencepiece_model_keeps_its_ids(self) -> None:
        path = self.folder / "vocabulary.model"
        write_sentencepiece(path, SMALL)
        from sentencepiece import SentencePieceProcessor

        processor, tokenizer = SentencePieceProcessor(model_file=str(path)), from_sentencepiece(path)
        check(tokenizer, SMALL.vocabulary)
        with self.assertRaises(VocabularyError):
            check(tokenizer, SMALL.vocabulary + 1)
        for text in ("there is a small left pleural effusion", "the lungs are clear"):
            ids = processor.encode(text)
            self.assertEqual(tokenizer.encode(text).ids, ids)
            self.assertEqual(tokenizer.decode([1, *ids, 2]), text)

    def test_the_command_refuses_with_every_key_that_does_not_fit(self) -> None:
        checkpoint, vocabulary = self.folder / "checkpoint.pth", self.folder / "vocabulary.model"
        torch.save({"model": as_state(random_refers(SMALL, 1))}, checkpoint)
        write_sentencepiece(vocabulary, SMALL)
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            code = main(["--checkpoint", str(checkpoint), "--vocabulary", str(vocabulary), "--out", str(self.folder / "pack")])
        self.assertEqual(code, 1)
        self.assertIn("misshapen: textual.embedding.words.weight has (150, 16), the network (10000, 1024)", said.getvalue())
        self.assertFalse((self.folder / "pack").exists())
