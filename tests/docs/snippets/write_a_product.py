"""Reading people and adding a product in a session that commits by itself."""

from entrepot.database import db_session_scope, init_database
from entrepot.models import Category, Product, User

init_database()

with db_session_scope() as session:
    if session.get(Category, 1) is None:
        session.add(Category(id=1, name="Tools", slug="tools"))

with db_session_scope() as session:
    users = session.query(User).all()

    product = Product(sku="TEST001", name="Test Product", price=19.99, category_id=1)
    session.add(product)

with db_session_scope() as session:
    print(len(users), [(p.sku, p.category_id) for p in session.query(Product)])
