"""First and second derivatives where functions saturate, near the ends of their domains and at large arguments.

There JAX subtracts numbers that are nearly equal, and gets 0 or a few digits. Writes test/golden/tails.json: {"mpmath",
"cases": {name: [[x, first, second], ...]}}, of some functions without the second. Arguments are float32 numbers.

    python test/golden/tails.py
"""
import json
import pathlib

import mpmath
import numpy as np
from mpmath import mp, mpf

# e^-700 is added to 1
mp.prec = 3000


def logistic(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log(1 + mp.exp(x))


BOTH = [-80, -40, -20, -10, -5, 5, 10, 20, 40, 80]
LEFT = [-80, -40, -20, -10, -5, -1]
GELU = [-4, -3, -2, 2, 3, 4]
UNIT = [-1 + 2.0**-20, -1 + 2.0**-10, -0.5, 0.5, 1 - 2.0**-10, 1 - 2.0**-20]
FAR = [-1e30, -1e20, -1e10, -1.5, 1.5, 1e10, 1e20, 1e30]
FUNCTIONS = {
    "sigmoid": (logistic, BOTH),
    "tanh": (mp.tanh, BOTH[1:-1]),
    "expm1": (mp.expm1, LEFT),
    "logSigmoid": (lambda x: -softplus(-x), BOTH),
    "log of sigmoid": (lambda x: mp.log(logistic(x)), BOTH),
    "softplus": (softplus, BOTH),
    "silu": (lambda x: x * logistic(x), BOTH),
    "mish": (lambda x: x * mp.tanh(softplus(x)), BOTH),
    "elu": (mp.expm1, LEFT),
    "gelu": (
        lambda x: x * logistic(2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)),
        GELU,
    ),
    "gelu exact": (lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2, [-5, *GELU, 5]),
    "erf": (mp.erf, [-5, -3, 3, 5]),
    "erfc": (mp.erfc, [-5, -3, 3, 5]),
    "log1p": (mp.log1p, [-1 + 2.0**-20, 1e5, 1e10]),
    "arctan": (mp.atan, [-1e8, -1e5, 1e5, 1e8]),
    "arcsin": (mp.asin, UNIT),
    "arccos": (mp.acos, UNIT),
    "arctanh": (mp.atanh, UNIT),
    "arcsinh": (mp.asinh, FAR),
    "arccosh": (mp.acosh, [1 + 2.0**-20, 1 + 2.0**-10, 1.5, 3, 1e10, 1e20, 1e30]),
    # with respect to the first operand
    "arctan2 beside 1e20": (lambda x: mp.atan(x / mpf(float(np.float32(1e20)))), FAR),
}


# Second derivatives of compositions may be differences that no rule of the parts can avoid
ONCE = {"log of sigmoid"}


def derivatives(name, f, x):
    return [mp.diff(f, x, n, h=mpf(2) ** -400 * max(1, abs(x))) for n in ([1] if name in ONCE else [1, 2])]


cases = {}
for name, (f, points) in FUNCTIONS.items():
    rows = []
    for x in points:
        point = mpf(float(np.float32(x)))
        rows.append([float(point), *(float(d) for d in derivatives(name, f, point))])
    cases[name] = rows
lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(rows)}" for name, rows in cases.items())
path = pathlib.Path(__file__).with_name("tails.json")
path.write_text(f'{{\n  "mpmath": "{mpmath.__version__}",\n  "cases": {{\n{lines}\n  }}\n}}\n')
