/**
 * A slow, literal interpreter of Plans: one memory with overlapping temporaries, one element at a time.
 *
 * **When to use**
 *
 * To check a code generator: run a Plan on the device and here, and compare bytes. It is the meaning of Plans; what a
 * kernel does is told by its kind, in one place.
 *
 * @since 0.1.0
 */
import * as DType from "effax/DType"
import { apply } from "./internal/interpreter/arithmetic.ts"
import { bitcast, get, set } from "./internal/interpreter/memory.ts"
import { pointsIn, positionOf } from "./internal/kernels/bodies.ts"
import { specOf } from "./internal/kernels/index.ts"
import type { Machine } from "./internal/kernels/kernel.ts"
import { convert, normalize, roundFloat, type Scalar } from "./internal/scalar.ts"
import type { Body, BufferId, Instruction, Kernel, Plan } from "./Plan.ts"

/**
 * Options of {@link run}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * Runs the kernels between two barriers, and the points whose order does not matter, last first. A right Plan gives the
   * same result.
   */
  readonly reversed?: boolean
  /** Runs the callback of a number on the bytes of its operands, and writes its results. A Plan that calls it fails without. */
  readonly call?: (callback: number, inputs: ReadonlyArray<Uint8Array>, outputs: ReadonlyArray<Uint8Array>) => void
}

/** Fresh memory holds this byte, so that reading what was never written shows. */
const poison = 0xa5

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The value of an instruction, given those before it. */
const evaluate = (
  i: Instruction,
  body: Body,
  values: ReadonlyArray<Scalar>,
  point: ReadonlyArray<number>,
  results: ReadonlyArray<Scalar>,
  load: (buffer: BufferId, at: number) => Scalar
): Scalar => {
  switch (i.op) {
    case "load":
      return load(i.buffer, positionOf(i.index, point))
    case "loadAt":
      return load(i.buffer, (values[i.index] as number) >>> 0)
    case "literal":
      return normalize(i.value, i.dtype)
    case "index":
      return point[i.axis]!
    case "result":
      return results[i.which]!
    case "select":
      return values[i.args[0]] === true ? values[i.args[1]]! : values[i.args[2]]!
    case "convert":
      return convert(values[i.args[0]]!, body[i.args[0]]!.dtype, i.dtype)
    case "bitcast":
      return bitcast(values[i.args[0]]!, body[i.args[0]]!.dtype, i.dtype)
    default: {
      const [first, second] = i.args as ReadonlyArray<number>
      return apply(i.op, body[first!]!.dtype, values[first!]!, second === undefined ? undefined : values[second])
    }
  }
}

const runPlan = (
  plan: Plan,
  inputs: ReadonlyArray<Uint8Array>,
  outputs: ReadonlyArray<Uint8Array>,
  options: Options
): void => {
  const arena = new Uint8Array(plan.arena).fill(poison)
  const memory = plan.buffers.map(({ dtype, elements, location }) =>
    location._tag === "Temporary"
      ? arena.subarray(location.offset, location.offset + elements * DType.itemSize(dtype))
      : (location._tag === "Input" ? inputs : outputs)[location.index]!
  )
  const views = memory.map(viewOf)

  const checked = (buffer: BufferId, at: number): DType.DType => {
    const { dtype, elements } = plan.buffers[buffer]!
    if (!(at >= 0 && at < elements)) throw new Error(`element ${at} of buffer ${buffer}, which has ${elements}`)
    return dtype
  }
  const load = (buffer: BufferId, at: number): Scalar => get(views[buffer]!, checked(buffer, at), at)

  const machine: Machine<Plan> = {
    get: load,
    set: (buffer, at, value) => set(views[buffer]!, checked(buffer, at), at, value),
    body: (body, point, results = []) => {
      const values: Array<Scalar> = []
      for (const i of body) values.push(evaluate(i, body, values, point, results, load))
      return values
    },
    convert,
    apply: (op, x, y, dtype) => apply(op, dtype, x, y),
    // float32 sums may be held wider
    sum: (values, dtype) =>
      DType.isFloating(dtype)
        ? roundFloat((values as ReadonlyArray<number>).reduce((x, y) => x + y, 0), dtype)
        : values.reduce((x, y) => apply("add", dtype, x, y), normalize(0, dtype)),
    anyOrder: (space) => options.reversed === true ? [...pointsIn(space)].reverse() : pointsIn(space),
    bytes: (buffer, part = 0, parts = 1) => {
      const size = memory[buffer]!.byteLength / parts
      return memory[buffer]!.subarray(part * size, (part + 1) * size)
    },
    run: (nested, from, to) => runPlan(nested, from, to, options),
    call: (callback, from, to) => {
      if (options.call === undefined) throw new Error(`callback ${callback} is called, and there is no host`)
      options.call(callback, from.map((buffer) => memory[buffer]!), to.map((buffer) => memory[buffer]!))
    }
  }

  const segments: Array<Array<Kernel>> = [[]]
  for (const kernel of plan.kernels) {
    if (kernel.barrier) segments.push([])
    segments.at(-1)!.push(kernel)
  }
  for (const segment of segments) {
    for (const kernel of options.reversed === true ? segment.toReversed() : segment) {
      specOf(kernel).run(kernel, machine, plan)
    }
  }
}

/**
 * Runs a Plan on raw little-endian bytes; gives the bytes of the outputs.
 *
 * **Details**
 *
 * Throws where a kernel reaches outside of a buffer. Elementary functions are those of the host's `Math`, so that floats
 * agree with a device to a few units in the last place; everything else agrees to the bit, but for the rounding of sums.
 *
 * @category running
 * @since 0.1.0
 */
export const run = (
  plan: Plan,
  inputs: ReadonlyArray<ArrayBuffer>,
  options: Options = {}
): ReadonlyArray<ArrayBuffer> => {
  const outputs = plan.outputs.map((b) => {
    const { dtype, elements } = plan.buffers[b]!
    return new ArrayBuffer(elements * DType.itemSize(dtype))
  })
  runPlan(plan, inputs.map((x) => new Uint8Array(x)), outputs.map((x) => new Uint8Array(x)), options)
  return outputs
}
