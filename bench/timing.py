"""Fair timing in one process: candidates take turns, medians of several rounds.

In: named functions. Out: median seconds of each. Machines drift by half; what is compared must therefore be run in
turn and read as a ratio. Work of this process alone is timed by its own processor time, which a busy neighbour does not
lengthen; what waits for another process is timed by the clock on the wall.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping

Clock = Callable[[], float]


def time_once(function: Callable[[], object], clock: Clock) -> float:
    """Seconds of one call, without a garbage collection in the middle."""
    gc.collect()
    gc.disable()
    try:
        begin = clock()
        function()
        return clock() - begin
    finally:
        gc.enable()


def take_turns(
    functions: Mapping[str, Callable[[], object]], rounds: int, clock: Clock = time.thread_time
) -> dict[str, list[float]]:
    """Seconds of each function in each round; every round runs all of them, every second one backwards."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    for function in functions.values():
        function()
    for round_number in range(rounds):
        names = list(functions) if round_number % 2 == 0 else list(reversed(functions))
        for name in names:
            times[name].append(time_once(functions[name], clock))
    return times


def time_in_turn(
    functions: Mapping[str, Callable[[], object]], rounds: int, clock: Clock = time.thread_time
) -> dict[str, float]:
    """Median seconds of each function."""
    return {name: statistics.median(taken) for name, taken in take_turns(functions, rounds, clock).items()}
