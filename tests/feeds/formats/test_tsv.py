"""Text with tabs."""

import csv
import io

from tests.contracts.feed_format import FeedFormatContract


class TestTsv(FeedFormatContract):
    name = "tsv"
    first = 2

    def encode(self, columns, rows):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter="\t").writerows([columns, *rows])
        return text.getvalue().encode()
