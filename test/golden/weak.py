"""Which arrays are weakly typed in JAX: weak.json beside this file.

    python test/golden/weak.py && npx dprint fmt "test/golden/weak.json"
"""
import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, nn

HERE = pathlib.Path(__file__).parent

# a number of JavaScript is a float of Python; a bigint is an int
VALUES = {"number": 0.5, "whole number": 3.0, "bigint": 2, "boolean": True, "list": [0.5, 1.5], "bigints": [1, 2],
          "weak": jnp.asarray(0.5), "weak list": jnp.full((2,), 0.5), "strong": jnp.ones((), "float32"),
          "strong bf16": jnp.ones((), "bfloat16"), "complex": 1j}
DTYPES = ["float32", "int32", "bfloat16"]


def creation():
    yield "zeros([])", lambda: jnp.zeros(())
    yield "zeros([2])", lambda: jnp.zeros((2,))
    yield "ones([2])", lambda: jnp.ones((2,))
    yield "eye(2)", lambda: jnp.eye(2)
    yield "identity(2)", lambda: jnp.identity(2)
    yield "arange(3)", lambda: jnp.arange(3)
    yield "arange(0, 1, 0.25)", lambda: jnp.arange(0, 1, 0.25)
    yield "linspace(0, 1, 3)", lambda: jnp.linspace(0.0, 1.0, 3)
    for name, x in VALUES.items():
        yield f"array({name})", lambda x=x: jnp.array(x)
        yield f"asarray({name})", lambda x=x: jnp.asarray(x)
        yield f"full([], {name})", lambda x=x: jnp.full((), x) if np.ndim(x) == 0 else jnp.full((2,), jnp.asarray(x))
        yield f"full([2], {name})", lambda x=x: jnp.full((2,), jnp.asarray(x))
        yield f"zerosLike({name})", lambda x=x: jnp.zeros_like(jnp.asarray(x))
        yield f"onesLike({name})", lambda x=x: jnp.ones_like(jnp.asarray(x))
        yield f"fullLike({name}, 1)", lambda x=x: jnp.full_like(jnp.asarray(x), 1)
        yield f"fullLike({name}, strong)", lambda x=x: jnp.full_like(jnp.asarray(x), jnp.ones((), jnp.asarray(x).dtype))
        yield f"where(true, {name}, number)", lambda x=x: jnp.where(True, jnp.asarray(x), 0.5)
        yield f"where(true, {name}, bigint)", lambda x=x: jnp.where(True, jnp.asarray(x), 2)
        yield f"where(true, {name}, strong bf16)", lambda x=x: jnp.where(True, jnp.asarray(x), jnp.ones((), "bfloat16"))
        yield f"add({name}, weak)", lambda x=x: jnp.add(jnp.asarray(x), jnp.asarray(0.5))
        yield f"add({name}, number)", lambda x=x: jnp.add(jnp.asarray(x), 0.5)
        yield f"multiply({name}, strong bf16)", lambda x=x: jnp.multiply(jnp.asarray(x), jnp.ones((), "bfloat16"))
        for d in DTYPES:
            if name == "complex":
                continue
            yield f"array({name}, {d})", lambda x=x, d=d: jnp.array(x, dtype=d)
            yield f"full([2], {name}, {d})", lambda x=x, d=d: jnp.full((2,), jnp.asarray(x), dtype=d)
            yield f"zerosLike({name}, {d})", lambda x=x, d=d: jnp.zeros_like(jnp.asarray(x), dtype=d)
            yield f"astype({name}, {d})", lambda x=x, d=d: jnp.asarray(x).astype(d)


def functions():
    v, m, s = jnp.full((2,), 0.5), jnp.full((2, 2), 0.5), jnp.asarray(0.5)
    for name in "abs sin exp sign negative square sqrt floor round real imag conj isnan reciprocal".split():
        yield f"{name}(v)", lambda f=getattr(jnp, name): f(v)
    for name in "sum prod max min mean std var cumsum cumprod argmax all sort diff ravel flip".split():
        yield f"{name}(v)", lambda f=getattr(jnp, name): f(v)
    for name in "add subtract multiply divide power maximum logaddexp remainder floor_divide arctan2 equal dot vdot inner outer".split():
        yield f"{name}(v, v)", lambda f=getattr(jnp, name): f(v, v)
    for name in "transpose tril triu trace diagonal".split():
        yield f"{name}(m)", lambda f=getattr(jnp, name): f(m)
    yield "matmul(m, m)", lambda: jnp.matmul(m, m)
    yield "tensordot(v, v, 1)", lambda: jnp.tensordot(v, v, 1)
    yield "einsum(i,i)", lambda: jnp.einsum("i,i", v, v)
    yield "reshape(s)", lambda: jnp.reshape(s, (1,))
    yield "broadcastTo(s)", lambda: jnp.broadcast_to(s, (2,))
    yield "expandDims(s)", lambda: jnp.expand_dims(s, 0)
    yield "concatenate(v, v)", lambda: jnp.concatenate([v, v])
    yield "stack(number, number)", lambda: jnp.stack([0.5, 1.5])
    yield "pad(v)", lambda: jnp.pad(v, 1)
    yield "tile(v)", lambda: jnp.tile(v, 2)
    yield "repeat(v)", lambda: jnp.repeat(v, 2)
    yield "roll(v)", lambda: jnp.roll(v, 1)
    yield "take(v)", lambda: jnp.take(v, 0)
    yield "index(v)", lambda: v[0]
    yield "at(v).set", lambda: v.at[0].set(1.0)
    yield "split(v)", lambda: jnp.split(v, 2)[0]
    yield "clip(v)", lambda: jnp.clip(v, 0.0, 1.0)
    yield "searchsorted(v, s)", lambda: jnp.searchsorted(v, s)
    for name in "relu sigmoid softplus silu elu".split():
        yield f"{name}(s)", lambda f=getattr(nn, name): f(s)
    yield "oneHot(1)", lambda: nn.one_hot(1, 2)


def loops():
    ints, floats = jnp.arange(3), jnp.ones(3, "bfloat16")
    yield "foriLoop(add i)", lambda: lax.fori_loop(0, 3, lambda i, c: c + i, 0)
    yield "foriLoop(add 0.5)", lambda: lax.fori_loop(0, 3, lambda i, c: c + 0.5, 0.0)
    yield "foriLoop(multiply bf16)", lambda: lax.fori_loop(0, 3, lambda i, c: c * floats[0], 1.0)
    yield "scan(add ints)", lambda: lax.scan(lambda c, x: (c + x, None), 0, ints)[0]
    yield "scan(add bf16)", lambda: lax.scan(lambda c, x: (c + x, None), 0.0, floats)[0]
    yield "scan(stacked numbers)", lambda: lax.scan(lambda c, x: (c, c), 0.0, ints)[1]
    yield "whileLoop(add 0.5)", lambda: lax.while_loop(lambda c: c < 3.0, lambda c: c + 0.5, 0.0)
    yield "whileLoop(add strong)", lambda: lax.while_loop(lambda c: c < 3.0, lambda c: c + jnp.float32(1), 0.0)
    yield "cond(number, number)", lambda: lax.cond(True, lambda: 0.5, lambda: 1.5)
    yield "jit(number)", lambda: jax.jit(lambda x: x * 2.0)(0.5)
    yield "grad(number)", lambda: jax.grad(lambda x: x * x)(0.5)
    yield "vmap(weak)", lambda: jax.vmap(lambda x: x * 2.0)(jnp.full((2,), 0.5))


def result(make):
    x = make()
    return [x.dtype.name, bool(x.weak_type)]


rows = {name: result(make) for part in (creation, functions, loops) for name, make in part()}
(HERE / "weak.json").write_text(
    json.dumps({"made_with": f"jax {jax.__version__}, default (32-bit) mode", "rows": rows}, indent=1) + "\n"
)
