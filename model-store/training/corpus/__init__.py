"""The open radiograph set: its manifest, its pixels, its lung masks."""
