"""Stories that happen at the same moment, for the races."""

import threading
from collections.abc import Callable

from django.db import connection


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
