/**
 * Runs the code of one contraction or convolution, and computes the same with plain loops in double precision.
 *
 * Units run one after the other, as several ranks would, each with scratch memory of its own. All memory is filled with
 * NaN beforehand, so that anything read that shouldn't be shows, and what was not to be written must stay as it was.
 */
import type { Affine, Body, Buffer as PlanBuffer, Contract, Convolve, Plan, Store } from "@effax/compiler/Plan"
import { type DType, isInteger, itemSize } from "effax/DType"
import { expect } from "vitest"
import { ModuleBuilder } from "../../src/internal/assembler/index.ts"
import type { EmitKernel, KernelCode, Phase } from "../../src/internal/codegen/kernel.ts"
import { moduleContext } from "../../src/internal/codegen/module.ts"

// -- random numbers, the same in every run

export class Random {
  private state: number
  constructor(seed: number) {
    this.state = seed >>> 0
  }
  /** In [0, 1). */
  next(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0
    let x = this.state
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
  }
  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }
  pick<A>(from: ReadonlyArray<A>): A {
    return from[this.int(0, from.length - 1)]!
  }
}

// -- elements in memory

type Number = number | bigint

interface Elements {
  readonly length: number
  readonly get: (i: number) => Number
  readonly set: (i: number, x: Number) => void
}

const floatBits = new Float32Array(1)
const wordBits = new Uint32Array(floatBits.buffer)

const elements = (dtype: DType, memory: ArrayBufferLike, address: number, length: number): Elements => {
  const data = new DataView(memory, address, length * itemSize(dtype))
  const at = (i: number): number => {
    if (i < 0 || i >= length) throw new Error(`test: element ${i} of ${length}`)
    return i * itemSize(dtype)
  }
  const accessors: {
    readonly [D in DType]?: readonly [get: (i: number) => Number, set: (i: number, x: Number) => void]
  } = {
    bool: [(i) => data.getUint8(i), (i, x) => data.setUint8(i, Number(x) !== 0 ? 1 : 0)],
    int8: [(i) => data.getInt8(i), (i, x) => data.setInt8(i, Number(x))],
    uint8: [(i) => data.getUint8(i), (i, x) => data.setUint8(i, Number(x))],
    int16: [(i) => data.getInt16(i, true), (i, x) => data.setInt16(i, Number(x), true)],
    uint16: [(i) => data.getUint16(i, true), (i, x) => data.setUint16(i, Number(x), true)],
    int32: [(i) => data.getInt32(i, true), (i, x) => data.setInt32(i, Number(x), true)],
    uint32: [(i) => data.getUint32(i, true), (i, x) => data.setUint32(i, Number(x), true)],
    int64: [(i) => data.getBigInt64(i, true), (i, x) => data.setBigInt64(i, BigInt(x), true)],
    uint64: [(i) => data.getBigUint64(i, true), (i, x) => data.setBigUint64(i, BigInt(x), true)],
    float16: [(i) => data.getFloat16(i, true), (i, x) => data.setFloat16(i, Number(x), true)],
    bfloat16: [
      (i) => {
        wordBits[0] = data.getUint16(i, true) << 16
        return floatBits[0]!
      },
      // Truncated: the tests store values that fit.
      (i, x) => {
        floatBits[0] = Number(x)
        data.setUint16(i, wordBits[0]! >>> 16, true)
      }
    ],
    float32: [(i) => data.getFloat32(i, true), (i, x) => data.setFloat32(i, Number(x), true)],
    float64: [(i) => data.getFloat64(i, true), (i, x) => data.setFloat64(i, Number(x), true)]
  }
  const [get, set] = accessors[dtype]!
  return { length, get: (i) => get(at(i)), set: (i, x) => set(at(i), x) }
}

// -- plans of one kernel

export type Contraction = Contract | Convolve

/** A plan of one kernel whose buffers are inputs, but those that it stores to. */
export const planOf = (
  kernel: Contraction,
  buffers: ReadonlyArray<{ readonly dtype: DType; readonly elements: number }>
): Plan => {
  const stored = new Set(kernel.stores.map((store) => store.buffer))
  const inputs: Array<number> = []
  const outputs: Array<number> = []
  const placed = buffers.map(({ dtype, elements }, id): PlanBuffer => {
    const list = stored.has(id) ? outputs : inputs
    list.push(id)
    return { dtype, elements, location: { _tag: stored.has(id) ? "Output" : "Input", index: list.length - 1 } }
  })
  return { buffers: placed, kernels: [kernel], inputs, outputs, arena: 0 }
}

/** The positions that an affine index reaches need a buffer of this many elements, with this offset. */
export const room = (
  space: ReadonlyArray<number>,
  strides: ReadonlyArray<number>
): { readonly offset: number; readonly elements: number } => {
  let low = 0
  let high = 0
  strides.forEach((stride, axis) => {
    const reach = stride * (space[axis]! - 1)
    if (reach < 0) low += reach
    else high += reach
  })
  return { offset: -low, elements: high - low + 1 }
}

/** Strides of a dense array whose axes lie in the given order, slowest first; some turned around, some not varying. */
export const strided = (
  space: ReadonlyArray<number>,
  order: ReadonlyArray<number>,
  options: {
    readonly reversed?: ReadonlyArray<number>
    readonly constant?: ReadonlyArray<number>
    readonly gap?: number
  } = {}
): Affine & { readonly elements: number } => {
  const strides = space.map(() => 0)
  let next = options.gap ?? 1
  for (const axis of [...order].reverse()) {
    if (options.constant?.includes(axis) === true) continue
    strides[axis] = options.reversed?.includes(axis) === true ? -next : next
    next *= space[axis]!
  }
  return { ...room(space, strides), strides }
}

/** The order of axes, shuffled. */
export const shuffled = (random: Random, length: number): ReadonlyArray<number> => {
  const order = Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = random.int(0, i)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

// -- running

export interface Run {
  readonly code: KernelCode
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly buffers: ReadonlyArray<Elements>
  /** Runs all phases, each unit with the scratch of the rank that would compute it. */
  readonly run: (ranks: number) => void
  /** The bytes of a buffer. */
  readonly bits: (id: number) => Uint8Array
}

const align = (x: number): number => Math.ceil(x / 64) * 64

export interface RunOptions {
  readonly relaxedSimd?: boolean
  /** A value for element `i` of a buffer that isn't stored to. */
  readonly fill: (buffer: number, i: number) => Number
}

export const compile = <K extends Contraction>(plan: Plan, emit: EmitKernel<K>, options: RunOptions): Run => {
  const kernel = plan.kernels[0] as K
  const relaxedSimd = options.relaxedSimd ?? true
  const module = new ModuleBuilder()
  module.importMemory({ shared: true, initial: 1, maximum: 65536 })
  let arena = align(plan.arena)
  const code = emit({
    ...moduleContext(module, { threads: true, relaxedSimd }),
    plan,
    codeOf: () => {
      throw new Error("a contraction runs no Plan of its own")
    },
    reserve: (bytes) => {
      const offset = arena
      arena += align(bytes)
      return offset
    }
  }, kernel)
  const units = code.phases as ReadonlyArray<Phase>
  units.forEach(({ unit }, i) => module.export(`phase${i}`, unit))
  const bytes = module.bytes()

  const ranks = 3
  const args = 64
  let top = 1024
  const writable: Array<readonly [from: number, to: number]> = [[args, 1024]]
  const place = (size: number, written: boolean): number => {
    const at = top
    if (written) writable.push([at, at + size])
    top = align(top + size) + 64
    return at
  }
  const scratch = Array.from({ length: ranks }, () => place(code.scratch, true))
  const arenaAt = place(arena, true)
  const stored = new Set(kernel.stores.map((store) => store.buffer))
  const addresses = plan.buffers.map(({ dtype, elements, location }, id) =>
    location._tag === "Temporary" ? arenaAt + location.offset : place(elements * itemSize(dtype), stored.has(id))
  )
  // The last buffer ends where the memory does: a read beyond its end is a trap.
  const last = plan.buffers.length - 1
  const lastBytes = plan.buffers[last]!.elements * itemSize(plan.buffers[last]!.dtype)
  const pages = Math.ceil(top / 65536)
  const lastWritten = writable.findIndex(([from]) => from === addresses[last])
  addresses[last] = pages * 65536 - lastBytes
  if (lastWritten >= 0) writable[lastWritten] = [addresses[last], pages * 65536]

  const memory = new WebAssembly.Memory({ shared: true, initial: pages, maximum: 65536 })
  new Uint32Array(memory.buffer).fill(0x7fc12345)
  const words = new Int32Array(memory.buffer)
  words[args / 4 + 2] = arenaAt
  const buffers = plan.buffers.map(({ dtype, elements: count, location }, id) => {
    if (location._tag === "Input") words[args / 4 + 4 + location.index] = addresses[id]!
    if (location._tag === "Output") words[args / 4 + 4 + plan.inputs.length + location.index] = addresses[id]!
    const array = elements(dtype, memory.buffer, addresses[id]!, count)
    if (!stored.has(id)) { for (let i = 0; i < count; i++) array.set(i, options.fill(id, i)) }
    return array
  })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  const phases = units.map(({ units }, i) => ({
    units,
    unit: exports[`phase${i}`] as (args: number, scratch: number, unit: number) => void
  }))
  const snapshot = new Uint8Array(memory.buffer).slice()
  return {
    code,
    bytes,
    buffers,
    bits: (id) =>
      new Uint8Array(memory.buffer, addresses[id], plan.buffers[id]!.elements * itemSize(plan.buffers[id]!.dtype))
        .slice(),
    run: (n) => {
      for (const { unit, units } of phases) {
        // Several ranks: the last units first, since no unit may count on another.
        for (let i = 0; i < units; i++) {
          const u = n === 1 ? i : units - 1 - i
          unit(args, scratch[Math.floor(u * n / units)]!, u)
        }
      }
      const now = new Uint8Array(memory.buffer).slice()
      for (const [from, to] of writable) now.set(snapshot.subarray(from, to), from)
      if (Buffer.compare(now, snapshot) !== 0) throw new Error("test: bytes were written that belong to nobody")
    }
  }
}

// -- the same with plain loops

/** A sum, and the sum of its terms' magnitudes, to which rounding errors are proportional. */
interface Sum {
  readonly value: Number
  readonly magnitude: number
}

type Point = ReadonlyArray<number>

const at = (index: Affine, point: Point): number =>
  point.reduce((sum, coordinate, axis) => sum + coordinate * index.strides[axis]!, index.offset)

const points = function*(space: ReadonlyArray<number>): Generator<Point> {
  const point = space.map(() => 0)
  if (space.includes(0)) return
  for (;;) {
    yield point
    let axis = space.length - 1
    while (axis >= 0 && ++point[axis]! === space[axis]) point[axis--] = 0
    if (axis < 0) return
  }
}

const summation = (dtype: DType) => {
  const wide = isInteger(dtype)
  let value: Number = wide ? 0n : 0
  let magnitude = 0
  return {
    add: (a: Number, b: Number): void => {
      if (wide) value = (value as bigint) + BigInt(a) * BigInt(b)
      else {
        value = (value as number) + Number(a) * Number(b)
        magnitude += Math.abs(Number(a) * Number(b))
      }
    },
    sum: (): Sum => ({
      value: !wide
        ? value
        : dtype.startsWith("u")
        ? BigInt.asUintN(8 * itemSize(dtype), value as bigint)
        : BigInt.asIntN(8 * itemSize(dtype), value as bigint),
      magnitude
    })
  }
}

const spaces: {
  readonly [K in Contraction["kind"]]: (kernel: Extract<Contraction, { kind: K }>) => ReadonlyArray<number>
} = {
  contract: ({ batch, m, n }) => [...batch, m, n],
  convolve: ({ batch, features, output }) => [batch, features, ...output]
}

const sums: {
  readonly [K in Contraction["kind"]]: (
    kernel: Extract<Contraction, { kind: K }>,
    point: Point,
    lhs: Elements,
    rhs: Elements
  ) => Sum
} = {
  contract: ({ dtype, k, lhs, rhs }, point, a, b) => {
    const total = summation(dtype)
    const batch = point.slice(0, -2)
    const [m, n] = point.slice(-2) as [number, number]
    for (let i = 0; i < k; i++) {
      total.add(a.get(at(lhs.index, [...batch, m, i])), b.get(at(rhs.index, [...batch, i, n])))
    }
    return total.sum()
  },
  convolve: (kernel, [image, feature, ...out], a, b) => {
    const { channels, dtype, features, groups, input, lhs, lhsDilation, low, rhs, rhsDilation, strides, window } =
      kernel
    const total = summation(dtype)
    const group = Math.floor(feature! / (features / groups))
    for (let c = 0; c < channels; c++) {
      for (const tap of points(window)) {
        const position = tap.map((w, d) => out[d]! * strides[d]! + w * rhsDilation[d]! - low[d]!)
        const inside = position.every((p, d) => p >= 0 && p % lhsDilation[d]! === 0 && p / lhsDilation[d]! < input[d]!)
        if (!inside) continue
        total.add(
          a.get(at(lhs.index, [image!, group * channels + c, ...position.map((p, d) => p / lhsDilation[d]!)])),
          b.get(at(rhs.index, [feature!, c, ...tap]))
        )
      }
    }
    return total.sum()
  }
}

/** The few operations that the tests' epilogues have. */
const evaluate = (
  body: Body,
  sum: Sum,
  point: Point,
  load: (buffer: number, index: Affine) => Number
): ReadonlyArray<Number> => {
  const values: Array<Number> = []
  for (const instruction of body) {
    const of = (i: number): Number => values["args" in instruction ? instruction.args[i]! : -1]!
    values.push((() => {
      switch (instruction.op) {
        case "result":
          return sum.value
        case "load":
          return load(instruction.buffer, instruction.index)
        case "literal":
          return Number(instruction.value)
        case "index":
          return point[instruction.axis]!
        case "add":
          return Number(of(0)) + Number(of(1))
        case "mul":
          return Number(of(0)) * Number(of(1))
        case "max":
          return Number.isNaN(of(0)) || Number.isNaN(of(1)) ? NaN : Math.max(Number(of(0)), Number(of(1)))
        case "convert":
          return of(0)
        default:
          throw new Error(`test: the reference has no ${instruction.op}`)
      }
    })())
  }
  return values
}

/** How far a result may be off, in units of the sum of magnitudes. */
const tolerances: { readonly [D in DType]?: number } = { float32: 1.5e-6, float64: 2e-15 }
const storeTolerances: { readonly [D in DType]?: number } = {
  float16: 1e-3,
  bfloat16: 8e-3,
  float32: 2e-7,
  float64: 3e-16
}

/** Compares every element of every stored buffer: computed ones with plain loops, the others with what was there. */
export const expectRight = (plan: Plan, run: Run, before: ReadonlyArray<Elements | undefined> = []): void => {
  const kernel = plan.kernels[0] as Contraction
  const space = (spaces[kernel.kind] as (kernel: Contraction) => ReadonlyArray<number>)(kernel)
  const sumAt = sums[kernel.kind] as (kernel: Contraction, point: Point, lhs: Elements, rhs: Elements) => Sum
  const [lhs, rhs] = [run.buffers[kernel.lhs.buffer]!, run.buffers[kernel.rhs.buffer]!]
  const seen = new Map<number, Uint8Array>()
  const count = space.reduce((a, b) => a * b, 1)
  const terms = kernel.kind === "contract" ? kernel.k : kernel.channels * kernel.window.reduce((a, b) => a * b, 1)
  // Of large results a part is computed, spread over all of it by a step that has nothing to do with tiles.
  const stride = Math.max(1, Math.floor(count * terms / 4e5))
  let number = 0
  const load = (point: Point) => (buffer: number, index: Affine): Number =>
    (before[buffer] ?? run.buffers[buffer]!).get(at(index, point))
  for (const point of points(space)) {
    const chosen = number++ % stride === 0
    const sum = chosen ? sumAt(kernel, point, lhs, rhs) : { value: 0, magnitude: 0 }
    const values = chosen ? evaluate(kernel.epilogue, sum, point, load(point)) : []
    for (const store of kernel.stores) {
      const position = at(store.index, point)
      const known = seen.get(store.buffer) ?? new Uint8Array(plan.buffers[store.buffer]!.elements)
      known[position] = 1
      seen.set(store.buffer, known)
      const got = run.buffers[store.buffer]!.get(position)
      if (chosen) check(plan, kernel, store, point, got, values[store.value]!, sum.magnitude)
    }
  }
  for (const [buffer, positions] of seen) {
    if (before[buffer] !== undefined) continue
    const bits = run.bits(buffer)
    const { dtype, elements } = plan.buffers[buffer]!
    const size = itemSize(dtype)
    if (size < 4) continue
    const words = new Uint32Array(bits.buffer)
    for (let i = 0; i < elements; i++) {
      if (positions[i] === 0 && words[i * size / 4] !== 0x7fc12345) {
        expect.fail(`element ${i} of buffer ${buffer} was written`)
      }
    }
  }
}

const check = (
  plan: Plan,
  kernel: Contraction,
  store: Store,
  point: Point,
  got: Number,
  wanted: Number,
  magnitude: number
): void => {
  const dtype = plan.buffers[store.buffer]!.dtype
  if (isInteger(dtype) || typeof wanted === "bigint" || !Number.isFinite(wanted)) {
    if (!Object.is(Number(got), Number(wanted)) && BigInt(got) !== BigInt(wanted)) {
      expect.fail(`at [${point.join()}]: ${got} instead of ${wanted}`)
    }
    return
  }
  const allowed = (tolerances[kernel.dtype] ?? 0) * magnitude + (storeTolerances[dtype] ?? 0) * Math.abs(wanted)
  if (!(Math.abs(Number(got) - wanted) <= allowed)) {
    expect.fail(`at [${point.join()}]: ${got} instead of ${wanted}, allowed ${allowed}`)
  }
}
