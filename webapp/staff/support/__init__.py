"""The free desk: its queue, its requests, its articles and its regulation."""
