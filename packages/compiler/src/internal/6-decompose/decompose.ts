/**
 * Primitives become what bodies and kernels can do. The table lacks none of them, or does not compile.
 */
import { each, type Steps, toEnd } from "effax/DriverKit"
import { LoweringError } from "../loweringError.ts"
import type { OperationName, Region, Value } from "../region.ts"
import { LoopBuilder } from "./builder.ts"
import { contractions } from "./contraction.ts"
import { controlFlow } from "./controlFlow.ts"
import { elementwise } from "./elementwise.ts"
import { indexing } from "./indexing.ts"
import { linearAlgebra } from "./linearAlgebra.ts"
import type { LoopOp, WithStarts } from "./loopOp.ts"
import type { Lowering } from "./lowering.ts"
import { reductions } from "./reduction.ts"
import { structural } from "./structural.ts"
import { threefry2x32 } from "./threefry.ts"

/** An operation that no kernel computes, and the reason. */
const unsupported = (because: string): Lowering => ({ origin }) => {
  throw new LoweringError(origin, undefined, `unsupported, because ${because}`)
}

const complex = unsupported("complex numbers are replaced by real ones before")

const same: Lowering = (_, { inputs }) => inputs

const lowerings: { readonly [N in OperationName]: Lowering<N> } = {
  ...elementwise,
  ...structural,
  ...indexing,
  ...reductions,
  ...contractions,
  ...linearAlgebra,
  ...controlFlow,
  threefry2x32,
  name: same,
  unvmap_any: same,
  optimization_barrier: same,
  real: complex,
  imag: complex,
  complex,
  conj: complex
}

const loweringOf = <N extends OperationName>(name: N): Lowering<N> => lowerings[name]

export const decompose = (region: Region): WithStarts => toEnd(decomposing(region))

/** In steps. */
export function* decomposing(region: Region): Steps<WithStarts> {
  const builder = new LoopBuilder()
  const starts: Array<number> = []
  const ops = new Array<LoopOp | undefined>(region.nextId)
  const read = (v: Value): LoopOp => {
    let op = ops[v.id]
    if (op === undefined) {
      op = builder.literal(v.literal!, v.dtype)
      ops[v.id] = op
    }
    return op
  }
  region.inputs.forEach((v, index) => ops[v.id] = builder.op({ kind: "input", index }, v.dtype, v.shape, []))
  yield* each(region.operations, 256, ({ inputs, name, outputs, params }) => {
    builder.origin = name
    starts.push(builder.ops.length)
    // Complex numbers have no lanes, wherever they turn up
    for (const v of outputs) builder.lane(v.dtype)
    const operands = inputs.map(read)
    // an empty array is looked at as any other
    const made = name === "debug_callback" || outputs.some((v) => !v.shape.includes(0))
      ? loweringOf(name)(builder, { inputs: operands, outputs, params })
      : outputs.map((v) => builder.fill(builder.literal(0, v.dtype), v.shape))
    outputs.forEach((v, i) => ops[v.id] = made[i]!)
  })
  return {
    ops: builder.ops,
    inputs: region.inputs.map(read),
    results: region.results.map(read),
    effects: builder.effects,
    starts
  }
}
