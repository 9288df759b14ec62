"""Numbered documents: invoices, acts, credit notes."""
