"""Importer of BiomedCLIP (Zhang S. et al., arXiv 2303.00915): its open_clip checkpoint becomes a pack of the family `dual-encoder`."""
