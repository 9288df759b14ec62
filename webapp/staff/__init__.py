"""The staff area, a blueprint an area: the desk and its settings live without billing, money doesn't."""
