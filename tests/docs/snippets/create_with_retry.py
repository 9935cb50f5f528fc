"""A session whose commit is the caller's, inside a function that is tried again."""

from entrepot.database import get_db_manager, with_db_retry
from entrepot.models import User

db_manager = get_db_manager()


@with_db_retry(max_retries=3, base_delay=1.0)
def create_user(user_data):
    with db_manager.get_session() as session:
        user = User(**user_data)
        session.add(user)
        session.commit()
        return user


created = create_user({"email": "grace@example.com", "password_hash": "scrypt:x"})
print(created.id, created.email)
