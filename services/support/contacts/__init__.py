"""One contact person for each company."""
