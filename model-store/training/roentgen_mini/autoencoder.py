"""Films to latents an eighth of their size, and back. No norm layers: they cost fidelity here and time everywhere."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LATENTS = 4
FACTOR = 8
LOWEST_LOG_VARIANCE, HIGHEST_LOG_VARIANCE = -12.0, 4.0


class Residual(nn.Module):
    """Two convolutions beside a way through; the second starts at nothing, so that depth is safe without norms."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(channels, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, level: Tensor) -> Tensor:
        return level + self.second(F.relu(self.first(F.relu(level))))


def blocks(channels: int, count: int) -> list[nn.Module]:
    return [Residual(channels) for _ in range(count)]


class Encoder(nn.Module):
    """float32 [n,1,h,w] in -1..1 to mean and log variance, float32 [n, 2 * LATENTS, h/8, w/8]."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.PixelUnshuffle(2), nn.Conv2d(4, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(),
            nn.Conv2d(64, 128, 3, 2, 1), *blocks(128, 1), nn.ReLU(), nn.Conv2d(128, 2 * LATENTS, 1),
        )

    def forward(self, film: Tensor) -> Tensor:
        mean, log_variance = self.body(film).split(LATENTS, 1)
        return torch.cat([mean, log_variance.clamp(LOWEST_LOG_VARIANCE, HIGHEST_LOG_VARIANCE)], 1)


class Decoder(nn.Module):
    """float32 latents [n, LATENTS, h, w] to a film [n,1,8h,8w] in about -1..1."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(LATENTS, 128, 3, padding=1), *blocks(128, 2), nn.ReLU(), nn.Conv2d(128, 4 * 64, 3, padding=1), nn.PixelShuffle(2),
            *blocks(64, 1), nn.ReLU(), nn.Conv2d(64, 4 * 24, 3, padding=1), nn.PixelShuffle(2), nn.ReLU(), nn.Conv2d(24, 4, 3, padding=1), nn.PixelShuffle(2),
        )

    def forward(self, latents: Tensor) -> Tensor:
        return self.body(latents)


class Autoencoder(nn.Module):
    """Both sides, with the draw between them that training needs."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, film: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The film again from a drawn latent, and the mean and log variance it was drawn from."""
        mean, log_variance = self.encoder(film).split(LATENTS, 1)
        drawn = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decoder(drawn), mean, log_variance
