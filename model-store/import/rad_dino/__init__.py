"""RAD-DINO, a DINOv2 of chest films in Hugging Face's layout: packs of the family `dual-encoder` without texts."""
