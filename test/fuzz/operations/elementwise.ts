/**
 * Random elementwise operations.
 */
import * as DType from "effax/DType"
import type * as NdArray from "effax/NdArray"
import * as Nn from "effax/Nn"
import * as np from "effax/Numpy"
import { both, type Context, isBool, isCertain, isFloating, isInteger, isNumeric, type Operation } from "../context.ts"
import { epsilon, type ErrorRule, fits, type Grid, type Spread, type Value } from "../recipe.ts"

type Unary = (x: NdArray.Any) => NdArray.Any
type Binary = (x: NdArray.Any, y: NdArray.Any | number) => NdArray.Any

const shift = (grid: Grid | undefined, bits: number, most: (m: number) => number): Grid | undefined =>
  grid && { bits: grid.bits + bits, most: most(grid.most) }

// --- one operand ----------------------------------------------------------------------------------------------------

/** Rounded in one way: nothing but the operand's own error makes results differ. */
const plain: { readonly [name: string]: readonly [f: Unary, grid: (g: Grid | undefined) => Grid | undefined] } = {
  negative: [np.negative, (g) => g],
  abs: [np.abs, (g) => g],
  relu: [Nn.relu, (g) => g],
  halve: [(x) => np.divide(x, 2), (g) => shift(g, 1, (m) => m / 2)],
  scale: [(x) => np.multiply(x, 3), (g) => shift(g, 0, (m) => 3 * m)],
  shift: [(x) => np.subtract(1, x), (g) => shift(g, 0, (m) => m + 1)],
  clip: [(x) => np.clip(x, { min: 0, max: 2 }), (g) => shift(g, 0, (m) => Math.max(2, m))],
  stopGradient: [np.stopGradient, (g) => g],
  triple: [(x) => np.add(np.add(x, x), x), (g) => shift(g, 0, (m) => 3 * m)]
}

/** Steps and jumps: on numbers that all backends agree on only. */
const jumps: { readonly [name: string]: Unary } = {
  sign: np.sign,
  floor: np.floor,
  ceil: np.ceil,
  round: np.round,
  trunc: np.trunc,
  sqrt: (x) => np.sqrt(np.abs(x)),
  reciprocal: np.reciprocal,
  isnan: np.isnan,
  isfinite: np.isfinite,
  isinf: np.isinf,
  logicalNot: np.logicalNot,
  isZero: (x) => np.equal(x, 0),
  isSmall: (x) => np.less(np.abs(x), 1)
}

/** Elementary functions, where their slope is at most about 1. */
const smooth: { readonly [name: string]: Unary } = {
  sin: np.sin,
  cos: np.cos,
  tanh: np.tanh,
  sigmoid: Nn.sigmoid,
  exp: (x) => np.exp(np.negative(np.abs(x))),
  exp2: (x) => np.exp2(np.negative(np.abs(x))),
  expm1: (x) => np.expm1(np.negative(np.abs(x))),
  log: (x) => np.log(np.add(np.abs(x), 1)),
  log1p: (x) => np.log1p(np.abs(x)),
  log2: (x) => np.log2(np.add(np.abs(x), 2)),
  sqrt: (x) => np.sqrt(np.add(np.abs(x), 1)),
  cbrt: (x) => np.cbrt(np.add(np.abs(x), 1)),
  reciprocal: (x) => np.reciprocal(np.add(np.abs(x), 1)),
  arctan: np.arctan,
  arcsinh: np.arcsinh,
  softplus: Nn.softplus,
  silu: Nn.silu,
  power3: (x) => np.power(np.clip(x, { min: 0, max: 1 }), 3),
  gelu: (x) => Nn.gelu(x),
  elu: (x) => Nn.elu(x),
  softSign: Nn.softSign
}

const isNarrow = (x: Value): boolean => x.array.dtype === "float16" || x.array.dtype === "bfloat16"

const unary: Operation = (c) => {
  const kind = c.r.int(0, 3)
  if (kind < 2) {
    const x = c.pick(isNumeric)
    if (x === undefined) return
    const name = c.r.pick(Object.keys(plain))
    const [f, grid] = plain[name]!
    // x * 3 and x + x + x lose what `widest` keeps
    const error: ErrorRule = ([a]) => 3 * a!.error
    c.step(name, [x], (a) => f(a[0]!), { grid: grid(x.grid), error })
  } else if (kind === 2) {
    const x = c.pick(isCertain)
    if (x === undefined) return
    const name = c.r.pick(Object.keys(jumps))
    if (name === "sign" && isBool(x)) return
    c.step(name, [x], (a) => jumps[name]!(a[0]!))
  } else {
    const x = c.pick(isNumeric)
    if (x === undefined) return
    const name = c.r.pick(Object.keys(smooth))
    c.step(name, [x], (a) => smooth[name]!(a[0]!), {
      uncertain: true,
      // integers become float32; several roundings of a half format on the way
      error: ([a]) => 3 * a!.error + (isNarrow(x) ? 0.05 : 0)
    })
  }
}

/** From one dtype to another, often by way of a third: detours that change nothing are dropped, others must not be. */
const convert: Operation = (c) => {
  const [by, to] = [c.dtype(), c.dtype()]
  const detour = c.r.chance(0.5)
  const steps = detour ? [by, to] : [to]
  const x = c.pick((v) => v.certain || steps.every((dtype) => DType.isFloating(dtype)))
  if (x === undefined) return
  c.step(`astype ${steps.join(" ")}`, [x], (a) => steps.reduce((y, dtype) => np.astype(y, dtype), a[0]!), {
    grid: detour ? fits(fits(x.grid, by), to) : fits(x.grid, to),
    error: ([a]) => a!.error + (detour ? 8 * epsilon(by) * a!.most : 0)
  })
}

// --- two operands ---------------------------------------------------------------------------------------------------

type GridRule = (x: Grid, y: Grid) => Grid

const added: GridRule = (x, y) => ({ bits: Math.max(x.bits, y.bits), most: x.most + y.most })
const chosen: GridRule = (x, y) => ({ bits: Math.max(x.bits, y.bits), most: Math.max(x.most, y.most) })
const multiplied: GridRule = (x, y) => ({ bits: x.bits + y.bits, most: x.most * y.most })

const sumOfErrors: ErrorRule = (operands) => operands.reduce((sum, x) => sum + x.error, 0)
const product: ErrorRule = ([x, y]: ReadonlyArray<Spread>) =>
  x!.most * y!.error + y!.most * x!.error + x!.error * y!.error

const arithmetic: { readonly [name: string]: readonly [f: Binary, error: ErrorRule, grid?: GridRule] } = {
  add: [np.add, sumOfErrors, added],
  subtract: [np.subtract, sumOfErrors, added],
  multiply: [np.multiply, product, multiplied],
  maximum: [np.maximum, sumOfErrors, chosen],
  minimum: [np.minimum, sumOfErrors, chosen]
}

/** Discontinuous, or with poles. */
const rough: { readonly [name: string]: Binary } = {
  divide: np.divide,
  remainder: np.remainder,
  fmod: np.fmod,
  floorDivide: np.floorDivide,
  equal: np.equal,
  notEqual: np.notEqual,
  less: np.less,
  lessEqual: np.lessEqual,
  greater: np.greater,
  greaterEqual: np.greaterEqual
}

const bitwise: { readonly [name: string]: Binary } = {
  and: np.bitwiseAnd,
  or: np.bitwiseOr,
  xor: np.bitwiseXor,
  logicalAnd: np.logicalAnd,
  logicalOr: np.logicalOr,
  logicalXor: np.logicalXor
}

const shifts: { readonly [name: string]: Binary } = { left: np.leftShift, right: np.rightShift }

const gentle: { readonly [name: string]: readonly [f: Binary, error: ErrorRule] } = {
  divide: [(x, y) => np.divide(x, np.add(np.abs(y), 1)), product],
  hypot: [np.hypot, sumOfErrors],
  logaddexp: [np.logaddexp, sumOfErrors]
}

const operands = (c: Context, suits: (x: Value) => boolean): readonly [Value, Value] | undefined => {
  const x = c.pick(suits)
  if (x === undefined) return undefined
  const y = c.beside(x, suits)
  return suits(y) ? c.r.chance(0.5) ? [x, y] : [y, x] : undefined
}

/** uint64 with a signed dtype is float32 in JAX's lattice, which rounds twice. */
const known = (x: Value, y: Value): boolean => {
  const dtypes = [x.array.dtype, y.array.dtype]
  return !dtypes.includes("uint64") || dtypes[0] === dtypes[1] || dtypes.includes("bool")
}

const binary: Operation = (c) => {
  const { r } = c
  const kind = r.int(0, 5)
  if (kind <= 2) {
    const pair = operands(c, isNumeric)
    if (pair === undefined || !known(...pair)) return
    const [x, y] = pair
    const name = r.pick(Object.keys(arithmetic))
    const [f, error, grid] = arithmetic[name]!
    c.step(name, [x, y], (a) => f(a[0]!, a[1]!), {
      grid: x.grid && y.grid && grid && grid(x.grid, y.grid),
      error
    })
  } else if (kind === 3) {
    const pair = operands(c, both(isCertain, isNumeric))
    if (pair === undefined || !known(...pair)) return
    const name = r.pick(Object.keys(rough))
    c.step(name, pair, (a) => rough[name]!(a[0]!, a[1]!))
  } else if (kind === 4) {
    const pair = operands(c, r.chance(0.4) ? isBool : isInteger)
    if (pair === undefined || !known(...pair)) return
    if (isInteger(pair[0]) && r.chance(0.3)) {
      const name = r.pick(Object.keys(shifts))
      c.step(`${name} shift`, pair, (a) => shifts[name]!(a[0]!, a[1]!))
    } else {
      const name = r.pick(Object.keys(bitwise))
      c.step(name, pair, (a) => bitwise[name]!(a[0]!, a[1]!))
    }
  } else {
    const pair = operands(c, isFloating)
    if (pair === undefined) return
    const name = r.pick(Object.keys(gentle))
    const [f, error] = gentle[name]!
    c.step(name, pair, (a) => f(a[0]!, a[1]!), {
      uncertain: true,
      error: (spreads, most) => error(spreads, most) + (pair.some(isNarrow) ? 0.05 * (1 + most) : 0)
    })
  }
}

const where: Operation = (c) => {
  const x = c.pick()
  if (x === undefined) return
  const condition = c.beside(x, both(isCertain, (v) => isBool(v) || isInteger(v)), "bool")
  const y = c.beside(x)
  if (!known(x, y)) return
  const fitting = c.step(`where?`, [condition, x], (a) => np.where(a[0]!, a[1]!, 0), {
    grid: x.grid,
    error: ([, a]) => a!.error
  })
  if (fitting === undefined || c.r.chance(0.5)) return
  const z = c.beside(fitting)
  if (!known(fitting, z) || isBool(fitting) !== isBool(z)) return
  c.step("where", [condition, fitting, z].slice(), (a) => np.where(np.any(a[0]!), a[1]!, a[2]!), {
    grid: fitting.grid && z.grid && chosen(fitting.grid, z.grid),
    error: ([, a, b]) => Math.max(a!.error, b!.error)
  })
}

export const elementwise: ReadonlyArray<readonly [operation: Operation, weight: number]> = [
  [unary, 8],
  [binary, 10],
  [where, 3],
  [convert, 3]
]
