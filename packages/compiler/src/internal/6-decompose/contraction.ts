/**
 * Contractions and convolutions in the one form that kernels have. Transpositions cost nothing here: they are read
 * through when operands are indexed.
 */
import * as DType from "effax/DType"
import type { ConvParams, DotGeneralParams } from "effax/Primitives"
import { size as product } from "effax/Shape"
import type { LoopBuilder } from "./builder.ts"
import { convertTo } from "./elementwise.ts"
import type { LoopOp } from "./loopOp.ts"
import type { Lowering } from "./lowering.ts"

type Ints = ReadonlyArray<number>

const others = (rank: number, taken: Ints): Ints =>
  Array.from({ length: rank }, (_, i) => i).filter((i) => !taken.includes(i))

/** The dtype to multiply and add in, and operands that go with it. */
const operandsOf = (b: LoopBuilder, x: LoopOp, y: LoopOp, result: DType.DType) => {
  const lane = x.dtype === "bool" ? "int32" : b.lane(result)
  // Kernels read narrow operands of the same kind as they are
  const sameKind = x.dtype !== "bool" && DType.kind(x.dtype) === DType.kind(lane)
  const operandDtype = sameKind ? x.dtype : lane
  return { dtype: lane, operandDtype, lhs: b.cast(x, operandDtype), rhs: b.cast(y, operandDtype) }
}

const dotGeneral: Lowering = (b, { inputs: [x, y], outputs: [out], params }) => {
  const { dimensionNumbers: dims } = params as DotGeneralParams
  const { dtype, lhs, operandDtype, rhs } = operandsOf(b, x!, y!, out!.dtype)
  if (lhs.size === 0 || rhs.size === 0) return [b.fill(b.literal(0, out!.dtype), out!.shape)]
  const pairs = dims.lhsContracting.map((axis, i) => [axis, dims.rhsContracting[i]!] as const)
    .sort((p, q) => p[0] - q[0])
  const form = (operand: LoopOp, batch: Ints, contracting: Ints): LoopOp => {
    const free = others(operand.shape.length, [...batch, ...contracting])
    const ordered = b.transpose(operand, [...batch, ...free, ...contracting])
    const leading = ordered.shape.slice(0, batch.length + free.length)
    return b.reshape(ordered, [...leading, product(contracting.map((axis) => operand.shape[axis]!))])
  }
  const left = form(lhs, dims.lhsBatch, pairs.map((p) => p[0]))
  const right = form(rhs, dims.rhsBatch, pairs.map((p) => p[1]))
  const batch = dims.lhsBatch.length
  const axes = { batch, m: left.shape.length - batch - 1, n: right.shape.length - batch - 1 }
  const result = b.op({ kind: "contract", axes, operandDtype }, dtype, out!.shape, [left, right])
  return [convertTo(b, result, out!.dtype)]
}

/** Groups of the batch become groups of features: `[g * n, c, ...]` to `[n, g * c, ...]`. */
const batchGroupsToFeatures = (b: LoopBuilder, lhs: LoopOp, groups: number): LoopOp => {
  if (groups === 1) return lhs
  const [batch, channels, ...spatial] = lhs.shape as [number, number, ...Array<number>]
  const split = b.reshape(lhs, [groups, batch / groups, channels, ...spatial])
  const swapped = b.transpose(split, [1, 0, ...others(split.shape.length, [0, 1])])
  return b.reshape(swapped, [batch / groups, groups * channels, ...spatial])
}

const convGeneralDilated: Lowering = (b, { inputs: [x, w], outputs: [out], params }) => {
  const p = params as ConvParams
  const { lhsSpec, outSpec, rhsSpec } = p.dimensionNumbers
  const { dtype, lhs, operandDtype, rhs } = operandsOf(b, x!, w!, out!.dtype)
  if (lhs.size === 0 || rhs.size === 0) return [b.fill(b.literal(0, out!.dtype), out!.shape)]
  const input = batchGroupsToFeatures(b, b.transpose(lhs, lhsSpec), p.batchGroupCount)
  const kernel = b.transpose(rhs, rhsSpec)
  const canonical = outSpec.map((axis) => out!.shape[axis]!)
  // Without spatial axes: one of length 1, so that kernels always have some
  const flat = canonical.length === 2
  const one: Ints = flat ? [1] : []
  /** Steps of an axis that none is ever taken along don't matter, whatever they are. */
  const steps = (values: Ints, lengths: Ints): Ints => values.map((value, d) => lengths[d] === 1 ? 1 : value)
  const result = b.op(
    {
      kind: "convolve",
      groups: p.featureGroupCount * p.batchGroupCount,
      strides: [...steps(p.windowStrides, canonical.slice(2)), ...one],
      low: flat ? [0] : p.padding.map(([low]) => low),
      lhsDilation: [...steps(p.lhsDilation, input.shape.slice(2)), ...one],
      rhsDilation: [...steps(p.rhsDilation, kernel.shape.slice(2)), ...one],
      operandDtype
    },
    dtype,
    [...canonical, ...one],
    [b.reshape(input, [...input.shape, ...one]), b.reshape(kernel, [...kernel.shape, ...one])]
  )
  const permutation = outSpec.map((_, axis) => outSpec.indexOf(axis))
  return [convertTo(b, b.transpose(b.reshape(result, canonical), permutation), out!.dtype)]
}

export const contractions = {
  dot_general: dotGeneral,
  conv_general_dilated: convGeneralDilated
} as const satisfies { readonly [primitive: string]: Lowering }
