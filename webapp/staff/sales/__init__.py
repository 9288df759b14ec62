"""The sales people's list: neither support nor services."""
