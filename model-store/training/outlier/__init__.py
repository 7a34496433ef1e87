"""How a pack tells films that are unlike those that it was made from."""
