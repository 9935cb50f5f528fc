"""A Flask application of one's own on the database."""

import logging

from flask import Flask, jsonify

from entrepot.database import db_session_scope, init_database
from entrepot.models import User

logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)

app = Flask(__name__)

with app.app_context():
    init_database()


@app.route("/users")
def get_users():
    with db_session_scope() as session:
        users = session.query(User).all()
        return jsonify([{"id": u.id, "email": u.email} for u in users])


with db_session_scope() as session:
    session.add(User(email="joan@example.com", password_hash="scrypt:x"))
print(app.test_client().get("/users").json)
