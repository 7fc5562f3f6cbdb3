"""What the log says of a fault of the program.

In: an exception. Out: its type and the lines of code that it came through. The exception's words may quote a submitted
text and are left out.
"""

import traceback


def describe_fault(error: Exception) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__} in\n{frames}"
