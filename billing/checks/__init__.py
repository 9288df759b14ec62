"""What must always hold about money, compared every night."""
