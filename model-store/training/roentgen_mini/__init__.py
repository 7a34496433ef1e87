"""roentgen-mini: latent diffusion in miniature, from words to a synthetic chest radiograph."""
