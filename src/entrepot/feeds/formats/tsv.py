"""TSV: text with a tab between values, such as Google Merchant's."""

from entrepot.feeds.engines.delimited.format import DelimitedFormat

FORMAT = DelimitedFormat(
    name="tsv",
    label="TSV",
    summary="Text with a tab between values, as Google Merchant takes it.",
    extensions=(".tsv", ".tab"),
    delimiters="\t",
)
