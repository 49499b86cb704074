"""Summary, verdicts and limits of a document, from the figures of its trials."""

import math
from itertools import combinations

import pair
from metrics import PLACES, counts, is_counted, matter_of, owed, value_of
from quantiles import median


def check_document(agreement, document):
    rows = {row["contender"]: row for row in document["summary"]}
    counted = {label: sorted((t for t in document["trials"] if t["contender"] == label and is_counted(t)), key=lambda t: t["block"]) for label in rows}
    for label, row in rows.items():
        check_row(agreement, f"summary of {label}", row, counted[label], document)
    scenario = document["scenario"]["resolved"]
    for told in document["comparison"]["metrics"]:
        check_metric(agreement, told, counted, scenario)
    compared = [told["metric"] for told in document["comparison"]["metrics"]]
    agreement.exact("metrics compared", compared, [metric for metric in PLACES if metric in compared])
    check_limits(agreement, document, scenario)


def check_row(agreement, place, row, trials, document):
    agreement.exact(f"{place}: countedTrialCount", row["countedTrialCount"], len(trials))
    attempts = [trial for trial in document["trials"] if trial["contender"] == row["contender"]]
    mine = [trial for trial in attempts if not trial.get("isRepeated", False)]
    agreement.exact(f"{place}: repeatedCount", row.get("repeatedCount", 0), len(attempts) - len(mine))
    failed = sum(1 for trial in document["failedTrials"] if trial["contender"] == row["contender"])
    agreement.exact(f"{place}: trialCount", row["trialCount"], len(mine) + failed)
    for status in ("valid", "tainted", "invalid", "unknown"):
        agreement.exact(f"{place}: {status}", row["validity"][status], sum(1 for trial in mine if trial["validity"]["status"] == status))
    accounted = [trial for trial in trials if counts(trial, "counts")]
    for key, told in row["ledger"].items():
        agreement.exact(f"{place}: ledger.{key}", told, sum(trial["ledger"].get(key, 0) for trial in accounted))
    agreement.exact(f"{place}: deliveryCount", row["deliveryCount"], sum(trial["ledger"]["deliveredCount"] for trial in accounted))
    worth = [trial["deliveryLatencyUs"]["effectiveCount"] for trial in trials if counts(trial, "latency")]
    agreement.near(f"{place}: effectiveDeliveryCount", row["effectiveDeliveryCount"], None if not worth or None in worth else math.fsum(worth))
    for metric in (name for name in PLACES if name in row["metrics"]):
        check_summary(agreement, f"{place}: {metric}", row["metrics"][metric], metric, trials)


def check_summary(agreement, place, told, metric, trials):
    read = [(trial["block"], *value_of(trial, metric)) for trial in trials]
    values = [value for _, value, _ in read if value is not None]
    infinite = sum(1 for *_, is_infinite in read if is_infinite)
    agreement.exact(f"{place}.values", told["values"], values)
    agreement.exact(f"{place}.blocks", told["blocks"], [block for block, value, _ in read if value is not None])
    middle = median(values + [math.inf] * infinite) if values or infinite else math.inf
    agreement.near(f"{place}.median", told["median"], None if math.isinf(middle) else middle)
    low, high = pair.interval_over_blocks(values) if infinite == 0 else (None, None)
    agreement.near(f"{place}.low", told["low"], low)
    agreement.near(f"{place}.high", told["high"], high)


def check_metric(agreement, told, counted, scenario):
    metric = told["metric"]
    ratio, floor = matter_of(metric, scenario)
    agreement.exact(f"{metric}.ratioThatMatters", told["ratioThatMatters"], ratio)
    agreement.near(f"{metric}.floorThatMatters", told["floorThatMatters"], floor)
    by_block = {
        label: {trial["block"]: value for trial in trials for value in [value_of(trial, metric)[0]] if value is not None}
        for label, trials in counted.items()
    }
    pairs = []
    for a, b in combinations(counted, 2):
        common = [block for block in by_block[a] if block in by_block[b]]
        if common:
            pairs.append(pair.Pair(a, b, [by_block[a][c] for c in common], [by_block[b][c] for c in common], ratio, floor))
    pair.set_holm_levels(pairs)
    barred = {label for label, trials in counted.items() if is_barred(metric, trials)}
    names = [(p.a, p.b) for p in pairs]
    agreement.exact(f"{metric}: pairs", [(p["a"], p["b"]) for p in told["pairs"]], names)
    for shown, found in zip(told["pairs"], pairs):
        pair.check(agreement, f"{metric}: {found.a} and {found.b}", shown, found.verdict(barred))


def is_barred(metric, trials):
    """Never better: more than 1 % undelivered, or infinite in a block."""
    accounted = [trial for trial in trials if counts(trial, "counts")]
    expected = sum(trial["ledger"]["expectedCount"] for trial in accounted)
    censored = sum(trial["ledger"]["censoredCount"] for trial in accounted)
    return censored > expected / 100 or any(value_of(trial, metric)[1] for trial in trials)


def check_limits(agreement, document, scenario):
    limits = scenario.get("limits", {})
    broken = []
    for trial in document["trials"]:
        found = {"lostCount": owed(trial), "duplicatedCount": trial["ledger"]["duplicatedCount"]}
        for key in found if counts(trial, "counts", is_limit=True) else ():
            if key in limits and found[key] > limits[key]:
                broken.append((key, trial["contender"], trial["block"], found[key]))
        allowed, p99 = limits.get("deliveryLatencyP99Ms"), trial["deliveryLatencyUs"]["p99"]
        if not counts(trial, "latency", is_limit=True):
            continue
        if allowed is not None and p99 is not None and p99 > allowed * 1000:
            broken.append(("deliveryLatencyP99Ms", trial["contender"], trial["block"], p99 / 1000))
    told = [(b["limit"], b["contender"], b["block"], b["measured"]) for b in document["comparison"]["limitBreaches"]]
    # A latency limit that is decided without a p99 to show has no value to compare.
    agreement.exact("limits broken", [breach for breach in told if breach[3] is not None], broken)
