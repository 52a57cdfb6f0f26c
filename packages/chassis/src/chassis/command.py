"""``etm-<service>``: serves. With a word: ``backup > FILE`` copies its data while it works, ``restore < FILE`` brings them back, ``move-database`` takes them to a Postgres."""

import argparse
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from fastapi import FastAPI
from pydantic import SecretStr

from chassis.backup import restore, save
from chassis.server import Settings, serve
from chassis.settings import ServiceSettings

Move = Callable[[Path, SecretStr | None], int]
"""Takes what is in ``DATA_DIR`` to ``DATABASE_URL``; says how many rows. See `chassis.moving`, which not each service can import."""


class _Where(ServiceSettings):
    """Where a service's data are."""

    database_url: SecretStr | None = None


def run(
    name: str,
    read: Callable[[], Settings],
    make: Callable[[Settings], FastAPI],
    *,
    move: Move | None = None,
    beside: Sequence[str] = (),
) -> None:
    """
    Do what the command line of the service *name* says; without a word, serve.

    Args:
        name: The service's.
        read: Gives its settings.
        make: Makes its app.
        move: Takes its tables to a Postgres.
        beside: The folders in ``DATA_DIR`` whose files a backup needs beside the databases.
    """
    parser = argparse.ArgumentParser(
        f"etm-{name}", description=f"Serves the {name} service."
    )
    commands = parser.add_subparsers(dest="command")
    add_backup_commands(commands)
    if move is not None:
        add_move_command(commands)
    asked = parser.parse_args()
    if asked.command is None:
        serve(name, read, make)
        return
    # Of all settings only these matter: a machine that is set up anew has no others yet.
    settings = _Where()
    data_dir = settings.data_dir
    try:
        if asked.command == "move-database":
            assert move is not None
            rows = move(data_dir, settings.database_url)
            tell(f"{rows} rows moved; start the service with this DATABASE_URL")
        elif asked.command == "backup":
            files = save(name, data_dir, output(), beside=beside)
            tell(f"copied {', '.join(files)}")
        else:
            aside = restore(name, data_dir, sys.stdin.buffer)
            tell(f"restored; the former data are in {aside}")
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"etm-{name} {asked.command}: {error}")


def add_backup_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Make the two words known that every service has."""
    commands.add_parser(
        "backup",
        help="write a copy of the data to standard output; the service works on",
    )
    commands.add_parser(
        "restore", help="read such a copy from standard input; the service is stopped"
    )


def add_move_command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Make the word known that services with tables have."""
    commands.add_parser(
        "move-database",
        help="copy all from SQLite to DATABASE_URL; the service is stopped, with nothing under way",
    )


def output() -> BinaryIO:
    """
    Standard output, for bytes.

    Raises:
        OSError: It is a terminal.
    """
    if sys.stdout.isatty():
        raise OSError("send the copy to a file: … backup > FILE")
    return sys.stdout.buffer


def tell(line: str) -> None:
    """Say something to whoever ran the command, beside its output."""
    sys.stderr.write(f"{line}\n")
