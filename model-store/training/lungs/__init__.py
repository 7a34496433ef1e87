"""A small lung segmenter: it says where the lungs are on films nobody drew masks for."""
