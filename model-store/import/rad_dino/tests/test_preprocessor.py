from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from ..manifest import pixels, rad_dino_sections
from ..preprocessor import FILE, MOST_BYTES, PreprocessorError, read_preprocessor
from ..seeded import MEAN, STD, preprocessor_config

SIDE = 518


class Configs(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.path = Path(kept.name) / FILE

    def write(self, without: str = "", **changed: Any) -> Path:
        config = {**preprocessor_config(SIDE), **changed}
        config.pop(without, None)
        self.path.write_text(json.dumps(config))
        return self.path

    def test_a_saved_processor_becomes_steps_and_the_graphs_numbers(self) -> None:
        said = read_preprocessor(self.write(), SIDE)
        self.assertEqual((said.mean, said.std), (MEAN, STD))
        self.assertAlmostEqual(pixels(said).divisor, 255, places=9)
        self.assertEqual(rad_dino_sections(said)["image"]["steps"], [
            {"op": "resize", "mode": "short", "size": 518, "interpolation": "bicubic_aa", "round": "trunc"},
            {"op": "crop", "center": True, "size": 518, "round": "floor"}, {"op": "channels", "count": 3},
        ])

    def test_what_says_nothing_about_values_may_stand_in_it(self) -> None:
        read_preprocessor(self.write(_valid_processor_keys=["images"], do_pad=None, do_flip=False, default_to_square=False), SIDE)
        read_preprocessor(self.write("do_convert_rgb"), SIDE)

    def test_a_factor_of_another_scale_is_taken(self) -> None:
        self.assertEqual(pixels(read_preprocessor(self.write(rescale_factor=0.5), SIDE)).divisor, 2)

    def test_what_is_not_done_here_is_refused_by_name(self) -> None:
        refused: list[tuple[dict[str, Any], str]] = [
            ({"do_normalize": False}, "off: do_normalize"), ({"do_rescale": None}, "off: do_rescale"), ({"do_convert_rgb": False}, "off: do_convert_rgb"),
            ({"size": {"height": 518, "width": 518}}, "size: "), ({"size": 518}, "size: "), ({"size": {"shortest_edge": 517}}, "size: "),
            ({"size": {"shortest_edge": 20_000}}, "size: "), ({"size": {"shortest_edge": 518, "longest_edge": 600}}, "size: "),
            ({"crop_size": {"height": 224, "width": 224}}, "crop_size: "), ({"crop_size": 518}, "crop_size: "), ({"resample": 2}, "resample: 2"),
            ({"rescale_factor": 0}, "rescale_factor: 0"),
            ({"rescale_factor": float("nan")}, "rescale_factor: NaN"), ({"rescale_factor": True}, "rescale_factor: true"),
            ({"image_mean": 0.5}, "image_mean: 0.5"), ({"image_mean": [0.5]}, "image_mean: "), ({"image_mean": [0.5, 0.5, 10**400]}, "image_mean: "),
            ({"image_std": [0.2, 0, 0.2]}, "image_std: "),
            ({"image_std": ["0.2", 0.2, 0.2]}, "image_std: "), ({"image_std": [0.2, float("inf"), 0.2]}, "image_std: "),
            ({"image_processor_type": "ViTImageProcessor"}, "processor: "), ({"image_processor_type": ["BitImageProcessor"]}, "processor: "),
            ({"do_pad": True}, "unknown: do_pad true"),
        ]
        for changed, says in refused:
            with self.subTest(changed), self.assertRaisesRegex(PreprocessorError, says):
                read_preprocessor(self.write(**changed), SIDE)

    def test_numbers_that_are_not_said_are_not_guessed(self) -> None:
        for name in ("image_mean", "image_std", "size", "crop_size", "resample", "rescale_factor"):
            with self.subTest(name), self.assertRaisesRegex(PreprocessorError, rf"{name}: null"):
                read_preprocessor(self.write(name), SIDE)
        with self.assertRaisesRegex(PreprocessorError, "no image_processor_type"):
            read_preprocessor(self.write("image_processor_type"), SIDE)

    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        with self.assertRaisesRegex(PreprocessorError, r"off: do_resize\n  resample: 0.*\n  image_std: null"):
            read_preprocessor(self.write("image_std", do_resize=False, resample=0), SIDE)

    def test_what_is_no_object_of_a_sane_size(self) -> None:
        for data, says in (
            (b"", "is no JSON"), (b"[1]", "is no JSON object"), (b"\xff\xfe", "is no JSON"), (b"[" * 60_000, "is no JSON"),
            (b" " * (MOST_BYTES + 1), "has more than"),
        ):
            with self.subTest(data[:4]), self.assertRaisesRegex(PreprocessorError, says):
                self.path.write_bytes(data)
                read_preprocessor(self.path, SIDE)


if __name__ == "__main__":
    unittest.main()
