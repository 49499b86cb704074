"""Keeps the ledger of a trial again: every (message, client) pair that was expected, and what became of it."""

import math
from collections import defaultdict

from bundle import CORRUPTED, NEVER_SUBSCRIBED


class Ledger:
    def __init__(self, trial):
        self.trial = trial
        self.clients_of = defaultdict(list)
        for client, channel in enumerate(trial.channel_of_client):
            if channel != NEVER_SUBSCRIBED:
                self.clients_of[channel].append(client)
        messages = range(len(trial.due))
        self.measured = [m for m in messages if trial.opens <= trial.due[m] < trial.closes]
        self.warm_up = [m for m in messages if trial.due[m] < trial.opens]
        self.fan_out = {m: len(self.clients_of[trial.channel_of_message[m]]) for m in messages}
        self.first = {}
        self.duplicated = self.reordered = self.unexpected = 0
        damaged = set()
        latest = defaultdict(lambda: -1)
        # Of any copy, damaged ones too: what came behind a message that did not come proves that it is lost.
        passed = defaultdict(lambda: -1)
        measured = set(self.measured)
        for tag, client, received in trial.receipts:
            message = tag if tag < CORRUPTED else self.by_cursor(client, tag - CORRUPTED)
            if not self.is_expected(message, client):
                self.unexpected += received >= trial.opens
                continue
            # Order is promised among the messages of one sender.
            sender = self.sender_of(message)
            passed[client, sender] = max(passed[client, sender], message)
            if tag >= CORRUPTED:
                damaged.add((message, client))
                continue
            is_behind = message < latest[client, sender]
            latest[client, sender] = max(latest[client, sender], message)
            if (message, client) in self.first:
                self.duplicated += message in measured
                continue
            self.first[message, client] = received
            self.reordered += is_behind and message in measured
        self.delivered = [pair for pair in self.first if pair[0] in measured]
        self.corrupted = sum(1 for pair in damaged - self.first.keys() if pair[0] in measured)
        self.lost = self.not_received = 0
        ordinal = self.ordinals()
        for message in self.measured:
            for client in self.clients_of[trial.channel_of_message[message]]:
                if (message, client) in self.first or (message, client) in damaged:
                    continue
                has_left = message in ordinal
                is_settled = trial.settled_of_client is None or (has_left and ordinal[message] <= trial.settled_of_client[client])
                is_lost = is_settled or (has_left and message < passed[client, self.sender_of(message)])
                self.lost += is_lost
                self.not_received += not is_lost

    def sender_of(self, message):
        senders = self.trial.sender_of_message
        return None if senders is None else senders[message]

    def ordinals(self):
        """Of each message that was published, its number among those of its channel: the server counts 1, 2, 3."""
        trial, found, counted = self.trial, {}, defaultdict(int)
        for message, channel in enumerate(trial.channel_of_message):
            if not math.isnan(trial.published[message]):
                counted[channel] += 1
                found[message] = counted[channel]
        return found

    def is_expected(self, message, client):
        trial = self.trial
        if message is None or message >= len(trial.due) or client >= len(trial.channel_of_client):
            return False
        return trial.channel_of_message[message] == trial.channel_of_client[client]

    def by_cursor(self, client, cursor):
        """The c-th message that was published on the client's channel."""
        trial = self.trial
        if client >= len(trial.channel_of_client):
            return None
        channel = trial.channel_of_client[client]
        published = [m for m in range(len(trial.due)) if trial.channel_of_message[m] == channel and not math.isnan(trial.published[m])]
        return published[cursor - 1] if 1 <= cursor <= len(published) else None

    def counts(self):
        expected = sum(self.fan_out[m] for m in self.measured)
        set_of_warm_up = set(self.warm_up)
        return {
            "expectedCount": expected,
            "deliveredCount": len(self.delivered),
            "lostCount": self.lost,
            "notReceivedCount": self.not_received,
            "duplicatedCount": self.duplicated,
            "reorderedCount": self.reordered,
            "unexpectedCount": self.unexpected,
            "corruptedCount": self.corrupted,
            "censoredCount": expected - len(self.delivered),
            "warmUpExpectedCount": sum(self.fan_out[m] for m in self.warm_up),
            "warmUpDeliveredCount": sum(1 for message, _ in self.first if message in set_of_warm_up),
        }
