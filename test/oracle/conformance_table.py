"""The table of the conformance kit: a readable selection of the cases that reference_cases.py made.

Of elementwise primitives some elements of each dtype, of others the small cases. Run after reference_cases.py:

    python test/oracle/conformance_table.py
"""
import base64
import gzip
import json
import pathlib

import ml_dtypes
import numpy as np

here = pathlib.Path(__file__).parent
oracle = json.loads(gzip.decompress((here / "values" / "reference_cases.json.gz").read_bytes()))
rng = np.random.default_rng(1)

ABBREVIATIONS = {
    "bool": "bool", **{f"int{n}": f"i{n}" for n in (8, 16, 32, 64)}, **{f"uint{n}": f"u{n}" for n in (8, 16, 32, 64)},
    "float16": "f16", "bfloat16": "bf16", "float32": "f32", "float64": "f64", "complex64": "c64", "complex128": "c128",
}
# Enough to tell one width and signedness from another; conversions have all pairs
FULL = {"float32", "int32", "uint32", "bool"}


def decode(e):
    dtype = np.dtype(getattr(ml_dtypes, e["dtype"], None) or e["dtype"])
    return np.frombuffer(base64.b64decode(e["data"]), dtype).reshape(e["shape"])


def number(x):
    if x.dtype == bool or np.issubdtype(x.dtype, np.integer):
        return str(int(x))
    text = str(np.float64(x)) if x.dtype.itemsize < 4 else str(x)
    return text[:-2] if text.endswith(".0") else text


def spell(x):
    # complex numbers are two numbers each
    elements = x.ravel().view(x.real.dtype) if np.iscomplexobj(x) else x.ravel()
    return " ".join([f"{ABBREVIATIONS[str(x.dtype)]}[{','.join(map(str, x.shape))}]", *map(number, elements)])


def is_elementwise(c):
    shapes = {tuple(e["shape"]) for e in c["inputs"] + c["outputs"]}
    return len(shapes) == 1 and len(next(iter(shapes))) == 1 and c["primitive"] not in ("sort", "rev")


def pick(size, n):
    """The first elements, which are special ones, and some of the others."""
    if size <= n:
        return np.arange(size)
    return np.concatenate([np.arange(n // 2), np.sort(rng.choice(np.arange(n // 2, size), n - n // 2, replace=False))])


lines = []
seen = {}
for c in oracle["cases"]:
    arrays = [decode(e) for e in c["inputs"] + c["outputs"]]
    dtypes = tuple(str(x.dtype) for x in arrays)
    full = set(dtypes) <= FULL
    key = (c["primitive"], dtypes)
    seen[key] = seen.get(key, 0) + 1
    if is_elementwise(c):
        if seen[key] > (3 if full else 1):
            continue
        which = pick(arrays[0].size, 16 if full else 6)
        arrays = [x[which] for x in arrays]
    elif sum(x.size for x in arrays) > 90 or seen[key] > (6 if "float32" in dtypes else 1):
        continue
    k = len(c["inputs"])
    params = json.dumps(c["params"], separators=(",", ":"))
    lines.append(" | ".join([c["primitive"], params, "; ".join(map(spell, arrays[:k])), "; ".join(map(spell, arrays[k:]))]))

target = here.parents[1] / "packages" / "testing" / "src" / "internal" / "conformance" / "table.ts"
target.write_text(f"""/**
 * Primitives with parameters, operands and the results of JAX {oracle["jax"]} on the CPU, written by
 * `test/oracle/conformance_table.py`. A line is `primitive | parameters | operands | results`; an array is its type and
 * its elements.
 */
export const table = `
""" + "\n".join(lines) + "\n`\n")
print(len(lines), "lines,", target.stat().st_size, "bytes")
