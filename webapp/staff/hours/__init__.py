"""Weekly hours, dates of their own and absences of the specialists."""
