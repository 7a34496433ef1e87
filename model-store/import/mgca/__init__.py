"""Importer of MGCA (Wang F. et al., NeurIPS 2022), with ViT-B/16 or ResNet-50: its checkpoint becomes a pack of the family `dual-encoder`."""
