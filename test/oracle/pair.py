"""The verdict on two contenders in one metric, from their values in common blocks."""

import math
from bisect import bisect_left
from collections import Counter
from itertools import combinations_with_replacement

import student
from quantiles import median

MOST_BLOCKS = 10_000
FEWEST_FOR_SECOND_OPINION = 8
MOST_FOR_SIGN_FLIP = 32
BEYOND = 2**53 - 1


class Moments:
    def __init__(self, values):
        self.n = len(values)
        self.mean = math.fsum(values) / self.n
        self.spread = math.sqrt(math.fsum((v - self.mean) ** 2 for v in values) / (self.n - 1)) if self.n > 1 else 0.0
        # Dust of rounding is no spread between blocks.
        if self.spread <= max(map(abs, values)) * 1e-12:
            self.mean, self.spread = values[0], 0.0

    def half(self, level):
        return student.critical(level, self.n - 1) * self.spread / math.sqrt(self.n) if self.spread else 0.0


def bounded(value):
    return value if abs(value) < BEYOND else None


def interval_over_blocks(values):
    if len(values) < 2:
        return None, None
    on_logs = all(value > 0 for value in values)
    found = Moments([math.log(value) for value in values] if on_logs else values)
    if found.spread == 0:
        return bounded(values[0]), bounded(values[0])
    half = found.half(0.95)
    ends = (found.mean - half, found.mean + half)
    return tuple(bounded(safe_exp(end)) if on_logs else bounded(end) for end in ends)


def safe_exp(value):
    return math.exp(value) if value < 700 else math.inf


class Pair:
    def __init__(self, a, b, of_a, of_b, ratio, floor):
        self.a, self.b = a, b
        self.scale = "ratio" if all(value > 0 for value in of_a + of_b) else "difference"
        if self.scale == "ratio":
            self.differences = [math.log(x / y) for x, y in zip(of_a, of_b)]
            smaller = math.exp(min(math.fsum(map(math.log, side)) / len(side) for side in (of_a, of_b)))
            self.matters = max(math.log(ratio), 0.0 if floor is None else math.log1p(floor / smaller))
        else:
            self.differences = [x - y for x, y in zip(of_a, of_b)]
            self.matters = max((ratio - 1) * max(abs(median(of_a)), abs(median(of_b))), floor or 0.0)
        self.found = Moments(self.differences)
        self.level = None

    def p(self):
        found = self.found
        if found.n < 2:
            return 1.0
        if found.spread == 0:
            return 1.0 if found.mean == 0 else 0.0
        return student.both_tails(found.mean * math.sqrt(found.n) / found.spread, found.n - 1)

    def on_scale(self, value):
        return safe_exp(value) if self.scale == "ratio" else value

    def verdict(self, barred):
        found, distance = self.found, abs(self.found.mean)
        is_decidable = found.n > 1
        equal_half = found.half(0.9) if is_decidable else 0.0
        if not is_decidable:
            verdict = "undecided"
        elif distance > found.half(self.level):
            verdict = "better" if distance >= self.matters else "negligible"
        elif distance + equal_half < self.matters or (found.spread == 0 and distance == 0):
            verdict = "practicallyEqual"
        else:
            verdict = "undecided"
        level = 0.9 if verdict == "practicallyEqual" else self.level
        half = found.half(level) if is_decidable else None
        winner = self.a if found.mean < 0 else self.b
        is_barred = verdict == "better" and winner in barred
        if is_barred:
            verdict = "undecided"
        second = len(self.differences) >= FEWEST_FOR_SECOND_OPINION
        return {
            "scale": self.scale,
            "blockCount": found.n,
            "verdict": verdict,
            "better": winner if verdict == "better" else None,
            "blocksToDecide": self.blocks() if verdict == "undecided" and is_decidable and not is_barred else None,
            "estimate": self.on_scale(found.mean),
            "low": bounded(self.on_scale(found.mean - half)) if is_decidable else None,
            "high": bounded(self.on_scale(found.mean + half)) if is_decidable else None,
            "level": level,
            "pValue": self.p() if is_decidable and found.spread else None,
            "hodgesLehmann": self.on_scale(hodges_lehmann(self.differences)) if second else None,
            "signFlipPValue": sign_flip_p(self.differences) if second and found.n <= MOST_FOR_SIGN_FLIP else None,
        }

    def blocks(self):
        """Fewest blocks that tell the difference from none, or show that it does not matter."""
        distance = abs(self.found.mean)
        needed = [fewest(self.found.spread, distance, self.level), fewest(self.found.spread, self.matters - distance, 0.9)]
        return min((n for n in needed if n is not None), default=None)


def fewest(spread, distance, level):
    def is_enough(n):
        return student.both_tails(distance * math.sqrt(n) / spread, n - 1) <= 1 - level

    if distance <= 0 or not is_enough(MOST_BLOCKS):
        return None
    too_few, enough = 1, MOST_BLOCKS
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if is_enough(middle) else (middle, enough)
    return enough


def set_holm_levels(pairs):
    """Step-down: the k-th smallest p against 0.05 / (n - k + 1); from the first that fails on, all keep its level."""
    tested = sorted((p for p in pairs if p.found.n > 1), key=Pair.p)
    share = None
    for step, found in enumerate(tested):
        mine = share or 0.05 / (len(tested) - step)
        found.level = 1 - mine
        if found.p() > mine:
            share = mine
    for found in pairs:
        if found.found.n < 2:
            found.level = 1 - 0.05 / len(pairs)


def hodges_lehmann(differences):
    return median([(x + y) / 2 for x, y in combinations_with_replacement(differences, 2)])


def sign_flip_p(differences):
    """Over all 2^n ways to set the signs. Sums of two halves by convolution, in grains so small that equal sums are equal."""
    total = math.fsum(map(abs, differences))
    if total == 0:
        return 1.0
    steps = [round(value / total * 1e12) for value in differences]
    half = len(steps) // 2
    second = sorted(sums_of(steps[half:]).items())
    values = [value for value, _ in second]
    ways_from = [0]
    for _, ways in reversed(second):
        ways_from.append(ways_from[-1] + ways)
    least = abs(sum(steps)) - 1000
    if least <= 0:
        return 1.0
    reaching = sum(ways * ways_from[len(values) - bisect_left(values, least - value)] for value, ways in sums_of(steps[:half]).items())
    return 2 * reaching / 2 ** len(steps)


def sums_of(steps):
    sums = Counter({0: 1})
    for step in steps:
        grown = Counter()
        for value, ways in sums.items():
            grown[value + step] += ways
            grown[value - step] += ways
        sums = grown
    return sums


def check(agreement, place, told, found):
    for key in ("scale", "blockCount", "verdict", "better", "blocksToDecide"):
        agreement.exact(f"{place}: {key}", told[key], found[key])
    for key in ("estimate", "low", "high", "level", "pValue", "hodgesLehmann", "signFlipPValue"):
        agreement.near(f"{place}: {key}", told[key], found[key])
