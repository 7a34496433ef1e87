"""Importer of ConVIRT (Zhang Y. et al., MLHC 2022) in the layouts that are in use: a checkpoint becomes a pack of the family `dual-encoder`."""
