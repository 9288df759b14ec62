"""Products and services as the administrator edits them."""
