"""Use cases: what the terminal and the commands ask for."""
