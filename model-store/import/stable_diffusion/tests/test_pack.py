"""Packs of every way a checkpoint is written, and imports that are broken off."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import torch
from safetensors.torch import load_file, save_file

from importing.draft import PackError
from importing.tests import refusals

from .. import pack
from ..__main__ import main
from ..kinds import PLAIN
from ..manifest import Settings
from ..model import load_model
from .checkpoints import OnCheckpoint, written


class Packs(OnCheckpoint):
    def setUp(self) -> None:
        super().setUp()
        self.out = self.folder / "store" / "sd" / "1.0.0"

    def imported(self, *more: str) -> tuple[dict[str, Any], str]:
        said, refused = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(refused):
            status = main(["--checkpoint", str(self.checkpoint), "--out", str(self.out), *more])
        self.assertEqual(status, 0, refused.getvalue())
        return json.loads((self.out / "model.json").read_text()), said.getvalue()

    def test_after_an_import_that_is_killed_the_manifest_says_what_the_folder_says(self) -> None:
        refusals.kill_before_rename(["stable_diffusion", str(self.checkpoint), "--out", str(self.out)])
        self.assertFalse(self.out.exists())
        manifest, said = self.imported("--kind", "roentgen", "--name", "roentgen")
        self.assertIn("greatest differences of the graphs from PyTorch", said)
        diffusion = manifest["diffusion"]
        self.assertEqual(diffusion["scheduler"]["name"], "pndm")
        self.assertTrue(diffusion["scheduler"]["skip_prk_steps"])
        self.assertEqual(diffusion["defaults"], {"steps": 75, "guidance_scale": 4})
        self.assertEqual(diffusion["latents"], {"channels": 4, "factor": 8, "scale": 0.18215})
        self.assertEqual(diffusion["sizes"], {"default": [64, 64], "min": [32, 32], "max": [96, 96], "multiple": 16})
        self.assertEqual((manifest["text"]["pad_id"], manifest["text"]["max_length"]), (699, 77))
        self.assertTrue(manifest["licence"]["gated"])
        self.assertIn("OpenRAIL", manifest["licence"]["weights"])
        self.assertEqual([golden["kind"] for golden in manifest["goldens"]], ["text", "text", "generation"])
        names = {role: [port["name"] for port in part["inputs"] + part["outputs"]] for role, part in manifest["components"].items()}
        self.assertEqual(names, {
            "text_encoder": ["input_ids", "last_hidden_state"], "denoiser": ["sample", "timestep", "encoder_hidden_states", "out_sample"],
            "latent_encoder": ["sample", "latent_parameters"], "latent_decoder": ["latent_sample", "sample"],
        })
        for entry in [*manifest["components"].values(), *manifest["files"]]:
            self.assertEqual((self.out / entry["file"]).stat().st_size, entry["bytes"])
        self.assertEqual([path.name for path in self.out.parent.iterdir()], ["1.0.0"])

    def test_roentgen_2_with_its_joint_folder_over_the_model_that_it_was_made_from(self) -> None:
        base = written("small-2")
        shutil.rmtree(self.checkpoint)
        joint = self.checkpoint / "text_encoder_and_tokenizer"
        shutil.copytree(base / "text_encoder", joint)
        shutil.copytree(base / "tokenizer", joint, dirs_exist_ok=True)
        shutil.copytree(base / "unet", self.checkpoint / "unet")
        with mock.patch("importing.large.LARGEST_INSIDE_BYTES", 1000):
            manifest, _ = self.imported("--kind", "roentgen-v2", "--base", str(base))
        self.assertEqual(manifest["text"]["pad_id"], 0)
        self.assertEqual(manifest["diffusion"]["defaults"], {"steps": 75, "guidance_scale": 3})
        self.assertIn("impression", manifest["diffusion"]["prompt"]["fields"])
        self.assert_weights_lie_beside_the_graph(manifest)

    def assert_weights_lie_beside_the_graph(self, manifest: dict[str, Any]) -> None:
        (beside,) = manifest["components"]["denoiser"]["external_data"]
        self.assertEqual(beside["file"], "unet.onnx.data")
        self.assertEqual((self.out / beside["file"]).stat().st_size, beside["bytes"])

    def test_an_interrupted_import_leaves_nothing(self) -> None:
        for broken in (KeyboardInterrupt, OSError("No space left on device")):
            with self.subTest(broken), mock.patch.object(pack, "compare", side_effect=broken), contextlib.redirect_stderr(io.StringIO()) as said:
                model = load_model(self.checkpoint, PLAIN)
                with self.assertRaises((KeyboardInterrupt, OSError)):
                    pack.write_pack(self.out, model, mock.sentinel.identity, Settings(PLAIN, 2, 4, "gray"))
                self.assertEqual(list(self.out.parent.iterdir()), [], said.getvalue())

    def test_a_full_disk_leaves_nothing(self) -> None:
        # The tokenizer fits, a graph does not.
        with refusals.files_up_to(100_000), contextlib.redirect_stderr(io.StringIO()) as said:
            status = main(["--checkpoint", str(self.checkpoint), "--out", str(self.out)])
        self.assertEqual(status, 1, said.getvalue())
        self.assertIn("stable_diffusion: ", said.getvalue())
        self.assertEqual(list(self.out.parent.iterdir()), [])

    def test_a_pack_that_is_there_stays(self) -> None:
        self.out.mkdir(parents=True)
        with self.assertRaises(PackError):
            pack.write_pack(self.out, load_model(self.checkpoint, PLAIN), mock.sentinel.identity, Settings(PLAIN, 2, 4, "gray"))


class Layouts(OnCheckpoint):
    """The same model however its weights are written; networks are compared and no graph is made."""

    def assert_same(self, tolerance: float = 0) -> None:
        found, wanted = load_model(self.checkpoint, PLAIN), load_model(written(self.size), PLAIN)
        for part in ("text", "denoiser", "autoencoder"):
            state, expected = getattr(found, part).state_dict(), getattr(wanted, part).state_dict()
            self.assertEqual(set(state), set(expected))
            for key, value in state.items():
                self.assertEqual(value.dtype, torch.float32)
                torch.testing.assert_close(value, expected[key], rtol=tolerance, atol=tolerance)
        self.found = found

    def weights(self, part: str) -> tuple[Path, dict[str, torch.Tensor]]:
        (path,) = (self.checkpoint / part).glob("*.safetensors")
        return path, load_file(path)

    def test_half_precision_is_taken_and_said(self) -> None:
        for dtype in (torch.float16, torch.bfloat16):
            for part in ("text_encoder", "unet", "vae"):
                self.change(part, lambda state: state.update({key: value.to(dtype) for key, value in state.items()}))
            self.assert_same(tolerance=0.02)
        self.assertEqual(self.found.dtypes, ("bfloat16",))

    def test_variants_shards_and_pickles(self) -> None:
        path, state = self.weights("unet")
        path.unlink()
        save_file(state, path.with_name("diffusion_pytorch_model.fp16.safetensors"))
        path, state = self.weights("vae")
        path.unlink()
        keys = sorted(state)
        for name, half in (("one.safetensors", keys[::2]), ("two.safetensors", keys[1::2])):
            save_file({key: state[key] for key in half}, path.with_name(name))
        named = {key: ("one", "two")[at % 2] + ".safetensors" for at, key in enumerate(keys)}
        path.with_name("diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps({"weight_map": named}))
        path, state = self.weights("text_encoder")
        path.unlink()
        torch.save(state, path.with_name("pytorch_model.bin"))
        self.assert_same()

    def test_keys_of_older_versions(self) -> None:
        def text(state: dict[str, torch.Tensor]) -> None:
            older = {f"text_model.{key}": value for key, value in state.items()}
            state.clear()
            state.update(older, **{"text_model.embeddings.position_ids": torch.arange(77)[None]})

        def vae(state: dict[str, torch.Tensor]) -> None:
            for new, old in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
                for key in [key for key in state if f"attentions.0.{new}." in key]:
                    state[key.replace(new, old)] = state.pop(key)

        self.change("text_encoder", text)
        self.change("vae", vae)
        self.assert_same()
        self.assertEqual(self.found.left_out, ("text_encoder.embeddings.position_ids (numbers from 0 up, a buffer of older versions)",))

    def test_a_safety_checker_is_left_out_by_name(self) -> None:
        (self.checkpoint / "safety_checker").mkdir()
        self.assert_same()
        self.assertEqual(self.found.left_out, ("safety_checker (it judges photographs; no part of the picture)",))


del OnCheckpoint

if __name__ == "__main__":
    unittest.main()
