"""How we keep the regulation, in figures for everybody."""
