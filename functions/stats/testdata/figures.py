"""Writes figures.jsonl, what statistics of awkward numbers must be.

Every figure is computed from the numbers by its definition: sums and moments with
rational numbers, roots and logarithms with 60 decimal places. It is rounded to a double
at the end, once. "tol" is the relative error allowed: none where a figure must be the
nearest double, otherwise what the rounding of the mean does to powers of distances.
"abs" is the error allowed however small the figure is: of skewness and kurtosis, which
are ratios, and of what is made of squares that are no doubles.

    python3 figures.py >figures.jsonl
"""

import json
from decimal import Decimal, getcontext
from fractions import Fraction
from math import isqrt

getcontext().prec = 60


def decimal(x):
    return Decimal(x.numerator) / Decimal(x.denominator)


def root(x):
    return decimal(x).sqrt()


def percentile(ordered, p, window):
    n, p = len(ordered), Fraction(p)
    if not window:
        position = p / 100 * (n - 1)
    else:
        position = min(max(p * (n + 1) / 100 - 1, Fraction(0)), Fraction(n - 1))
    low = int(position)
    share = position - low
    if share == 0:
        return ordered[low]
    return ordered[low] + (ordered[low + 1] - ordered[low]) * share


def figures(numbers, window):
    kept = numbers[-window:] if window else numbers
    x = [Fraction(number) for number in kept]
    n = len(x)
    mean = sum(x) / n
    m2, m3, m4 = (sum((v - mean) ** power for v in x) for power in (2, 3, 4))
    ratio = float(mean * mean / (m2 / n)) if m2 else 0.0
    ulp = 2.0**-52
    near = 1e-9 * (1 + ratio) ** 0.5
    powers = 1e-9 * (1 + ratio)
    all_figures = {
        "COUNT": (n, 0),
        "SUM": (sum(x), 0),
        "MEAN": (mean, ulp),
        "MIN": (min(x), 0),
        "MAX": (max(x), 0),
        "SUM_SQUARES": (sum(v * v for v in x), 0),
        "QUADRATIC_MEAN": (root(sum(v * v for v in x) / n), 2 * ulp),
        "POPULATION_VARIANCE": (m2 / n, near),
    }
    if n > 1:
        all_figures["VARIANCE"] = (m2 / (n - 1), near)
        all_figures["SD"] = (root(m2 / (n - 1)), near)
    elif window:
        all_figures["VARIANCE"] = (0, 0)
    else:
        all_figures["VARIANCE"] = ("NaN", 0)
    if all(v > 0 for v in x):
        logs = [decimal(v).ln() for v in x]
        size = float(sum(abs(log) for log in logs)) or 1.0
        error = 2 * ulp * size
        total = sum(logs)
        all_figures["SUM_LOGS"] = (total, error / abs(float(total)) if total else 0)
        all_figures["GEOMETRIC_MEAN"] = ((total / n).exp(), 2 * ulp + error)
    if n > 2 and float(m2):
        sd = root(m2 / (n - 1))
        third = decimal(Fraction(n, (n - 1) * (n - 2)) * m3) / sd**3
        all_figures["SKEWNESS"] = (third, powers)
    if n > 3 and float(m2):
        variance = m2 / (n - 1)
        fourth = Fraction(n * (n + 1), (n - 1) * (n - 2) * (n - 3)) * m4 / variance**2
        all_figures["KURTOSIS"] = (fourth - Fraction(3 * (n - 1) ** 2, (n - 2) * (n - 3)), powers)
    ordered = sorted(x)
    scale = max(abs(v) for v in x)
    for p in ("0.1", "1", "10", "25", "37.5", "50", "75", "90", "99", "99.9", "100"):
        value = percentile(ordered, p, window)
        error = float((2 * n + 4) * ulp * scale / abs(value)) if value else 0  # of the position
        all_figures["PERCENTILE " + p] = (value, error)
    return all_figures


ABSOLUTE = {"QUADRATIC_MEAN": 1e-160, "SD": 1e-160, "SUM_SQUARES": 5e-324}


def written(value):
    if isinstance(value, str):
        return value
    return repr(float(value))


def random():
    state = 12345
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 11) / 2**53


uniform = random()
primes = [p for p in range(2, 600) if all(p % q for q in range(2, isqrt(p) + 1))]

cases = {
    "one": ([5.0], (0, 3)),
    "one negative": ([-3.5], (0, 1)),
    "one zero": ([0.0], (0, 1)),
    "one tiny in a window": ([1e-300], (2,)),
    "one subnormal in a window": ([5e-324], (2,)),
    "two": ([1.0, 4.0], (0, 2)),
    "three": ([0.1, 0.2, 0.3], (0, 3)),
    "four, lopsided": ([1.0, 1.0, 1.0, 10.0], (0, 4)),
    "equal": ([0.1] * 100, (0, 60)),
    "equal and far from zero": ([1e15 + 0.125] * 37, (0, 20)),
    "eighths far from zero": ([1e15 + i / 8 for i in range(100)], (0, 50)),
    "thousandths far from zero": ([1e9 + i / 1000 for i in range(200)], (0, 64)),
    "units below zero": ([-1e12 - (i * i % 17) for i in range(150)], (0, 33)),
    "alternating": ([float(1 - i % 2 * 2) for i in range(101)], (0, 40)),
    "alternating and large": ([1e15 * (1 - i % 2 * 2) + i for i in range(60)], (0, 31)),
    "alternating and tiny rest": ([1.0, -1.0] * 40 + [2.0**-60], (0, 41)),
    "cancelling": ([1e16, 1.0, -1e16, 1e-8, 3e70, 7.0, -3e70], (0, 5, 7)),
    "subnormals beside one": ([1.0, 5e-324, 1e-310, -1e-320], (0, 4)),
    "subnormals below zero": ([-5e-324, -1e-310, -3e-322], (3,)),
    "tiny": ([(i + 1) * 1e-60 for i in range(30)], (0, 16)),
    "powers of two": ([2.0**k for k in range(-60, 61)], (0, 50)),
    "powers of ten": ([10.0**k for k in range(-30, 31)], (0, 17)),
    "a peak among zeros": ([0.0] * 99 + [1.0], (0, 100)),
    "a peak that leaves": ([1e70] + [float(i) for i in range(50)], (0, 20)),
    "a step": ([1e9 * (i // 50) + i % 7 for i in range(150)], (0, 45)),
    "primes": ([float(p) for p in primes], (0, 16, 17)),
    "uniform": ([next(uniform) for _ in range(450)], (0, 100)),
    "squares": ([next(uniform) ** 20 for _ in range(300)], (0, 256)),
    "integers": ([float(int(next(uniform) * 40)) for _ in range(700)], (0, 300)),
}

for name, (numbers, windows) in cases.items():
    for window in windows:
        line = {"name": name, "window": window, "numbers": [repr(number) for number in numbers], "figures": {}}
        for figure, (value, tolerance) in figures(numbers, window).items():
            line["figures"][figure] = {"want": written(value), "tol": tolerance}
            absolute = tolerance if figure in ("SKEWNESS", "KURTOSIS") else ABSOLUTE.get(figure)
            if absolute:
                line["figures"][figure]["abs"] = absolute
        print(json.dumps(line))
