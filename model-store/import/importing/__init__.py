"""What every importer does: from a checkpoint that fits to a folder with graphs and `model.json`."""
