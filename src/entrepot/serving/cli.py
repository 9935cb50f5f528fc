"""`entrepot serve` and `entrepot worker`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from entrepot.base import ground_settings as ground
from entrepot.base.errors import UnknownName
from entrepot.base.layers import read
from entrepot.base.settings import Settings
from entrepot.serving import address, stderr, tls
from entrepot.serving import settings as knobs
from entrepot.serving.supervisor import Supervisor
from entrepot.watch.metrics.folder import folder_of
from entrepot.watch.settings import METRICS_FOLDER
from entrepot.web import settings as web_knobs

WORKER = "entrepot.serving.worker_process"


@click.command()
@click.option("--host", help="Address to listen on.  [HOST]")
@click.option("--port", help="Port to listen on.  [PORT]")
@click.option("--workers", help="Processes.  [ENTREPOT_SERVING_WORKERS_COUNT]")
@click.option("--rooms", help="Rooms to serve, by commas; all of them if not said.")
@click.option("--open-browser", metavar="yes|no", help="Open the page when it is up.")
@click.option(
    "--no-worker", "worker", flag_value="no", help="Start no worker for jobs."
)
@click.pass_context
def serve(ctx: click.Context, /, **options: str | None) -> None:
    """Serve the pages and the API until Ctrl-C."""
    environ = {**os.environ, **_as_variables(options)}
    settings = _own_settings(environ)
    stderr.warn(settings)
    host, port = settings[web_knobs.HOST], settings[web_knobs.PORT]
    address.choose_open(settings, by_serve=True)
    is_tls = tls.read_files(settings) is not None
    url = f"{'https' if is_tls else 'http'}://{address.place_of(host, port)}"

    def greet() -> None:
        click.echo(f"Entrepôt is at {url}   (Ctrl-C stops it)")
        if settings[knobs.OPEN_BROWSER]:
            click.launch(url)

    with address.hold_port(host, port):
        folder_of(settings).join()  # before its workers: nothing of theirs is lost
        ctx.exit(
            Supervisor(
                host=host,
                port=port,
                is_tls=is_tls,
                module="entrepot.serving.web_process",
                worker=WORKER if wants_worker(settings) else "",
                environ=environ,
                when_ready=greet,
                tell=lambda line: click.echo(line, err=True),
            ).run()
        )


@click.command()
def worker() -> None:
    """Do background jobs until Ctrl-C, for all that share our database."""
    from entrepot.serving.worker_process import main

    main()


def wants_worker(settings: Settings) -> bool:
    """Tell whether jobs can be asked for here, and shall be done beside the server."""
    served = [name.strip() for name in settings[ground.ROOMS_SERVED].split(",")]
    return settings[knobs.WORKER] and ("jobs" in served or not any(served))


def _own_settings(environ: Mapping[str, str]) -> Settings:
    """Read what the supervisor needs to know, without importing the rooms.

    The server process knows every setting; it is the one to refuse unknown names.
    """
    declared = (*ground.SETTINGS, *web_knobs.SETTINGS, *knobs.SETTINGS, METRICS_FOLDER)
    reading = read(declared, environ, Path.cwd())
    for problem in reading.problems:
        if not isinstance(problem, UnknownName):
            raise problem
    return reading.settings


def _as_variables(options: dict[str, str | None]) -> dict[str, str]:
    """Turn options into variables: the server process reads them as settings."""
    variables = {
        "host": web_knobs.HOST.variable,
        "port": web_knobs.PORT.variable,
        "workers": knobs.WORKERS.variable,
        "rooms": ground.ROOMS_SERVED.variable,
        "open_browser": knobs.OPEN_BROWSER.variable,
        "worker": knobs.WORKER.variable,
    }
    return {variables[k]: text for k, text in options.items() if text is not None}
