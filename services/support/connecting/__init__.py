"""A free remote connection, when we find it useful: the same request, the same clock."""
