"""Documents to print, set by Typst (docs/adr/0005)."""

