"""The free desk's part of its specialists' time: reserve, closures, open work and its projection."""
