from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from ..config import ConfigError
from ..sampling import Sampling, read_sampling

# As Stable Diffusion 1.4 is published.
FIRST = {
    "_class_name": "PNDMScheduler", "_diffusers_version": "0.7.0.dev0", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000, "set_alpha_to_one": False, "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None, "clip_sample": False,
}


class Reading(unittest.TestCase):
    def setUp(self) -> None:
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)

    def read(self, said: dict[str, Any], instead: str | None = None) -> Sampling:
        (self.folder / "scheduler_config.json").write_text(json.dumps(said))
        return read_sampling(self.folder, instead)

    def test_what_is_not_said_is_the_samplers_own_default_and_what_others_need_is_kept(self) -> None:
        self.assertEqual(self.read(FIRST).scheduler, {
            "name": "pndm", "timestep_spacing": "leading", "steps_offset": 1, "set_alpha_to_one": False, "clip_sample": False, "skip_prk_steps": True,
        })
        self.assertEqual(self.read(FIRST).betas, {"schedule": "scaled_linear", "start": 0.00085, "end": 0.012})

    def test_another_sampler_is_made_from_the_config(self) -> None:
        made = self.read(FIRST, "euler")
        self.assertEqual((made.scheduler["name"], made.scheduler["timestep_spacing"], made.scheduler["steps_offset"]), ("euler", "linspace", 1))
        self.assertEqual(type(made.sampler()).__name__, "EulerDiscreteScheduler")
        self.assertEqual(made.sampler().config.steps_offset, 1)

    def test_velocity_and_betas_without_signal_at_the_end(self) -> None:
        made = self.read({**FIRST, "_class_name": "DDIMScheduler", "prediction_type": "v_prediction", "rescale_betas_zero_snr": True})
        self.assertEqual((made.prediction, made.betas["rescale_zero_terminal_snr"], made.scheduler["clip_sample"]), ("v_prediction", True, False))
        self.assertEqual(self.read({**FIRST, "trained_betas": [0.1, 0.2]}).betas, {"schedule": "given", "values": [0.1, 0.2]})

    def test_what_a_sampler_reads_and_the_service_has_not_is_refused(self) -> None:
        solver = {**FIRST, "_class_name": "DPMSolverMultistepScheduler"}
        for said, fault in (
            ({"algorithm_type": "dpmsolver"}, "algorithm_type is dpmsolver"), ({"use_lu_lambdas": True}, "use_lu_lambdas is True"),
            ({"prediction_type": "flow_prediction"}, "prediction_type is flow_prediction"),
        ):
            with self.subTest(fault), self.assertRaisesRegex(ConfigError, fault):
                self.read({**solver, **said})


if __name__ == "__main__":
    unittest.main()
