"""The steps that a film of a run shows: those that the playback stops at, few enough for a file."""

ONE_BY_ONE, LAST, FLIPS = 24, 4, 24  # as in playback.js
STRIDES = 12


def shown_steps(first: int, last: int, *, flips: bool = False) -> list[int]:
    """Steps from `first` to `last`: all of a short run; of a long one the first and the last ones.

    Between those are even strides, so that odd and even stay apart. flips: the last ones alone one by one.
    """
    begin, end = (0, FLIPS) if flips else (ONE_BY_ONE, LAST)
    if last - first <= begin + end:
        return [*range(first, last + 1)]
    late = last - end
    middle = range(first + begin, late, max(2 * ((late - first - begin) // (2 * STRIDES)), 2))
    return [*range(first, first + begin), *middle, *range(late, last + 1)]
