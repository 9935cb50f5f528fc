"""Entrepôt: a self-hosted data-product server."""
