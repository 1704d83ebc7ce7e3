"""Serving Slack, Teams and the survey pages; and what the doctor finds."""

import logging
import os
import socket
from typing import Annotated

import typer

from bot.commands.plainly import Database, Fault, plainly

app = typer.Typer()


@app.command()
@plainly
def serve(database: Database = None) -> None:
    """Serve Slack, Teams and the survey pages."""
    import uvicorn

    from bot import assemble
    from bot.logs import configure
    from bot.settings import read_settings

    settings = read_settings()
    configure(settings.log)
    log = logging.getLogger("replyby")
    store = assemble.open_store(database or settings.database_url)
    assemble.check_standards(store)
    if assemble.agency_in(store) is None:
        log.warning(
            "No agency is stored yet. Add it (replyby seed --agency FOLDER), then start again.",
            extra={"action": "start"},
        )
    ear = _listening(settings.host, settings.port)
    log.info("Replyby listens on http://%s:%d", settings.host, settings.port, extra={"action": "start"})
    # No access log: a survey's path is its key.
    config = uvicorn.Config(
        assemble.serving(settings, store),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[ear])


@app.command()
@plainly
def doctor(
    database: Database = None,
    offline: Annotated[bool, typer.Option("--offline", help="Leave the network out.")] = False,
) -> None:
    """Say what is well and what is not, and what to do about it; exit 1 for a fault."""
    import asyncio

    logging.disable(logging.CRITICAL)
    from bot import assemble
    from bot.doctor.examine import Patient, examine
    from bot.doctor.finding import Level, report

    found = asyncio.run(examine(Patient(os.environ, assemble.now, database, offline)))
    print("\n".join(report(found)))
    if any(one.level is Level.FAULT for one in found):
        raise typer.Exit(1)


def _listening(host: str, port: int) -> socket.socket:
    """The socket that we serve on, taken before anything is started. Raises Fault."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Fault(
            f"cannot listen on {host}, port {port}: {error.strerror}. See REPLYBY_HOST and REPLYBY_PORT."
        ) from error
