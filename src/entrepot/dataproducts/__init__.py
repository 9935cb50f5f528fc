"""Room: schemas as products."""
