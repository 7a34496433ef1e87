"""From a fine-tuned Stable Diffusion 1.x or 2.x in diffusers' folder layout to a pack of the family `diffusion`."""
