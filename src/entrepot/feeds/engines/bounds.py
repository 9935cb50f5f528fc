"""How large what is in a file may be."""

RECORD_BYTES = 4 << 20
"""One row, with all its cells; a longer one is an error of its own."""

MOST_COLUMNS = 2_000
BATCH_ROWS = 4_096
SHOWN_CHARACTERS = 200
"""Of a value, in an error."""

SAMPLE_BYTES = 1 << 18
