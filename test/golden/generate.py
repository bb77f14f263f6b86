"""Values that stand on their own, as JAX prints them: promotion.json and random.json beside this file.

The threefry vectors are the known answers of the Random123 distribution (Salmon et al., SC 2011). Everything else is
computed by the JAX of test/oracle/requirements.txt in its default mode:

    python test/golden/generate.py && npx dprint fmt "test/golden/*.json"
"""
import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax import random
from jax._src import config, dtypes

HERE = pathlib.Path(__file__).parent

STRONG = (
    "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 complex64 complex128"
).split()
WEAK = {"weak int": int, "weak float": float, "weak complex": complex}


def promotion():
    nodes = {name: np.dtype(jnp.bfloat16) if name == "bfloat16" else np.dtype(name) for name in STRONG} | WEAK
    names = {node: name for name, node in nodes.items()}

    def join(a, b):
        return names[dtypes._least_upper_bound(config.NumpyDtypePromotion.STANDARD, False, a, b)]

    rows = {a: [join(nodes[a], nodes[b]) for b in nodes] for a in nodes}
    return {"made_with": f"jax {jax.__version__}, default (32-bit) mode", "names": list(nodes), "rows": rows}


def number(x):
    return bool(x) if x.dtype == bool else int(x) if np.issubdtype(x.dtype, np.integer) else float(x)


def array(x):
    x = np.asarray(x)
    return {"dtype": x.dtype.name, "shape": list(x.shape), "data": [number(v) for v in x.reshape(-1)]}


SEEDS = [0, 1, 42, -1, 2147483647]
LOGITS = np.log(np.array([[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]], np.float32)).tolist()
P = [0.1, 0.2, 0.3, 0.4]


def calls():
    """[function, arguments after the key, how it is computed]"""
    rows = [["split", {"num": n}, lambda k, n=n: random.split(k, n)] for n in (2, 5)]
    rows += [["foldIn", {"data": d}, lambda k, d=d: random.fold_in(k, d)] for d in (0, 1, 42, 2**31, 2**32 - 1)]
    rows += [
        ["bits", {"shape": [7], "dtype": f"uint{w}"}, lambda k, w=w: random.bits(k, (7,), f"uint{w}")] for w in (8, 16, 32)
    ]
    rows += [["bits", {"shape": s, "dtype": "uint32"}, lambda k, s=s: random.bits(k, s, "uint32")] for s in ([], [2, 3])]
    for name, options in [("uniform", {}), ("normal", {}), ("exponential", {}), ("gumbel", {}), ("laplace", {}), ("logistic", {}), ("cauchy", {})]:
        rows += [[name, {"shape": s}, lambda k, f=getattr(random, name), s=s: f(k, s)] for s in ([], [6], [2, 3])]
    rows += [["uniform", {"shape": [5], "minval": -10, "maxval": 10}, lambda k: random.uniform(k, (5,), minval=-10, maxval=10)]]
    rows += [
        ["randint", {"shape": [8], "minval": a, "maxval": b}, lambda k, a=a, b=b: random.randint(k, (8,), a, b)]
        for a, b in ((0, 10), (-5, 5), (0, 1), (0, 2**31 - 1), (-(2**31), 2**31 - 1))
    ]
    rows += [["permutation", {"n": n}, lambda k, n=n: random.permutation(k, n)] for n in (1, 10, 100)]
    rows += [["choice", {"n": 10, "shape": [5], "replace": r}, lambda k, r=r: random.choice(k, 10, (5,), r)] for r in (True, False)]
    rows += [
        ["choice", {"n": 4, "shape": s, "replace": r, "p": P}, lambda k, r=r, s=s: random.choice(k, 4, s, r, jnp.array(P))]
        for r, s in ((True, [6]), (False, [3]))
    ]
    rows += [["bernoulli", {"shape": [10], "p": p}, lambda k, p=p: random.bernoulli(k, p, (10,))] for p in (0.3, 0.5)]
    rows += [["categorical", {"logits": LOGITS}, lambda k: random.categorical(k, jnp.array(LOGITS))]]
    rows += [["rademacher", {"shape": [8]}, lambda k: random.rademacher(k, (8,), "int32")]]
    rows += [
        ["truncatedNormal", {"shape": [6], "lower": -2, "upper": 2}, lambda k: random.truncated_normal(k, -2, 2, (6,))]
    ]
    return rows


def samples():
    return [
        {"seed": seed, "function": name, **options, "expected": array(f(random.PRNGKey(seed)))}
        for name, options, f in calls()
        for seed in SEEDS
    ]


def keys():
    return [[seed, np.asarray(random.PRNGKey(seed)).tolist()] for seed in (0, 1, -1, -2, 2**31 + 99, -(2**31) - 100)]


KNOWN = [
    [[0, 0], [0, 0], [1797259609, 2579123966]],
    [[4294967295, 4294967295], [4294967295, 4294967295], [481924860, 3137350631]],
    [[320440878, 57701188], [608135816, 2242054355], [3297917596, 1212020640]],
]

# What JAX's documentation prints.
PRINTED = {
    "uniform(key(0))": 0.947667,
    "uniform(split(key(0))[1])": 0.00729382,
    "uniform(key(0), (3,))": [0.947667, 0.9785799, 0.33229148],
    "normal(key(42))": -0.028304616,
    "normal(key(42), (3,))": [-0.02830462, 0.46713185, 0.29570296],
    "normal of split(key(42), 3)": [0.07592554, 0.60576403, 0.4323065],
    "normal of a chain of splits of key(42)": [0.6057640314102173, -0.21089035272598267, -0.3948981463909149],
    "normal(key(0), (16,))": [
        1.6226422, 2.0252647, -0.43359444, -0.07861735, 0.1760909, -0.97208923, -0.49529874, 0.4943786,
        0.6643493, -0.9501635, 2.1795304, -1.9551506, 0.35857072, 0.15779513, 1.2770847, 1.5104648,
    ],
    "randint(key(1), (5,), 0, 10)": [6, 7, 0, 3, 8],
    "split(key(0), 3)": [[1797259609, 2579123966], [928981903, 3453687069], [4146024105, 2718843009]],
    "uniform(fold_in(key(42), i))": [0.5302608, 0.72766423, 0.6672406, 0.3890121],
    "fold_in(key(42), 4), fold_in(key(42), 5)": [[2954079971, 3276725750], [2765691542, 824333390]],
    "uniform(fold_in(k, 0)) of split(fold_in(key(123), 0), 3)": [0.35525954, 0.21937883, 0.5336956],
    "randint(fold_in(k, 0), (2,), 0, 10) of split(fold_in(key(123), 0), 2)": [[4, 5], [2, 1]],
    "uniform(key(42), (3, 3), minval=-10, maxval=10), 2 decimals": [[-0.23, 3.6, 2.33], [1.22, -0.99, 1.72], [-8.5, 5.5, 3.98]],
    "einsum of randint(k, shape, -5, 5) of split(key(0), 3)": [[-754, 324, -142, 82, 50], [408, -50, 87, -29, 7]],
}


def lines(rows):
    return "[\n" + ",\n".join("    " + json.dumps(row) for row in rows) + "\n  ]"


def main():
    table = promotion()
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in table["rows"].items())
    (HERE / "promotion.json").write_text(
        "{\n"
        f'  "made_with": {json.dumps(table["made_with"])},\n'
        f'  "names": {json.dumps(table["names"])},\n'
        f'  "rows": {{\n{rows}\n  }}\n'
        "}\n"
    )
    printed = ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in PRINTED.items())
    (HERE / "random.json").write_text(
        "{\n"
        f'  "made_with": {json.dumps(f"jax {jax.__version__}, default (partitionable) mode")},\n'
        f'  "known": {lines(KNOWN)},\n'
        f'  "keys": {lines(keys())},\n'
        f'  "printed": {{\n{printed}\n  }},\n'
        f'  "samples": {lines(samples())}\n'
        "}\n"
    )


main()
