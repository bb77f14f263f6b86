/**
 * Windows at computed places, to read and to write.
 */
import * as DType from "effax/DType"
import type { GatherParams, ScatterParams } from "effax/Primitives"
import type { Scatter } from "../../Plan.ts"
import { integerRange, normalize, type Scalar } from "../scalar.ts"
import type { LoopBuilder } from "./builder.ts"
import { convertTo } from "./elementwise.ts"
import type { LoopOp } from "./loopOp.ts"
import type { Lowering } from "./lowering.ts"

/** Indices as int32. Those of wider dtypes saturate, which leaves what is outside of an array outside. */
const toInt32 = (b: LoopBuilder, x: LoopOp): LoopOp => {
  const wide = b.widen(x)
  if (wide.dtype === "int32") return wide
  const [low, high] = integerRange("int32")
  const below = b.binary("min", wide, b.literal(high, wide.dtype))
  return b.cast(wide.dtype === "int64" ? b.binary("max", below, b.literal(low, "int64")) : below, "int32")
}

const dynamicSlice: Lowering = (b, { inputs: [x, ...starts], outputs: [out] }) => [
  b.op({ kind: "dynamicSlice" }, x!.dtype, out!.shape, [x!, ...starts.map((s) => toInt32(b, s))])
]

const dynamicUpdateSlice: Lowering = (b, { inputs: [x, update, ...starts] }) => [
  update!.size === 0
    ? x!
    : b.op({ kind: "dynamicUpdateSlice" }, x!.dtype, x!.shape, [x!, update!, ...starts.map((s) => toInt32(b, s))])
]

/** What stands for windows that are outside: NaN, the least integer, the largest unsigned, true. */
const defaultFill = (dtype: DType.DType): Scalar =>
  dtype === "bool" ? true : DType.isInteger(dtype) ? integerRange(dtype)[DType.isSigned(dtype) ? 0 : 1] : NaN

const gather: Lowering = (b, { inputs: [x, indices], outputs: [out], params }) => {
  const { dimensionNumbers, fillValue, mode, sliceSizes } = params as GatherParams
  const fill = mode === "fill" ? normalize(fillValue ?? defaultFill(x!.dtype), x!.dtype) : undefined
  if (x!.size === 0) return [b.fill(b.literal(fill ?? 0, x!.dtype), out!.shape)]
  return [
    b.op({ kind: "gather", dimensions: dimensionNumbers, sliceSizes, fill }, x!.dtype, out!.shape, [
      x!,
      toInt32(b, indices!)
    ])
  ]
}

/** Narrow dtypes are combined on lanes, so that each element is rounded once. */
const scatter = (combiner: Scatter["combiner"]): Lowering => (b, { inputs: [x, indices, updates], params }) => {
  const { dimensionNumbers, mode } = params as ScatterParams
  if (updates!.size === 0 || x!.size === 0) return [x!]
  const lane = x!.dtype === "bool" ? "int32" : b.lane(x!.dtype)
  const wide = (v: LoopOp): LoopOp => combiner === "set" ? v : b.cast(v, lane)
  const target = b.copy(wide(x!))
  const action = { kind: "scatter", combiner, dimensions: dimensionNumbers, drop: mode === "drop" } as const
  const written = b.op(action, target.dtype, x!.shape, [target, toInt32(b, indices!), wide(updates!)])
  return [convertTo(b, written, x!.dtype)]
}

export const indexing = {
  dynamic_slice: dynamicSlice,
  dynamic_update_slice: dynamicUpdateSlice,
  gather,
  scatter: scatter("set"),
  scatter_add: scatter("add"),
  scatter_mul: scatter("mul"),
  scatter_min: scatter("min"),
  scatter_max: scatter("max")
} as const satisfies { readonly [primitive: string]: Lowering }
