"""`/api/ybb`: exports as the data management service's clients ask for them."""

from entrepot.exports.api.ybb import catalogue, creating, files, storage

__all__ = ["catalogue", "creating", "files", "storage"]
