"""Collects what the result says and what was computed again, and where both differ."""

RELATIVE = 1e-9


class Agreement:
    """Counts and quantiles must be equal; what went through floating-point sums must agree within 1e-9 of its size."""

    def __init__(self):
        self.compared = 0
        self.faults = []

    def exact(self, place, told, found):
        self.compared += 1
        if told != found or isinstance(told, bool) != isinstance(found, bool):
            self.faults.append(f"{place}: the result says {told!r}, computed again it is {found!r}")

    def near(self, place, told, found):
        self.compared += 1
        if told is None or found is None:
            agrees = told is found
        else:
            agrees = abs(told - found) <= RELATIVE * max(abs(told), abs(found))
        if not agrees:
            self.faults.append(f"{place}: the result says {told!r}, computed again it is {found!r}")

    def holds(self, place, claim, is_true):
        self.compared += 1
        if not is_true:
            self.faults.append(f"{place}: {claim} does not hold")
