"""Expected values and derivatives of the table of operations (test/ops), computed by JAX.

Writes test/oracle/values/ops/<family>.json.gz, one for each family: the versions used, and for each entry a fingerprint
of what was asked and, for each of its cases, lists of arrays [dtype, shape, weak, base64 of little-endian bytes]:

- "value": the results
- "first": vjp of the results at fixed weights, for each floating-point input
- "second": vjp of "first" at fixed weights, for each floating-point input

and values/ops/dtypes.json.gz: the dtypes of results at all dtypes of arguments.

From the root of the repository, with the packages of requirements.txt:

    python test/oracle/generate.py [--all] [family ...]

Entries whose fingerprint is unchanged keep their values, unless --all is given. Cases with 64-bit dtypes run with
jax_enable_x64. That changes the dtype of what nobody gave a dtype to, so such results are converted back to the default
mode's: float64 without a float64 in the inputs or the expression to float32, and 64-bit integers alike.
"""
import base64
import gzip
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import time

# Every operation rounds to its dtype, also where XLA would keep more bits between fused operations.
# Eight devices, for meshes.
os.environ["XLA_FLAGS"] = "--xla_allow_excess_precision=false --xla_force_host_platform_device_count=8"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.custom_batching
import jax.extend
import jax.numpy as jnp
import jax.scipy.linalg
import jax.scipy.sparse.linalg
import jaxlib
import ml_dtypes
import numpy as np
import scipy
from jax import lax, nn, random

HERE = pathlib.Path(__file__).parent
VERSIONS = {
    "jax": jax.__version__,
    "jaxlib": jaxlib.__version__,
    "ml_dtypes": ml_dtypes.__version__,
    "numpy": np.__version__,
    "scipy": scipy.__version__,
}
NAMES = "xyzwvu"


def inexact(x):
    """Integers as the floats that most functions of JAX make of them."""
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(jnp.float32)


def parts(z):
    """A complex array as real ones."""
    return [jnp.real(z), jnp.imag(z)]


def custom_jvp(f, rule):
    g = jax.custom_jvp(f)
    g.defjvp(rule)
    return g


def custom_vjp(f, forward, backward):
    g = jax.custom_vjp(f)
    g.defvjp(forward, backward)
    return g


def custom_vmap(f, rule):
    g = jax.custom_batching.custom_vmap(f)
    g.def_vmap(rule)
    return g


def sharded(f, in_specs, out_specs, check_vma=True):
    mesh = jax.make_mesh((4, 2), ("x", "y"), axis_types=(jax.sharding.AxisType.Auto,) * 2)
    return jax.shard_map(f, mesh=mesh, in_specs=in_specs, out_specs=out_specs, check_vma=check_vma)


SCOPE = {
    "P": jax.sharding.PartitionSpec,
    "custom_jvp": custom_jvp,
    "custom_vjp": custom_vjp,
    "custom_vmap": custom_vmap,
    "inexact": inexact,
    "jax": jax,
    "jnp": jnp,
    "lax": lax,
    "nn": nn,
    "np": np,
    "parts": parts,
    "random": random,
    "sharded": sharded,
}


def numpy_dtype(name):
    return np.dtype(ml_dtypes.bfloat16) if name == "bfloat16" else np.dtype(name)


def decode(array):
    return np.frombuffer(base64.b64decode(array["data"]), numpy_dtype(array["dtype"])).reshape(array["shape"])


def weights(shape, dtype):
    size = int(np.prod(shape))
    return jnp.asarray((((np.arange(size) * 7 + 3) % 11 - 5) / 4 + 0.125).astype(dtype).reshape(shape))


def is_floating(x):
    return jnp.issubdtype(x.dtype, jnp.floating)


def pullback(f, xs):
    """The weighted results of f, pulled back to its arguments."""
    ys, back = jax.vjp(f, *xs)
    return list(back([weights(y.shape, y.dtype) for y in ys]))


def compute(f, xs, derivatives):
    out = {"value": jax.tree_util.tree_leaves(f(*xs))}
    if derivatives == 0 or not any(is_floating(y) for y in out["value"]):
        return out
    at = [i for i, x in enumerate(xs) if is_floating(x)]

    def floats(*ds):
        args = list(xs)
        for i, d in zip(at, ds):
            args[i] = d
        return [y for y in jax.tree_util.tree_leaves(f(*args)) if is_floating(y)]

    def first(*ds):
        return pullback(floats, ds)

    primals = [xs[i] for i in at]
    out["first"] = first(*primals)
    if derivatives >= 2:
        out["second"] = pullback(first, primals)
    return out


def default_mode(dtype, given):
    """The dtype that the default mode has where 64-bit mode has another because nobody gave one."""
    name = dtype.name
    if name == "float64" and "float64" not in given:
        return "float32"
    if name in ("int64", "uint64") and not given & {"int64", "uint64"}:
        return name.replace("64", "32")
    return name


def encode(array, inputs, expression):
    weak = bool(array.weak_type)
    array = np.asarray(array)
    given = {i["dtype"] for i in inputs} | set(re.findall(r"\b(?:u?int64|float64)\b", expression))
    name = default_mode(array.dtype, given)
    array = array.astype(numpy_dtype(name))
    return [name, list(array.shape), weak, base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()]


def run(entry):
    results = [None] * len(entry["cases"])
    for x64 in (False, True):
        chosen = [i for i, case in enumerate(entry["cases"]) if case["x64"] == x64]
        if not chosen:
            continue
        with jax.enable_x64(x64):
            f = {
                n: eval(f"lambda {', '.join(NAMES[:n])}: {entry['jax']}", SCOPE)
                for n in {len(entry["cases"][i]["inputs"]) for i in chosen}
            }
            cases = [entry["cases"][i] for i in chosen]
            inputs = [[jnp.asarray(decode(x)) for x in case["inputs"]] for case in cases]

            # one compilation for all cases
            def everything(inputs):
                return [compute(f[len(xs)], xs, case["derivatives"]) for case, xs in zip(cases, inputs)]

            for i, out in zip(chosen, jax.jit(everything)(inputs)):
                results[i] = {
                    kind: [encode(array, entry["cases"][i]["inputs"], entry["jax"]) for array in arrays]
                    for kind, arrays in out.items()
                }
    return {"fingerprint": entry["fingerprint"], "cases": results}


def result_dtype(signature, given):
    """What JAX makes of two elements of each dtype, or None where it refuses."""
    try:
        f = eval(f"lambda {', '.join(NAMES[:len(given)])}: {signature['jax']}", SCOPE)
        out = jax.eval_shape(f, *(jax.ShapeDtypeStruct((2,), numpy_dtype(dtype)) for dtype in given))
    except (TypeError, ValueError):
        return None
    return default_mode(out.dtype, set(given))


def result_dtypes(signature, dtypes):
    results = {}
    for given in itertools.product(dtypes, repeat=signature["arity"]):
        with jax.enable_x64(any("64" in dtype for dtype in given)):
            results[",".join(given)] = result_dtype(signature, given)
    return results


def write(name, value):
    path = HERE / f"values/ops/{name}.json.gz"
    path.write_bytes(gzip.compress(json.dumps(value, separators=(",", ":")).encode(), 9, mtime=0))
    return path.stat().st_size


def main():
    again = "--all" in sys.argv
    wanted = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
    dump = subprocess.run(
        ["npx", "node", "--conditions=effax-source", HERE / "dump.ts"],
        cwd=HERE.parent.parent,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    (HERE / "values/ops").mkdir(parents=True, exist_ok=True)
    asked = json.loads(dump)
    failed = []
    if not wanted or "dtypes" in wanted:
        results = {s["name"]: result_dtypes(s, asked["dtypes"]) for s in asked["signatures"]}
        print(f"dtypes: {len(results)} functions, {write('dtypes', {'versions': VERSIONS, 'results': results})} bytes")
    for family, table in asked["families"].items():
        if wanted and family not in wanted:
            continue
        start = time.time()
        path = HERE / f"values/ops/{family}.json.gz"
        old = json.loads(gzip.decompress(path.read_bytes()))["entries"] if path.exists() and not again else {}
        entries = {}
        for entry in table:
            if old.get(entry["name"], {}).get("fingerprint") == entry["fingerprint"]:
                entries[entry["name"]] = old[entry["name"]]
                continue
            try:
                entries[entry["name"]] = run(entry)
            except Exception as error:
                failed.append(f"{family}: {entry['name']}: {entry['jax']}: {type(error).__name__}: {error}")
        size = write(family, {"versions": VERSIONS, "entries": entries})
        print(f"{family}: {len(entries)} entries, {time.time() - start:.1f} s, {size} bytes")
    if failed:
        sys.exit("\n".join(failed))


main()
