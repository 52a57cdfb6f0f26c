"""``etm-knowledge``: serves; or fetches a model, moves the index, copies it or brings it back."""

import argparse
import asyncio
import sys
from pathlib import Path

from chassis.backup import restore
from chassis.command import add_backup_commands, add_move_command, output, tell
from chassis.locks import held
from chassis.moving import move
from contracts.errors import ServiceError
from knowledge import app
from knowledge.backup_call import fetch_backup
from knowledge.documents.tables import metadata
from knowledge.index.moving import migrate
from knowledge.models.fetching import fetch_model
from knowledge.settings import KnowledgeSettings


def main() -> None:
    """Do what the command line says; without a word, serve."""
    asked = _parser().parse_args()
    if asked.command is None:
        app.main()
        return
    try:
        if asked.command in {"backup", "restore"}:
            tell(_copied(asked.command))
        else:
            sys.stdout.write(f"{_done(asked)}\n")
    except ServiceError as error:
        sys.exit(error.detail)
    except OSError as error:
        sys.exit(f"etm-knowledge {asked.command}: {error}")


def _done(asked: argparse.Namespace) -> str:
    settings = KnowledgeSettings()
    if asked.command == "fetch-model":
        name = asked.name or settings.knowledge_model
        folder = asked.into or settings.model_folder
        return f"{name} is in {fetch_model(name, Path(folder))}"
    if asked.command == "move-database":
        rows = move(
            "knowledge",
            metadata,
            settings.data_dir,
            settings.database_url,
            settings.folder,
        )
        return f"{rows} rows moved; start the service with this DATABASE_URL"
    if settings.qdrant_url is None:
        sys.exit("Set QDRANT_URL to the server that the index is moved to or from.")
    # The lock of the service at work, wherever its index is.
    with held(settings.data_dir / "knowledge.lock"):
        passages = asyncio.run(migrate(settings, asked.direction))
    return f"{passages} passages copied {asked.direction.replace('-', ' ')}"


def _copied(command: str) -> str:
    settings = KnowledgeSettings()
    if command == "backup":
        return f"copied {fetch_backup(settings, output())} bytes"
    data_dir, folder = settings.data_dir, settings.folder
    aside = restore("knowledge", data_dir, sys.stdin.buffer, into=folder)
    return f"restored; the former data are in {aside}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "etm-knowledge", description="Serves the knowledge service."
    )
    commands = parser.add_subparsers(dest="command")
    fetch = commands.add_parser(
        "fetch-model", help="download an embedding model (on a machine that is online)"
    )
    fetch.add_argument(
        "name", nargs="?", help="of fastembed's list; KNOWLEDGE_MODEL when absent"
    )
    fetch.add_argument("--into", help="the folder; where the service looks when absent")
    add_backup_commands(commands)
    add_move_command(commands)
    move = commands.add_parser(
        "migrate", help="copy the index between the embedded home and QDRANT_URL"
    )
    move.add_argument("direction", choices=["to-server", "to-embedded"])
    return parser


if __name__ == "__main__":
    main()
