from __future__ import annotations

import io
import pickle
import tempfile
import unittest
from pathlib import Path

import torch

from ..checkpoint import CheckpointError, dead_keys, network_from, read_state
from ..seeded import as_checkpoint
from .sizes import SMALL, small_network


class Harmful:
    """Writes a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.path, "w")


class ReadState(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "best_model-LViT.pth.tar"

    def saved(self, content: object) -> Path:
        torch.save(content, self.path)
        return self.path

    def test_reads_plain_and_wrapped_checkpoints_alike(self) -> None:
        network = small_network()
        plain = read_state(self.saved(as_checkpoint(network)))
        wrapped = read_state(self.saved(as_checkpoint(network, wrapped=True)))
        self.assertEqual(set(plain), set(network.state_dict()))
        self.assertEqual(set(plain), set(wrapped))
        self.assertTrue(all(torch.equal(plain[key], wrapped[key]) for key in plain))

    def test_refuses_prefixes_on_some_keys_only_and_names_the_others(self) -> None:
        content = as_checkpoint(small_network(), wrapped=True)
        content["state_dict"]["outc.bias"] = content["state_dict"].pop("module.outc.bias")
        with self.assertRaisesRegex(CheckpointError, r"outc\.bias"):
            read_state(self.saved(content))

    def test_unpickles_nothing_but_tensors_and_plain_values(self) -> None:
        trace = self.folder / "trace"
        with self.assertRaises(CheckpointError):
            read_state(self.saved({**as_checkpoint(small_network()), "optimizer": Harmful(str(trace))}))
        self.assertFalse(trace.exists())
        self.path.write_bytes(pickle.dumps(Harmful(str(trace))))
        with self.assertRaises(CheckpointError):
            read_state(self.path)
        self.assertFalse(trace.exists())

    def test_refuses_files_that_are_something_else(self) -> None:
        for content in ([1, 2], {"model": "LViT"}, {"state_dict": 3}):
            with self.subTest(content), self.assertRaises(CheckpointError):
                read_state(self.saved(content))
        whole = io.BytesIO()
        torch.save(as_checkpoint(small_network()), whole)
        for content in (b"", b"not a checkpoint", whole.getvalue()[: len(whole.getvalue()) // 2]):
            self.path.write_bytes(content)
            with self.subTest(len(content)), self.assertRaises(CheckpointError):
                read_state(self.path)


class NetworkFrom(unittest.TestCase):
    def setUp(self) -> None:
        self.network = small_network()
        self.state = dict(self.network.state_dict())

    def test_drops_dead_tensors_by_name_and_keeps_the_answer(self) -> None:
        live = network_from(self.state, SMALL)
        self.assertEqual(set(self.state) - set(live.state_dict()), dead_keys(SMALL))
        films = torch.rand(1, 3, SMALL.image_side, SMALL.image_side)
        words = torch.randn(1, SMALL.words, SMALL.text_dims)
        with torch.no_grad():
            self.assertTrue(torch.equal(live(films, words), self.network.eval()(films, words)))

    def test_names_every_key_that_does_not_fit(self) -> None:
        del self.state["outc.bias"], self.state["pix_module1.conv_avg.weight"]
        self.state["outc.weight"] = torch.zeros(2, SMALL.width, 1, 1)
        self.state["text_module1.weight"] = self.state["text_module1.weight"][..., :2]
        self.state["inc.conv.bias"] = torch.full_like(self.state["inc.conv.bias"], float("nan"))
        self.state["classifier.weight"] = torch.zeros(3)
        self.state["up1.pixModule.alpha"] = 0.5
        with self.assertRaises(CheckpointError) as caught:
            network_from(self.state, SMALL)
        lines = [line.strip() for line in str(caught.exception).splitlines()[1:]]
        self.assertEqual(
            lines,
            [
                "missing: outc.bias",
                "missing: pix_module1.conv_avg.weight",
                "unexpected: classifier.weight",
                "unexpected: up1.pixModule.alpha",
                "not finite: inc.conv.bias",
                "misshapen: outc.weight has (2, 8, 1, 1), the network (1, 8, 1, 1)",
                "misshapen: text_module1.weight has (8, 16, 2), the network (8, 16, 3)",
            ],
        )

    def test_refuses_what_is_no_tensor(self) -> None:
        self.state["outc.bias"] = 0.5
        with self.assertRaisesRegex(CheckpointError, r"no tensor: outc\.bias"):
            network_from(self.state, SMALL)

    def test_a_checkpoint_of_another_size_does_not_fit_the_published_one(self) -> None:
        with self.assertRaisesRegex(CheckpointError, r"misshapen: inc\.conv\.weight has \(8, 3, 3, 3\), the network \(64, 3, 3, 3\)"):
            network_from(self.state)


if __name__ == "__main__":
    unittest.main()
