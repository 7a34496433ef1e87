"""What every importer of a two-tower system does: graphs, goldens and `model.json` of the family `dual-encoder`."""
