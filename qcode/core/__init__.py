"""What qcode computes: pure functions without files, clock or database."""
