"""What accountants and managers read."""
