"""CSV: a line for each product, the first line names the columns."""

from entrepot.feeds.engines.delimited.format import DelimitedFormat

FORMAT = DelimitedFormat(
    name="csv",
    label="CSV",
    summary="Text with a comma, semicolon or bar between values.",
    extensions=(".csv", ".txt"),
    delimiters=",;|\t",
)
