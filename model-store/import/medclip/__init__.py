"""Importer of MedCLIP (Wang Z. et al., EMNLP 2022), with ResNet-50 or Swin-T: its checkpoint becomes a pack of the family `dual-encoder`."""
