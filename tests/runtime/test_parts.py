"""The runtime's small parts: roles, limits, settings, traces, identifiers, JSON."""

import contextlib
import math
from datetime import UTC, datetime

import flask
import pytest
from google.api_core import exceptions
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from shared.runtime import errors, trace
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.door import client_address
from shared.runtime.errors import NotFound, PermissionDenied, ResourceExhausted, TravvyError
from shared.runtime.ids import RandomIds
from shared.runtime.limiter import Limiter, admit
from shared.runtime.outcomes import HTTP_STATUS, known
from shared.runtime.registry import DailyLimit
from shared.runtime.remembered import Remembered
from shared.runtime.settings import SettingsError, load, settings
from shared.runtime.wire import decode, encode

LOCAL = {"TRAVVY_EMULATOR": "local"}


def access(least: Role) -> TripAccess:
    caller = Caller("anna", None, False, None, None, False, {}, datetime.now(UTC))
    return TripAccess(caller, "t", least)


class TestRoles:
    @pytest.mark.parametrize("least", list(Role))
    @pytest.mark.parametrize("actual", list(Role))
    def test_every_pair(self, least, actual):
        asked = access(least)
        if actual.at_least(least):
            assert asked.check({"anna": actual.value}) is actual
            assert asked.checked
        else:
            with pytest.raises(PermissionDenied):
                asked.check({"anna": actual.value})
            assert not asked.checked

    def test_order(self):
        assert Role.OWNER.at_least(Role.VIEWER)
        assert not Role.VIEWER.at_least(Role.VOTER)

    def test_stranger(self):
        with pytest.raises(NotFound):
            access(Role.VIEWER).check({"ben": "owner"})


class TestLimiter:
    def test_a_minutes_worth_at_once_then_a_steady_rate(self):
        now = [100.0]
        limiter = Limiter(60, lambda: now[0])
        assert [limiter.take("a") for _ in range(60)] == [0.0] * 60
        assert limiter.take("a") == pytest.approx(1.0)
        assert limiter.take("b") == 0.0
        now[0] += 0.5
        assert limiter.take("a") == pytest.approx(0.5)
        now[0] += 0.5
        assert limiter.take("a") == 0.0
        now[0] += 3600
        assert [limiter.take("a") for _ in range(60)] == [0.0] * 60
        assert limiter.take("a") > 0

    def test_refusal_says_when_to_come_back(self):
        limiter = Limiter(1, lambda: 0.0)
        admit(limiter, "a", "this account")
        with pytest.raises(ResourceExhausted) as refusal:
            admit(limiter, "a", "this account")
        assert refusal.value.retry_after == 60

    def test_memory_is_bounded(self):
        limiter = Limiter(1, lambda: 0.0)
        for number in range(20_001):
            limiter.take(str(number))
        assert limiter.take("0") == 0.0, "the oldest key was forgotten"
        assert limiter.take("20000") > 0


class TestRememberedTokens:
    def test_verified_once_until_they_expire(self):
        now, verified = [100.0], []

        def claims(token: str) -> dict:
            return remembered.claims(token, lambda: verified.append(token) or {"sub": token, "exp": 200})

        remembered = Remembered(lambda: now[0])
        assert [claims("a")["sub"] for _ in range(3)] + [claims("b")["sub"]] == ["a", "a", "a", "b"]
        assert verified == ["a", "b"]
        now[0] = 200.0
        claims("a")
        assert verified == ["a", "b", "a"], "whether it has expired is the verifier's to say"

    def test_a_refusal_is_not_remembered(self):
        remembered = Remembered()
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                remembered.claims("a", lambda: {"exp": 1 / 0})
        assert remembered.claims("a", lambda: {"exp": math.inf}) == {"exp": math.inf}

    def test_memory_is_bounded(self):
        verified = []
        remembered = Remembered(lambda: 0.0)
        for number in (*range(2001), 2000, 0):
            remembered.claims(str(number), lambda number=number: verified.append(number) or {"exp": 1})
        assert verified == [*range(2001), 0], "the one used longest ago was forgotten"


class TestSettings:
    def test_local_defaults(self):
        local = load(LOCAL)
        assert local.project == "demo-travvy"
        assert local.function_url("trips-get") == "http://127.0.0.1:5001/demo-travvy/us-central1/trips-get"

    def test_production_defaults(self):
        deployed = load({"GOOGLE_CLOUD_PROJECT": "p", "TRAVVY_REGION": "europe-west1", "K_REVISION": "r-3"})
        assert deployed.function_url("x") == "https://europe-west1-p.cloudfunctions.net/x"
        assert deployed.version == "r-3"
        assert deployed.emulator is None

    def test_app_check_is_observed_where_nothing_is_said(self):
        assert load(LOCAL).app_check == "off"
        assert load({"GOOGLE_CLOUD_PROJECT": "p"}).app_check == "observe"

    def test_quotas(self):
        told = load(LOCAL | {"TRAVVY_QUOTAS": "generations=5/off images=off/9", "TRAVVY_DAILY_COST": "off/off"})
        assert told.quotas == {"generations": DailyLimit(5, None), "images": DailyLimit(None, 9)}
        assert told.daily_cost == DailyLimit(None, None)
        assert load(LOCAL).daily_cost.person == 3_000_000

    @pytest.mark.parametrize(
        ("environment", "named"),
        [
            ({}, "GOOGLE_CLOUD_PROJECT"),
            ({"TRAVVY_EMULATOR": "yes"}, "TRAVVY_EMULATOR"),
            (LOCAL | {"K_SERVICE": "trips-get"}, "TRAVVY_EMULATOR"),
            ({"GOOGLE_CLOUD_PROJECT": "p", "FIREBASE_AUTH_EMULATOR_HOST": "x:1"}, "FIREBASE_AUTH_EMULATOR_HOST"),
            (LOCAL | {"TRAVVY_RATE_LIMITS": "perhaps"}, "TRAVVY_RATE_LIMITS"),
            (LOCAL | {"TRAVVY_TRUSTED_PROXIES": "-1"}, "TRAVVY_TRUSTED_PROXIES"),
            (LOCAL | {"TRAVVY_APP_CHECK": "on"}, "TRAVVY_APP_CHECK"),
            (LOCAL | {"TRAVVY_CORS_ORIGINS": "https://app.example/path"}, "TRAVVY_CORS_ORIGINS"),
            (LOCAL | {"TRAVVY_CORS_ORIGINS": "null"}, "TRAVVY_CORS_ORIGINS"),
            (LOCAL | {"TRAVVY_QUOTAS": "generations=30"}, "TRAVVY_QUOTAS"),
            (LOCAL | {"TRAVVY_DAILY_COST": "1/much"}, "TRAVVY_DAILY_COST"),
        ],
    )
    def test_unsafe_or_malformed(self, environment, named):
        with pytest.raises(SettingsError, match=named):
            load(environment)


class TestTrace:
    def test_w3c(self):
        read = trace.from_headers({"traceparent": f"00-{'a' * 32}-{'b' * 16}-00"})
        assert (read.trace_id, read.span_id, read.sampled) == ("a" * 32, "b" * 16, False)
        assert read.traceparent == f"00-{'a' * 32}-{'b' * 16}-00"

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"traceparent": "nonsense"},
            {"traceparent": f"00-{'0' * 32}-{'b' * 16}-01"},
            {"traceparent": f"00-{'a' * 32}-{'0' * 16}-01"},
            {"X-Cloud-Trace-Context": "short/1"},
            {"X-Cloud-Trace-Context": f"{'0' * 32}/1;o=1"},
        ],
    )
    def test_malformed_ones_start_a_new_trace(self, headers):
        first, second = trace.from_headers(headers), trace.from_headers(headers)
        assert first.trace_id != second.trace_id
        assert len(first.trace_id) == 32
        assert len(first.span_id) == 16


class TestKnownFailures:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (exceptions.ServiceUnavailable("x"), "UNAVAILABLE"),
            (exceptions.DeadlineExceeded("x"), "DEADLINE_EXCEEDED"),
            (exceptions.RetryError("x", None), "DEADLINE_EXCEEDED"),
            (exceptions.Aborted("x"), "ABORTED"),
            (exceptions.ResourceExhausted("x"), "RESOURCE_EXHAUSTED"),
            (exceptions.PermissionDenied("x"), "INTERNAL"),
            (KeyError("x"), "INTERNAL"),
        ],
    )
    def test_a_backends_passing_trouble_may_be_retried(self, error, code):
        failure = known(error)
        assert failure.code == code
        assert failure.retryable

    def test_every_code_has_a_status(self):
        kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TravvyError)]
        assert len(kinds) == 16
        assert {kind.code for kind in kinds} == set(HTTP_STATUS)


class TestClientAddress:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "seen"),
        [
            ("1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("2", "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
            ("2", "10.0.0.1", "9.9.9.9"),
            ("1", "", "9.9.9.9"),
            ("1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("1", "::ffff:1.2.3.4", "1.2.3.4"),
            ("1", "unknown", "unknown"),
            ("0", "6.6.6.6", "9.9.9.9"),
        ],
    )
    def test_only_what_trusted_proxies_saw_counts(self, monkeypatch, proxies, forwarded, seen):
        monkeypatch.setenv("TRAVVY_EMULATOR", "local")
        monkeypatch.setenv("TRAVVY_TRUSTED_PROXIES", proxies)
        settings.cache_clear()
        try:
            builder = EnvironBuilder(headers={"X-Forwarded-For": forwarded}, environ_base={"REMOTE_ADDR": "9.9.9.9"})
            assert client_address(flask.Request(builder.get_environ())) == seen
        finally:
            settings.cache_clear()


def test_ids_are_twenty_url_safe_characters_and_differ():
    ids = {RandomIds().new() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 20 and one.isalnum() and one.isascii() for one in ids)


def test_clock_is_aware_and_in_utc():
    assert SystemClock().now().tzinfo is UTC


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])).filter("@type".__ne__), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_what_is_encoded_is_decoded(value):
    assert decode(encode(value)) == value


@given(st.binary())
def test_any_bytes_are_decoded_or_refused(body):
    with contextlib.suppress(ValueError):
        decode(body)


def test_numbers_that_json_lacks_are_null():
    assert encode([math.nan, math.inf]) == b"[null,null]"
