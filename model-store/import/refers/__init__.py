"""Checkpoints of REFERS's pre-training as packs of the family `report`."""
