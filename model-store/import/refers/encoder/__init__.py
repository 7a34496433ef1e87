"""The published `refers_checkpoint.pth`, a bare image tower, and fine-tuned towers: packs of the family `dual-encoder` without texts."""
