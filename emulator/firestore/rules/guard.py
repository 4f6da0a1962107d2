"""The guard that judges by security rules.

Where no rules have been loaded, everything is allowed. `resource` is null for a get of a missing document, and
undefined for a create (production's recorded answer); `request.resource` holds only `data`, and is null for a delete.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from emulator.firestore.auth import AuthContext
from emulator.firestore.guard import ListRequest, Reader, Verdict, WriteIntent
from emulator.firestore.protos import Document
from emulator.firestore.rules.constraints import Filter
from emulator.firestore.rules.convert import Resource, path_of, value_of
from emulator.firestore.rules.evaluation import ABSENT, Accesses, Lookup
from emulator.firestore.rules.matching import Target, Unknown
from emulator.firestore.rules.ruleset import ListQuery, RuleRequest, Ruleset
from emulator.firestore.rules.values import Timestamp

_log = logging.getLogger(__name__)
_ALLOWED = Verdict(allowed=True)


class RulesGuard:
    """Judges by the rules of a project, else by the default ones."""

    def __init__(self) -> None:
        self._default: Ruleset | None = None
        self._projects: dict[str, Ruleset] = {}

    def reload(self, text: str, project: str | None = None) -> None:
        """Puts rules into force; raises RulesError (line, column) and keeps the old ones if the text is refused."""
        ruleset = Ruleset.compile(text)
        for warning in ruleset.warnings:
            _log.warning("rules: %s", warning)
        if project is None:
            self._default = ruleset
        else:
            self._projects[project] = ruleset

    def judge_get(
        self, auth: AuthContext, name: str, document: Document | None, read: Reader, now: datetime
    ) -> Verdict:
        """A get, on the real document (None: missing)."""
        resource = None if document is None else Resource(document, named=True)
        accesses = _accesses(name, read, read)
        return self._judge(name, _request("get", path_of(name), auth, now, accesses, resource=resource))

    def judge_list(self, auth: AuthContext, query: ListRequest, read: Reader, now: datetime) -> Verdict:
        """A query, on what it guarantees."""
        parent = path_of(query.parent)
        path = (*parent, query.collection_id) if query.collection_id else parent
        accesses = _accesses(query.parent, read, read)
        request = _request("list", path, auth, now, accesses, query=_listed(parent, query))
        return self._judge(query.parent, request)

    def judge_writes(
        self,
        auth: AuthContext,
        writes: Sequence[WriteIntent],
        before: Reader,
        after: Reader,
        now: datetime,
    ) -> Verdict:
        """The writes of one commit, all of which must be allowed."""
        if not writes:
            return _ALLOWED
        accesses = _accesses(writes[0].name, before, after, batch=len(writes) > 1)
        for write in writes:
            request = _request(
                write.method,
                path_of(write.name),
                auth,
                now,
                accesses,
                resource=_existing(write),
                new_resource=None if write.after is None else Resource(write.after, named=False),
            )
            verdict = self._judge(write.name, request)
            if not verdict.allowed:
                return verdict
        return _ALLOWED

    def _judge(self, name: str, request: RuleRequest) -> Verdict:
        project = name.split("/", 2)[1]
        ruleset = self._projects.get(project, self._default)
        if ruleset is None:
            return _ALLOWED
        verdict = ruleset.judge(request)
        if not verdict.allowed:
            _log.warning("denied to %s: %s", request.auth["uid"] if request.auth else "nobody", verdict.explanation)
        read = frozenset(f"projects/{project}/{'/'.join(path)}" for path in verdict.paths_read)
        return Verdict(verdict.allowed, verdict.explanation, read)


def _request(
    method: str,
    path: tuple[str, ...],
    auth: AuthContext,
    now: datetime,
    accesses: Accesses,
    *,
    resource: object = ABSENT,
    new_resource: object = ABSENT,
    query: ListQuery | None = None,
) -> RuleRequest:
    return RuleRequest(
        method=method,
        path=path,
        time=Timestamp.of(now),
        accesses=accesses,
        auth=None if auth.uid is None else {"uid": auth.uid, "token": dict(auth.token or {})},
        resource=resource,
        new_resource=new_resource,
        query=query,
    )


def _existing(write: WriteIntent) -> object:
    if write.before is not None:
        return Resource(write.before, named=True)
    return ABSENT if write.method == "create" else None


def _accesses(name: str, before: Reader, after: Reader, *, batch: bool = False) -> Accesses:
    project = name.split("/", 2)[1]

    def lookup(reader: Reader) -> Lookup:
        def find(path: tuple[str, ...]) -> Resource | None:
            document = reader(f"projects/{project}/{'/'.join(path)}")
            return None if document is None else Resource(document, named=True)

        return find

    return Accesses(lookup(before), lookup(after), batch=batch)


def _listed(parent: tuple[str, ...], query: ListRequest) -> ListQuery:
    target: Target
    if not query.all_descendants:
        target = (*parent, query.collection_id, Unknown.ONE)
    elif query.collection_id:
        target = (*parent, Unknown.MANY, query.collection_id, Unknown.ONE)
    else:
        target = (*parent, Unknown.MANY, Unknown.ONE)
    return ListQuery(
        target=target,
        disjuncts=[
            [Filter(each.path, each.operator, value_of(each.value)) for each in part] for part in query.disjuncts
        ],
        limit=query.limit,
        offset=query.offset,
        order_by={".".join(path): "DESC" if descending else "ASC" for path, descending in query.order_by},
    )
