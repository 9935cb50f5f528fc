"""Products made, changed, deleted and brought back; each change is a version."""

from entrepot.catalogue.editing.bulk import (
    BulkPreview,
    BulkRow,
    apply_bulk,
    preview_bulk,
)
from entrepot.catalogue.editing.bulk_values import BulkChange
from entrepot.catalogue.editing.identities import reserve_ids
from entrepot.catalogue.editing.overriding import clear_override, list_overrides
from entrepot.catalogue.editing.restoring import restore_product
from entrepot.catalogue.editing.versions import (
    FieldChange,
    VersionSeen,
    get_version,
    list_versions,
    list_written_by,
    state_at,
)
from entrepot.catalogue.editing.writing import (
    create_product,
    delete_product,
    get_product,
    update_product,
)

__all__ = [
    "BulkChange",
    "BulkPreview",
    "BulkRow",
    "FieldChange",
    "VersionSeen",
    "apply_bulk",
    "clear_override",
    "create_product",
    "delete_product",
    "get_product",
    "get_version",
    "list_overrides",
    "list_versions",
    "list_written_by",
    "preview_bulk",
    "reserve_ids",
    "restore_product",
    "state_at",
    "update_product",
]
