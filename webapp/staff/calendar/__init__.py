"""The production calendar, what it proposes to the specialists, and sets of days off."""
