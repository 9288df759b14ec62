"""A request, from its receipt to its end."""
