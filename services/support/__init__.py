"""Free support by regulation: written, equal for all, without a contract."""
