import itertools
import os
import time
from functools import partial

import pytest

from digitocr.batch.workers import AHEAD, Crew, WorkerDiedError
from digitocr.errors import DigitocrError


def answer(question):
    if question == "die":
        os._exit(7)
    if question == "sleep":
        time.sleep(60)
    if question == "fail":
        raise ZeroDivisionError("no number")
    return os.getpid(), question, os.environ["OPENBLAS_NUM_THREADS"]


def set_up():
    return answer


def test_workers_are_other_processes_of_one_thread():
    with Crew(set_up, 2) as crew:
        pid, question, threads = crew.ask("hello")
    assert pid != os.getpid()
    assert (question, threads) == ("hello", "1")


def test_a_dead_worker_is_replaced():
    with Crew(set_up, 1) as crew:
        with pytest.raises(WorkerDiedError, match="exit code 7"):
            crew.ask("die")
        assert crew.ask("alive")[1] == "alive"


def test_a_failure_comes_with_its_traceback():
    with Crew(set_up, 1) as crew:
        with pytest.raises(DigitocrError, match="ZeroDivisionError: no number") as caught:
            crew.ask("fail")
        assert "in answer" in caught.value.__notes__[0]
        assert crew.ask("alive")[1] == "alive"


def test_results_come_in_order_and_questions_are_taken_as_needed():
    taken = []

    def questions():
        for number in itertools.count():
            taken.append(number)
            yield number

    with Crew(set_up, 2) as crew:
        results = crew.map(crew.ask, questions())
        for due in range(30):
            assert next(results)[1] == due
            assert len(taken) <= due + 1 + AHEAD * 2
        results.close()


def test_busy_workers_are_stopped_at_once():
    begun = time.monotonic()

    def run():
        with Crew(set_up, 2) as crew:
            for _ in crew.map(partial(crew.ask), ["quick", "sleep", "sleep", "sleep"]):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert time.monotonic() - begun < 20
