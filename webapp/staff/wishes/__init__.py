"""Who waits for a time; part of the paid side."""
