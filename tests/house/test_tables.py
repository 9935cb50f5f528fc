"""Tables belong to rooms, and point only at rooms below."""

from importlib import import_module
from importlib.util import find_spec

import pytest

from entrepot.base.store import Model
from entrepot.rooms import ROOMS

DOCUMENTED = {
    "users": "accounts",
    "jobs": "jobs",
    "configurations": "operations",
    "migration_history": "operations",
    "categories": "catalogue",
    "products": "catalogue",
    "product_images": "catalogue",
    "product_metafields": "catalogue",
    "icons": "catalogue",
    "sync_history": "feeds",
    "system_logs": "watch",
    "logs": "watch",
    "alert_rules": "watch",
    "alert_history": "watch",
}
"""Tables whose names the documents fix, and the rooms that own them."""

USES = {room.name: room.uses for room in ROOMS}
for room in USES:
    if find_spec(f"entrepot.{room}.models"):
        import_module(f"entrepot.{room}.models")
MODELS = sorted(
    (mapper.class_ for mapper in Model.registry.mappers),
    key=lambda model: model.__tablename__,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__tablename__)
def test_table_lives_in_its_room(model):
    """The table's name begins with the room of the module that defines it."""
    room = model.__module__.split(".")[1]

    owner = DOCUMENTED.get(model.__tablename__)
    assert owner == room if owner else model.__tablename__.startswith(f"{room}_")
    assert model.__doc__


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__tablename__)
def test_keys_point_down(model):
    """A foreign key goes to the same room or to one that the room may use."""
    room = model.__module__.split(".")[1]
    tables = {key.target_fullname.split(".")[0] for key in model.__table__.foreign_keys}
    targets = {DOCUMENTED.get(table, table.split("_")[0]) for table in tables}

    assert targets <= {room, *USES[room]}
