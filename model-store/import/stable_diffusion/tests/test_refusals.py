"""Everything that is no Stable Diffusion, not whole, or says what this statement does not do: named, and nothing written."""

from __future__ import annotations

import contextlib
import io
import os
import unittest
from pathlib import Path

import torch
from safetensors.torch import load_file

from ..__main__ import main
from .checkpoints import OnCheckpoint


class RunsCode:
    """Makes a file when Python's own unpickler opens it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


class Refused(OnCheckpoint):
    def refused(self, *more: str) -> str:
        """The message of an import that wrote nothing."""
        out, said = self.folder / "store" / "sd" / "1.0.0", io.StringIO()
        with contextlib.redirect_stderr(said):
            status = main(["--checkpoint", str(self.checkpoint), "--out", str(out), *more])
        self.assertEqual(status, 1, said.getvalue())
        self.assertFalse((self.folder / "store").exists())
        return said.getvalue()

    def test_a_file_and_nothing(self) -> None:
        self.checkpoint = self.folder / "v1-5.ckpt"
        self.assertIn("There is no folder v1-5.ckpt", self.refused())
        torch.save({"state_dict": {"model.diffusion_model.out.2.bias": torch.zeros(4)}}, self.checkpoint)
        self.assertIn("from_single_file", self.refused())

    def test_another_system(self) -> None:
        (self.checkpoint / "model_index.json").write_text('{"_class_name": "StableDiffusionXLPipeline"}')
        self.assertIn("is a StableDiffusionXLPipeline", self.refused())
        (self.checkpoint / "model_index.json").unlink()
        self.say("text_encoder", architectures=["BertModel"], model_type="bert", type_vocab_size=2)
        message = self.refused()
        self.assertIn('model_type is "bert"; this importer does "clip_text_model"', message)
        self.assertIn("type_vocab_size is 2, a key that is not known here", message)

    def test_missing_parts_are_all_named(self) -> None:
        for path in ("vae/config.json", "scheduler/scheduler_config.json"):
            (self.checkpoint / path).unlink()
        self.assertIn("lacks vae/config.json, scheduler/scheduler_config.json. What was not fine-tuned", self.refused())

    def test_a_config_that_says_what_is_not_done(self) -> None:
        self.say("unet", class_embed_type="timestep", addition_embed_type="text_time", mid_block_type="UNetMidBlock2D", novelty=1)
        message = self.refused()
        for part in (
            'class_embed_type is "timestep"; this importer does null', 'addition_embed_type is "text_time"', 'mid_block_type is "UNetMidBlock2D"',
            "novelty is 1, a key that is not known here",
        ):
            self.assertIn(part, message)
        self.say("unet", class_embed_type=None, addition_embed_type=None, mid_block_type=..., novelty=...)
        self.say("unet", down_block_types=["AttnDownBlock2D", "DownBlock2D"])
        self.assertIn("down_block_types is ['AttnDownBlock2D', 'DownBlock2D']; this importer does one of", self.refused())

    def test_values_of_another_kind(self) -> None:
        self.say("unet", block_out_channels="many", norm_num_groups=-1, cross_attention_dim=10**9)
        message = self.refused()
        for part in ("block_out_channels is", "norm_num_groups is -1", "cross_attention_dim is 1000000000"):
            self.assertIn(part, message)
        (self.checkpoint / "unet/config.json").write_text("[" * 100)
        self.assertIn("unet/config.json is no JSON", self.refused())
        (self.checkpoint / "unet/config.json").write_text(" " * 1_000_001)
        self.assertIn("unet/config.json has more than 1000000 bytes", self.refused())

    def test_parts_that_do_not_belong_together(self) -> None:
        self.say("unet", cross_attention_dim=48)
        self.assertIn("the text encoder gives 32 numbers a token, the U-Net reads 48", self.refused())

    def test_another_model_than_is_said(self) -> None:
        self.assertIn("RoentGen v2 is made from Stable Diffusion 2; the U-Net is of 1", self.refused("--kind", "roentgen-v2"))
        for file in ("special_tokens_map.json", "tokenizer_config.json"):
            path = self.checkpoint / "tokenizer" / file
            if path.exists():
                self.say("tokenizer", file, pad_token="!")
        self.assertIn("the tokenizer's files say '!'", self.refused("--kind", "roentgen"))

    def test_missing_extra_and_misshapen_tensors_are_all_named(self) -> None:
        def act(state: dict[str, torch.Tensor]) -> None:
            del state["conv_in.bias"]
            state["surplus.weight"] = torch.zeros(3)
            state["conv_out.weight"] = state["conv_out.weight"][:, :-1]
            state["conv_norm_out.bias"][0] = float("nan")

        self.change("unet", act)
        message = self.refused()
        for part in ("missing: conv_in.bias", "unexpected: surplus.weight", "misshapen: conv_out.weight has", "not finite: conv_norm_out.bias"):
            self.assertIn(part, message)

    def test_weights_that_are_cut_off(self) -> None:
        path = self.checkpoint / "unet/diffusion_pytorch_model.safetensors"
        size = path.stat().st_size
        for kept in (size - 1, size // 2, 10, 0):
            with self.subTest(kept):
                os.truncate(path, kept)
                self.assertIn("diffusion_pytorch_model.safetensors cannot be read", self.refused())
        path.unlink()
        self.assertIn("unet has no weights", self.refused())

    def test_shards_that_are_not_there_or_elsewhere(self) -> None:
        (self.checkpoint / "vae/diffusion_pytorch_model.safetensors").unlink()
        index = self.checkpoint / "vae/diffusion_pytorch_model.safetensors.index.json"
        index.write_text('{"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}')
        self.assertIn("lacks the shards one.safetensors, two.safetensors", self.refused())
        index.write_text('{"weight_map": {"a": "../unet/diffusion_pytorch_model.safetensors"}}')
        self.assertIn("names no shards beside itself", self.refused())

    def test_a_pickle_that_runs_code(self) -> None:
        path = self.checkpoint / "vae/diffusion_pytorch_model.safetensors"
        state, trace = load_file(path), self.folder / "trace"
        path.unlink()
        torch.save({**state, "more": RunsCode(trace)}, path.with_suffix(".bin"))
        self.assertIn("cannot be read as tensors and plain values alone", self.refused())
        self.assertFalse(trace.exists())

    def test_samplers_that_the_service_has_not(self) -> None:
        self.say("scheduler", "scheduler_config.json", _class_name="DDPMScheduler")
        self.assertIn("The sampler is DDPMScheduler; the service has", self.refused())
        self.say("scheduler", "scheduler_config.json", _class_name="EulerDiscreteScheduler", use_exponential_sigmas=True)
        self.assertIn("use_exponential_sigmas is True; what can be imported is False", self.refused())
        self.say("scheduler", "scheduler_config.json", _class_name="PNDMScheduler", beta_schedule="cubic")
        self.assertIn("beta_schedule is cubic", self.refused())

    def test_tokenizers_that_are_none_of_clip(self) -> None:
        vocabulary = self.checkpoint / "tokenizer/vocab.json"
        whole = vocabulary.read_text()
        vocabulary.write_text(whole.replace("<|startoftext|>", "<s>"))
        self.assertIn("The tokenizer has no <|startoftext|>", self.refused())
        vocabulary.write_text('{"a": 0, "b": 2}')
        self.assertIn("does not number its tokens from 0 up", self.refused())
        vocabulary.write_text(whole)
        self.say("text_encoder", vocab_size=600)
        self.assertIn("has 700 tokens, the text encoder 600", self.refused())


del OnCheckpoint

if __name__ == "__main__":
    unittest.main()
