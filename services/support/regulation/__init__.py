"""The regulation: versions of its terms and text."""
