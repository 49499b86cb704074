"""The figures that contenders are compared by: where a trial keeps each, and what matters where a scenario says nothing."""

PLACES = {
    "deliveryLatencyP50": (("deliveryLatencyUs", "p50"), 1.1, "floorMs", 1000),
    "deliveryLatencyP90": (("deliveryLatencyUs", "p90"), 1.1, "floorMs", 1000),
    "deliveryLatencyP99": (("deliveryLatencyUs", "p99"), 1.1, "floorMs", 1000),
    "firstMessageP99": (("jobs", "firstMessageUs", "p99"), 1.1, "floorMs", 1000),
    "messageGapP99": (("jobs", "gapUs", "p99"), 1.1, "floorMs", 1000),
    "addedToSessionP90": (("jobs", "chainAddedUs", "p90"), 1.1, "floorMs", 1000),
    "lostRatio": (("ledger", "lostCount"), 1.1, "floorRatio", 1),
    "requestsPerDelivery": (("requests", "perDelivery"), 1.05, "floorCount", 1),
    "requestsPerSecond": (("requests", "window", "sentPerSecond"), 1.05, "floorCount", 1),
    "wireBytesPerDelivery": (("bytes", "wirePerDeliveryBytes"), 1.05, "floorBytes", 1),
    "applicationBytesPerDelivery": (("bytes", "applicationPerDeliveryBytes"), 1.05, "floorBytes", 1),
    "serverMemoryPerClient": (("server", "memory", "perClientBytes"), 1.05, "floorBytes", 1),
    "serverKernelMemoryPerClient": (("server", "memory", "kernelPerClientBytes"), 1.05, "floorBytes", 1),
    "serverDescriptorsPerClient": (("server", "descriptors", "perClient"), 1.05, "floorCount", 1),
    "serverCpu": (("server", "processor", "cpuMsPerSecond"), 1.1, "floorMsPerSecond", 1),
    "serverCpuPerDelivery": (("server", "processor", "cpuUsPerDelivery"), 1.1, "floorUs", 1),
    "timeToSubscribedP99": (("connections", "timeToSubscribedUs", "p99"), 1.2, "floorMs", 1000),
    "connectTimePerClient": (("connections", "perConnect", "timeUs"), 1.1, "floorUs", 1),
    "serverCpuPerConnect": (("connections", "perConnect", "serverCpuUs"), 1.1, "floorUs", 1),
    "wireBytesPerConnect": (("connections", "perConnect", "wireBytes"), 1.05, "floorBytes", 1),
}

# Which findings of a gate keep a metric out.
FAMILIES = {
    "latency": ("deliveryLatencyP50", "deliveryLatencyP90", "deliveryLatencyP99", "firstMessageP99", "messageGapP99", "addedToSessionP90"),
    "cpu": ("serverCpu", "serverCpuPerDelivery"),
    "throughput": ("requestsPerDelivery", "requestsPerSecond", "wireBytesPerDelivery", "applicationBytesPerDelivery"),
    "counts": ("lostRatio", "serverDescriptorsPerClient", "wireBytesPerConnect"),
    "memory": ("serverMemoryPerClient", "serverKernelMemoryPerClient"),
    "connecting": ("timeToSubscribedP99", "connectTimePerClient", "serverCpuPerConnect"),
}
FAMILY_OF = {metric: family for family, named in FAMILIES.items() for metric in named}


def value_of(trial, metric):
    """(value, whether it is infinite)."""
    if not counts(trial, FAMILY_OF[metric]):
        return None, False
    if metric == "lostRatio":
        expected = trial["ledger"]["expectedCount"]
        return (owed(trial) / expected if expected else None), False
    *path, key = PLACES[metric][0]
    holder = trial
    for step in path:
        holder = holder.get(step, {})  # absent in results of earlier versions
    value = holder.get(key)
    if isinstance(value, dict):
        value = value["value"]
    return value, value is None and holder.get("reasons", {}).get(key, "").startswith("∞")


def owed(trial):
    """Lost, and what the contender of a trial that counts stopped delivering."""
    return trial["ledger"]["lostCount"] + trial["ledger"].get("notReceivedCount", 0)


def matter_of(metric, scenario):
    """(ratio, floor in the unit of the metric or None)."""
    _, ratio, floor_key, factor = PLACES[metric]
    declared = scenario.get("matters", {}).get(metric, {})
    floor = declared.get(floor_key)
    return declared.get("ratio", ratio), None if floor is None else floor * factor


def counts(trial, family, is_limit=False):
    """Whether figures of a family enter medians and comparisons, or limits, which are judged by what is not ranked too."""
    if trial.get("isRepeated", False) or trial["validity"]["status"] in ("invalid", "unknown"):
        return False
    out = ("invalid", "unknown") if is_limit else ("invalid", "unknown", "unranked")
    return not any(reason["status"] in out and family in reason.get("families", ()) for reason in trial["validity"]["reasons"])


def is_counted(trial):
    return any(counts(trial, family, is_limit=True) for family in FAMILIES)
