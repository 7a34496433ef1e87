"""This statement of the networks beside diffusers' and transformers' own classes, on the same weights."""

from __future__ import annotations

import unittest

import numpy as np
import torch

from ..generation import Asked, gray_levels, ids_of
from ..kinds import PLAIN
from ..model import load_model
from ..reference import TIMESTEPS, open_pipeline, parts, picture
from .checkpoints import OnCheckpoint

TOLERANCE = 1e-5
LEVELS = 0.05


class First(OnCheckpoint):
    def setUp(self) -> None:
        super().setUp()
        self.enterContext(torch.no_grad())
        self.model = load_model(self.checkpoint, PLAIN)
        self.pipeline = open_pipeline(self.checkpoint)

    def test_every_network_gives_what_the_library_gives(self) -> None:
        found, prompt = {}, "mild cardiomegaly is unchanged"
        expected = {name: torch.from_numpy(value) for name, value in parts(self.pipeline, prompt, (8, 16), seed=4).items()}
        found["tokens"] = self.model.text(expected["ids"])
        found["prediction"] = self.model.denoiser(expected["sample"], torch.tensor(TIMESTEPS), expected["tokens"])
        found["image"] = self.model.autoencoder.decode(expected["latents"])
        found["moments"] = self.model.autoencoder.moments(expected["image"].clamp(-1, 1))
        for name, values in found.items():
            with self.subTest(name):
                torch.testing.assert_close(values, expected[name], rtol=0, atol=TOLERANCE)

    def test_a_picture_is_the_pipelines(self) -> None:
        for guidance in (4.0, 1.0):
            asked = Asked("Big right-sided pleural effusion", (32, 64), 3, guidance, 9)
            expected = picture(self.pipeline, asked).mean(-1) * 255
            found = gray_levels(self.model, asked).numpy()
            self.assertGreater(expected.std(), 5)
            self.assertLess(np.abs(found - expected).max(), LEVELS)

    def test_ids_are_the_librarys(self) -> None:
        for text in ("", "Big right-sided pleural effusion", "a! b !! we'll  54\tyear", "É ünï 肺 ☃", "effusion " * 100, "<|endoftext|>"):
            with self.subTest(text):
                ids = self.pipeline.tokenizer(text, padding="max_length", truncation=True).input_ids
                self.assertEqual(ids_of(self.model, text), ids)


class Second(First):
    size = "small-2"

    def test_prompts_are_filled_up_with_the_first_token_and_not_with_the_end(self) -> None:
        self.assertEqual(self.model.words.pad_id, 0)
        self.assertEqual(ids_of(self.model, "effusion")[-1], 0)


del OnCheckpoint

if __name__ == "__main__":
    unittest.main()
