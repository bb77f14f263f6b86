/**
 * Arithmetic of complex numbers, which are stored as pairs. Functions of single numbers compute with pairs of doubles;
 * operations that move or add elements run on the real and the imaginary parts in turn; products of arrays consist of
 * four real products.
 */
import * as DType from "effax/DType"
import type { Params } from "effax/Primitive"
import type {
  ArgReduceParams,
  ConjParams,
  CumulativeParams,
  GatherParams,
  IntegerPowParams,
  IotaParams,
  PrimitiveName,
  ReduceParams,
  SortParams
} from "effax/Primitives"
import { type Kernel, kernel, type Steps, stride } from "../kernel.ts"
import * as complex from "../math/complex.ts"
import type { Complex } from "../math/complex.ts"
import { advance, allocate, commit, elements, position, room, type Scalar, strides, type Value } from "../value.ts"
import { callbackRules } from "./callback.ts"
import { contractionRules } from "./contraction.ts"
import { conversionRules } from "./conversion.ts"
import { elementwiseRules } from "./elementwise.ts"
import { fftRules } from "./fft.ts"
import { indexingRules } from "./indexing.ts"
import { linearAlgebraRules } from "./linalg/index.ts"
import { reductionRules } from "./reduction.ts"
import { sortRules } from "./sort.ts"
import { structuralRules } from "./structural.ts"

const sizeOf = ({ shape }: Value): number => shape.reduce((n, length) => n * length, 1)

// --- elementwise ----------------------------------------------------------------------------------------------------

/** An operand's elements as pairs; a scalar is broadcast. */
const pairs = (value: Value): (i: number) => Complex => {
  const source = elements(value)
  const step = value.shape.length === 0 ? 0 : 1
  if (!DType.isComplex(value.dtype)) return (i) => [Number(source[i * step]!), 0]
  const data = source as { readonly [i: number]: number }
  return (i) => [data[2 * i * step]!, data[2 * i * step + 1]!]
}

type Apply = (...args: ReadonlyArray<Complex>) => Complex

function* map(inputs: ReadonlyArray<Value>, output: Value, f: Apply): Steps {
  const read = inputs.map(pairs)
  const n = sizeOf(output)
  const out = room<number>(output)
  const isComplex = DType.isComplex(output.dtype)
  for (let i = 0; i < n; i++) {
    const [re, im] = f(...read.map((at) => at(i)))
    if (isComplex) {
      out[2 * i] = re
      out[2 * i + 1] = im
    } else out[i] = re
    if (i % stride === stride - 1) yield
  }
  commit(output, out)
}

const elementwise = (f: Apply): Kernel<Params> => kernel((inputs, [output]) => map(inputs, output!, f))

const test = (f: (x: Complex, y: Complex) => boolean): Kernel<Params> => elementwise((x, y) => [Number(f(x!, y!)), 0])

const one = (f: complex.Unary): Kernel<Params> => elementwise((z) => f(z!))
const two = (f: complex.Binary): Kernel<Params> => elementwise((x, y) => f(x!, y!))

const equal = ([a, b]: Complex, [c, d]: Complex): boolean => a === c && b === d

/** Whether a number comes before another: by real parts, and where these are equal by imaginary ones. */
const less = ([a, b]: Complex, [c, d]: Complex): boolean => a < c || a === c && b < d
const isNaN = ([re, im]: Complex): boolean => re !== re || im !== im
const wins = { max: (x: Complex, y: Complex) => less(y, x), min: less }
const extreme = (which: keyof typeof wins): complex.Binary => (x, y) =>
  isNaN(x) || isNaN(y) ? [NaN, NaN] : wins[which](x, y) ? x : y
const end = { max: [-Infinity, -Infinity], min: [Infinity, Infinity] } as const

// --- by parts -------------------------------------------------------------------------------------------------------

/** The real (0) or imaginary (1) parts as float64. A real array is its own real part. */
const part = (value: Value, which: 0 | 1): Value => {
  if (!DType.isComplex(value.dtype)) return value
  const data = new Float64Array(sizeOf(value))
  for (let i = 0; i < data.length; i++) data[i] = value.data[2 * i + which] as number
  return { dtype: "float64", shape: value.shape, data }
}

const empty = (value: Value): Value => ({ dtype: "float64", shape: value.shape, data: new Float64Array(sizeOf(value)) })

const join = (output: Value, re: ArrayLike<number>, im: ArrayLike<number>): void => {
  const target = output.data as Float64Array
  for (let i = 0; i < re.length; i++) {
    target[2 * i] = re[i]!
    target[2 * i + 1] = im[i]!
  }
}

const numbers = (value: Value): Float64Array => value.data as Float64Array

type Run<P extends Params> = Kernel<P>["run"]

function* partwise<P extends Params>(
  run: Run<P>,
  inputs: ReadonlyArray<Value>,
  output: Value,
  params: readonly [re: P, im: P]
): Steps {
  const parts = [empty(output), empty(output)] as const
  for (const which of [0, 1] as const) {
    const steps = run(inputs.map((x) => part(x, which)), [parts[which]], params[which])
    if (steps !== undefined) yield* steps
  }
  join(output, numbers(parts[0]), numbers(parts[1]))
}

/** A kernel that is linear with real coefficients, applied to each part. */
const byParts = <P extends Params>(
  { run }: Kernel<P>,
  params: (params: P) => readonly [re: P, im: P] = (params) => [params, params]
): Kernel<P> => kernel((inputs, [output], given) => partwise(run, inputs, output!, params(given)))

/** A bilinear kernel: `(a + i b) (c + i d)`. */
function* product<P extends Params>(
  run: Run<P>,
  [lhs, rhs]: ReadonlyArray<Value>,
  output: Value,
  params: P
): Steps {
  const products: Array<Float64Array> = []
  for (const [left, right] of [[0, 0], [1, 1], [0, 1], [1, 0]] as const) {
    const result = empty(output)
    const steps = run([part(lhs!, left), part(rhs!, right)], [result], params)
    if (steps !== undefined) yield* steps
    products.push(numbers(result))
  }
  const [rr, ii, ri, ir] = products
  join(output, rr!.map((x, k) => x - ii![k]!), ri!.map((x, k) => x + ir![k]!))
}

const bilinear = <P extends Params>({ run }: Kernel<P>): Kernel<P> =>
  kernel((inputs, [output], params) => product(run, inputs, output!, params))

/** A complex key is two keys; complex operands are moved along, part by part. */
function* sort(inputs: ReadonlyArray<Value>, outputs: ReadonlyArray<Value>, params: SortParams): Steps {
  const both = inputs.map((x): ReadonlyArray<Value> => DType.isComplex(x.dtype) ? [part(x, 0), part(x, 1)] : [x])
  const sorted = outputs.map((y): ReadonlyArray<Value> => DType.isComplex(y.dtype) ? [empty(y), empty(y)] : [y])
  const steps = sortRules.sort.run(both.flat(), sorted.flat(), {
    ...params,
    numKeys: both.slice(0, params.numKeys).flat().length
  })
  if (steps !== undefined) yield* steps
  sorted.forEach(([re, im], i) => {
    if (im !== undefined) join(outputs[i]!, numbers(re!), numbers(im))
  })
}

// --- combinations of many -----------------------------------------------------------------------------------------------

function* reduce(
  input: Value,
  output: Value,
  { axes }: ReduceParams,
  combine: complex.Binary,
  identity: Complex
): Steps {
  const read = pairs(input)
  const results = Array.from({ length: sizeOf(output) }, () => identity)
  const kept = strides(output.shape)
  let next = 0
  const steps = input.shape.map((_, axis) => axes.includes(axis) ? 0 : kept[next++]!)
  const index = input.shape.map(() => 0)
  const n = sizeOf(input)
  for (let i = 0; i < n; i++) {
    const at = position(index, steps)
    results[at] = combine(results[at]!, read(i))
    advance(index, input.shape)
    if (i % stride === stride - 1) yield
  }
  join(output, results.map((z) => z[0]), results.map((z) => z[1]))
}

function* running(
  input: Value,
  output: Value,
  { axis, reverse }: CumulativeParams,
  combine: complex.Binary
): Steps {
  const read = pairs(input)
  const n = sizeOf(input)
  const length = input.shape[axis]!
  const inner = strides(input.shape)[axis]!
  const results = new Array<Complex>(n)
  for (let i = 0; i < n; i++) {
    const at = reverse ? n - 1 - i : i
    const before = reverse ? at + inner : at - inner
    const k = Math.floor(at / inner) % length
    const first = reverse ? k === length - 1 : k === 0
    results[at] = first ? read(at) : combine(results[before]!, read(at))
    if (i % stride === stride - 1) yield
  }
  join(output, results.map((z) => z[0]), results.map((z) => z[1]))
}

/** The first position of the extreme, or of NaN. */
function* argExtreme(input: Value, output: Value, { axes }: ArgReduceParams, which: keyof typeof wins): Steps {
  const read = pairs(input)
  const axis = axes[0]!
  const length = input.shape[axis]!
  const inner = strides(input.shape)[axis]!
  const out = output.data as { [i: number]: Scalar }
  const n = sizeOf(output)
  for (let i = 0; i < n; i++) {
    const start = Math.floor(i / inner) * inner * length + i % inner
    let place = 0
    for (let k = 1; k < length && !isNaN(read(start + place * inner)); k++) {
      const candidate = read(start + k * inner)
      if (isNaN(candidate) || wins[which](candidate, read(start + place * inner))) place = k
    }
    out[i] = typeof out[i] === "bigint" ? BigInt(place) : place
    if (i % stride === stride - 1) yield
  }
}

// --- conversion -----------------------------------------------------------------------------------------------------

/** To complex: the imaginary part is 0. From complex: the real part. */
function* convert(input: Value, output: Value): Steps {
  if (DType.isComplex(input.dtype) && DType.isComplex(output.dtype)) {
    ;(output.data as Float64Array).set(input.data as Float64Array)
  } else if (DType.isComplex(output.dtype)) {
    const newDtype = DType.realOf(output.dtype)
    const re = allocate({ dtype: newDtype, shape: output.shape })
    const steps = conversionRules.convert_element_type.run([input], [re], { newDtype, weakType: false })
    if (steps !== undefined) yield* steps
    join(output, numbers(re), new Float64Array(sizeOf(output)))
  } else {
    const params = { newDtype: output.dtype, weakType: false }
    const steps = conversionRules.convert_element_type.run([part(input, 0)], [output], params)
    if (steps !== undefined) yield* steps
  }
}

function* takePart(input: Value, output: Value, which: 0 | 1): Steps {
  const out = output.data as { [i: number]: Scalar }
  const n = sizeOf(output)
  for (let i = 0; i < n; i++) {
    out[i] = input.data[2 * i + which]!
    if (i % stride === stride - 1) yield
  }
}

function* iota(output: Value, params: IotaParams): Steps {
  const re = empty(output)
  const steps = structuralRules.iota.run([], [re], { ...params, dtype: "float64" })
  if (steps !== undefined) yield* steps
  join(output, numbers(re), new Float64Array(sizeOf(output)))
}

/** Primitives that apply to complex numbers only. */
export const complexPrimitives = {
  real: kernel<Params>(([input], [output]) => takePart(input!, output!, 0)),
  imag: kernel<Params>(([input], [output]) => takePart(input!, output!, 1)),
  complex: elementwise((x, y) => [x![0], y![0]]),
  // for a real operand it is the conversion
  conj: kernel<ConjParams>(([x], [output], { inputDtype }) =>
    DType.isComplex(inputDtype) ? map([x!], output!, (z) => complex.conj(z!)) : convert(x!, output!)
  )
}

/** Implementations for complex operands or results, where they exist. */
export const complexRules: { readonly [N in PrimitiveName]?: Kernel<never> } = {
  ...complexPrimitives,
  neg: one(complex.neg),
  abs: elementwise((z) => [complex.abs(z!), 0]),
  sign: one(complex.sign),
  add: two(complex.add),
  sub: two(complex.sub),
  mul: two(complex.mul),
  div: two(complex.div),
  pow: two(complex.pow),
  integer_pow: kernel<IntegerPowParams>(([x], [output], { y }) => map([x!], output!, (z) => complex.integerPow(y)(z!))),
  exp: one(complex.exp),
  exp2: one(complex.exp2),
  expm1: one(complex.expm1),
  log: one(complex.log),
  log1p: one(complex.log1p),
  logistic: one(complex.logistic),
  sqrt: one(complex.sqrt),
  rsqrt: one(complex.rsqrt),
  sin: one(complex.sin),
  cos: one(complex.cos),
  tan: one(complex.tan),
  asin: one(complex.asin),
  acos: one(complex.acos),
  atan: one(complex.atan),
  sinh: one(complex.sinh),
  cosh: one(complex.cosh),
  tanh: one(complex.tanh),
  asinh: one(complex.asinh),
  acosh: one(complex.acosh),
  atanh: one(complex.atanh),
  eq: test(equal),
  ne: test((x, y) => !equal(x, y)),
  lt: test(less),
  le: test((x, y) => less(x, y) || equal(x, y)),
  gt: test((x, y) => less(y, x)),
  ge: test((x, y) => less(y, x) || equal(x, y)),
  max: two(extreme("max")),
  min: two(extreme("min")),
  convert_element_type: kernel<Params>(([input], [output]) => convert(input!, output!)),
  stop_gradient: conversionRules.stop_gradient,
  name: conversionRules.name,
  optimization_barrier: conversionRules.optimization_barrier,
  debug_callback: callbackRules.debug_callback,
  pure_callback: callbackRules.pure_callback,
  reshape: conversionRules.reshape,
  select_n: byParts(elementwiseRules.select_n),
  broadcast_in_dim: byParts(structuralRules.broadcast_in_dim),
  transpose: byParts(structuralRules.transpose),
  rev: byParts(structuralRules.rev),
  slice: byParts(structuralRules.slice),
  concatenate: byParts(structuralRules.concatenate),
  pad: byParts(structuralRules.pad),
  iota: kernel<IotaParams>((_, [output], params) => iota(output!, params)),
  dynamic_slice: byParts(structuralRules.dynamic_slice),
  dynamic_update_slice: byParts(structuralRules.dynamic_update_slice),
  // elements outside are NaN with imaginary part 0, like a converted NaN
  gather: byParts<GatherParams>(indexingRules.gather, (params) => [params, { ...params, fillValue: 0 }]),
  scatter: byParts(indexingRules.scatter),
  scatter_add: byParts(indexingRules.scatter_add),
  sort: kernel<SortParams>((inputs, outputs, params) => sort(inputs, outputs, params)),
  reduce_sum: byParts(reductionRules.reduce_sum),
  reduce_prod: kernel<ReduceParams>(([input], [output], params) =>
    reduce(input!, output!, params, complex.mul, [1, 0])
  ),
  reduce_max: kernel<ReduceParams>(([input], [output], params) =>
    reduce(input!, output!, params, extreme("max"), end.max)
  ),
  reduce_min: kernel<ReduceParams>(([input], [output], params) =>
    reduce(input!, output!, params, extreme("min"), end.min)
  ),
  argmax: kernel<ArgReduceParams>(([input], [output], params) => argExtreme(input!, output!, params, "max")),
  argmin: kernel<ArgReduceParams>(([input], [output], params) => argExtreme(input!, output!, params, "min")),
  cumsum: byParts(reductionRules.cumsum),
  cumprod: kernel<CumulativeParams>(([input], [output], params) => running(input!, output!, params, complex.mul)),
  cummax: kernel<CumulativeParams>(([input], [output], params) => running(input!, output!, params, extreme("max"))),
  cummin: kernel<CumulativeParams>(([input], [output], params) => running(input!, output!, params, extreme("min"))),
  dot_general: bilinear(contractionRules.dot_general),
  conv_general_dilated: bilinear(contractionRules.conv_general_dilated),
  ...fftRules,
  ...linearAlgebraRules
}
