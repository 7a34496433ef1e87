from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import torch

from gloria.seeded import pieces
from importing import films
from importing.checkpoint import CheckpointError
from importing.wordpiece import wordpiece

from ..checkpoint import read_medclip
from ..manifest import BICUBIC, BILINEAR, medclip_sections
from ..network import RESNET, SWIN, TOWERS, Medclip, MedclipPlan
from ..pack import reference_of
from ..reference import COMPAT, FIXED
from ..seeded import as_state
from .sizes import SMALL, small_medclip

POOLER = 768 * 768 + 768
SHORT, LONG = "pulmonary edema", "stable large tiny subpulmonic pleural effusion"


class PublishedSize(unittest.TestCase):
    def test_as_many_parameters_as_the_released_files(self) -> None:
        for tower, millions in ((RESNET, 133.3), (SWIN, 136.6)):
            with self.subTest(tower), torch.device("meta"):
                network = Medclip(MedclipPlan(), tower)
                # BERT's pooler is in the files and not called.
                count = sum(value.numel() for value in network.parameters()) + POOLER
                self.assertAlmostEqual(count / 1e6, millions, delta=0.06)

    def test_key_names(self) -> None:
        with torch.device("meta"):
            keys = {tower: set(Medclip(MedclipPlan(), tower).state_dict()) for tower in TOWERS}
        for key in ("vision_model.model.layer4.2.conv3.weight", "vision_model.model.fc.weight"):
            self.assertIn(key, keys[RESNET])
        for key in (
            "vision_model.model.embeddings.patch_embeddings.projection.weight", "vision_model.model.layernorm.weight",
            "vision_model.model.encoder.layers.0.blocks.0.attention.self.query.weight", "vision_model.projection_head.weight",
            "vision_model.model.encoder.layers.2.downsample.reduction.weight",
        ):
            self.assertIn(key, keys[SWIN])
        for key in ("text_model.model.encoder.layer.11.output.dense.weight", "text_model.projection_head.weight", "logit_scale"):
            self.assertIn(key, keys[RESNET] & keys[SWIN])


class Files(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.path = Path(kept.name) / "pytorch_model.bin"

    def read(self, state: dict[str, torch.Tensor]) -> Medclip:
        torch.save(state, self.path)
        return read_medclip(self.path, SMALL)[0]

    def test_the_keys_say_which_tower_it_is(self) -> None:
        for tower in TOWERS:
            with self.subTest(tower):
                network = small_medclip(tower)
                read = self.read({f"module.{key}": value for key, value in as_state(network, tower).items()})
                for key, value in network.state_dict().items():
                    self.assertTrue(torch.equal(read.state_dict()[key], value), key)

    def test_a_tower_in_part_of_the_other_kind(self) -> None:
        mixed = as_state(small_medclip(RESNET), RESNET)
        mixed["vision_model.model.encoder.layers.0.blocks.0.output.dense.bias"] = torch.zeros(8)
        with self.assertRaisesRegex(CheckpointError, "(?s)MedCLIP with a swin tower.*unexpected: vision_model.model.bn1.weight"):
            self.read(mixed)

    def test_without_its_scale(self) -> None:
        state = as_state(small_medclip(SWIN), SWIN)
        del state["logit_scale"]
        with self.assertRaisesRegex(CheckpointError, "missing: logit_scale"):
            self.read(state)

    def test_a_swin_of_another_window(self) -> None:
        state = as_state(small_medclip(SWIN), SWIN)
        state["vision_model.model.encoder.layers.0.blocks.0.attention.self.relative_position_bias_table"] = torch.zeros(169, 2)
        with self.assertRaisesRegex(CheckpointError, r"misshapen: .*relative_position_bias_table has \(169, 2\)"):
            self.read(state)

    def test_the_zip_archive_that_is_downloaded(self) -> None:
        import zipfile

        torch.save(as_state(small_medclip(SWIN), SWIN), self.path)
        archive = self.path.with_name("medclip-vit-pretrained.zip")
        with zipfile.ZipFile(archive, "w") as made:
            made.write(self.path, "pytorch_model.bin")
        with self.assertRaisesRegex(CheckpointError, "medclip-vit-pretrained.zip cannot be read"):
            read_medclip(archive, SMALL)

    def test_the_scale_is_clamped_as_the_released_code_does(self) -> None:
        for log_scale, scale in ((9.0, 100.00298), (-1.0, 1.0), (2.0, 7.389056)):
            state = as_state(small_medclip(SWIN), SWIN)
            state["logit_scale"] = torch.tensor(log_scale)
            self.assertAlmostEqual(self.read(state).scale, scale, delta=0.001)


class Modes(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.network = small_medclip(SWIN)
        tokenizer = wordpiece(pieces(SMALL.bert.vocabulary))
        cls.fixed, cls.compat = (reference_of(cls.network, tokenizer, mode) for mode in (FIXED, COMPAT))

    def test_a_text_by_itself_is_the_same_in_both(self) -> None:
        self.assertTrue(torch.equal(self.fixed.text(SHORT).vector, self.compat.text(SHORT).vector))

    def test_compat_moves_a_prompt_by_the_longest_of_its_class(self) -> None:
        alone = self.fixed.text(SHORT).vector
        torch.testing.assert_close(self.fixed.group([SHORT, LONG])[0], alone)
        self.assertGreater(float((self.compat.group([SHORT, LONG])[0] - alone).abs().max()), 0.01)
        longest = self.compat.text(LONG).vector
        torch.testing.assert_close(self.compat.group([SHORT, LONG])[1], longest)

    def test_the_manifest_says_the_mode_and_the_way_of_resizing(self) -> None:
        fixed = medclip_sections(self.network, FIXED, BICUBIC)
        compat = medclip_sections(self.network, COMPAT, BILINEAR, ["The lungs are clear."])
        self.assertEqual([made["text"]["padding"] for made in (fixed, compat)], ["longest", "longest_in_class"])
        self.assertEqual([made["text_post"]["pool"] for made in (fixed, compat)], ["none", "mean_with_pad"])
        self.assertEqual([made["image"]["steps"][2]["interpolation"] for made in (fixed, compat)], ["bicubic_aa", "bilinear_aa"])
        self.assertEqual(compat["zero_shot"]["sets"]["rsna"]["classes"][0]["prompts"], ["The lungs are clear."])

    def test_weights_behave(self) -> None:
        vectors = [self.fixed.image(torch.from_numpy(films.draw(seed, SMALL.side, SMALL.side))[None, None]).vectors for seed in (11, 12)]
        self.assertLess(float(torch.nn.functional.cosine_similarity(*vectors)), 0.99)


if __name__ == "__main__":
    unittest.main()
