/**
 * A slow, literal interpreter of Plans: one memory with overlapping temporaries, one number at a time.
 */
import type { Affine, Body, BufferId, Combiner, Instruction, Kernel, Plan, ValueId } from "@effax/compiler/Plan"
import type * as DType from "effax/DType"
import * as DTypes from "effax/DType"

export type Scalar = number | bigint | boolean

const dtypes = DTypes

/** Elements of a dtype in bytes. */
const accessors: {
  readonly [D in DType.DType]?: {
    readonly get: (v: DataView, at: number) => Scalar
    readonly set: (v: DataView, at: number, x: never) => void
  }
} = {
  bool: { get: (v, at) => v.getUint8(at) !== 0, set: (v, at, x: boolean) => v.setUint8(at, x ? 1 : 0) },
  int8: { get: (v, at) => v.getInt8(at), set: (v, at, x: number) => v.setInt8(at, x) },
  int16: { get: (v, at) => v.getInt16(at, true), set: (v, at, x: number) => v.setInt16(at, x, true) },
  int32: { get: (v, at) => v.getInt32(at, true), set: (v, at, x: number) => v.setInt32(at, x, true) },
  int64: { get: (v, at) => v.getBigInt64(at, true), set: (v, at, x: bigint) => v.setBigInt64(at, x, true) },
  uint8: { get: (v, at) => v.getUint8(at), set: (v, at, x: number) => v.setUint8(at, x) },
  uint16: { get: (v, at) => v.getUint16(at, true), set: (v, at, x: number) => v.setUint16(at, x, true) },
  uint32: { get: (v, at) => v.getUint32(at, true), set: (v, at, x: number) => v.setUint32(at, x, true) },
  uint64: { get: (v, at) => v.getBigUint64(at, true), set: (v, at, x: bigint) => v.setBigUint64(at, x, true) },
  float16: { get: (v, at) => v.getFloat16(at, true), set: (v, at, x: number) => v.setFloat16(at, x, true) },
  bfloat16: {
    get: (v, at) => {
      const wide = new DataView(new ArrayBuffer(4))
      wide.setUint32(0, v.getUint16(at, true) << 16)
      return wide.getFloat32(0)
    },
    set: (v, at, x: number) => {
      const wide = new DataView(new ArrayBuffer(4))
      wide.setFloat32(0, x)
      const bits = wide.getUint32(0)
      v.setUint16(at, Number.isNaN(x) ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16, true)
    }
  },
  float32: { get: (v, at) => v.getFloat32(at, true), set: (v, at, x: number) => v.setFloat32(at, x, true) },
  float64: { get: (v, at) => v.getFloat64(at, true), set: (v, at, x: number) => v.setFloat64(at, x, true) }
}

const scratch = new DataView(new ArrayBuffer(8))

/** The value as the dtype holds it. */
const as = (x: Scalar, dtype: DType.DType): Scalar => {
  const { get, set } = accessors[dtype]!
  set(scratch, 0, x as never)
  return get(scratch, 0)
}

const bits = (dtype: DType.DType): number => dtypes.itemSize(dtype) * 8

const integerOf = (x: bigint, dtype: DType.DType): Scalar => {
  const wrapped = dtypes.isSigned(dtype) ? BigInt.asIntN(bits(dtype), x) : BigInt.asUintN(bits(dtype), x)
  return bits(dtype) === 64 ? wrapped : Number(wrapped)
}

const convert = (x: Scalar, from: DType.DType, to: DType.DType): Scalar => {
  if (to === "bool") return Number(x) !== 0
  if (dtypes.isFloating(to)) return as(Number(x), to)
  if (dtypes.isFloating(from)) {
    const [low, high] = dtypes.isSigned(to) ? [-(2 ** (bits(to) - 1)), 2 ** (bits(to) - 1) - 1] : [0, 2 ** bits(to) - 1]
    const n = x as number
    if (Number.isNaN(n)) return integerOf(0n, to)
    if (n <= low) return integerOf(BigInt(low), to)
    if (n >= high) return integerOf((1n << BigInt(bits(to) - (dtypes.isSigned(to) ? 1 : 0))) - 1n, to)
    return integerOf(BigInt(Math.trunc(n)), to)
  }
  return integerOf(BigInt(x), to)
}

const bitcast = (x: Scalar, from: DType.DType, to: DType.DType): Scalar => {
  const view = new DataView(new ArrayBuffer(8))
  accessors[from]!.set(view, 0, x as never)
  return accessors[to]!.get(view, 0)
}

/** By its series and continued fraction (Abramowitz and Stegun 7.1.6, 7.1.14), to double precision. */
const erf = (x: number): number => {
  if (Number.isNaN(x)) return x
  const a = Math.abs(x)
  if (a > 6) return Math.sign(x)
  let term = a
  let sum = a
  for (let n = 1; n < 200; n++) {
    term *= 2 * a * a / (2 * n + 1)
    sum += term
  }
  return Math.sign(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-a * a) * sum
}

const roundEven = (x: number): number => {
  const r = Math.round(x)
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r
}

const floatUnary: { readonly [op: string]: (x: number) => number } = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => Math.sign(x),
  floor: Math.floor,
  ceil: Math.ceil,
  roundEven,
  roundAway: (x) => Math.sign(x) * Math.round(Math.abs(x)),
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  logistic: (x) => 1 / (1 + Math.exp(-x)),
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  cbrt: Math.cbrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf
}

const floatBinary: { readonly [op: string]: (x: number, y: number) => number } = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  rem: (x, y) => x % y,
  pow: (x, y) => x === 1 ? 1 : x ** y,
  atan2: Math.atan2,
  max: (x, y) => Number.isNaN(x) || Number.isNaN(y) ? NaN : Math.max(x, y),
  min: (x, y) => Number.isNaN(x) || Number.isNaN(y) ? NaN : Math.min(x, y)
}

const count1 = (x: bigint): bigint => BigInt(x.toString(2).replaceAll("0", "").length)

const integerUnary: { readonly [op: string]: (x: bigint, width: number) => bigint } = {
  neg: (x) => -x,
  abs: (x) => x < 0n ? -x : x,
  sign: (x) => x < 0n ? -1n : x > 0n ? 1n : 0n,
  not: (x) => ~x,
  populationCount: (x, width) => count1(BigInt.asUintN(width, x)),
  clz: (x, width) => {
    const u = BigInt.asUintN(width, x)
    return BigInt(u === 0n ? width : width - u.toString(2).length)
  }
}

const integerBinary: { readonly [op: string]: (x: bigint, y: bigint, width: number) => bigint } = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => y === 0n ? -1n : x / y,
  rem: (x, y) => y === 0n ? x : x % y,
  max: (x, y) => x > y ? x : y,
  min: (x, y) => x < y ? x : y,
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  shiftLeft: (x, y, w) => y < 0n || y >= BigInt(w) ? 0n : x << y,
  shiftRightLogical: (x, y, w) => y < 0n || y >= BigInt(w) ? 0n : BigInt.asUintN(w, x) >> y,
  shiftRightArithmetic: (x, y, w) => y < 0n || y >= BigInt(w) ? (x < 0n ? -1n : 0n) : x >> y
}

const comparisons: { readonly [op: string]: (x: Scalar, y: Scalar) => boolean } = {
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => x < y,
  le: (x, y) => x <= y,
  gt: (x, y) => x > y,
  ge: (x, y) => x >= y
}

const boolOps: { readonly [op: string]: (x: boolean, y: boolean) => boolean } = {
  and: (x, y) => x && y,
  or: (x, y) => x || y,
  xor: (x, y) => x !== y,
  not: (x) => !x
}

const binaryOp = (op: string, x: Scalar, y: Scalar, dtype: DType.DType): Scalar => {
  if (op in comparisons) return comparisons[op]!(x, y)
  if (dtype === "bool") return boolOps[op]!(x as boolean, y as boolean)
  if (dtypes.isFloating(dtype)) return as(floatBinary[op]!(x as number, y as number), dtype)
  return integerOf(integerBinary[op]!(BigInt(x), BigInt(y), bits(dtype)), dtype)
}

const unaryOp = (op: string, x: Scalar, dtype: DType.DType): Scalar => {
  if (op === "isFinite") return Number.isFinite(x)
  if (dtype === "bool") return boolOps[op]!(x as boolean, false)
  if (dtypes.isFloating(dtype)) return as(floatUnary[op]!(x as number), dtype)
  return integerOf(integerUnary[op]!(BigInt(x), bits(dtype)), dtype)
}

/** How an interpreter may differ from the obvious one without results differing. */
export interface Order {
  /** Runs kernels between two barriers, and the points of loops, last first. */
  readonly reversed: boolean
}

class Machine {
  readonly #plan: Plan
  readonly #views: ReadonlyArray<DataView>
  readonly order: Order

  constructor(plan: Plan, inputs: ReadonlyArray<DataView>, outputs: ReadonlyArray<DataView>, order: Order) {
    this.#plan = plan
    this.order = order
    // What nobody wrote is garbage
    const arena = new ArrayBuffer(plan.arena)
    new Uint8Array(arena).fill(0xa5)
    this.#views = plan.buffers.map(({ dtype, elements, location }) =>
      location._tag === "Temporary"
        ? new DataView(arena, location.offset, elements * dtypes.itemSize(dtype))
        : location._tag === "Input"
        ? inputs[location.index]!
        : outputs[location.index]!
    )
  }

  /** The memory of a buffer, or of one of `parts` of it. */
  view(buffer: BufferId, part = 0, parts = 1): DataView {
    const { buffer: bytes, byteLength, byteOffset } = this.#views[buffer]!
    return new DataView(bytes, byteOffset + part * byteLength / parts, byteLength / parts)
  }

  get(buffer: BufferId, at: number): Scalar {
    const { dtype, elements } = this.#plan.buffers[buffer]!
    if (!(at >= 0 && at < elements)) throw new Error(`reads ${at} of ${elements} elements of buffer ${buffer}`)
    return accessors[dtype]!.get(this.#views[buffer]!, at * dtypes.itemSize(dtype))
  }

  set(buffer: BufferId, at: number, value: Scalar): void {
    const { dtype, elements } = this.#plan.buffers[buffer]!
    if (!(at >= 0 && at < elements)) throw new Error(`writes ${at} of ${elements} elements of buffer ${buffer}`)
    accessors[dtype]!.set(this.#views[buffer]!, at * dtypes.itemSize(dtype), value as never)
  }

  /** The values of a body's instructions. */
  run(body: Body, point: ReadonlyArray<number>, results: ReadonlyArray<Scalar> = []): ReadonlyArray<Scalar> {
    const values: Array<Scalar> = []
    for (const i of body) values.push(this.#step(i, body, values, point, results))
    return values
  }

  #step(
    i: Instruction,
    body: Body,
    values: ReadonlyArray<Scalar>,
    point: ReadonlyArray<number>,
    results: ReadonlyArray<Scalar>
  ): Scalar {
    switch (i.op) {
      case "load":
        return this.get(i.buffer, at(i.index, point))
      case "loadAt":
        return this.get(i.buffer, values[i.index] as number)
      case "literal":
        return as(i.value, i.dtype)
      case "index":
        return point[i.axis]!
      case "result":
        return results[i.which]!
      case "convert":
        return convert(values[i.args[0]]!, body[i.args[0]]!.dtype, i.dtype)
      case "bitcast":
        return bitcast(values[i.args[0]]!, body[i.args[0]]!.dtype, i.dtype)
      case "select":
        return values[i.args[0]] === true ? values[i.args[1]]! : values[i.args[2]]!
      default: {
        const args: ReadonlyArray<ValueId> = i.args
        const x = values[args[0]!]!
        const dtype = body[args[0]!]!.dtype
        return args.length === 1 ? unaryOp(i.op, x, dtype) : binaryOp(i.op, x, values[args[1]!]!, dtype)
      }
    }
  }
}

const at = (index: Affine, point: ReadonlyArray<number>): number =>
  index.strides.reduce((sum, s, d) => sum + s * point[d]!, index.offset)

/** Every point of a space, in row-major order. */
export const points = (space: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> => {
  let all: Array<ReadonlyArray<number>> = [[]]
  for (const n of space) all = all.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i]))
  return all
}

const starts: { readonly [C in Combiner]: (dtype: DType.DType) => Scalar } = {
  sum: (d) => convert(0, "int32", d),
  product: (d) => convert(1, "int32", d),
  max: (d) => dtypes.isFloating(d) ? -Infinity : integerOf(dtypes.isSigned(d) ? -(1n << BigInt(bits(d) - 1)) : 0n, d),
  min: (d) =>
    dtypes.isFloating(d) ? Infinity : integerOf((1n << BigInt(bits(d) - (dtypes.isSigned(d) ? 1 : 0))) - 1n, d),
  and: (d) => d === "bool" ? true : integerOf(-1n, d),
  or: (d) => d === "bool" ? false : integerOf(0n, d),
  argmax: () => 0,
  argmin: () => 0
}

const opOf = { sum: "add", product: "mul", max: "max", min: "min", and: "and", or: "or" } as const

const combine = (c: Combiner, values: ReadonlyArray<Scalar>, dtype: DType.DType): Scalar => {
  if (c === "argmax" || c === "argmin") {
    let best = 0
    const nan = (x: Scalar) => typeof x === "number" && Number.isNaN(x)
    values.forEach((x, i) => {
      const y = values[best]!
      if (nan(y)) return
      if (nan(x) || (c === "argmax" ? x > y : x < y)) best = i
    })
    return best
  }
  // Sums of float32 may be held wider
  if (c === "sum" && dtype === "float32") return Math.fround((values as Array<number>).reduce((a, b) => a + b, 0))
  return values.reduce((a, b) => binaryOp(opOf[c], a, b, dtype), starts[c](dtype))
}

const runKernel = (machine: Machine, kernel: Kernel): void => {
  const inOrder = <T>(xs: ReadonlyArray<T>): ReadonlyArray<T> => machine.order.reversed ? xs.toReversed() : xs
  switch (kernel.kind) {
    case "loop":
      for (const p of inOrder(points(kernel.space))) {
        const values = machine.run(kernel.body, p)
        for (const s of kernel.stores) machine.set(s.buffer, at(s.index, p), values[s.value]!)
      }
      return
    case "reduce":
      for (const p of inOrder(points(kernel.kept))) {
        const rows = points(kernel.reduced).map((r) => machine.run(kernel.body, [...p, ...r]))
        const results = kernel.accumulations.map((a) => combine(a.combiner, rows.map((v) => v[a.value]!), a.dtype))
        const values = machine.run(kernel.epilogue, p, results)
        for (const s of kernel.stores) machine.set(s.buffer, at(s.index, p), values[s.value]!)
      }
      return
    case "contract":
      for (const p of inOrder(points([...kernel.batch, kernel.m, kernel.n]))) {
        const batch = p.slice(0, -2)
        const products: Array<Scalar> = []
        for (let k = 0; k < kernel.k; k++) {
          const x = machine.get(kernel.lhs.buffer, at(kernel.lhs.index, [...batch, p.at(-2)!, k]))
          const y = machine.get(kernel.rhs.buffer, at(kernel.rhs.index, [...batch, k, p.at(-1)!]))
          const [a, b] = [x, y].map((v) => convert(v, kernel.operandDtype, kernel.dtype))
          products.push(binaryOp("mul", a!, b!, kernel.dtype))
        }
        const values = machine.run(kernel.epilogue, p, [combine("sum", products, kernel.dtype)])
        for (const s of kernel.stores) machine.set(s.buffer, at(s.index, p), values[s.value]!)
      }
      return
    case "convolve":
      for (const p of points([kernel.batch, kernel.features, ...kernel.output])) {
        const [n, o, ...out] = p as [number, number, ...Array<number>]
        const group = Math.floor(o / (kernel.features / kernel.groups))
        const products: Array<Scalar> = []
        for (const [c, ...w] of points([kernel.channels, ...kernel.window])) {
          const dilated = out.map((x, d) => x * kernel.strides[d]! + w[d]! * kernel.rhsDilation[d]! - kernel.low[d]!)
          const place = dilated.map((x, d) => x / kernel.lhsDilation[d]!)
          if (!place.every((x, d) => Number.isInteger(x) && x >= 0 && x < kernel.input[d]!)) continue
          const x = machine.get(
            kernel.lhs.buffer,
            at(kernel.lhs.index, [n, group * kernel.channels + c!, ...place])
          )
          const y = machine.get(kernel.rhs.buffer, at(kernel.rhs.index, [o, c!, ...w]))
          const [a, b] = [x, y].map((v) => convert(v, kernel.operandDtype, kernel.dtype))
          products.push(binaryOp("mul", a!, b!, kernel.dtype))
        }
        const values = machine.run(kernel.epilogue, p, [combine("sum", products, kernel.dtype)])
        for (const s of kernel.stores) machine.set(s.buffer, at(s.index, p), values[s.value]!)
      }
      return
    case "scatter": {
      const op = { add: "add", mul: "mul", min: "min", max: "max" } as const
      for (const p of points(kernel.space)) {
        const values = machine.run(kernel.body, p)
        if (kernel.guard !== undefined && values[kernel.guard] !== true) continue
        const place = values[kernel.at] as number
        const value = values[kernel.value]!
        machine.set(
          kernel.buffer,
          place,
          kernel.combiner === "set"
            ? value
            : binaryOp(op[kernel.combiner], machine.get(kernel.buffer, place), value, kernel.body[kernel.value]!.dtype)
        )
      }
      return
    }
    case "cumulative":
      for (const [o, i] of points([kernel.outer, kernel.inner])) {
        let sum = starts[kernel.combiner](kernel.dtype)
        for (let step = 0; step < kernel.length; step++) {
          const l = kernel.reverse ? kernel.length - 1 - step : step
          const place = (o! * kernel.length + l) * kernel.inner + i!
          sum = binaryOp(opOf[kernel.combiner], sum, machine.get(kernel.input, place), kernel.dtype)
          machine.set(kernel.output, place, sum)
        }
      }
      return
    case "sort":
      for (const [o, i] of points([kernel.outer, kernel.inner])) {
        const place = (l: number) => (o! * kernel.length + l) * kernel.inner + i!
        const order = Array.from({ length: kernel.length }, (_, l) => l)
        order.sort((a, b) => {
          for (let k = 0; k < kernel.keys; k++) {
            const [x, y] = [machine.get(kernel.inputs[k]!, place(a)), machine.get(kernel.inputs[k]!, place(b))]
            const [p, q] = [Number.isNaN(x), Number.isNaN(y)]
            if (p !== q) return p ? 1 : -1
            if (x < y) return -1
            if (x > y) return 1
          }
          return a - b
        })
        kernel.inputs.forEach((input, n) => {
          const values = order.map((l) => machine.get(input, place(l)))
          values.forEach((v, l) => machine.set(kernel.outputs[n]!, place(l), v))
        })
      }
      return
    case "repeat":
      return runRepeat(machine, kernel)
    case "branch": {
      const picked = Math.min(Math.max(machine.get(kernel.index, 0) as number, 0), kernel.branches.length - 1)
      const [inputs, outputs] = [kernel.inputs, kernel.outputs].map((ids) => ids.map((id) => machine.view(id)))
      return runPlan(kernel.branches[picked]!, inputs!, outputs!, machine.order)
    }
    case "hostCall":
      throw new Error("there is no host")
  }
}

const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

/** Carries are copied from step to step, but where they stay in one place. */
const runRepeat = (machine: Machine, kernel: Kernel & { readonly kind: "repeat" }): void => {
  const { body, carries, condition, constants, reverse, slices, stacks, steps } = kernel
  for (const { initial, result } of carries) bytesOf(machine.view(result)).set(bytesOf(machine.view(initial)))
  for (let step = 0; step < (steps ?? Infinity); step++) {
    if (condition !== null && machine.get(carries[condition]!.result, 0) !== true) return
    const part = steps === null ? 0 : reverse ? steps - 1 - step : step
    const before = carries.map(({ result, spare }) =>
      spare === null ? machine.view(result) : new DataView(bytesOf(machine.view(result)).slice().buffer)
    )
    runPlan(
      body,
      [
        ...constants.map((id) => machine.view(id)),
        ...before,
        ...slices.map((id) => machine.view(id, part, steps!))
      ],
      [...carries.map(({ result }) => machine.view(result)), ...stacks.map((id) => machine.view(id, part, steps!))],
      machine.order
    )
  }
}

const runPlan = (
  plan: Plan,
  inputs: ReadonlyArray<DataView>,
  outputs: ReadonlyArray<DataView>,
  order: Order
): void => {
  const machine = new Machine(plan, inputs, outputs, order)
  const segments: Array<Array<Kernel>> = [[]]
  for (const kernel of plan.kernels) {
    if (kernel.barrier) segments.push([])
    segments.at(-1)!.push(kernel)
  }
  for (const segment of segments) {
    for (const kernel of order.reversed ? segment.toReversed() : segment) runKernel(machine, kernel)
  }
}

/** Runs a Plan on raw bytes, and gives the bytes of the outputs. */
export const run = (
  plan: Plan,
  inputs: ReadonlyArray<ArrayBuffer>,
  order: Order = { reversed: false }
): ReadonlyArray<ArrayBuffer> => {
  const outputs = plan.outputs.map((b) => {
    const { dtype, elements } = plan.buffers[b]!
    return new ArrayBuffer(elements * dtypes.itemSize(dtype))
  })
  runPlan(plan, inputs.map((x) => new DataView(x)), outputs.map((x) => new DataView(x)), order)
  return outputs
}
