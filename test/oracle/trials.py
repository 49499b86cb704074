"""What a single trial says, against its raw files and against itself."""

import math
from collections import Counter, defaultdict
from fractions import Fraction

import quantiles
import student
from ledger import Ledger
from metrics import FAMILIES

SLICE_US = 250_000
STALL_US = 250_000
SEVERITY = ["valid", "tainted", "unknown", "invalid"]


def check_trial(agreement, trial):
    check_requests(agreement, trial)
    check_bytes(agreement, trial)
    check_status(agreement, trial)
    check_server(agreement, trial)
    check_raw(agreement, trial)


def check_requests(agreement, trial):
    told, place = trial.told["requests"], f"{trial.place}: requests"
    ended = told["completedCount"] + told["failedCount"] + told["timedOutCount"] + told["inFlightAtEndCount"]
    agreement.exact(f"{place}: sent = completed + failed + timed out + in flight", told["sentCount"], ended)
    upstream = told.get("upstream")
    if upstream is not None:
        ended = upstream["completedCount"] + upstream["failedCount"] + upstream["inFlightAtEndCount"]
        agreement.exact(f"{place}.upstream: sent = completed + failed + in flight", upstream["sentCount"], ended)
    window = told["window"]
    delivered = trial.told["ledger"]["deliveredCount"]
    agreement.near(f"{place}.perDelivery", told["perDelivery"], window["sentCount"] / delivered if delivered else None)
    agreement.near(f"{place}.emptyRatio", told["emptyRatio"], window["emptyCount"] / window["sentCount"] if window["sentCount"] else None)
    agreement.holds(f"{place}", "empty answers are at most the completed ones", told["emptyCount"] <= told["completedCount"])
    sent, seen, is_countable = both_counts(told)
    if is_countable and sent != seen:
        agreement.holds(place, f"client count {sent} = server count {seen}", "count-mismatch" in gates(trial))


def both_counts(requests):
    """What clients say that they sent, what the server saw, and whether both must be the same."""
    upstream = requests.get("upstream", {"sentCount": 0, "serverSeenCount": 0, "failedCount": 0})
    is_countable = requests["failedCount"] + requests["timedOutCount"] + upstream["failedCount"] == 0
    return requests["sentCount"] + upstream["sentCount"], requests["serverSeenCount"] + upstream["serverSeenCount"], is_countable


def check_bytes(agreement, trial):
    told = trial.told["bytes"]
    delivered = trial.told["ledger"]["deliveredCount"]
    application = told["applicationDownBytes"] + told["applicationUpBytes"]
    for key, total in (
        ("applicationPerDeliveryBytes", application),
        ("wirePerDeliveryBytes", told["wireBytes"]),
        ("wireSegmentsPerDelivery", told["wireSegmentCount"]),
    ):
        found = None if total is None or delivered == 0 else total / delivered
        agreement.near(f"{trial.place}: bytes.{key}", told[key], found)


def check_server(agreement, trial):
    told, ramp = trial.told["server"], trial.told["ramp"]
    xs = [step["clientCount"] for step in ramp]
    live = [step["memory"]["heapUsedBytes"] + step["memory"]["externalBytes"] for step in ramp]
    kernel = [step["kernelBytes"] for step in ramp]
    check_slope(agreement, f"{trial.place}: memory.perClientBytes", told["memory"]["perClientBytes"], xs, live)
    if None not in kernel:
        # Half: both ends of a connection are on this machine.
        halves = [value / 2 for value in kernel]
        check_slope(agreement, f"{trial.place}: memory.kernelPerClientBytes", told["memory"]["kernelPerClientBytes"], xs, halves)
    files = told["descriptors"]
    if files["idleCount"] is not None and files["baselineCount"] is not None and xs and xs[-1] > 0:
        found = (files["idleCount"] - files["baselineCount"]) / xs[-1]
        agreement.near(f"{trial.place}: descriptors.perClient", files["perClient"], found)


def check_slope(agreement, place, told, xs, ys):
    if len(xs) < 3 or len(set(xs)) < 2:
        agreement.exact(place, told, None)
        return
    value, half = slope(xs, ys)
    agreement.near(f"{place}.value", told["value"], value)
    agreement.near(f"{place}.width", told["high"] - told["low"], 2 * half)


def slope(xs, ys):
    """Least squares, in whole numbers and fractions; half the width of its 95 % interval."""
    xs, ys, n = [Fraction(x) for x in xs], [Fraction(y) for y in ys], len(xs)
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    squares = sum((x - mean_x) ** 2 for x in xs)
    value = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / squares
    residuals = sum((y - mean_y - value * (x - mean_x)) ** 2 for x, y in zip(xs, ys))
    return float(value), student.critical(0.95, n - 2) * math.sqrt(residuals / (n - 2) / squares)


def gates(trial):
    return {reason["gate"] for reason in trial.told["validity"]["reasons"]}


def status_of(reasons):
    """Invalid, or unknown, only where no family of figures is left; earlier versions had no families, and the worst reason stood for all."""
    if any("families" not in reason for reason in reasons):
        return SEVERITY[max(SEVERITY.index(reason["status"]) for reason in reasons)]
    for status, out in (("invalid", ("invalid",)), ("unknown", ("invalid", "unknown"))):
        if all(any(reason["status"] in out and family in reason["families"] for reason in reasons) for family in FAMILIES):
            return status
    return "tainted" if reasons else "valid"


def check_status(agreement, trial):
    told = trial.told["validity"]
    agreement.exact(f"{trial.place}: validity.status is what its reasons leave of it", told["status"], status_of(told["reasons"]))
    clients, requests = trial.told["clients"], trial.told["requests"]
    sent, seen, is_countable = both_counts(requests)
    fails = {
        "clients-missing": clients["askedCount"] != clients["subscribedCount"],
        "ledger-not-exercised": trial.told["ledger"]["expectedCount"] < 500,
        "count-mismatch": is_countable and sent != seen,
    }
    for gate, has_failed in fails.items():
        agreement.exact(f"{trial.place}: gate {gate} failed", gate in gates(trial), has_failed)


def check_raw(agreement, trial):
    told, place = trial.told, trial.place
    ledger = Ledger(trial)
    counts = ledger.counts()
    for key, found in counts.items():
        agreement.exact(f"{place}: ledger.{key}", told["ledger"].get(key, 0), found)
    total = counts["deliveredCount"] + counts["lostCount"] + counts["corruptedCount"] + counts["notReceivedCount"]
    agreement.exact(f"{place}: expected = delivered + lost + corrupted + not received", told["ledger"]["expectedCount"], total)
    subscribed = sum(map(len, ledger.clients_of.values()))
    agreement.exact(f"{place}: clients.subscribedCount", told["clients"]["subscribedCount"], subscribed)
    latency = {pair: ledger.first[pair] - trial.due[pair[0]] for pair in ledger.delivered}
    negative = sum(1 for value in latency.values() if value < 0)
    agreement.exact(f"{place}: gate negative-latency failed", "negative-latency" in gates(trial), negative > 0)
    check_lag(agreement, trial, ledger)
    if negative == 0:
        check_latency(agreement, trial, ledger, latency)
        check_timeline(agreement, trial, ledger, latency)
        check_jobs(agreement, trial, ledger)


def check_lag(agreement, trial, ledger):
    lags = [trial.published[m] - trial.due[m] for m in ledger.measured if not math.isnan(trial.published[m])]
    quantiles.compare_distribution(agreement, f"{trial.place}: publisherLagUs", trial.told["publisherLagUs"], lags, len(lags))


def check_latency(agreement, trial, ledger, latency):
    told, place = trial.told, trial.place
    recovered = told.get("recoveredLatencyUs")
    if recovered is not None:
        # When clients came back is in none of the raw files: only the sum can be held against them.
        count = told["deliveryLatencyUs"]["count"] + recovered["count"]
        agreement.exact(f"{place}: live and recovered deliveries", count, len(latency))
        return
    n = sum(ledger.fan_out[m] for m in ledger.measured)
    clusters = quantiles.by_message((m, value) for (m, _), value in latency.items())
    name = f"{place}: deliveryLatencyUs"
    ordered, effective = quantiles.compare_distribution(agreement, name, told["deliveryLatencyUs"], latency.values(), n, clusters)
    expected = {m: ledger.fan_out[m] for m in ledger.measured if ledger.fan_out[m] > 0}
    intervals = told["deliveryLatencyUs"]["intervals"]
    quantiles.compare_intervals(agreement, f"{name}.intervals", intervals, ordered, clusters, expected, effective)
    service = {pair: ledger.first[pair] - trial.published[pair[0]] for pair in ledger.delivered}
    groups = quantiles.by_message((m, value) for (m, _), value in service.items())
    quantiles.compare_distribution(agreement, f"{place}: serviceLatencyUs", told["serviceLatencyUs"], service.values(), n, groups)
    if trial.sender_of_message is not None:
        echoes = [value for (m, client), value in latency.items() if trial.sender_of_message[m] == client]
        subscribed = set().union(*ledger.clients_of.values())
        count = sum(1 for m in ledger.measured if ledger.fan_out[m] > 0 and trial.sender_of_message[m] in subscribed)
        quantiles.compare_distribution(agreement, f"{place}: echoLatencyUs", told["echoLatencyUs"], echoes, count)
    values_of, expected_of = defaultdict(list), Counter()
    for (_, client), value in latency.items():
        values_of[client].append(value)
    for message in ledger.measured:
        expected_of.update(ledger.clients_of[trial.channel_of_message[message]])
    middle, largest = quantiles.client_p99(values_of, expected_of)
    agreement.exact(f"{place}: clientP99Us.median", told["clientP99Us"]["median"], middle)
    agreement.exact(f"{place}: clientP99Us.max", told["clientP99Us"]["max"], largest)


def check_timeline(agreement, trial, ledger, latency):
    due, received, arrived, held = Counter(), defaultdict(list), Counter(), Counter()
    slice_of = lambda at_us: int((at_us - trial.opens) // SLICE_US)
    for message in ledger.measured:
        due[slice_of(trial.due[message])] += ledger.fan_out[message]
    for pair, value in latency.items():
        was_due, came = slice_of(trial.due[pair[0]]), slice_of(ledger.first[pair])
        received[came].append(value)
        arrived[was_due] += 1
        held.update(range(was_due + 1, came))
    last = max([*due, *received, math.ceil((trial.closes - trial.opens) / SLICE_US) - 1])
    agreement.exact(f"{trial.place}: slices of the timeline", len(trial.told["timeline"]), last + 1)
    for index, told in enumerate(trial.told["timeline"]):
        place, values = f"{trial.place}: timeline[{index}]", sorted(received[index])
        agreement.exact(f"{place}.atMs", told["atMs"], index * SLICE_US / 1000)
        agreement.exact(f"{place}.dueCount", told["dueCount"], due[index])
        agreement.exact(f"{place}.deliveredCount", told["deliveredCount"], len(values))
        if "arrivedCount" in told:
            agreement.exact(f"{place}.arrivedCount", told["arrivedCount"], arrived[index])
            agreement.exact(f"{place}.heldCount", told["heldCount"], held[index])
        agreement.exact(f"{place}.p50Us", told["p50Us"], quantiles.shown(values, quantiles.QUANTILES["p50"], len(values)))
        agreement.exact(f"{place}.maxUs", told["maxUs"], values[-1] if values else None)


def check_jobs(agreement, trial, ledger):
    """What the raw files tell of jobs: each is a channel with one client, and its messages are due in the order of their places."""
    told, place = trial.told.get("jobs"), f"{trial.place}: jobs"
    if told is None:
        return
    messages_of = defaultdict(list)
    for message in sorted(range(len(trial.due)), key=lambda m: trial.due[m]):
        messages_of[trial.channel_of_message[message]].append(message)
    delivered = {message: ledger.first[message, client] for message, client in ledger.delivered}
    asked = [channel for channel in range(len(trial.channel_of_client)) if messages_of[channel]]
    gaps, done, firsts = [], 0, 0
    for channel in asked:
        messages = messages_of[channel]
        done += messages[-1] in delivered
        firsts += messages[0] in delivered
        gaps += [max(0, delivered[b] - delivered[a]) for a, b in zip(messages, messages[1:]) if a in delivered and b in delivered]
    agreement.exact(f"{place}.askedCount", told["askedCount"], len(asked))
    agreement.exact(f"{place}.doneCount", told["doneCount"], done)
    agreement.exact(f"{place}.firstMessageUs.count", told["firstMessageUs"]["count"], firsts)
    quantiles.compare_distribution(agreement, f"{place}.gapUs", told["gapUs"], gaps, len(gaps))
    stalls = sum(1 for gap in gaps if gap > STALL_US)
    agreement.exact(f"{place}.stallCount", told["stallCount"], stalls)
    agreement.near(f"{place}.stallRatio", told["stallRatio"], stalls / len(gaps) if gaps else None)
