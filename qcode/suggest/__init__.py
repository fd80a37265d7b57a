"""Passages worth a look, from the codebook."""
