"""Messages reach a worker over the broker in use, and without Redis none is lost with a killed worker."""

import threading

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings

from config.broker import claimed_folder, requeue_claimed
from config.celery import app

done = threading.Event()


@app.task(name="tests.config.mark_done")
def mark_done() -> None:
    done.set()


@pytest.fixture
def connection():
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue("broker-test")
        queue.clear()
        yield queue
        queue.clear()
        queue.close()


def test_a_worker_does_what_was_sent():
    done.clear()
    with start_worker(app, perform_ping_check=False, pool="solo"):
        mark_done.delay()
        assert done.wait(20)


def test_messages_come_in_the_order_they_were_sent(connection):
    for number in range(20):
        connection.put({"number": number})
    got = []
    for _ in range(20):
        message = connection.get(timeout=5)
        got.append(message.payload["number"])
        message.ack()
    assert got == list(range(20))


if not settings.REDIS_URL:

    def test_a_message_is_kept_until_it_is_acknowledged(connection):
        connection.put({"number": 1})
        message = connection.get(timeout=5)
        assert len(list(claimed_folder(settings.BROKER_DIR).iterdir())) == 1
        message.ack()
        assert list(claimed_folder(settings.BROKER_DIR).iterdir()) == []

    def test_what_a_killed_worker_had_taken_is_handed_out_again(connection):
        connection.put({"number": 1})
        connection.get(timeout=5)
        assert requeue_claimed(settings.BROKER_DIR) == 1
        again = connection.get(timeout=5)
        assert again.payload == {"number": 1}
        again.ack()

    def test_a_rejected_message_comes_back_once(connection):
        connection.put({"number": 1})
        connection.get(timeout=5).requeue()
        connection.get(timeout=5).ack()
        assert requeue_claimed(settings.BROKER_DIR) == 0
