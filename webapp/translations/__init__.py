"""The one catalogue of the interface's texts: source strings are English, Russian is complete."""
