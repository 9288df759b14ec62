"""Bank statements: read, matched, reviewed."""
