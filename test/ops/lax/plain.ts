/**
 * Elementwise functions by their JAX names. The values of their primitives are tried under the names of Numpy; these entries
 * check that each name is the function it says, and how operands are broadcast.
 */
import { Lax, type NdArray } from "effax"
import { bool, distinct, f32, i32, outside, u8, whole, within } from "../inputs.ts"
import { type Arguments, entries } from "../operation.ts"

type X = NdArray.Any

const entry = entries("Lax")

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)

const unary = [
  ["abs", f32([2, 3], outside(0.1, 2))],
  ["acos", f32([5], within(-0.9, 0.9))],
  ["acosh", f32([5], within(1.2, 4))],
  ["asin", f32([5], within(-0.9, 0.9))],
  ["asinh", f32([5])],
  ["atan", f32([5])],
  ["atanh", f32([5], within(-0.9, 0.9))],
  ["cbrt", f32([5], within(0.2, 4))],
  ["ceil", f32([5], distinct(0.3))],
  ["cos", f32([5])],
  ["cosh", f32([5])],
  ["exp", f32([5])],
  ["exp2", f32([5])],
  ["expm1", f32([5])],
  ["floor", f32([5], distinct(0.3))],
  ["isFinite", f32([5])],
  ["log", f32([5], within(0.2, 4))],
  ["log1p", f32([5], within(-0.5, 4))],
  ["neg", f32([5])],
  ["reciprocal", f32([5], outside(0.3, 2))],
  ["sin", f32([5])],
  ["sinh", f32([5])],
  ["sqrt", f32([5], within(0.2, 4))],
  ["square", f32([5])],
  ["tan", f32([5], within(-1, 1))],
  ["tanh", f32([5])]
] as const

const pair: Arguments = [f32([2, 3], distinct(0.13)), f32([2, 3], distinct(0.17))]
/** Scalars and axes of length 1 are stretched. */
const broadcasts: ReadonlyArray<Arguments> = [
  [f32([2, 3], distinct(0.13)), f32([2, 1], distinct(0.17))],
  [f32([], distinct(0.13)), f32([2, 3], distinct(0.17))]
]

const binary = [
  ["add", [pair, ...broadcasts]],
  ["sub", [pair, ...broadcasts]],
  ["mul", [pair, ...broadcasts]],
  ["div", [[f32([2, 3]), f32([2, 3], outside(0.4, 2))]]],
  ["max", [pair, ...broadcasts]],
  ["min", [pair]],
  ["atan2", [[f32([2, 3], outside(0.4, 2)), f32([2, 3], outside(0.4, 2))]]],
  ["pow", [
    [f32([2, 3], within(0.4, 2)), f32([2, 3])],
    [f32([2, 3], within(0.4, 2)), i32([2, 3], whole(-2, 3))],
    [f32([2, 3], within(0.4, 2)), i32([], whole(2, 3))]
  ]],
  ["complex", [pair, ...broadcasts]],
  ["eq", [[i32([9], whole(0, 2)), i32([9], whole(0, 2))], ...broadcasts]],
  ["ne", [[i32([9], whole(0, 2)), i32([9], whole(0, 2))]]],
  ["lt", [[i32([9], whole(0, 2)), i32([9], whole(0, 2))]]],
  ["le", [[i32([9], whole(0, 2)), i32([9], whole(0, 2))]]],
  ["gt", [[i32([9], whole(0, 2)), i32([9], whole(0, 2))]]],
  ["ge", [[i32([9], whole(0, 2)), i32([9], whole(0, 2))]]],
  ["bitwiseAnd", [[i32([9]), i32([9])], [bool([9]), bool([])]]],
  ["bitwiseOr", [[i32([9]), i32([9])], [u8([9]), u8([])]]],
  ["bitwiseXor", [[i32([9]), i32([9])], [bool([2, 3]), bool([2, 1])]]]
] as const satisfies ReadonlyArray<readonly [string, ReadonlyArray<Arguments>]>

export const plain = [
  ...unary.map(([name, spec]) =>
    entry(name, (x: X) => Lax[name](x), `lax.${snake(name)}(x)`, [[spec]], { derivatives: 1 })
  ),
  ...binary.map(([name, cases]) =>
    entry(name, (x: X, y: X) => Lax[name](x, y), `lax.${snake(name)}(x, y)`, cases, {
      derivatives: 1,
      // derivatives of complex numbers are those of complex.ts
      ...(name === "complex" ? { derivatives: 0 } : {})
    })
  ),
  entry("add number", (x: X) => Lax.add(2, x), "lax.add(jnp.float32(2), x)", [[f32([2, 3])]], { derivatives: 1 }),
  entry("stopGradient", (x: X) => Lax.mul(Lax.stopGradient(x), x), "lax.stop_gradient(x) * x", [[f32([3])]], {
    derivatives: 1,
    numeric: false
  }),
  entry("stopGradient tree", (x: X) => Lax.mul(Lax.stopGradient({ x }).x, x), "lax.stop_gradient({'x': x})['x'] * x", [
    [f32([3])]
  ], { derivatives: 1, numeric: false })
]
