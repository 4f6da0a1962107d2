"""Whether an account is coming to its end, for the areas that must not take somebody in at that moment."""

from google.cloud.firestore import Client, DocumentReference, WriteBatch

from shared.runtime.errors import FailedPrecondition


def leaving_ref(client: Client, uid: str) -> DocumentReference:
    """The document that exists from the moment somebody has their account deleted until every token has expired."""
    return client.document("deletions", uid)


def account_being_deleted() -> FailedPrecondition:
    """The refusal of what would give a new life to somebody who has asked to be forgotten."""
    return FailedPrecondition("This account is being deleted", reason="ACCOUNT_BEING_DELETED")


def stage_not_leaving(batch: WriteBatch, client: Client, uid: str) -> None:
    """Have the batch fail with AlreadyExists if the account is being deleted: cheaper than reading that first."""
    batch.delete(leaving_ref(client, uid), option=client.write_option(exists=False))
