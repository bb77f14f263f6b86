/**
 * Arrays are weakly typed exactly where JAX's are. A number of JavaScript is a float of Python, a bigint an int.
 */
import { describe, expect, it } from "@effect/vitest"
import { type DType, grad, jit, Lax, type NdArray, Nn, Numpy as np, vmap } from "effax"
import { readFileSync } from "node:fs"

interface Table {
  readonly rows: { readonly [name: string]: readonly [dtype: string, weak: boolean] }
}

const { rows } = JSON.parse(readFileSync(new URL("weak.json", import.meta.url), "utf8")) as Table

type Make = () => unknown
type X = NdArray.Any

/** What tells one call from another: functions here take anything, as JavaScript has it. */
type Loose = (...args: ReadonlyArray<unknown>) => unknown
const loose = <M extends object>(module: M): { readonly [K in keyof M]: Loose } => module as never
const n = loose(np)

const values: { readonly [name: string]: unknown } = {
  number: 0.5,
  "whole number": 3,
  bigint: 2n,
  boolean: true,
  list: [0.5, 1.5],
  bigints: [1n, 2n],
  weak: np.array(0.5),
  "weak list": np.full([2], 0.5),
  strong: np.ones([]),
  "strong bf16": np.ones([], { dtype: "bfloat16" }),
  complex: { re: 0, im: 1 }
}
const isList = (name: string): boolean => name === "list" || name === "bigints" || name === "weak list"

const dtypes: ReadonlyArray<DType.DType> = ["float32", "int32", "bfloat16"]

const bf16 = np.ones([], { dtype: "bfloat16" })

const creation: { [name: string]: Make } = {
  "zeros([])": () => np.zeros([]),
  "zeros([2])": () => np.zeros([2]),
  "ones([2])": () => np.ones([2]),
  "eye(2)": () => np.eye(2),
  "identity(2)": () => np.identity(2),
  "arange(3)": () => np.arange(3),
  "arange(0, 1, 0.25)": () => np.arange(0, 1, 0.25),
  "linspace(0, 1, 3)": () => np.linspace(0, 1, 3)
}
for (const [name, given] of Object.entries(values)) {
  // a complex number is made an array first
  const x = name === "complex" ? n.array(given) : given
  const strong = np.ones([], { dtype: np.array(x as number).dtype })
  creation[`array(${name})`] = () => n.array(given)
  creation[`asarray(${name})`] = () => n.asarray(given)
  creation[`full([], ${name})`] = () => n.full(isList(name) ? [2] : [], x)
  creation[`full([2], ${name})`] = () => n.full([2], x)
  creation[`zerosLike(${name})`] = () => n.zerosLike(x)
  creation[`onesLike(${name})`] = () => n.onesLike(x)
  creation[`fullLike(${name}, 1)`] = () => n.fullLike(x, 1)
  creation[`fullLike(${name}, strong)`] = () => n.fullLike(x, strong)
  creation[`where(true, ${name}, number)`] = () => n.where(true, x, np.array(0.5))
  creation[`where(true, ${name}, bigint)`] = () => n.where(true, x, 2n)
  creation[`where(true, ${name}, strong bf16)`] = () => n.where(true, n.array(x), bf16)
  creation[`add(${name}, weak)`] = () => n.add(x, np.array(0.5))
  creation[`add(${name}, number)`] = () => n.add(x, np.array(0.5))
  creation[`multiply(${name}, strong bf16)`] = () => n.multiply(n.array(x), bf16)
  if (name === "complex") continue
  for (const dtype of dtypes) {
    creation[`array(${name}, ${dtype})`] = () => n.array(n.array(x), { dtype })
    creation[`full([2], ${name}, ${dtype})`] = () => n.full([2], n.array(x), { dtype })
    creation[`zerosLike(${name}, ${dtype})`] = () => n.zerosLike(x, { dtype })
    creation[`astype(${name}, ${dtype})`] = () => n.astype(x, dtype)
  }
}

const v = np.full([2], 0.5)
const m = np.full([2, 2], 0.5)
const s = np.array(0.5)

const functions: { [name: string]: Make } = {
  "matmul(m, m)": () => np.matmul(m, m),
  "tensordot(v, v, 1)": () => np.tensordot(v, v, 1),
  "einsum(i,i)": () => np.einsum("i,i", v, v),
  "reshape(s)": () => np.reshape(s, [1]),
  "broadcastTo(s)": () => np.broadcastTo(s, [2]),
  "expandDims(s)": () => np.expandDims(s, 0),
  "concatenate(v, v)": () => np.concatenate([v, v]),
  "stack(number, number)": () => np.stack([0.5, 1.5]),
  "pad(v)": () => np.pad(v, 1),
  "tile(v)": () => np.tile(v, 2),
  "repeat(v)": () => np.repeat(v, 2),
  "roll(v)": () => np.roll(v, 1),
  "take(v)": () => np.take(v, 0),
  "index(v)": () => np.index(v, 0),
  "at(v).set": () => np.at(v, 0).set(1),
  "split(v)": () => np.split(v, 2)[0],
  "clip(v)": () => np.clip(v, 0, 1),
  "searchsorted(v, s)": () => np.searchsorted(v, s),
  "oneHot(1)": () => Nn.oneHot(1, 2),
  "floor_divide(v, v)": () => np.floorDivide(v, v)
}
const named = (module: { readonly [name: string]: unknown }, names: string, ...args: ReadonlyArray<unknown>) => {
  const written = args.map((x) => x === v ? "v" : x === m ? "m" : "s").join(", ")
  for (const name of names.split(" ")) functions[`${name}(${written})`] = () => (module[name] as Loose)(...args)
}
named(n, "abs sin exp sign negative square sqrt floor round real imag conj isnan reciprocal", v)
named(n, "sum prod max min mean std var cumsum cumprod argmax all sort diff ravel flip", v)
named(
  n,
  "add subtract multiply divide power maximum logaddexp remainder arctan2 equal dot vdot inner outer",
  v,
  v
)
named(n, "transpose tril triu trace diagonal", m)
named(loose(Nn) as never, "relu sigmoid softplus silu elu", s)

const ints = np.arange(3)
const halves = np.ones([3], { dtype: "bfloat16" })

const loops: { readonly [name: string]: Make } = {
  "foriLoop(add i)": () => Lax.foriLoop(0, 3, (i, c) => np.add(c, i) as X, 0),
  "foriLoop(add 0.5)": () => Lax.foriLoop(0, 3, (_, c) => np.add(c, 0.5), 0),
  "foriLoop(multiply bf16)": () => Lax.foriLoop(0, 3, (_, c) => np.multiply(c, bf16) as X, 1),
  "scan(add ints)": () => Lax.scan((c, x) => [np.add(c, x) as X, null], 0, ints)[0],
  "scan(add bf16)": () => Lax.scan((c, x) => [np.add(c, x) as X, null], 0, halves)[0],
  "scan(stacked numbers)": () => Lax.scan((c) => [c, c], 0, ints)[1],
  "whileLoop(add 0.5)": () => Lax.whileLoop((c) => np.less(c, 3), (c) => np.add(c, 0.5), 0),
  "whileLoop(add strong)": () => Lax.whileLoop((c) => np.less(c, 3), (c) => np.add(c, np.ones([])), 0),
  "cond(number, number)": () => Lax.cond(true, () => 0.5, () => 1.5),
  "jit(number)": () => jit((x: X) => np.multiply(x, 2))(0.5),
  "grad(number)": () => grad((x: X) => np.multiply(x, x))(0.5),
  "vmap(weak)": () => vmap((x: X) => np.multiply(x, 2))(v)
}

const all: { readonly [name: string]: Make } = { ...creation, ...functions, ...loops }

describe("weak types", () => {
  it("are compared in every row", () => {
    expect(Object.keys(all).sort()).toEqual(Object.keys(rows).sort())
  })

  it.each(Object.entries(rows))("%s", (name, expected) => {
    const { dtype, weak } = all[name]!() as X
    expect([dtype, weak]).toEqual(expected)
  })
})
