/**
 * Chains of operations that only move elements become one, and those that move nothing disappear.
 */
import * as Aval from "effax/Aval"
import type {
  BroadcastInDimParams,
  ConcatenateParams,
  DynamicSliceParams,
  PadParams,
  RevParams,
  SliceParams,
  TransposeParams
} from "effax/Primitives"
import type { Value } from "../region.ts"
import { constantOf, type Draft, fill, type Rewriter, type Rule, uniform } from "./rewriter.ts"

type Ints = ReadonlyArray<number>

const isIdentity = (permutation: Ints): boolean => permutation.every((p, i) => p === i)

const increasing = (xs: Ints): boolean => xs.every((x, i) => i === 0 || xs[i - 1]! < x)

const reshapeTo = (x: Value, shape: Ints, rewriter: Rewriter): Value =>
  Aval.sameShape(x.shape, shape)
    ? x
    : rewriter.make("reshape", { newSizes: shape }, [x], { dtype: x.dtype, shape })

/** Arrays full of one scalar stay that, however their elements are moved about. */
const stillUniform = (draft: Draft, rewriter: Rewriter): Value | undefined => {
  const x = draft.inputs[0]!
  if (x.shape.length === 0) return undefined
  const scalar = uniform(x)
  return scalar === undefined ? undefined : fill(scalar, draft.type.shape, rewriter)
}

const broadcast: Rule = ({ inputs: [x], params, type }, rewriter) => {
  const { broadcastDimensions } = params as BroadcastInDimParams
  if (Aval.sameShape(x!.shape, type.shape) && isIdentity(broadcastDimensions)) return x
  const size = Aval.size(x!)
  if (size === 1 && x!.shape.length > 0) return fill(reshapeTo(x!, [], rewriter), type.shape, rewriter)
  // Nothing is repeated: only axes of length 1 appear
  if (x!.shape.length > 0 && size === Aval.size(type) && increasing(broadcastDimensions)) {
    return reshapeTo(x!, type.shape, rewriter)
  }
  const inner = x!.operation
  if (inner?.name === "broadcast_in_dim") {
    const dims = (inner.params as BroadcastInDimParams).broadcastDimensions.map((d) => broadcastDimensions[d]!)
    return rewriter.make("broadcast_in_dim", { shape: type.shape, broadcastDimensions: dims }, inner.inputs, type)
  }
  return undefined
}

const reshape: Rule = (draft, rewriter) => {
  const { inputs: [x], type } = draft
  if (Aval.sameShape(x!.shape, type.shape)) return x
  if (x!.operation?.name === "reshape") return reshapeTo(x!.operation.inputs[0]!, type.shape, rewriter)
  return stillUniform(draft, rewriter)
}

const transpose: Rule = (draft, rewriter) => {
  const { inputs: [x], params, type } = draft
  const { permutation } = params as TransposeParams
  if (isIdentity(permutation)) return x
  // Axes of length 1 may go anywhere
  if (increasing(permutation.filter((p) => x!.shape[p] !== 1))) return reshapeTo(x!, type.shape, rewriter)
  const inner = x!.operation
  if (inner?.name === "transpose") {
    const composed = permutation.map((p) => (inner.params as TransposeParams).permutation[p]!)
    return rewriter.make("transpose", { permutation: composed }, inner.inputs, type)
  }
  if (inner?.name === "broadcast_in_dim") {
    const dims = (inner.params as BroadcastInDimParams).broadcastDimensions.map((d) => permutation.indexOf(d))
    return rewriter.make("broadcast_in_dim", { shape: type.shape, broadcastDimensions: dims }, inner.inputs, type)
  }
  return undefined
}

const rev: Rule = (draft, rewriter) => {
  const { inputs: [x], params, type } = draft
  const { dimensions } = params as RevParams
  const moved = dimensions.filter((d) => x!.shape[d]! > 1)
  if (moved.length === 0) return x
  const inner = x!.operation
  if (inner?.name === "rev") {
    const others = (inner.params as RevParams).dimensions
    const remaining = [...moved.filter((d) => !others.includes(d)), ...others.filter((d) => !moved.includes(d))]
    return rewriter.make("rev", { dimensions: remaining }, inner.inputs, type)
  }
  return stillUniform(draft, rewriter)
}

const slice: Rule = (draft, rewriter) => {
  const { inputs: [x], params, type } = draft
  if (Aval.sameShape(x!.shape, type.shape)) return x
  const inner = x!.operation
  if (inner?.name === "slice") {
    const outer = params as SliceParams
    const own = inner.params as SliceParams
    const starts = outer.startIndices.map((s, i) => own.startIndices[i]! + s * (own.strides?.[i] ?? 1))
    const strides = outer.startIndices.map((_, i) => (own.strides?.[i] ?? 1) * (outer.strides?.[i] ?? 1))
    const limits = starts.map((s, i) => s + Math.max(0, (type.shape[i]! - 1) * strides[i]! + 1))
    return rewriter.make(
      "slice",
      { startIndices: starts, limitIndices: limits, strides: strides.every((s) => s === 1) ? null : strides },
      inner.inputs,
      type
    )
  }
  return stillUniform(draft, rewriter)
}

const pad: Rule = ({ inputs: [x, value], params, type }, rewriter) => {
  const { paddingConfig } = params as PadParams
  if (paddingConfig.every(([low, high, interior]) => low === 0 && high === 0 && interior === 0)) return x
  if (Aval.size(x!) === 0) return fill(value!, type.shape, rewriter)
  const own = constantOf(x!)
  return own !== undefined && value!.literal !== undefined && Object.is(own, value!.literal)
    ? fill(value!, type.shape, rewriter)
    : undefined
}

const concatenate: Rule = ({ inputs, params, type }, rewriter) => {
  const { dimension } = params as ConcatenateParams
  const parts = inputs.filter((v) => v.shape[dimension]! > 0)
  if (parts.length === 1) return parts[0]
  return parts.length < inputs.length && parts.length > 0
    ? rewriter.make("concatenate", params, parts, type)
    : undefined
}

const clampStart = (start: Value, room: number): number => Math.min(Math.max(Number(start.literal), 0), room)

const dynamicSlice: Rule = ({ inputs: [x, ...starts], params, type }, rewriter) => {
  const { sliceSizes } = params as DynamicSliceParams
  if (Aval.sameShape(x!.shape, sliceSizes)) return x
  if (!starts.every((s, i) => s.literal !== undefined || x!.shape[i] === sliceSizes[i])) return undefined
  const startIndices = starts.map((s, i) =>
    x!.shape[i] === sliceSizes[i] ? 0 : clampStart(s, x!.shape[i]! - sliceSizes[i]!)
  )
  const limitIndices = startIndices.map((s, i) => s + sliceSizes[i]!)
  return rewriter.make("slice", { startIndices, limitIndices, strides: null }, [x!], type)
}

const dynamicUpdateSlice: Rule = ({ inputs: [x, update] }) =>
  Aval.sameShape(x!.shape, update!.shape) ? update : Aval.size(update!) === 0 ? x : undefined

/** A reduction of axes of length 1 combines nothing. */
const reduction: Rule = ({ inputs: [x], params, type }, rewriter) => {
  const axes = params["axes"] as Ints
  return axes.every((a) => x!.shape[a] === 1) && x!.dtype === type.dtype
    ? reshapeTo(x!, type.shape, rewriter)
    : undefined
}

export const structuralRules: { readonly [primitive: string]: Rule } = {
  name: ({ inputs: [x] }) => x,
  unvmap_any: ({ inputs: [x] }) => x,
  broadcast_in_dim: broadcast,
  reshape,
  transpose,
  rev,
  slice,
  pad,
  concatenate,
  dynamic_slice: dynamicSlice,
  dynamic_update_slice: dynamicUpdateSlice,
  reduce_sum: reduction,
  reduce_prod: reduction,
  reduce_max: reduction,
  reduce_min: reduction,
  reduce_and: reduction,
  reduce_or: reduction
}
