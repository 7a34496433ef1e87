from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from .. import films
from ..dual_encoder import sections
from ..preparing import FilmError, golden_film, pixels, read_film

GLORIA = [sections.GRAY, sections.resize("long", 64, "area", "trunc"), sections.pad(64), sections.crop(56), sections.channels(1)]
SQUARE = [sections.GRAY, sections.pad("square"), sections.resize("exact", 32, "bicubic_aa"), sections.channels(3)]
SHORT = [sections.GRAY, sections.resize("short", 40, "bilinear_aa", "trunc"), sections.crop(32), sections.channels(1)]
TWICE = [sections.GRAY, sections.resize("long", 80, "lanczos"), sections.pad(80), sections.resize("exact", 56, "bicubic_aa")]


class Preparing(unittest.TestCase):
    def test_long_side_by_area_zeros_around_and_the_middle(self) -> None:
        film = films.draw(1, 100, 81)
        small = cv2.resize(film, (64, int(81 * (64 / 100))), interpolation=cv2.INTER_AREA)
        self.assertEqual(small.shape, (51, 64))
        canvas = np.zeros((64, 64), np.uint8)
        canvas[6:57] = small
        np.testing.assert_array_equal(pixels(film, GLORIA), canvas[None, 4:60, 4:60])

    def test_square_on_black_then_bicubic_as_pillow(self) -> None:
        film = films.draw(2, 50, 71)
        canvas = Image.new("L", (71, 71), 0)
        canvas.paste(Image.fromarray(film), (10, 0))
        expected = np.asarray(canvas.resize((32, 32), Image.Resampling.BICUBIC))
        np.testing.assert_array_equal(pixels(film, SQUARE), np.stack([expected] * 3))

    def test_a_square_has_a_least_side(self) -> None:
        film = films.draw(2, 50, 71)
        canvas = Image.new("L", (96, 96), 0)
        canvas.paste(Image.fromarray(film), (23, 12))
        steps = [sections.GRAY, sections.pad("square", least=96), sections.channels(1)]
        np.testing.assert_array_equal(pixels(film, steps), np.asarray(canvas)[None])
        np.testing.assert_array_equal(pixels(film, [sections.GRAY, sections.pad("square", least=9)]).shape, (1, 71, 71))

    def test_a_golden_film_says_the_same_with_fewer_pixels(self) -> None:
        film = films.draw(3, 210, 170)
        for steps, size in ((GLORIA, (64, 64)), (SQUARE, (32, 32, 3)), (SHORT, (32, 32)), (TWICE, (80, 80))):
            with self.subTest(size):
                kept = golden_film(film, steps)
                np.testing.assert_array_equal(pixels(kept, steps), pixels(film, steps))
                self.assertLess(kept.size, film.size)

    def test_refuses_what_is_no_image(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "film.png"
            path.write_bytes(b"not a film")
            with self.assertRaisesRegex(FilmError, "film.png is no image"):
                read_film(path)


if __name__ == "__main__":
    unittest.main()
