"""Our own database: health, migrations, backup, settings kept in it."""
