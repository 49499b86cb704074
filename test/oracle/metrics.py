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

OF_THE_LOAD = ("serverCpu", "requestsPerSecond")


def value_of(trial, metric):
    """(value, whether it is infinite)."""
    if is_uncompared(trial, metric):
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


def is_uncompared(trial, metric):
    """Of a trial that could not keep up: how late it was and what it took per second say nothing of the load that was offered."""
    is_saturated = any(reason["gate"] == "saturated" for reason in trial["validity"]["reasons"])
    return is_saturated and (metric.startswith("deliveryLatency") or PLACES[metric][0][0] == "jobs" or metric in OF_THE_LOAD)


def is_counted(trial):
    return trial["validity"]["status"] in ("valid", "tainted")
