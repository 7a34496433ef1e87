"""A contact sheet of films with what the model outlined and what was drawn."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from .reading import Reader
from .regions import hard_mask, region
from .study import Study, drawn_lungs

FILMS, COLUMNS, TILE, CAPTION = 12, 6, 210, 26
ASKED = [
    ("left lung", region("left", "whole")), ("upper zone of the right lung", region("right", "upper")),
    ("both lungs", region("both", "whole")), ("left lower zone", region("left", "lower")),
    ("right lung", region("right", "whole")), ("mid zone of both lungs", region("both", "middle")),
    ("Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.", region("both", "upper")), ("lower half of the right lung", region("right", "lower half")),
    ("both lungs except the left lung", region("right", "whole")), ("right lower third", region("right", "lower")),
    ("upper half of the left lung", region("left", "upper half")), ("Unilateral pulmonary infection, one infected area, middle lower left lung.", region("left", "middle", "lower")),
]


def chosen_films(study: Study) -> list[int]:
    """Every adult's film, then children's at even steps; nobody's choice."""
    adults = np.flatnonzero(study.sources != "kermany")[: FILMS // 2]
    children = np.flatnonzero(study.sources == "kermany")
    steps = np.linspace(0, len(children) - 1, FILMS - len(adults)).round().astype(int)
    return [*adults.tolist(), *children[steps].tolist()]


def tile(film: np.ndarray, mask: np.ndarray, drawn: np.ndarray, caption: str) -> np.ndarray:
    """The film in colour with the mask in orange and the drawn border in cyan."""
    picture = np.repeat(film[..., None], 3, 2).astype(np.float32)
    picture[mask] = 0.6 * picture[mask] + 0.4 * np.array([255, 120, 0])
    picture = picture.astype(np.uint8)
    borders, _ = cv2.findContours(drawn.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, borders, -1, (0, 230, 255), 1)
    scale = TILE / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    framed = np.zeros((TILE + CAPTION, TILE, 3), np.uint8)
    framed[: small.shape[0], : small.shape[1]] = small
    lines = [caption[:36], caption[36:72]]
    for at, line in enumerate(lines):
        cv2.putText(framed, line, (3, TILE + 10 + 12 * at), cv2.FONT_HERSHEY_SIMPLEX, 0.33, (255, 255, 255), 1, cv2.LINE_AA)
    return framed


def draw_sheet(study: Study, reader: Reader, path: Path) -> list[str]:
    """Write the sheet; the ids of its films in order."""
    tiles, names = [], []
    for turn, at in enumerate(chosen_films(study)):
        asked = [ASKED[(2 * turn) % len(ASKED)], ASKED[(2 * turn + 1) % len(ASKED)]]
        row = study.table.loc[at]
        with Image.open(study.data / row["file"]) as image:
            film = np.asarray(image.convert("L"))
        lungs = drawn_lungs(study.data, row)
        for (text, parts), answer in zip(asked, reader.answers(study.films[at], [text for text, _ in asked], film.shape)):
            tiles.append(tile(film, answer.mask, hard_mask(lungs, parts), text))
        names.append(str(row["id"]))
    rows = [np.concatenate(tiles[start : start + COLUMNS], 1) for start in range(0, len(tiles), COLUMNS)]
    Image.fromarray(np.concatenate(rows)).save(path, quality=82, optimize=True)
    return names
