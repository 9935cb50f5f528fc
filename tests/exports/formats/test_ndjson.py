"""JSON lines, read back with the standard library."""

import datetime as dt
import json
from decimal import Decimal

from tests.contracts.export_format import ROWS, WideningContract, batch_of


class TestNdjson(WideningContract):
    name = "ndjson"

    def decode(self, body):
        found = [json.loads(line) for line in body.decode().splitlines()]
        return [
            (
                row["id"],
                row["name"],
                row["price"] and Decimal(row["price"]),
                row["day"] and dt.date.fromisoformat(row["day"]),
            )
            for row in found
        ]

    def decode_cells(self, body):
        return [tuple(json.loads(line).values()) for line in body.splitlines()]

    def test_file_is_this(self, desk):
        """One object a line, and nothing after the last."""
        assert (
            desk.export([batch_of(ROWS)])
            == (
                '{"id":1,"name":"plain","price":"9.90","day":"2024-02-29"}\n'
                '{"id":2,"name":null,"price":null,"day":null}\n'
                '{"id":3,"name":"quote \\" comma , tab \\t line \\n end",'
                '"price":"0.10","day":"1970-01-01"}\n'
                '{"id":4,"name":"éα漢🙂","price":"-1.00","day":"9999-12-31"}\n'
                '{"id":5,"name":"","price":"1234567.89","day":"2000-01-01"}\n'
            ).encode()
        )

    def test_empty_result_is_an_empty_file(self, desk):
        """No rows are no lines."""
        assert desk.export([]) == b""
