"""The free desk's share of working time, and why a time is not offered."""
