from __future__ import annotations

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file, save_file

from importing import films
from importing.wordpiece import VocabularyError
from ..bert import BertError, read_bert, read_tokenizer
from ..bert_folder import write_bert
from ..checkpoint import dead_parameters, network_from
from ..manifest import Identity
from ..pack import Model, PackError, Question, write_pack
from ..vocabulary import pieces
from .sizes import SMALL, small_network

IDENTITY = Identity(
    name="small", version="1.0.0", title="Small", source={}, weights_licence="none", commercial_use=True, intended_use="", not_for="",
    limitations=[], structures=[{"name": "anything", "examples": []}],
)
TEXTS = ["left lung", "Unilateral pulmonary infection, one infected area, lower left lung."]


class Pack(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.bert = write_bert(cls.folder / "bert", pieces(), SMALL.text_dims, layers=2, heads=2, seed=1)
        bert = read_bert(cls.bert, SMALL.text_dims)
        cls.model = Model(network_from(small_network().state_dict(), SMALL), bert, read_tokenizer(cls.bert, bert))
        drawn = [films.write(cls.folder / f"DOE JANE {i}.png", films.draw(i, *size)) for i, size in enumerate([(32, 32), (50, 41)])]
        cls.questions = [Question(film, text) for film in drawn for text in TEXTS]
        cls.pack = cls.folder / "small" / "1.0.0"
        cls.differences = write_pack(cls.pack, cls.model, IDENTITY, cls.questions)

    def test_graphs_do_what_the_framework_does_alone_and_in_a_batch(self) -> None:
        self.assertLessEqual(max(self.differences.values()), 1e-4)

    def test_manifest_names_every_file_with_its_size(self) -> None:
        manifest = json.loads((self.pack / "model.json").read_text())
        listed = [*manifest["components"].values(), *manifest["files"]]
        on_disk = {path.relative_to(self.pack).as_posix(): path.stat().st_size for path in self.pack.rglob("*") if path.is_file()}
        del on_disk["model.json"]
        # No film keeps its name.
        self.assertEqual([name for name in sorted(on_disk) if name.endswith(".png")], ["goldens/film-1.png", "goldens/film-2.png"])
        self.assertEqual({entry["file"]: entry["bytes"] for entry in listed}, on_disk)
        segmenter = manifest["components"]["segmenter"]
        self.assertEqual([tensor["dims"] for tensor in segmenter["inputs"]], [["rows", 3, 32, 32], ["rows", 10, 12]])
        self.assertEqual(segmenter["outputs"][0]["dims"], ["rows", 1, 32, 32])
        tokens = manifest["components"]["text_tokens"]["outputs"][0]
        self.assertEqual(tokens["dims"], ["rows", "length", 12])

    def test_a_golden_comes_out_of_the_graphs_alone(self) -> None:
        manifest = json.loads((self.pack / "model.json").read_text())
        golden = next(entry for entry in manifest["goldens"] if entry["kind"] == "segmentation" and entry["text"] == TEXTS[1])
        words = next(entry for entry in manifest["goldens"] if entry["kind"] == "text" and entry["text"] == TEXTS[1])
        text, segmenter = (onnxruntime.InferenceSession(self.pack / f"{role}.onnx") for role in ("text_tokens", "segmenter"))
        ids = np.array([words["ids"]])
        (rows,) = text.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        encoded = self.model.tokenizer.encode(TEXTS[1]).tokens
        starts = [i for i, piece in enumerate(encoded) if i and not piece.startswith("##")]
        vectors = np.stack([rows[0, a:b].mean(0) for a, b in zip(starts, starts[1:], strict=False)])[:10]
        pixels = films.cv2.imread(str(self.pack / golden["image"]))[:, :, ::-1].transpose(2, 0, 1)
        (probabilities,) = segmenter.run(None, {"pixels": pixels[None], "words": vectors[None]})
        self.assertAlmostEqual(float(probabilities.mean()), golden["probabilities_mean"], delta=1e-5)
        for x, y, value in golden["samples"]:
            self.assertAlmostEqual(float(probabilities[0, 0, y, x]), value, delta=1e-5)

    def test_the_graph_holds_no_dead_weight(self) -> None:
        graph = onnx.load(self.pack / "segmenter.onnx").graph
        held = sum(int(np.prod(weight.dims)) for weight in graph.initializer)
        live = sum(value.numel() for value in self.model.network.state_dict().values())
        self.assertLessEqual(held, live)
        names = " ".join(weight.name for weight in graph.initializer)
        self.assertTrue(all(key not in names for key in dead_parameters(SMALL)))

    def test_refuses_a_folder_that_is_there_and_leaves_nothing_of_a_failed_pack(self) -> None:
        with self.assertRaisesRegex(PackError, "there already"):
            write_pack(self.pack, self.model, IDENTITY, self.questions)
        out = self.folder / "failed" / "1.0.0"
        with self.assertRaises(ValueError):
            write_pack(out, self.model, IDENTITY, [Question(self.folder / "absent.png", "left lung")])
        self.assertEqual(list(out.parent.iterdir()), [])

    def changed_bert(self, name: str) -> Path:
        return Path(shutil.copytree(self.bert, self.folder / name))

    def test_refuses_a_bert_that_lacks_a_weight_and_names_it(self) -> None:
        folder = self.changed_bert("lacking")
        weights = load_file(folder / "model.safetensors")
        del weights["encoder.layer.1.output.dense.bias"]
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        with self.assertRaisesRegex(BertError, r"missing: encoder\.layer\.1\.output\.dense\.bias"):
            read_bert(folder, SMALL.text_dims)

    def test_refuses_a_bert_of_other_dims_or_pieces_or_format(self) -> None:
        with self.assertRaisesRegex(BertError, "reads 768"):
            read_bert(self.bert, 768)
        folder = self.changed_bert("pieces")
        (folder / "vocab.txt").write_text("\n".join([*pieces(), "more"]) + "\n")
        with self.assertRaisesRegex(VocabularyError, "pieces"):
            read_tokenizer(folder, self.model.bert)
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
        with self.assertRaisesRegex(BertError, "safetensors"):
            read_bert(folder, SMALL.text_dims)


if __name__ == "__main__":
    unittest.main()
