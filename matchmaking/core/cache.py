"""A cache that may vanish: every failure is a miss, never an error page and never a wait.

What limits attempts is no cache: under the names of :data:`LIMITS` it goes to the database.
"""

import threading
import time
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from matchmaking.core import limit_store
from matchmaking.core.protections import Protection, is_on

log = structlog.get_logger(__name__)

LIMITS = ("allauth:rl:", "allauth.mfa.totp.used", "accounts:code:")
REST_SECONDS = 5.0


class CircuitBreaker:
    """Closed while calls succeed. A failure opens it for some seconds; then one call tries again."""

    def __init__(self, rest_seconds: float) -> None:
        self._rest_seconds = rest_seconds
        self._open_until = 0.0
        self._lock = threading.Lock()

    def lets_through(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._open_until:
                return False
            if self._open_until:
                # The others go on without, until this one has its answer.
                self._open_until = now + self._rest_seconds
            return True

    def failed(self) -> None:
        with self._lock:
            self._open_until = time.monotonic() + self._rest_seconds

    def succeeded(self) -> None:
        # Unlocked where nothing was wrong: this is called with every read.
        if self._open_until:
            with self._lock:
                self._open_until = 0.0


# Of the process: Django makes a cache object for each thread.
breaker = CircuitBreaker(REST_SECONDS)


class TolerantRedisCache(RedisCache):
    """Django's Redis cache, where a Redis that is away means "not found".

    PostgreSQL is the only truth; what is cached here may be lost at any moment. A Redis that is silent
    costs one caller a second, and the others nothing.
    """

    def _try(self, name: str, fallback: Any, *args: Any, **kwargs: Any) -> Any:
        if not breaker.lets_through():
            return fallback
        try:
            found = getattr(super(), name)(*args, **kwargs)
        except (RedisError, OSError) as error:
            breaker.failed()
            log.warning("cache_unavailable", operation=name, error=type(error).__name__)
            return fallback
        breaker.succeeded()
        return found

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> Any:
        """Store unless known; True when the cache is away, as for a new key."""
        if _is_limit(key):
            return limit_store.add(key, value, self._seconds(timeout))
        # What takes a key as a lock would else lock everybody out.
        return self._try("add", True, key, value, timeout, version)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        if _is_limit(key):
            return limit_store.get(key, default)
        return self._try("get", default, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> Any:
        if _is_limit(key):
            return limit_store.put(key, value, self._seconds(timeout))
        return self._try("set", None, key, value, timeout, version)

    def delete(self, key: Any, version: Any = None) -> Any:
        if _is_limit(key):
            return limit_store.delete(key)
        return self._try("delete", False, key, version)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._try("touch", False, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try("get_many", {}, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try("set_many", [], *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._try("has_key", False, *args, **kwargs)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return self._try("incr", delta, key, delta, version)

    def _seconds(self, timeout: Any) -> float | None:
        seconds: float | None = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return seconds


def _is_limit(key: object) -> bool:
    return isinstance(key, str) and key.startswith(LIMITS) and is_on(Protection.LIMITS_IN_DATABASE)
