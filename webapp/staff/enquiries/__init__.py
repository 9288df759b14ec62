"""Enquiries about SLA contracts; part of the paid side."""
