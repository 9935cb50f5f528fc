"""Peers of the catalogue: FastAPI with SQLAlchemy's ORM, and Flask with `jsonify`.

Both read our own table of products and answer with the same fields as we do, less the
score of quality and the path of the category.  `uvicorn benchmarks.catalogue_peers:api`
and `gunicorn benchmarks.catalogue_peers:app`; `CATALOGUE_FILE` names the database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from flask import Flask, jsonify, request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from entrepot.catalogue import Product

LEFT_OUT = {"cost_price"}
NAMES = [c.name for c in Product.__table__.columns if c.name not in LEFT_OUT]
engine = create_engine(f"sqlite:///{os.environ['CATALOGUE_FILE']}")


class Shown(BaseModel):
    """A product as the ORM has it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    sku: str
    name: str
    description: str | None
    featured_image_url: str | None
    short_description: str | None
    price: float
    compare_at_price: float | None
    currency: str
    brand: str | None
    manufacturer: str | None
    manufacturer_part_number: str | None
    upc: str | None
    weight: float | None
    weight_unit: str | None
    length: float | None
    width: float | None
    height: float | None
    dimension_unit: str | None
    inventory_quantity: int
    track_inventory: bool
    continue_selling_when_out_of_stock: bool
    seo_title: str | None
    seo_description: str | None
    status: str
    is_active: bool
    category_id: int | None
    shopify_product_id: str | None
    shopify_variant_id: str | None
    shopify_handle: str | None
    shopify_sync_status: str | None
    shopify_synced_at: datetime | None
    additional_images: list[str] | None
    metafields: dict[str, Any] | None
    custom_attributes: dict[str, Any] | None
    version: int
    created_at: datetime
    updated_at: datetime


def open_session() -> Iterator[Session]:
    """Give a session for one request."""
    with Session(engine) as found:
        yield found


Opened = Annotated[Session, Depends(open_session)]


api = FastAPI()


@api.get("/products", response_model=list[Shown])
def list_products(session: Opened, limit: int = 50, after: int = 0) -> Any:
    """Return a page."""
    wanted = select(Product).where(Product.is_active, Product.id > after)
    return session.scalars(wanted.order_by(Product.id).limit(limit)).all()


@api.get("/products/{id}", response_model=Shown)
def get_product(id: int, session: Opened) -> Any:
    """Return one product."""
    found = session.get(Product, id)
    if found is None:
        raise HTTPException(404)
    return found


app = Flask(__name__)


@app.get("/products")
def products() -> Any:
    """Return a page."""
    after, limit = request.args.get("after", 0), request.args.get("limit", 50)
    with Session(engine) as session:
        wanted = select(Product).where(Product.is_active, Product.id > int(after))
        found = session.scalars(wanted.order_by(Product.id).limit(int(limit)))
        return jsonify([_shown(product) for product in found])


@app.get("/products/<int:id>")
def product(id: int) -> Any:
    """Return one product."""
    with Session(engine) as session:
        return jsonify(_shown(session.get_one(Product, id)))


def _shown(product: Product) -> dict[str, Any]:
    shown = {name: getattr(product, name) for name in NAMES}
    return shown | {"price": float(product.price)}
