"""Celery's messages as files, for an installation without Redis and with one worker.

kombu's own filesystem transport loses a message whose worker is killed, and a reader may catch a file that
is half written. Here a message appears whole, by renaming; and the file of one being worked on waits in
`claimed` until it is acknowledged, so that the next start can hand it out again.
"""

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps, loads


def claimed_folder(messages: Path) -> Path:
    return messages.with_name("claimed")


def requeue_claimed(messages: Path) -> int:
    """Hands out again what a worker had taken and not finished; says how many. Only while no worker runs."""
    claimed = list(claimed_folder(messages).glob("*.msg"))
    for path in claimed:
        _tag, _dot, name = path.name.partition("~")
        path.rename(messages / name)
    return len(claimed)


class Channel(filesystem.Channel):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._needs_no_ack: set[str] = set()

    def basic_consume(
        self,
        queue: str,
        no_ack: bool,
        callback: Callable[..., Any] | None,
        consumer_tag: str | None,
        **kwargs: Any,
    ) -> str:
        if no_ack:
            self._needs_no_ack.add(queue)
        return super().basic_consume(queue, no_ack, callback, consumer_tag, **kwargs)

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        draft = folder / f"{uuid.uuid4()}.draft"
        draft.write_bytes(str_to_bytes(dumps(payload)))
        # By name is by time: wall-clock nanoseconds, which a reboot does not turn back.
        draft.rename(folder / f"{time.time_ns():020d}_{draft.stem}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        claimed = claimed_folder(folder)
        claimed.mkdir(exist_ok=True)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = claimed / f"{uuid.uuid4()}~{name}"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue  # another consumer was quicker
            payload = loads(taken.read_text("utf-8"))
            if queue in self._needs_no_ack:
                taken.unlink()
            else:
                taken.rename(claimed / f"{payload['properties']['delivery_tag']}~{name}")
            return payload
        raise Empty()

    def _release(self, delivery_tag: str | None) -> None:
        for path in claimed_folder(Path(self.data_folder_in)).glob(f"{delivery_tag}~*"):
            path.unlink(missing_ok=True)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self._release(delivery_tag)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().basic_reject(delivery_tag, requeue=requeue)  # puts a copy back if it is to be done again
        self._release(delivery_tag)

    def _restore(self, message: Any) -> None:
        super()._restore(message)
        self._release(message.delivery_tag)

    def basic_get(self, queue: str, no_ack: bool = False, **kwargs: Any) -> Any:
        message = super().basic_get(queue, no_ack=no_ack, **kwargs)
        if message is not None and no_ack:
            self._release(message.delivery_tag)
        return message


class Transport(filesystem.Transport):
    Channel = Channel
