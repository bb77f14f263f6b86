"""Expected values of elementary functions.

Writes test/oracle/values/unary_math.json.gz, an object of two lists:

- "golden": the real float32 and float64 cases of openxla/stablehlo@3c9301c stablehlo/tests/math/*.mlir (samples over
  all finite numbers with infinities, NaN and subnormal numbers; expected values from mpmath), taken from the project's
  reference material, whose path is the argument: {name, dtype, input, expected, max_ulp}.
- "samples": float64 functions on random arguments where they are hard, from mpmath at 140 bits:
  {name, arity, rows}, a row being the arguments, the nearest float64 result and what it lacks, as float64.

Numbers are base64 of their little-endian bytes. Made with mpmath 1.3.0:

    python test/oracle/unary_math.py PATH/TO/unary_math_ulp.json
"""
import base64
import gzip
import json
import math
import pathlib
import random
import re
import struct
import sys

import mpmath as mp

mp.mp.prec = 140
random.seed(20261122)
ROWS = 300

uniform = random.uniform


def log_uniform(low, high):
    return math.exp(uniform(math.log(low), math.log(high)))


def signed(x):
    return x if random.random() < 0.5 else -x


def finite():
    while True:
        x = struct.unpack("d", struct.pack("Q", random.getrandbits(64)))[0]
        if math.isfinite(x):
            return x


def erf_inv(x):
    a = abs(x)
    v = mp.sqrt(-mp.log((1 - a) * (1 + a))) * mp.mpf("0.8")
    for _ in range(100):
        newton = (mp.erfc(v) - (1 - a)) / (2 / mp.sqrt(mp.pi) * mp.exp(-v * v))
        step = newton / (1 - v * newton) if abs(v * newton) < 0.5 else newton
        v += step
        if abs(step) < v * mp.mpf(2) ** -120:
            break
    return v if x > 0 else -v


def cbrt(x):
    return mp.cbrt(x) if x >= 0 else -mp.cbrt(-x)


small = lambda: signed(log_uniform(1e-10, 1))
near_one = lambda: signed(1 - log_uniform(1e-16, 0.5))
angles = [
    lambda: uniform(-10, 10),
    lambda: signed(log_uniform(1e-10, 1e6)),
    finite,
    lambda: uniform(1e5, 1.7e6),
    lambda: random.randint(1, 10**6) * math.pi / 2,
]

UNARY = {
    "exp": (mp.exp, [lambda: uniform(-740, 709.7), lambda: uniform(-2, 2), lambda: signed(log_uniform(1e-20, 700))]),
    "exp2": (lambda x: mp.power(2, x), [lambda: uniform(-1020, 1023), lambda: uniform(-2, 2)]),
    "expm1": (mp.expm1, [lambda: uniform(-40, 709.7), lambda: uniform(-2, 2), small, finite]),
    "log": (mp.log, [lambda: abs(finite()), lambda: uniform(0.5, 2), lambda: 1 + signed(log_uniform(1e-16, 0.5)),
                     lambda: log_uniform(5e-324, 1e-307)]),
    "log2": (lambda x: mp.log(x) / mp.log(2), [lambda: abs(finite()), lambda: uniform(0.5, 2)]),
    "log1p": (mp.log1p, [lambda: abs(finite()), lambda: uniform(-0.999, 2), small]),
    "sin": (mp.sin, angles),
    "cos": (mp.cos, angles),
    "tan": (mp.tan, angles),
    "asin": (mp.asin, [lambda: uniform(-1, 1), small, near_one]),
    "acos": (mp.acos, [lambda: uniform(-1, 1), small, near_one]),
    "atan": (mp.atan, [lambda: uniform(-4, 4), lambda: signed(log_uniform(1e-10, 1e10)), finite]),
    "sinh": (mp.sinh, [lambda: uniform(-4, 4), lambda: signed(log_uniform(1e-10, 710)), lambda: uniform(700, 710.47)]),
    "cosh": (mp.cosh, [lambda: uniform(-4, 4), lambda: uniform(700, 710.47)]),
    "tanh": (mp.tanh, [lambda: uniform(-4, 4), lambda: signed(log_uniform(1e-10, 30)), finite]),
    "asinh": (mp.asinh, [lambda: uniform(-4, 4), lambda: signed(log_uniform(1e-10, 1e20)), finite]),
    "acosh": (mp.acosh, [lambda: uniform(1, 4), lambda: 1 + log_uniform(1e-15, 1e20), lambda: max(1, abs(finite()))]),
    "atanh": (mp.atanh, [lambda: uniform(-1, 1), small, near_one]),
    "logistic": (lambda x: 1 / (1 + mp.exp(-x)), [lambda: uniform(-10, 10), lambda: uniform(-700, 50)]),
    "sqrt": (mp.sqrt, [lambda: abs(finite())]),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), [lambda: abs(finite())]),
    "cbrt": (cbrt, [finite, lambda: uniform(-8, 8), lambda: signed(log_uniform(5e-324, 1e-300))]),
    "erf": (mp.erf, [lambda: uniform(-6, 6), lambda: signed(log_uniform(1e-10, 3))]),
    "erfc": (mp.erfc, [lambda: uniform(-6, 26), lambda: signed(log_uniform(1e-10, 3)), lambda: uniform(0.4, 3)]),
    "erf_inv": (erf_inv, [lambda: uniform(-1, 1), small, near_one]),
    "lgamma": (lambda x: mp.re(mp.loggamma(x)), [lambda: uniform(0, 12), lambda: log_uniform(1e-10, 1e300),
                                                 lambda: uniform(-10, 0)]),
    "digamma": (mp.digamma, [lambda: uniform(0, 12), lambda: log_uniform(1e-10, 1e300), lambda: uniform(-10, 0)]),
    "bessel_i0e": (lambda x: mp.besseli(0, x) * mp.exp(-abs(x)), [lambda: uniform(-12, 12),
                                                                  lambda: signed(log_uniform(1e-10, 1e4))]),
    "bessel_i1e": (lambda x: mp.besseli(1, x) * mp.exp(-abs(x)), [lambda: uniform(-12, 12),
                                                                  lambda: signed(log_uniform(1e-10, 1e4))]),
}
BINARY = {
    "pow": (mp.power, [lambda: (log_uniform(1e-3, 1e3), uniform(-100, 100)),
                       lambda: (abs(finite()), signed(log_uniform(1e-3, 1))),
                       lambda: (uniform(0.9, 1.1), uniform(-6000, 6000)),
                       lambda: (-float(random.randint(1, 50)), float(random.randint(-150, 150))),
                       lambda: (1 + signed(log_uniform(1e-9, 1e-3)), signed(log_uniform(1, 1e5)))]),
    "atan2": (mp.atan2, [lambda: (uniform(-4, 4), uniform(-4, 4)),
                         lambda: (signed(log_uniform(1e-5, 1e5)), signed(log_uniform(1e-5, 1e5)))]),
}


def encode(values):
    return base64.b64encode(struct.pack(f"<{len(values)}d", *values)).decode()


def row(function, *arguments):
    value = function(*[mp.mpf(x) for x in arguments])
    try:
        nearest = float(value)
    except OverflowError:
        nearest = math.inf if value > 0 else -math.inf
    if math.isinf(nearest):
        return [*arguments, nearest, 0.0]
    return [*arguments, nearest, float(value - mp.mpf(nearest))]


samples = []
for name, (function, makers) in UNARY.items():
    rows = [row(function, makers[i % len(makers)]()) for i in range(ROWS)]
    samples.append({"name": name, "arity": 1, "rows": encode(sum(rows, []))})
for name, (function, makers) in BINARY.items():
    rows = [row(function, *makers[i % len(makers)]()) for i in range(ROWS)]
    samples.append({"name": name, "arity": 2, "rows": encode(sum(rows, []))})

EFFAX = {"exponential": "exp", "log_plus_one": "log1p"}
golden = []
for case in json.load(open(sys.argv[1]))["cases"]:
    match = re.fullmatch(r"(.*)_(float32|float64)", case["name"])
    if match:
        golden.append({
            "name": EFFAX.get(match[1], match[1]),
            "dtype": match[2],
            "input": case["input"]["b64"],
            "expected": case["expected"]["b64"],
            "max_ulp": case["max_ulp"],
        })

path = pathlib.Path(__file__).parent / "values" / "unary_math.json.gz"
path.parent.mkdir(exist_ok=True)
text = json.dumps({"golden": golden, "samples": samples})
path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
print(path, path.stat().st_size, "bytes")
