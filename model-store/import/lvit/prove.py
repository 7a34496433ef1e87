"""python -m lvit.prove --work FOLDER, from model-store/import/: the original LViT at its full size, from checkpoint to pack.

Writes, outside the tree: a checkpoint as the released training saves it, with seeded random weights, and a BERT likewise;
the pack that the importer makes of them in a process of its own; and what PyTorch answers to films and sentences at the
films' own sizes. `test/parity/lvit.ts` then asks the service the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

from importing import films
from .bert import TokenRows, read_bert, read_tokenizer
from .bert_folder import write_bert
from .checkpoint import network_from, read_state
from .first_batch import first_batch
from .pack import Question
from .plan import LVitPlan
from .reference import segment
from .seeded import as_checkpoint, random_lvit
from .vocabulary import pieces

SEED = 3
BERT_HEADS = 12
SENTENCES = [
    "Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.",
    "Unilateral pulmonary infection, one infected area, lower left lung.",
    "infection of the left lung",
]
SIZES = {"square": (224, 224), "colour": (224, 224), "landscape": (311, 257), "portrait": (200, 290)}
"""Width and height. The square ones are not resampled on the way in; of the others, one shrinks and one shrinks and grows."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lvit.prove", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="a folder outside the tree; about 700 MB")
    parser.add_argument("--layers", type=int, default=4, help="of the random BERT; bert-base has 12")
    parser.add_argument("--vocab", type=Path, help="a vocab.txt; left out, a short list that spells the sentences")
    return parser.parse_args()


def draw_films(folder: Path) -> dict[str, Path]:
    made = {}
    for seed, (name, (width, height)) in enumerate(SIZES.items()):
        pixels = films.draw(seed, width, height)
        if name == "colour":
            pixels = np.stack([pixels, pixels[::-1], films.draw(90, width, height)], axis=-1)
        made[name] = films.write(folder / f"{name}.png", pixels)
    return made


@torch.no_grad()
def write_checkpoint(path: Path, bert: TokenRows, vocabulary: Path, drawn: dict[str, Path]) -> None:
    plan = LVitPlan()
    tokenizer = read_tokenizer(vocabulary, bert)
    images, words = first_batch(plan, bert, tokenizer, list(drawn.values()), SENTENCES)
    network = random_lvit(plan, SEED, images, words)
    torch.save(as_checkpoint(network, wrapped=True), path)


def write_answers(folder: Path, checkpoint: Path, bert_folder: Path, questions: list[Question]) -> None:
    """float32[height, width] a question, from the files alone and by PyTorch alone."""
    network = network_from(read_state(checkpoint))
    bert = read_bert(bert_folder, network.plan.text_dims)
    tokenizer = read_tokenizer(bert_folder, bert)
    folder.mkdir(exist_ok=True)
    cases = []
    for index, question in enumerate(questions):
        answer = segment(network, bert, tokenizer, question.film, question.text)
        values = answer.at_film_size().numpy()
        np.save(folder / f"{index}.npy", values)
        cases.append({
            "film": question.film.name, "text": question.text, "words": answer.words, "expected": f"{index}.npy",
            "resized": values.shape != tuple(answer.probabilities.shape),
        })
        share = (values > 0.5).mean()
        print(f"{question.film.name}: {question.text!r}: mean {values.mean():.4f}, deviation {values.std():.4f}, above 0.5 {share:.3f}")
    (folder / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


def main() -> int:
    options = arguments()
    torch.set_num_threads(1)
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    vocabulary = options.vocab.read_text(encoding="utf-8").split("\n")[:-1] if options.vocab else pieces()
    dims = LVitPlan().text_dims
    bert_folder = write_bert(work / "bert", vocabulary, dims, options.layers, BERT_HEADS, SEED)
    drawn = draw_films(work / "films")
    checkpoint = work / "best_model-LViT.pth.tar"
    write_checkpoint(checkpoint, read_bert(bert_folder, dims), bert_folder, drawn)
    questions = [Question(film, SENTENCES[i % 3]) for i, film in enumerate(drawn.values())]
    questions += [Question(drawn["square"], text) for text in SENTENCES[1:]]
    write_answers(work / "expected", checkpoint, bert_folder, questions)
    pack = work / "store" / "lvit-original" / "1.0.0"
    goldens = [argument for q in questions for argument in ("--golden", str(q.film), q.text)]
    command = [sys.executable, "-m", "lvit", "--checkpoint", checkpoint, "--bert", bert_folder, "--out", pack, *goldens]
    return subprocess.run(list(map(str, command)), cwd=Path(__file__).parents[1], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
