"""How the house is served: the supervisor, the server processes, the commands."""
