"""Double entry: what happened to money, append-only."""
