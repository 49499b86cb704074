"""Distributions of a trial again: quantiles by nearest rank over delivered and undelivered pairs, effective n, intervals."""

import math
from collections import defaultdict
from fractions import Fraction

import student

QUANTILES = {"p50": Fraction(1, 2), "p90": Fraction(9, 10), "p99": Fraction(99, 100), "p999": Fraction(999, 1000)}


def nearest_rank(ordered, q, n):
    """The q-quantile of n values of which `ordered` are the finite ones; None where it is infinite or there is none."""
    rank = max(1, math.ceil(q * n))
    return ordered[rank - 1] if rank <= len(ordered) else None


def shown(ordered, q, n):
    """A quantile is shown when four values lie beyond it."""
    return nearest_rank(ordered, q, n) if n > 0 and n * (1 - q) >= 4 else None


def compare_distribution(agreement, place, told, values, n, clusters=None):
    """`values` are those of delivered pairs, n counts undelivered ones too, `clusters` holds the values by message."""
    ordered = sorted(values)
    agreement.exact(f"{place}.count", told["count"], len(ordered))
    agreement.exact(f"{place}.censoredCount", told["censoredCount"], n - len(ordered))
    for key, q in QUANTILES.items():
        agreement.exact(f"{place}.{key}", told[key], shown(ordered, q, n))
    is_whole = n > 0 and len(ordered) == n
    agreement.exact(f"{place}.max", told["max"], ordered[-1] if is_whole else None)
    agreement.near(f"{place}.mean", told["mean"], math.fsum(ordered) / n if is_whole else None)
    effective = (float(n) if n > 0 else None) if clusters is None else effective_count(clusters, n)
    agreement.near(f"{place}.effectiveCount", told["effectiveCount"], effective)
    return ordered, effective


def effective_count(clusters, n):
    groups = [values for values in clusters.values() if values]
    total = sum(map(len, groups))
    if len(groups) < 2:
        return None
    if len(groups) == total:
        return float(n)
    mean = math.fsum(value for values in groups for value in values) / total
    means = [math.fsum(values) / len(values) for values in groups]
    between = math.fsum(len(values) * (m - mean) ** 2 for values, m in zip(groups, means)) / (len(groups) - 1)
    within = math.fsum((value - m) ** 2 for values, m in zip(groups, means) for value in values) / (total - len(groups))
    kish = sum(len(values) ** 2 for values in groups) / total
    n0 = (total - kish) / (len(groups) - 1)
    denominator = between + (n0 - 1) * within
    icc = min(1.0, max(0.0, (between - within) / denominator)) if denominator else 0.0
    return n / (1 + (kish - 1) * icc)


def compare_intervals(agreement, place, told, ordered, clusters, expected, effective):
    """Woodruff intervals over blocks of consecutive messages; `expected` holds the pairs of each message, in due order."""
    n = sum(expected.values())
    for key in ("p50", "p90", "p99"):
        q = QUANTILES[key]
        value = shown(ordered, q, n)
        needed = math.ceil(math.log(0.025) / math.log(q))
        if value is None or len(expected) < 30 or effective is None or effective < needed:
            agreement.exact(f"{place}.{key}", told[key], None)
            continue
        low, high = woodruff(float(q), value, ordered, clusters, expected, n)
        found = told[key] or {"value": None, "low": None, "high": None, "n": None}
        agreement.exact(f"{place}.{key}.value", found["value"], value)
        agreement.exact(f"{place}.{key}.low", found["low"], low)
        agreement.exact(f"{place}.{key}.high", found["high"], high)
        agreement.exact(f"{place}.{key}.n", found["n"], len(expected))


def woodruff(q, value, ordered, clusters, expected, n):
    reached = {message: sum(1 for latency in clusters.get(message, ()) if latency <= value) for message in expected}
    share = sum(reached.values()) / n
    size = round(len(expected) ** (1 / 3), 9)
    size = math.ceil(size)
    messages = list(expected)
    sums = [
        sum(reached[m] - share * expected[m] for m in messages[start : start + size]) for start in range(0, len(messages), size)
    ]
    error = math.sqrt(math.fsum(s * s for s in sums) * len(sums) / (len(sums) - 1)) / n
    half = student.critical(0.95, len(sums) - 1) * error / (q * (1 - q))
    logit = math.log(q / (1 - q))
    return [nearest_rank(ordered, 1 / (1 + math.exp(-place)) - 1e-9 / n, n) for place in (logit - half, logit + half)]


def client_p99(values_of, expected_of):
    """Median and maximum over clients of the p99 of each alone."""
    if not expected_of or min(expected_of.values()) < 400:
        return None, None
    ranked = [nearest_rank(sorted(values_of[c]), QUANTILES["p99"], n) for c, n in expected_of.items()]
    each = sorted(math.inf if value is None else value for value in ranked)
    middle = median(each)
    return (None if math.isinf(middle) else middle), (None if math.isinf(each[-1]) else each[-1])


def median(values):
    ordered = sorted(values)
    half = len(ordered) // 2
    lower, upper = ordered[(len(ordered) - 1) // 2], ordered[half]
    return upper if lower == upper else (lower + upper) / 2


def by_message(pairs):
    groups = defaultdict(list)
    for message, value in pairs:
        groups[message].append(value)
    return groups
