"""Whether free requests are answered alike, whoever asks: paid relations beside the free figures.

Only here are the two put side by side; free support never learns the groups.
"""

from webapp.staff.comparison.views import mount

__all__ = ["mount"]
