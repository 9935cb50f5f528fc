"""Files in a folder, and what a plan makes of them."""

import pytest

from entrepot.feeds.reading import Mapped, Plan, inspect, open_mapped


class Desk:
    """Writes files, looks at them, and reads them."""

    def __init__(self, folder):
        self.path = folder / "feed"

    def put(self, text):
        """Write a file, of text or of bytes."""
        body = text if isinstance(text, bytes) else text.encode()
        self.path.write_bytes(body)
        return self.path

    def look(self, text, name="feed.csv", **options):
        """Inspect a file."""
        return inspect(self.put(text), name, **options)

    def read(self, text, plan=None, **options):
        """Return the products, the errors and the warnings of a file."""
        path = self.put(text)
        plan = plan or inspect(path, "feed.csv").plan
        with open_mapped(path, plan, **options) as feed:
            batches = list(feed)
        self.feed = feed
        return (
            [row for batch in batches for row in batch.rows.to_pylist()],
            [error for batch in batches for error in batch.errors],
            [warning for batch in batches for warning in batch.warnings],
        )

    def column(self, field, *values, **plan):
        """Return what texts become in a field, and the codes of those that do not."""
        rows = [f"S{n}\t{value}" for n, value in enumerate(values)]
        text = "\n".join(["sku\tx", *rows]) + "\n"
        mapping = (Mapped(column="sku", field="sku"), Mapped(column="x", field=field))
        options = {"encoding": "utf-8", "delimiter": "\t"}
        plan = Plan(format="tsv", options=options, mapping=mapping, **plan)
        rows, errors, _ = self.read(text, plan)
        name = field.partition(".")[0]
        return [row[name] for row in rows], [error.code for error in errors]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)
