"""Page: the CSN of a product, beside its tables."""

from __future__ import annotations

from flask import render_template

from entrepot.dataproducts.pages.blueprint import bp
from entrepot.dataproducts.sap import screens
from entrepot.web.guard import needs
from entrepot.web.routes import current_house


@bp.get("/data-products/<name:address>/csn")
@needs("viewer")
def csn(address: str) -> str:
    """Show the entities of a product's CSN, and where the tables differ."""
    page = screens.csn_page(current_house(), address)
    return render_template("dataproducts/csn.html", page=page)
