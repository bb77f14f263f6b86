"""The public names of JAX, and of the Python array API standard, that the ledger (FEATURES.md) goes through.

Run with the packages of requirements.txt: python test/oracle/names.py
"""
import importlib
import json
import pathlib
import types

import array_api_strict

MODULES = """
jax.numpy jax.numpy.linalg jax.numpy.fft jax.lax jax.lax.linalg jax.random jax.nn jax.nn.initializers jax.image jax.ops
jax.tree jax.tree_util jax.flatten_util jax
jax.scipy.special jax.scipy.linalg jax.scipy.fft jax.scipy.signal jax.scipy.optimize jax.scipy.ndimage jax.scipy.interpolate
jax.scipy.integrate jax.scipy.spatial.transform jax.scipy.cluster.vq jax.scipy.sparse.linalg jax.scipy.stats
""".split()


def public(module):
    """Names of functions, classes and constants; primitives (`add_p`) and modules are left out."""
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not name.endswith("_p") and not isinstance(value, types.ModuleType)
    )


names = {name: public(importlib.import_module(name)) for name in MODULES}
stats = importlib.import_module("jax.scipy.stats")
for name, value in sorted(vars(stats).items()):
    if isinstance(value, types.ModuleType) and not name.startswith("_"):
        names[f"jax.scipy.stats.{name}"] = public(value)


# functions and constants, without classes, dtypes, and the flags of this implementation
array_api = sorted(
    [name for name, value in vars(array_api_strict).items() if name in array_api_strict.__all__ and not isinstance(value, type)
     and not name.endswith("_flags") and not name.startswith("_") and type(value).__name__ != "DType"]
    + [f"{prefix}.{name}" for prefix in ("linalg", "fft")
       for name in importlib.import_module(f"array_api_strict._{prefix}").__all__]
)
out = pathlib.Path(__file__).parent.parent / "ledger" / "names.json"
out.write_text(json.dumps({"jax": names, "array api": array_api}, indent=1) + "\n")
print({name: len(each) for name, each in names.items()}, len(array_api))
