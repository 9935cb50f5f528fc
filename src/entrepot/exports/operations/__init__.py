"""What happens to rows between their source and the file, by DuckDB."""

from entrepot.exports.operations.running import applied

__all__ = ["applied"]
