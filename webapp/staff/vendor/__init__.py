"""Who we are: profile, documents, frequent questions, people and roles, the check before going live."""
