"""Files of records: each says for itself which fields it has."""

from entrepot.feeds.engines.records.flattening import flatten
from entrepot.feeds.engines.records.gathering import Record, batches_of
from entrepot.feeds.engines.records.json_arrays import read_json_array
from entrepot.feeds.engines.records.json_lines import read_json_lines
from entrepot.feeds.engines.records.xml_elements import find_element, read_elements

__all__ = [
    "Record",
    "batches_of",
    "find_element",
    "flatten",
    "read_elements",
    "read_json_array",
    "read_json_lines",
]
