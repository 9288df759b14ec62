"""Sign-in: who a person on our side is, and what he may see.

Services know persons and never users: `user.person_id` points down, nothing points up.
"""
