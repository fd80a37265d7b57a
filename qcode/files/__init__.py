"""Untrusted files in, harmless files out."""
