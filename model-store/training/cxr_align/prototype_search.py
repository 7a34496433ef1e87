"""Prototypes: k-means on the sphere over the training films' global vectors."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.cluster import KMeans
from torch import Tensor
from torch.nn import functional as F

COUNT = 32
TEMPERATURE = 0.2


def find_prototypes(vectors: Tensor, seed: int = 0) -> Tensor:
    """Unit centres [COUNT, size], those with most films first."""
    found = KMeans(COUNT, n_init=4, random_state=seed).fit(vectors.numpy())
    order = np.argsort(-np.bincount(found.labels_, minlength=COUNT), kind="stable")
    return F.normalize(torch.from_numpy(found.cluster_centers_[order]).float(), dim=-1)
