"""The small health check."""

from entrepot.database import database_health_check

health = database_health_check()
print(health["status"], health["connection_test"], health["database_url"])
