"""A second, deliberately slow implementation of uncertain places: plain loops, written from the specification.

It imports nothing that decides. Differences and shares come in hundredths of a percentage point, as published.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from statistics import NormalDist

import numpy as np

BLOCK = 2_000
"""Normals are drawn in blocks of so many rows, a row a draw, a column a municipality."""


Residents = tuple[Fraction, Fraction, Fraction]
"""Fewest, middle and most."""


def population(pairs: list[tuple[int, int]]) -> Residents | None:
    """The residents that numbers rounded to 10 and shares rounded to 0.01 point allow, exactly."""
    lows, highs, persons, shares = [], [], 0, 0
    for number, share in pairs:
        if number > 5 and share > 0:
            lows.append((number - 5) / Fraction(2 * share + 1, 20_000))
            highs.append((number + 5) / Fraction(2 * share - 1, 20_000))
            persons, shares = persons + number, shares + share
    if not lows:
        return None
    low, high = max(lows), min(highs)
    if low > high:
        low, high = min(lows), max(highs)
    return low, max(low, min(high, Fraction(persons * 10_000, shares))), high


def variance(expected: int, people: Fraction, scale: float) -> float:
    share = (expected or 0.5) / 10_000
    return scale * share * (1 - share) / float(people)


def weighted(values: list[float], variances: list[float], tau2: float) -> tuple[float, float]:
    """The weighted mean, and the weighted squares about it."""
    total = sum(1 / (v + tau2) for v in variances)
    mean = sum(x / (v + tau2) for x, v in zip(values, variances, strict=True)) / total
    return mean, sum((x - mean) ** 2 / (v + tau2) for x, v in zip(values, variances, strict=True))


def between(values: list[float], variances: list[float]) -> float:
    """Paule-Mandel: the variance at which the weighted squares are n - 1, by bisection."""
    wanted = len(values) - 1
    if weighted(values, variances, 0.0)[1] <= wanted:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if weighted(values, variances, middle)[1] > wanted:
            low = middle
        else:
            high = middle
    return high


def inflated(values: list[float], variances: list[float], target: float, winsorised: float) -> float:
    scores = sorted((x - target) / math.sqrt(v) for x, v in zip(values, variances, strict=True))
    cut = math.floor(winsorised * len(scores))
    for at in range(cut):
        scores[at] = scores[cut]
        scores[-1 - at] = scores[-1 - cut]
    phi = sum(score**2 for score in scores) / len(scores)
    return phi if phi > 1 + 2 * math.sqrt(2 / len(scores)) else 1.0


def drawn_places(means: list[float], sds: list[float], draws: int, seed: list[int]) -> list[list[int]]:
    """Each municipality's place in every draw, counted one draw at a time."""
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
    places: list[list[int]] = [[] for _ in means]
    left = draws
    while left:
        for row in random.standard_normal((min(BLOCK, left), len(means))).tolist():
            values = [m + s * z for m, s, z in zip(means, sds, row, strict=True)]
            for own, value in zip(places, values, strict=True):
                own.append(1 + sum(other < value for other in values))
        left -= min(BLOCK, left)
    return places


def interval(places: list[int], units: int, tail: Fraction) -> tuple[int, int]:
    """low: the largest r with P(place < r) <= tail; high: the smallest r with P(place > r) <= tail."""
    n = len(places)
    low = max(r for r in range(1, units + 1) if Fraction(sum(p < r for p in places), n) <= tail)
    high = min(r for r in range(1, units + 1) if Fraction(sum(p > r for p in places), n) <= tail)
    return low, high


def normal(value: float) -> float:
    return NormalDist().cdf(value)


State = tuple[int | Fraction, int | Fraction, int | Fraction, int]
"""actual, expected, difference, place."""


def causes(before: Sequence[State], now: Sequence[State], own: int) -> tuple[Fraction, Fraction, Fraction]:
    """Places gained by own actual, own expected and the others: all eight states built and sorted, six orders."""

    def place(changed: set[str]) -> Fraction:
        old, new = before[own], now[own]
        actual = new[0] if "a" in changed else old[0]
        expected = new[1] if "e" in changed else old[1]
        moved_a, moved_e = new[0] != old[0], new[1] != old[1]
        rest = Fraction((new[2] - old[2]) - (new[0] - old[0]) + (new[1] - old[1]))
        for_actual = rest / 2 if moved_a == moved_e else rest if moved_a else Fraction(0)
        difference = Fraction(old[2]) + (actual - old[0]) - (expected - old[1])
        difference += for_actual if "a" in changed else 0
        difference += rest - for_actual if "e" in changed else 0
        key = (difference, new[3] if changed & {"a", "e"} else old[3])
        field = now if "o" in changed else before
        others = [(Fraction(s[2]), s[3]) for at, s in enumerate(field) if at != own]
        return 1 + sum(other < key for other in others) + Fraction(sum(other == key for other in others), 2)

    gained = dict.fromkeys("aeo", Fraction(0))
    for order in permutations("aeo"):
        done: set[str] = set()
        for cause in order:
            gained[cause] += (place(done) - place(done | {cause})) / 6
            done.add(cause)
    return gained["a"], gained["e"], gained["o"]


def fewer_to_expected(difference: Fraction | float, people: Fraction | float) -> int:
    """One person fewer at a time until the difference is no longer above nothing."""
    above, n = Fraction(difference) * Fraction(people) / 10_000, 0
    while above - n > 0:
        n += 1
    return n


def fewer_to_pass(gap: Fraction | float, people: Fraction | float) -> int:
    """One person fewer at a time until the difference is under the other's; at least one."""
    above, n = Fraction(gap) * Fraction(people) / 10_000, 1
    while above - n >= 0:
        n += 1
    return n


def nearest(distances: dict[str, dict[str, float]], wanted: int) -> dict[str, list[str]]:
    """Each one's nearest others, equally near ones by code."""
    return {
        own: sorted((other for other in to if other != own), key=lambda other: (to[other], other))[:wanted]
        for own, to in distances.items()
    }


def condition_distances(
    conditions: dict[str, dict[str, float]], weights: dict[str, float]
) -> dict[str, dict[str, float]]:
    """The root of the weighted mean of squared differences, each condition in standard deviations (n)."""
    squares: dict[str, dict[str, float]] = {}
    for name, held in conditions.items():
        mean = sum(held.values()) / len(held)
        variance = sum((value - mean) ** 2 for value in held.values()) / len(held)
        for own, value in held.items():
            for other, theirs in held.items():
                row = squares.setdefault(own, {})
                row[other] = row.get(other, 0.0) + weights[name] * (value - theirs) ** 2 / variance
    total = sum(weights[name] for name in conditions)
    return {own: {other: math.sqrt(s / total) for other, s in row.items()} for own, row in squares.items()}


def list_places(values: dict[str, int]) -> dict[str, tuple[int, int]]:
    """First and last place each can have, smallest value first, equal values sharing their places."""
    return {
        own: (1 + sum(v < value for v in values.values()), sum(v <= value for v in values.values()))
        for own, value in values.items()
    }
