"""Routes are as before, and adding them is quick."""

from __future__ import annotations

import builtins

from flask import url_for

from entrepot.app import create_app
from entrepot.web.rules import LateRule


def test_a_route_compiles_nothing_before_it_is_asked(house, monkeypatch):
    """Only the address that is wanted costs something, and once."""
    compiled = []
    real = builtins.compile

    def listen(source, filename, *rest, **more):
        compiled.append(filename)
        return real(source, filename, *rest, **more)

    monkeypatch.setattr(builtins, "compile", listen)
    app = create_app(house, is_open=True)
    at_start = compiled.count("<werkzeug routing>")
    with app.test_request_context():
        addresses = [
            url_for("dataproducts_pages.table", address="a:b", table=name, q=name)
            for name in ("c/d", "e f")
        ]

    assert at_start == 0
    assert addresses == [
        "/data-products/a:b/tables/c~2Fd?q=c/d",
        "/data-products/a:b/tables/e%20f?q=e+f",
    ]
    assert compiled.count("<werkzeug routing>") == 1
    assert {type(rule) for rule in app.url_map.iter_rules()} == {LateRule}
