"""`lvit-lung`: a small LViT that outlines the part of the lungs that a text names."""
