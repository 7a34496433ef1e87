"""python -m refers.prove --work FOLDER, from model-store/import/: the corrected REFERS at its full size, from checkpoint to pack.

Writes, outside the tree: a checkpoint as the pre-training saves it, with seeded random weights, and a SentencePiece model of
10,000 pieces; the pack that the importer makes of them in a process of its own; and what PyTorch and Hugging Face's `generate`
give for studies of one to three films. `test/parity/refers.ts` then asks the service the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

from . import films
from .checkpoint import network_from, read_state
from .pack import SEARCHES, write_text
from .plan import RefersPlan
from .seeded import as_state, pieces, random_refers

SEED = 5
STUDIES = [[11], [12, 13], [14, 15, 16]]
"""Seeds of the films."""


def write_sentencepiece(path: Path, plan: RefersPlan) -> None:
    from sentencepiece import sentencepiece_model_pb2 as pb

    named, control, scores = pieces(plan.vocabulary)
    model = pb.ModelProto()
    kinds = pb.ModelProto.SentencePiece
    for piece in named:
        kind = kinds.NORMAL if piece not in control else kinds.UNKNOWN if piece == control[0] else kinds.CONTROL
        model.pieces.add(piece=piece, score=scores[piece], type=kind)
    model.trainer_spec.model_type = pb.TrainerSpec.BPE
    model.trainer_spec.vocab_size = len(named)
    model.trainer_spec.unk_id, model.trainer_spec.bos_id, model.trainer_spec.eos_id = 0, plan.begin, plan.end
    model.normalizer_spec.name = "identity"
    path.write_bytes(model.SerializeToString())


@torch.no_grad()
def write_answers(folder: Path, checkpoint: Path, studies: list[list[Path]]) -> None:
    """From the files alone and by the framework alone: the texts, and the logits of every step of the greedy one."""
    network, _ = network_from(read_state(checkpoint))
    folder.mkdir(exist_ok=True)
    cases = []
    for index, study in enumerate(studies):
        memory, gates = network.memory(films.normalised(np.stack([films.pixels_of(path) for path in study])))
        means = gates.mean(2)[0]
        shares = means / means.sum()
        weights = [float(sum(shares[at] for at in range(3) if at % len(study) == film)) for film in range(len(study))]
        texts = [write_text(network, memory, search) for search in SEARCHES]
        tokens = [network.plan.begin, *texts[0].ids[:-1]]
        np.save(folder / f"memory-{index}.npy", memory.numpy())
        np.save(folder / f"logits-{index}.npy", network.textual(memory, torch.tensor([tokens]))[0].numpy())
        searches = [
            {"method": s.method, "beams": s.beams, "forbid_repeat_last": s.forbid_repeat_last, "ids": t.ids, "log_probabilities": t.log_probabilities}
            for s, t in zip(SEARCHES, texts, strict=True)
        ]
        cases.append({
            "films": [path.name for path in study], "view_weights": weights, "tokens": tokens,
            "memory": f"memory-{index}.npy", "logits": f"logits-{index}.npy", "searches": searches,
        })
        print(f"{len(study)} films: greedy {len(texts[0].ids)} tokens, beam {len(texts[1].ids)}, views {[round(w, 3) for w in weights]}")
    (folder / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m refers.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 1 GB")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    work: Path = options.work.resolve()
    (work / "films").mkdir(parents=True, exist_ok=True)
    plan = RefersPlan()
    vocabulary, checkpoint = work / "vocabulary.model", work / "refers_checkpoint.pth"
    write_sentencepiece(vocabulary, plan)
    if not checkpoint.exists():
        torch.save({"model": as_state(random_refers(plan, SEED))}, checkpoint)
    studies = [[work / "films" / f"film-{seed}.png" for seed in study] for study in STUDIES]
    for study, seeds in zip(studies, STUDIES, strict=True):
        for path, seed in zip(study, seeds, strict=True):
            films.draw(seed, plan.image_side).save(path)
    write_answers(work / "expected", checkpoint, studies)
    pack = work / "store" / "refers-original" / "1.0.0"
    command = [sys.executable, "-m", "refers", "--checkpoint", checkpoint, "--vocabulary", vocabulary, "--out", pack, "--threads", options.threads]
    return subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[1], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
