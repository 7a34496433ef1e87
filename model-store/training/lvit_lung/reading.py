"""The model over films and texts as the service runs it: probabilities put back onto the film, then cut."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from ..cxr_align.parity import session
from .model import LVitLung, padded
from .tokenizer import encode

THRESHOLD = 0.5
ROWS = 24


@dataclass(frozen=True)
class Answer:
    """A mask bool [h,w] and the greatest probability, both at the film's size."""

    mask: np.ndarray
    greatest: float


class Reader:
    def __init__(self, model: LVitLung, tokenizer: Tokenizer) -> None:
        self.model, self.tokenizer = model.eval(), tokenizer

    @torch.no_grad()
    def probabilities(self, film: np.ndarray, texts: list[str]) -> Tensor:
        """Film uint8 [s,s] and texts to float32 [texts,1,s,s]; the film's own work is done once."""
        levels = self.model.image(torch.from_numpy(film[None, None]))
        found = []
        for start in range(0, len(texts), ROWS):
            ids, mask = encode(self.tokenizer, texts[start : start + ROWS])
            words = padded(self.model.text(ids, mask))
            found.append(self.model.segmenter(tuple(level.expand(len(ids), -1, -1, -1) for level in levels), words).sigmoid())
        return torch.cat(found)

    def answers(self, film: np.ndarray, texts: list[str], size: tuple[int, int]) -> list[Answer]:
        """`size` is the film's own [height, width]."""
        large = F.interpolate(self.probabilities(film, texts), size=size, mode="bilinear", align_corners=False)[:, 0]
        return [Answer(mask, most) for mask, most in zip((large > THRESHOLD).numpy(), large.amax((1, 2)).tolist())]


class GraphReader(Reader):
    """The same from the graphs of a pack, as they are shipped."""

    def __init__(self, model: LVitLung, tokenizer: Tokenizer, folder: Path) -> None:
        super().__init__(model, tokenizer)
        self.image, self.text, self.segmenter = (session(folder / f"{name}.onnx") for name in ("image", "text", "segmenter"))

    def probabilities(self, film: np.ndarray, texts: list[str]) -> Tensor:
        levels = self.image.run(None, {"pixels": film[None, None]})
        names = [value.name for value in self.segmenter.get_inputs()]
        found = []
        for text in texts:
            ids, mask = encode(self.tokenizer, [text])
            (words,) = self.text.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
            found.append(self.segmenter.run(None, dict(zip(names, [*levels, padded(torch.from_numpy(words)).numpy()])))[0])
        return torch.from_numpy(np.concatenate(found))
