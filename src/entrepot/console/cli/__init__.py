"""`entrepot query …`: a module for each subject."""

from entrepot.console.cli import run, runs, saved, saved_runs
from entrepot.console.cli.command import group

__all__ = ["group", "run", "runs", "saved", "saved_runs"]
