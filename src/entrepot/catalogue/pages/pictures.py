"""`/images/<hash>/<size>.webp`: a picture by its bytes, which never change."""

from __future__ import annotations

from flask import Response

from entrepot.base.errors import NotThere
from entrepot.catalogue.api.small_files import send_small
from entrepot.catalogue.images import blobs
from entrepot.catalogue.images.spec import SIZES
from entrepot.catalogue.pages.blueprint import bp
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house

FOR_EVER = "public, max-age=31536000, immutable"
SOON = "public, max-age=10"


@bp.get("/images/<sha256>/<name>")
@quiet
def picture(sha256: str, name: str) -> Response:
    """Send a picture in a size; as it came, until its sizes are made."""
    size, _, ending = name.partition(".")
    if not blobs.HASH.fullmatch(sha256) or size not in SIZES or ending != "webp":
        raise NotThere("picture", f"{sha256[:64]}/{name[:40]}", [])
    house, tag = current_house(), f"{sha256[:24]}-{size}"
    path = blobs.size_path(house, sha256, size)
    if path.exists():
        return send_small(path, media_type="image/webp", tag=tag, caching=FOR_EVER)
    original = blobs.find_original(house, sha256)
    if original is None:
        raise NotThere("picture", f"{sha256}/{name}", [])
    kind = f"image/{original.suffix.removeprefix('.')}"
    return send_small(original, media_type=kind, tag=sha256[:24], caching=SOON)
