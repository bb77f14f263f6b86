/**
 * Primitives that move elements, as loop operations that later become index arithmetic.
 */
import type {
  BroadcastInDimParams,
  ConcatenateParams,
  IotaParams,
  PadParams,
  ReshapeParams,
  RevParams,
  SliceParams,
  TransposeParams
} from "effax/Primitives"
import type { LoopBuilder } from "./builder.ts"
import { convertTo } from "./elementwise.ts"
import type { LoopOp } from "./loopOp.ts"
import type { Lowering } from "./lowering.ts"

const broadcastInDim: Lowering = (b, { inputs: [x], outputs: [out], params }) => {
  const { broadcastDimensions } = params as BroadcastInDimParams
  return [out!.shape.length === 0 ? x! : b.broadcast(x!, out!.shape, broadcastDimensions)]
}

const reshape: Lowering = (b, { inputs: [x], params }) => [b.reshape(x!, (params as ReshapeParams).newSizes)]

const transpose: Lowering = (b, { inputs: [x], params }) => [b.transpose(x!, (params as TransposeParams).permutation)]

const rev: Lowering = (b, { inputs: [x], outputs: [out], params }) => [
  b.op({ kind: "rev", dimensions: (params as RevParams).dimensions }, x!.dtype, out!.shape, [x!])
]

const slice: Lowering = (b, { inputs: [x], outputs: [out], params }) => {
  const { startIndices, strides } = params as SliceParams
  const steps = strides ?? startIndices.map(() => 1)
  return [b.op({ kind: "slice", starts: startIndices, steps }, x!.dtype, out!.shape, [x!])]
}

/** Negative padding crops: first what is left of the operand, then padding that adds only. */
const pad: Lowering = (b, { inputs: [x, value], outputs: [out], params }) => {
  const { paddingConfig } = params as PadParams
  if (x!.size === 0) return [b.fill(value!, out!.shape)]
  return [
    b.op(
      { kind: "pad", low: paddingConfig.map((p) => p[0]), interior: paddingConfig.map((p) => p[2]) },
      x!.dtype,
      out!.shape,
      [x!, value!]
    )
  ]
}

/** Joins arrays. Each one is copied to its place, by the kernel that computes it if no other needs it. */
export const join = (
  b: LoopBuilder,
  parts: ReadonlyArray<LoopOp>,
  axis: number,
  shape: ReadonlyArray<number>
): LoopOp => {
  const present = parts.filter((p) => p.size > 0)
  return present.length === 1
    ? present[0]!
    : b.op({ kind: "concatenate", axis }, present[0]!.dtype, shape, present.map((p) => b.copy(p)))
}

const concatenate: Lowering = (b, { inputs, outputs: [out], params }) => [
  join(b, inputs, (params as ConcatenateParams).dimension, out!.shape)
]

const iota: Lowering = (b, { outputs: [out], params }) => {
  const index = b.op({ kind: "iota", axis: (params as IotaParams).dimension }, "int32", out!.shape, [])
  return [convertTo(b, index, out!.dtype)]
}

export const structural = {
  broadcast_in_dim: broadcastInDim,
  reshape,
  transpose,
  rev,
  slice,
  pad,
  concatenate,
  iota
} as const satisfies { readonly [primitive: string]: Lowering }
