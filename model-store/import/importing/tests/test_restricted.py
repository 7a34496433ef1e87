from __future__ import annotations

import io
import pickle
import sys
import tempfile
import types
import unittest
import zipfile
from pathlib import Path

import torch

from ..checkpoint import CheckpointError, load_known, load_plain, state_of
from ..restricted import LIGHTNING, OMEGACONF, Inert

OMEGACONF_FILE = Path(__file__).parent / "omegaconf.ckpt"
"""`torch.save` of a tensor and an OmegaConf 2.4 object; made with that package, which need not be there to read it."""


class Restricted(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.path = Path(kept.name) / "file.ckpt"

    def save(self, module: str, name: str, bases: tuple[type, ...]) -> None:
        """A file with an object of a class that is there only while it is written."""
        parts = module.split(".")
        made = {".".join(parts[:count]): types.ModuleType(parts[count - 1]) for count in range(1, len(parts) + 1)}
        kind = type(name, bases, {"__module__": module})
        setattr(made[module], name, kind)
        sys.modules.update(made)
        try:
            filled = kind()
            filled.__dict__["secret"] = 5
            if isinstance(filled, dict):
                filled["a"] = 1
            torch.save({"state_dict": {"a": torch.ones(1)}, "held": filled, kind: "a class as a key"}, self.path)
        finally:
            for added in made:
                del sys.modules[added]

    def test_an_omegaconf_object_is_read_without_its_package(self) -> None:
        before = set(sys.modules)
        content = load_known(OMEGACONF_FILE, OMEGACONF)
        self.assertIsInstance(content["hyper_parameters"], Inert)
        self.assertEqual(vars(content["hyper_parameters"]), {})
        self.assertEqual(content["state_dict"]["a"].tolist(), [0, 1, 2])
        self.assertEqual([name for name in set(sys.modules) - before if "omegaconf" in name], [])

    def test_without_being_told_it_is_refused_by_name(self) -> None:
        with self.assertRaisesRegex(CheckpointError, r"It names omegaconf\.dictconfig\.DictConfig, which is not loaded"):
            load_plain(OMEGACONF_FILE)
        load_known(OMEGACONF_FILE, OMEGACONF)
        # What one file was allowed another is not.
        with self.assertRaises(CheckpointError):
            load_plain(OMEGACONF_FILE)

    def test_lightning_callbacks_and_mappings(self) -> None:
        for name, bases in (("callbacks.model_checkpoint.ModelCheckpoint", (object,)), ("utilities.parsing.AttributeDict", (dict,))):
            with self.subTest(name):
                module, _, kind = f"pytorch_lightning.{name}".rpartition(".")
                self.save(module, kind, bases)
                self.assertEqual(state_of(load_known(self.path, LIGHTNING), "file", "state_dict").keys(), {"a"})

    def test_another_class_is_refused_by_name(self) -> None:
        self.save("pytorch_lightning.trainer", "Trainer", (object,))
        with self.assertRaisesRegex(CheckpointError, r"It names pytorch_lightning\.trainer\.Trainer"):
            load_known(self.path, (*LIGHTNING, *OMEGACONF))

    def test_stand_ins_of_builtins_run_nothing(self) -> None:
        # builtins.eval, getattr and the like are no names of any list.
        for name in (b"builtins\neval", b"builtins\ngetattr", b"os\nsystem", b"subprocess\nPopen"):
            with self.subTest(name):
                self.write_pickle(b"\x80\x02c" + name + b"\nX\x05\x00\x00\x001 + 1\x85R.")
                with self.assertRaisesRegex(CheckpointError, "It names"):
                    load_known(self.path, (*LIGHTNING, *OMEGACONF))

    def test_a_pickle_of_nonsense_is_refused(self) -> None:
        for data in (b"", b"\x80\x02.", b"\x80\x02N", b"\x80\x02}q\x00(u.", pickle.dumps([1], 5), b"\x80\x02h\x00."):
            with self.subTest(data):
                self.write_pickle(data)
                with self.assertRaises(CheckpointError):
                    state_of(load_known(self.path, OMEGACONF), "file.ckpt")

    def write_pickle(self, data: bytes) -> None:
        """`torch.save`'s zip with this pickle in the place of its own."""
        plain = io.BytesIO()
        torch.save({}, plain)
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(self.path, "w") as target:
            for name in source.namelist():
                target.writestr(name, data if name.endswith("data.pkl") else source.read(name))


if __name__ == "__main__":
    unittest.main()
