"""Import and export as a plain format: one JSON document per line, in the form of the REST API, sorted by name."""

import json
from pathlib import Path

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError

from emulator.firestore.clock import from_timestamp
from emulator.firestore.errors import StatusError
from emulator.firestore.paths import check_document_name, database_of
from emulator.firestore.protos import Document
from emulator.firestore.service import FirestoreService
from emulator.firestore.storage import Change


class TransferError(Exception):
    """A file cannot be imported; the message names the line."""


def export_documents(service: FirestoreService, path: Path) -> int:
    """Writes all documents of all databases; returns how many."""
    documents = [document for space in service.spaces() for document in space.database.all_documents()]
    documents.sort(key=lambda document: str(document.name))
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as file:
        for document in documents:
            file.write(json.dumps(MessageToDict(document), ensure_ascii=False, sort_keys=True) + "\n")
    partial.rename(path)
    return len(documents)


def import_documents(service: FirestoreService, path: Path) -> int:
    """Adds the documents of a file, replacing those of the same name; returns how many. Raises TransferError."""
    by_database: dict[str, list[Document]] = {}
    total = 0
    with path.open(encoding="utf-8") as file:
        for total, line in enumerate(file, start=1):
            try:
                document = ParseDict(json.loads(line), Document())
                by_database.setdefault(database_of(check_document_name(document.name)), []).append(document)
            except (ValueError, ParseError, StatusError) as error:
                raise TransferError(f"{path}:{total}: {error}") from error
    for name, documents in by_database.items():
        database = service.space(name).database
        for document in documents:
            database.clock.advance(from_timestamp(document.update_time))
        changes = [Change(document.name, database.get(document.name), document) for document in documents]
        database.apply(database.clock.commit(), changes)
    return total
