"""The states and kinds that this room's tables know."""

PRODUCT_STATUSES = ("draft", "active", "archived", "synced")
SYNC_STATUSES = ("pending", "success", "failed", "partial")
VALUE_TYPES = ("string", "integer", "float", "boolean", "json", "date")

CHANGE_KINDS = ("create", "update", "delete", "restore", "undo")
"""How a product came to be as it is."""

ICON_MOVES: dict[str, tuple[str, ...]] = {
    "generating": ("active", "failed"),
    "active": ("inactive",),
    "inactive": ("active",),
    "failed": ("generating",),
}
"""Each state of an icon, and where it leads."""
