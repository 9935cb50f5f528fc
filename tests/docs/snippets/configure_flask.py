"""The database's settings for a Flask application."""

from flask import Flask

from entrepot.config import get_database_config

app = Flask(__name__)
db_config = get_database_config()
app.config.update(db_config)

print(app.config["SQLALCHEMY_DATABASE_URI"].partition(":")[0])
print(app.config["SQLALCHEMY_ENGINE_OPTIONS"]["pool_size"])
