"""What the worker does, by side: `ground` for everyone, `paid` where `billing` is installed."""
