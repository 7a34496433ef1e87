"""Importer of BioViL (Boecking B. et al., ECCV 2022) and BioViL-T (Bannur S. et al., CVPR 2023), one film at a time."""
