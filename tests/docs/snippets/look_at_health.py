"""Health and address of the database."""

from entrepot.database import check_database_health, get_database_info

health_status = check_database_health(force=True)
print(f"Database status: {health_status['status']}")

conn_info = get_database_info()
print(f"Connected to: {conn_info['database_type']}")
