"""Networks that several systems share, stated anew with the key names of the checkpoints that are in use."""
