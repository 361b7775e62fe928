"""A producer for Celery's broker that fails within a second and backs off."""

import time
from typing import Any

import structlog
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from matchmaking.celery import app

log = structlog.get_logger(__name__)

TASK = "notifications.deliver"
CONNECT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
BACKOFF_SECONDS = (0.5, 1.0, 2.0)
AWAY = (BrokerError, RedisError, OSError)


class Broker:
    """Sends row ids to Celery over one connection; backs off after a failure."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._producer: Any = None
        self._failures = 0
        self._retry_at = 0.0

    @property
    def is_backing_off(self) -> bool:
        return bool(time.monotonic() < self._retry_at)

    def send(self, row_id: int) -> bool:
        """Put the id on the queue; False when the broker is away. Takes a second at most."""
        return bool(self._try(self._send, row_id))

    def is_queue_empty(self) -> bool:
        """Tell whether the broker answers and its queue is empty.

        What was sent and not claimed is then lost (flushed), or with a worker this moment.
        """
        return bool(self._try(self._length) == 0)

    def close(self) -> None:
        """Release the connection; a broker that is away is no error."""
        if self._connection is not None:
            try:
                self._connection.release()
            except AWAY as error:
                log.debug("broker_farewell_failed", error=repr(error))
        self._connection = self._producer = None

    def _try(self, call: Any, *args: Any) -> Any:
        """Return what ``call`` returns, None while backing off or when the broker fails."""
        # The relay asks for each message: without a rest it would wait a second for each of thousands.
        if self.is_backing_off:
            return None
        try:
            self._open()
            answer = call(*args)
        except AWAY as error:
            wait = BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
            self._failures += 1
            self._retry_at = time.monotonic() + wait
            log.warning("broker_away", error=repr(error), backoff_seconds=wait)
            self.close()
            return None
        self._failures = 0
        return answer

    def _open(self) -> None:
        if self._connection is None:
            # Without Celery's retries: the relay delivers the message itself instead of waiting.
            options = {**app.conf.broker_transport_options, **CONNECT_OPTIONS}
            self._connection = app.connection_for_write(transport_options=options)
            self._producer = app.amqp.Producer(self._connection, auto_declare=False)

    def _send(self, row_id: int) -> bool:
        # By name: the relay imports no tasks, and with them no kernels.
        app.send_task(TASK, args=[row_id], producer=self._producer, retry=False)
        return True

    def _length(self) -> int:
        client = self._connection.default_channel.client
        return int(client.llen(app.conf.task_default_queue))
