"""Reads a result folder: result.json and, for each trial, the two files that it names."""

import array
import hashlib
import json
import os
import sys

NEVER_SUBSCRIBED = 0xFFFFFFFF
CORRUPTED = 0x80000000
RECORD_BYTES = 16


class Trial:
    """A trial of the document, with the columns of its raw files."""

    def __init__(self, told, folder, agreement, has_files):
        self.told = told
        self.place = f"block {told['block'] + 1}, {told['contender']}"
        if not has_files:
            return
        deliveries = read(told["deliveries"], folder, self.place, agreement)
        schedule = read(told["schedule"], folder, self.place, agreement)
        agreement.exact(f"{self.place}: deliveries.count", told["deliveries"]["count"], len(deliveries) // RECORD_BYTES)
        self.receipts = receipts_of(deliveries)
        messages, clients = told["schedule"]["messageCount"], told["schedule"]["clientCount"]
        self.due = column("d", schedule, 0, messages)
        self.published = column("d", schedule, 8 * messages, messages)
        self.channel_of_message = column("I", schedule, 16 * messages, messages)
        self.channel_of_client = column("I", schedule, 20 * messages, clients)
        has_senders = told["schedule"].get("hasSenders", False)
        self.sender_of_message = column("I", schedule, 20 * messages + 4 * clients, messages) if has_senders else None
        has_settled = told["schedule"].get("hasSettledCounts", False)
        end = 20 * messages + 4 * clients + (4 * messages if has_senders else 0)
        self.settled_of_client = column("I", schedule, end, clients) if has_settled else None
        self.opens = told["schedule"]["fromAtUs"]
        self.closes = told["schedule"]["untilAtUs"]


def read(named, folder, place, agreement):
    if named is None:
        sys.exit(f"{place}: its raw files were not kept; check the rest with --summary-only")
    with open(os.path.join(folder, named["file"]), "rb") as file:
        content = file.read()
    agreement.exact(f"{place}: SHA-256 of {named['file']}", named["sha256"], hashlib.sha256(content).hexdigest())
    return content


def column(kind, content, start, count):
    values = array.array(kind)
    values.frombytes(content[start : start + values.itemsize * count])
    return values


def receipts_of(content):
    """(message or flagged cursor, client, received at), in the order of the file."""
    words = array.array("I", content)
    instants = array.array("d", content)
    return list(zip(words[0::4], words[1::4], instants[1::2]))


def load(folder, agreement, has_files):
    with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
        document = json.load(file)
    return document, [Trial(told, folder, agreement, has_files) for told in document["trials"]]
