import atexit
import functools
import itertools
import os
import sys
import time

import pytest

from digitocr.batch.worker import Worker, WorkerLostError
from digitocr.batch.workers import TASKS_AHEAD, Workers
from digitocr.errors import DigitocrError, UsageError
from digitocr.options import WorkLimits

SHORT = WorkLimits(page_timeout=1.0)


def answer(task):
    if task == "die":
        os._exit(7)
    if task == "sleep":
        time.sleep(60)
    if task == "fail":
        raise ZeroDivisionError("no number")
    if task == "eat":
        return len(bytearray(1 << 30))
    return os.getpid(), task, os.environ["OPENBLAS_NUM_THREADS"]


def set_up():
    return answer


def set_up_slowly():
    time.sleep(3)
    return answer


def as_it_is(task, answered):
    return [(task, answered)]


def done(tasks, *, size=1, limits=WorkLimits(), setup=set_up, follow_up=as_it_is):  # noqa: B008
    with Workers(setup, size, limits) as workers:
        return [answered for _, answered in workers.map(tasks, follow_up)]


def test_workers_are_other_processes_of_one_thread():
    ((pid, task, threads),) = done(["hello"])
    assert pid != os.getpid()
    assert (task, threads) == ("hello", "1")


def test_a_dead_worker_is_replaced():
    lost, alive = done(["die", "alive"])
    assert isinstance(lost, WorkerLostError)
    assert "exit code 7" in str(lost)
    assert not lost.timed_out
    assert alive[1] == "alive"


def test_many_deaths_at_once_each_cost_their_task_alone():
    answers = done(["die", "a", "die", "die", "b"] * 4, size=3)
    assert [isinstance(one, WorkerLostError) or one[1] for one in answers] == [True, "a", True, True, "b"] * 4


def test_what_takes_too_long_is_stopped():
    begun = time.monotonic()
    lost, alive = done(["sleep", "alive"], limits=SHORT)
    assert lost.timed_out
    assert "1 s" in str(lost)
    assert alive[1] == "alive"
    assert time.monotonic() - begun < 30


def test_the_time_to_start_does_not_count():
    assert done(["hello"], limits=SHORT, setup=set_up_slowly)[0][1] == "hello"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of memory")
def test_memory_is_limited():
    assert done(["eat"]) == [1 << 30]
    with pytest.raises(DigitocrError, match="MemoryError"):
        done(["eat"], limits=WorkLimits(max_memory=600))


def test_a_failure_comes_with_its_traceback():
    with pytest.raises(DigitocrError, match="ZeroDivisionError: no number") as caught:
        done(["fail"])
    assert "in answer" in caught.value.__notes__[0]


def test_results_come_in_order_and_tasks_are_taken_as_needed():
    taken = []

    def tasks():
        for number in itertools.count():
            taken.append(number)
            yield number

    with Workers(set_up, 2, WorkLimits()) as workers:
        results = workers.map(tasks(), as_it_is)
        for due in range(30):
            assert next(results)[1][1] == due
            assert len(taken) <= due + 1 + TASKS_AHEAD * 2
        results.close()


def test_what_follows_from_an_answer_takes_its_place():
    def follow_up(task, answered):
        return (
            [(10 * task, answered), (10 * task + 1, None), (10 * task + 2, answered)]
            if task < 9
            else [(task, answered)]
        )

    with Workers(set_up, 2, WorkLimits()) as workers:
        pairs = [(task, answered[1]) for task, answered in workers.map([1, 2], follow_up)]
    assert pairs == [(10, 1), (11, 11), (12, 1), (20, 2), (21, 21), (22, 2)]


def test_busy_workers_are_stopped_at_once():
    begun = time.monotonic()

    def run():
        with Workers(set_up, 2, WorkLimits()) as workers:
            for _ in workers.map(["quick", "sleep", "sleep", "sleep"], as_it_is):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert time.monotonic() - begun < 20


def refuse(ending):
    """A setup that fails, in a process that then takes long to end; it says in a file that it began to."""

    def end():
        ending.touch()
        time.sleep(60)

    atexit.register(end)
    raise UsageError("wrong from the start")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM")
def test_a_worker_that_is_stopped_while_it_ends_says_nothing(tmp_path, capfd, monkeypatch):
    leave = Worker.leave

    def leave_late(worker):
        while not (tmp_path / "ending").exists():
            time.sleep(0.01)
        leave(worker)

    monkeypatch.setattr(Worker, "leave", leave_late)
    with pytest.raises(UsageError, match="wrong from the start"):
        done(["a task"], setup=functools.partial(refuse, tmp_path / "ending"))
    assert capfd.readouterr().err == ""
