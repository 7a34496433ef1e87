"""Training of radserve's embedded packs. Never needed to serve."""
