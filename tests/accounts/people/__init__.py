"""People, their sign-ins and their keys."""
