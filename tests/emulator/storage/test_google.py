"""Cloud Storage's JSON API, through Google's client library."""

import io
import os
import subprocess
import sys

import pytest
from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud.storage import Bucket

from emulator.common.testing import Program

BIG = os.urandom(9 * 1024 * 1024)


def test_what_is_uploaded_is_read_and_deleted(bucket: Bucket) -> None:
    blob = bucket.blob("uploads/ana/été 1.jpg")
    blob.metadata = {"from": "phone"}
    blob.upload_from_string(b"hello", content_type="image/jpeg")
    found = bucket.get_blob(blob.name)
    assert found
    told = (found.size, found.content_type, found.metadata, found.md5_hash, found.crc32c)
    assert told == (5, "image/jpeg", {"from": "phone"}, "XUFAKrxLKna5cZ2REBfFkg==", "mnG7TA==")
    assert found.download_as_bytes() == b"hello"
    assert found.download_as_bytes(start=1, end=3) == b"ell"
    assert [one.name for one in bucket.list_blobs(prefix="uploads/ana/")] == [blob.name]
    found.delete()
    assert bucket.get_blob(blob.name) is None
    with pytest.raises(NotFound):
        found.delete()
    with pytest.raises(NotFound):
        found.download_as_bytes()


def test_a_large_file_comes_in_pieces(bucket: Bucket) -> None:
    blob = bucket.blob("big", chunk_size=1024 * 1024)
    blob.upload_from_file(io.BytesIO(BIG), size=len(BIG), checksum="crc32c")
    assert bucket.blob("big").download_as_bytes(checksum="md5") == BIG


def test_conditions_on_generations(bucket: Bucket) -> None:
    blob = bucket.blob("note")
    blob.upload_from_string(b"1", if_generation_match=0)
    first = blob.generation
    with pytest.raises(PreconditionFailed):
        bucket.blob("note").upload_from_string(b"2", if_generation_match=0)
    bucket.blob("note").upload_from_string(b"2", if_generation_match=first)
    with pytest.raises(PreconditionFailed):
        bucket.blob("note").delete(if_generation_match=first)
    with pytest.raises(PreconditionFailed):
        bucket.blob("note").download_as_bytes(if_generation_match=first)
    newest = bucket.get_blob("note")
    assert newest and newest.generation > first
    newest.metadata = {"seen": "yes"}
    newest.patch()
    again = bucket.get_blob("note")
    assert again and (again.metadata, again.metageneration) == ({"seen": "yes"}, 2)


def test_a_checksum_that_does_not_fit_is_refused(bucket: Bucket) -> None:
    blob = bucket.blob("note")
    blob.md5_hash = "XUFAKrxLKna5cZ2REBfFkg=="
    with pytest.raises(Exception, match="doesn't match"):
        blob.upload_from_string(b"something else")
    assert bucket.get_blob("note") is None


def test_it_is_a_part_like_the_others(storage: Program) -> None:
    command = [sys.executable, "-m", "emulator.storage", "--port"]
    taken = subprocess.run([*command, str(storage.port)], capture_output=True, text=True, timeout=90)
    assert (taken.returncode, "is taken" in taken.stderr) == (3, True)
    wrong = [*command, "0", "--rules", "firestore.indexes.json"]
    refused = subprocess.run(wrong, capture_output=True, text=True, timeout=90)
    assert (refused.returncode, "firestore.indexes.json:1:" in refused.stderr) == (2, True)
