"""``etm-<service>``: serves. With a word: ``backup > FILE`` copies its data while it works, ``restore < FILE`` brings them back."""

import argparse
import sys
from collections.abc import Callable
from typing import BinaryIO

from fastapi import FastAPI

from chassis.backup import restore, save
from chassis.server import Settings, serve
from chassis.settings import ServiceSettings


def run(
    name: str, read: Callable[[], Settings], make: Callable[[Settings], FastAPI]
) -> None:
    """Do what the command line of the service *name* says; without a word, serve."""
    parser = argparse.ArgumentParser(
        f"etm-{name}", description=f"Serves the {name} service."
    )
    add_backup_commands(parser.add_subparsers(dest="command"))
    asked = parser.parse_args()
    if asked.command is None:
        serve(name, read, make)
        return
    # Of all settings only DATA_DIR matters: a machine that is set up anew has no others yet.
    data_dir = ServiceSettings().data_dir
    try:
        if asked.command == "backup":
            tell(f"copied {', '.join(save(data_dir, output()))}")
        else:
            aside = restore(name, data_dir, sys.stdin.buffer)
            tell(f"restored; the former data are in {aside}")
    except OSError as error:
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
