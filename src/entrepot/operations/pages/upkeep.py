"""Migrations and backups."""
