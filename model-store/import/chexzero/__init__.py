"""Importer of CheXzero (Tiu E. et al., Nature Biomedical Engineering 2022): a CLIP checkpoint becomes a pack of the family `dual-encoder`."""
