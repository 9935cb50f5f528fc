"""The application with two views more: one that takes its time, one that breaks."""

from __future__ import annotations

import time

from entrepot.serving.loading import load

app = load(by_serve=False)


@app.get("/slow")
def slow() -> str:
    """Take 0.2 seconds."""
    time.sleep(0.2)
    return "slow"


@app.get("/broken")
def broken() -> str:
    """Fail, as a fault of ours does."""
    raise RuntimeError("broken")
