"""Importer of the original LViT: its published checkpoint and a BERT become a pack of the family `segmentation`."""
