"""The demo vendor: readable files, and how they are brought into an empty database."""
