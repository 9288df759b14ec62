"""The ground everything stands on: database, errors, references, mail, audit, keys, money."""
