"""From texts to the values of fields; one module for each kind."""

from entrepot.feeds.reading.values.converting import (
    Reading,
    convert,
    convert_one,
    kind_of_field,
)

__all__ = ["Reading", "convert", "convert_one", "kind_of_field"]
