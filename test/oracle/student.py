"""Student's t by the regularised incomplete beta function (continued fraction, modified Lentz), and its inverse by bisection."""

import math


def beta_fraction(a, b, x):
    tiny = 1e-300
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1) or tiny)
    value = d
    for m in range(1, 10_000):
        for term in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1.0 / (1.0 + term * d or tiny)
            c = 1.0 + term / c or tiny
            value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return value


def incomplete_beta(a, b, x, rest):
    """I_x(a, b); `rest` is 1 - x, given apart so that no digit is lost."""
    if x == 0 or rest == 0:
        return float(x != 0)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest))
    if x < (a + 1) / (a + b + 2):
        return front * beta_fraction(a, b, x) / a
    return 1.0 - front * beta_fraction(b, a, rest) / b


def both_tails(t, freedom):
    """P(|T| >= t)."""
    square = t * t
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + square), square / (freedom + square))


def critical(level, freedom):
    """The t with P(|T| >= t) = 1 - level."""
    low, high = -40.0, 40.0
    for _ in range(120):
        middle = (low + high) / 2
        if both_tails(math.exp(middle), freedom) > 1 - level:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)
