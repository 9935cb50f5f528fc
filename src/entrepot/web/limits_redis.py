"""Counters of requests that several hosts share, in Redis; without it, each its own.

A bucket is one key: when it will be full again, by Redis's clock. The places of a
caller are one sorted set: a member for each running request, with the time at which it
counts no more, should its host have died with it.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from entrepot.base.errors import Unavailable
from entrepot.base.events import emit
from entrepot.web.events import LimitsApart, LimitsTogether
from entrepot.web.limits_counters import MINUTE_SECONDS, HostCounts, Place, Spent

if TYPE_CHECKING:
    from redis import Redis

PATIENCE_SECONDS = 0.05
"""What one question may take: a request waits for it."""
PAUSE_SECONDS = 5.0
"""How long Redis is left alone after it failed."""
SPARE_SECONDS = 60
LONGEST_SECONDS = 3600
"""How long a place counts where requests have no time limit."""
PREFIX = "entrepot:limits:"

SPEND = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local step, minute = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1]) or now)
if full < now or full > now + minute + step then full = now end
local wait = full + step - now - minute
if wait > 0.000001 then
  return {tostring(wait), '0', tostring(full - now)}
end
full = full + step
redis.call('SET', KEYS[1], string.format('%.6f', full), 'EX', math.ceil(minute) + 1)
local left = math.floor((now + minute - full + 0.000001) / step)
return {'0', tostring(left), tostring(full - now)}
"""
GIVE_BACK = """
local full = redis.call('GET', KEYS[1])
if full then
  local less = string.format('%.6f', full - ARGV[1])
  redis.call('SET', KEYS[1], less, 'KEEPTTL')
end
"""
ENTER = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


class RedisCounts:
    """The counters of all hosts that have the same REDIS_URL.

    Args:
        host: Counts instead while Redis does not answer.
        seconds: The most that a request takes; 0 where there is no limit.
    """

    def __init__(
        self,
        url: str,
        host: HostCounts,
        seconds: int,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._host = host
        self._clock = clock
        self._lease_seconds = seconds + SPARE_SECONDS if seconds else LONGEST_SECONDS
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._spend = self._redis.register_script(SPEND)
        self._give_back = self._redis.register_script(GIVE_BACK)
        self._enter = self._redis.register_script(ENTER)
        self._lock = threading.Lock()
        self._is_apart = False
        self._asked_again_at = 0.0

    def spend(self, caller: str, per_minute: int) -> Spent:
        """Take one request out of a caller's bucket, if there is one."""
        step = MINUTE_SECONDS / per_minute
        found = self._ask(self._spend, self._bucket(caller), step, MINUTE_SECONDS)
        if found is None:
            return self._host.spend(caller, per_minute)
        wait, remaining, reset = cast("list[str]", found)
        return Spent(float(wait), int(remaining), float(reset))

    def give_back(self, caller: str, per_minute: int) -> None:
        """Put one request back: it turned out to be free."""
        step = MINUTE_SECONDS / per_minute
        self._ask(self._give_back, self._bucket(caller), step)

    def enter(self, caller: str, at_most: int) -> Place | None:
        """Take a place; None if the caller has all of them."""
        member, key = uuid.uuid4().hex, f"{PREFIX}places:{caller}"
        found = self._ask(self._enter, key, at_most, member, self._lease_seconds)
        if found is None:
            return self._host.enter(caller, at_most)
        if not found:
            return None
        return Place(_Lease(self, key, member), 0)

    def ping(self) -> None:
        """Ask whether Redis is there.

        Raises:
            Unavailable: It is not.
        """
        from redis.exceptions import RedisError

        try:
            self._redis.ping()
        except RedisError:
            raise Unavailable("Redis does not answer") from None

    def close(self) -> None:
        """Let go of the connections and of the host's file."""
        self._redis.close()
        self._host.close()

    def take_back(self, key: str, member: str) -> None:
        """End a running request's lease."""
        self._ask(lambda keys, args: self._redis.zrem(keys[0], *args), key, member)

    @staticmethod
    def _bucket(caller: str) -> str:
        return f"{PREFIX}bucket:{caller}"

    def _ask(
        self, question: Callable[..., object], key: str, *values: object
    ) -> object | None:
        """Return Redis's answer; None while it is left alone, or when it fails now."""
        from redis.exceptions import RedisError

        if self._is_apart and self._clock() < self._asked_again_at:
            return None
        try:
            # A script returns nil as None: there is an answer all the same.
            answer = question(keys=[key], args=list(values))
        except RedisError as error:
            self._part(type(error).__name__)
            return None
        self._rejoin()
        return 0 if answer is None else answer

    def _part(self, why: str) -> None:
        with self._lock:
            self._asked_again_at = self._clock() + PAUSE_SECONDS
            was_apart, self._is_apart = self._is_apart, True
        if not was_apart:
            emit(LimitsApart(why=why))

    def _rejoin(self) -> None:
        if self._is_apart:
            with self._lock:
                was_apart, self._is_apart = self._is_apart, False
            if was_apart:
                emit(LimitsTogether())


@dataclass(frozen=True, slots=True)
class _Lease:
    """One running request among a caller's, in Redis."""

    counts: RedisCounts
    key: str
    member: str

    def leave(self, _at: int) -> None:
        """Take it out."""
        self.counts.take_back(self.key, self.member)
