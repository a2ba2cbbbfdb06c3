"""Stories that happen at the same moment, for the races."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction


def at_once(*stories: Callable[[], object]) -> list[object]:
    """Run the stories in threads that start together; what each gave, or the exception it ended with."""
    gate = threading.Barrier(len(stories))
    results: list[object] = [None] * len(stories)

    def run(index: int, story: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            results[index] = story()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(stories)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def one_waits_for_the_other(
    first: Callable[[], object], second: Callable[[], object], *, then: Callable[[], object] | None = None
) -> list[object]:
    """Run the second while the first is done and not committed; what each gave. It fails if the second doesn't wait.

    `then`: what the first still does in its transaction while the second waits.
    """

    def waiting() -> object:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            done = first()
            other = pool.submit(waiting)
            _wait_until_somebody_waits()
            if then is not None:
                then()
        return [done, other.result(timeout=30)]


def _wait_until_somebody_waits() -> None:
    for _ in range(2_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.005)")
    raise AssertionError("the second never met the first")
