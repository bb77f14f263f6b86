/**
 * Scaled dot-product attention.
 */
import * as DType from "../DType.ts"
import { ArgumentError, DTypeError, ShapeError } from "../Errors.ts"
import { dualWithOptions } from "../internal/arguments/dual.ts"
import { checkBooleans, checkInteger, type Known } from "../internal/arguments/options.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import { type ArrayLike, asArray, asDType, broadcastTo, type DTypeOf, type ShapeOf } from "../numpy/operands.ts"
import { dotGeneral } from "../primitive/contraction.ts"
import * as primitive from "../primitive/elementwise.ts"
import { saturate } from "../primitive/positions.ts"
import { broadcastInDim, iota, reshape, transpose } from "../primitive/structural.ts"
import * as Shapes from "../Shape.ts"
import { logsumexp } from "./logsumexp.ts"
import { softmax } from "./softmax.ts"

/** Options of {@link dotProductAttention}. @category models @since 0.1.0 */
export interface DotProductAttentionOptions<R extends boolean = boolean> {
  /** Is added to the scaled logits; it broadcasts to `[B, N, T, S]`. */
  readonly bias?: ArrayLike | undefined
  /** Booleans, which broadcast to `[B, N, T, S]`: a query attends to the keys where they are true. */
  readonly mask?: ArrayLike | undefined
  /** The factor of the logits; `1 / sqrt(H)` by default. */
  readonly scale?: number | undefined
  /** Whether query `t` attends to the keys `0 ... t` only; false by default. */
  readonly isCausal?: boolean | undefined
  /** How many queries of each example count, integers `[B]`; the results of the others are 0. */
  readonly querySeqLengths?: ArrayLike | undefined
  /** How many keys and values of each example count, integers `[B]`. */
  readonly keyValueSeqLengths?: ArrayLike | undefined
  /** How far a query looks to the left and to the right of its position: two numbers, or one for both. */
  readonly localWindowSize?: number | readonly [left: number, right: number] | undefined
  /** Whether to return `[result, logsumexp of the logits]`, the latter `[B, T, N]` and a constant for derivatives. */
  readonly returnResidual?: R | undefined
}

const known: Known<DotProductAttentionOptions> = {
  bias: true,
  mask: true,
  scale: true,
  isCausal: true,
  querySeqLengths: true,
  keyValueSeqLengths: true,
  localWindowSize: true,
  returnResidual: true
}

const operation = "dotProductAttention"

const wrongShape = (message: string) => new ShapeError({ operation, message: `${operation}: ${message}` })

/** With the axes in front that `[B, T, N, H]` and `[B, N, T, S]` have more. */
const fourAxes = (name: string, x: NdArray.Any): NdArray.Any => {
  if (x.shape.length === 4) return x
  if (x.shape.length < 4) return reshape(x, [...new Array<number>(4 - x.shape.length).fill(1), ...x.shape])
  throw wrongShape(`${name} must have 4 axes at most, got ${Shapes.format(x.shape)}`)
}

/** The sizes, by the letters of the literature. */
interface Sizes {
  readonly B: number
  readonly T: number
  readonly N: number
  readonly S: number
  readonly K: number
  readonly H: number
}

const sizesOf = (query: NdArray.Any, key: NdArray.Any, value: NdArray.Any): Sizes => {
  const [q, k, v] = [query, key, value].map((x, i) => {
    if (x.shape.length === 3 || x.shape.length === 4) return fourAxes("query", x).shape
    throw wrongShape(
      `${["query", "key", "value"][i]} must be [batch, length, heads, features] or [length, heads, features], got ` +
        Shapes.format(x.shape)
    )
  }) as [ReadonlyArray<number>, ReadonlyArray<number>, ReadonlyArray<number>]
  const given = `query ${Shapes.format(query.shape)}, key ${Shapes.format(key.shape)}, value ${
    Shapes.format(value.shape)
  }`
  if (k.some((n, axis) => n !== v[axis])) throw wrongShape(`key and value must have one shape, got ${given}`)
  if (q[0] !== k[0] || q[3] !== k[3]) {
    throw wrongShape(`query and key must have the same batch size and number of features, got ${given}`)
  }
  if (k[2] === 0 || q[2]! % k[2]! !== 0) {
    throw wrongShape(
      `the number of heads of the query, ${q[2]}, must be a multiple of that of key and value, ${k[2]}; got ${given}`
    )
  }
  if (query.dtype !== key.dtype || key.dtype !== value.dtype || !DType.isFloating(query.dtype)) {
    throw new DTypeError({
      operation,
      message:
        `${operation}: query, key and value must have one floating-point dtype, got ${query.dtype}, ${key.dtype} ` +
        `and ${value.dtype}`
    })
  }
  return { B: q[0]!, T: q[1]!, N: q[2]!, S: k[1]!, K: k[2]!, H: q[3]! }
}

/** An option in the shape of the logits. */
const likeLogits = (name: string, x: NdArray.Any, shape: ReadonlyArray<number>): NdArray.Any => {
  const wide = fourAxes(name, x)
  if (wide.shape.every((n, axis) => n === 1 || n === shape[axis])) return broadcastTo(wide, shape)
  throw wrongShape(
    `${name} of shape ${Shapes.format(x.shape)} can't be broadcast to ${
      Shapes.format(shape)
    }: batch, heads of the query, queries and keys`
  )
}

/** Lengths of sequences, one for each example. */
const lengthsOf = (name: string, given: ArrayLike, batch: number): NdArray.Any => {
  const lengths = asArray(operation, given)
  if (lengths.shape.length !== 1 || lengths.shape[0] !== batch) {
    throw wrongShape(`${name} must be [${batch}], one length for each example, got ${Shapes.format(lengths.shape)}`)
  }
  if (DType.isInteger(lengths.dtype)) return saturate(lengths, "int32")
  throw new DTypeError({ operation, message: `${operation}: ${name} must be integers, got ${lengths.dtype}` })
}

const windowOf = (given: number | readonly [number, number]): readonly [left: number, right: number] => {
  const pair = typeof given === "number" ? [given, given] : given
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new ArgumentError({
      operation,
      message: `${operation}: localWindowSize must be a whole number, or two: [left, right]`
    })
  }
  return [
    checkInteger(operation, "localWindowSize", pair[0] as number, 0),
    checkInteger(operation, "localWindowSize", pair[1] as number, 0)
  ]
}

/** Which logits count, `[B, N, T, S]`; `undefined` if all do. */
const allowed = (shape: ReadonlyArray<number>, options: DotProductAttentionOptions): NdArray.Any | undefined => {
  const { isCausal = false, keyValueSeqLengths, localWindowSize, mask, querySeqLengths } = options
  const [B, , T, S] = shape as readonly [number, number, number, number]
  const square = [T, S]
  const query = () => iota("int32", square, 0)
  const key = () => iota("int32", square, 1)
  const everywhere = (of: NdArray.Any) => broadcastInDim(of, shape, [2, 3])
  const within = (lengths: NdArray.Any, size: number, axis: number) =>
    broadcastInDim(
      primitive.lt(iota("int32", [B, size], 1), broadcastInDim(lengths, [B, size], [0])),
      shape,
      [0, axis]
    )
  const masks: Array<NdArray.Any> = []
  if (mask !== undefined) {
    const given = asArray(operation, mask)
    if (given.dtype !== "bool") {
      throw new DTypeError({
        operation,
        message:
          `${operation}: mask must be an array of booleans, got ${given.dtype}; numbers to add to the logits are the bias`
      })
    }
    masks.push(likeLogits("mask", given, shape))
  }
  if (isCausal) masks.push(everywhere(primitive.le(key(), query())))
  if (localWindowSize !== undefined) {
    const [left, right] = windowOf(localWindowSize)
    masks.push(everywhere(primitive.and(
      primitive.le(query(), primitive.add(key(), left)),
      primitive.ge(query(), primitive.sub(key(), right))
    )))
  }
  if (querySeqLengths !== undefined) masks.push(within(lengthsOf("querySeqLengths", querySeqLengths, B), T, 2))
  if (keyValueSeqLengths !== undefined) {
    masks.push(within(lengthsOf("keyValueSeqLengths", keyValueSeqLengths, B), S, 3))
  }
  return masks.length === 0 ? undefined : masks.reduce((both, other) => primitive.and(both, other))
}

/** Logits that don't count: finite, so that a query that may attend to nothing attends to everything equally, as in JAX. */
const excluded = -0.7 * (2 - 2 ** -23) * 2 ** 127

/**
 * Scaled dot-product attention, `softmax(scale Q K^T + bias) V` for each head (Vaswani et al. 2017).
 *
 * **Details**
 *
 * The query is `[B, T, N, H]`: batch, positions, heads and features; key and value are `[B, S, K, H]`. `N` is a multiple of
 * `K`: each head of key and value serves `N / K` heads of the query (grouped-query attention; multi-query with `K = 1`). Without
 * a batch the arrays have three axes. The result has the shape and dtype of the query.
 *
 * Logits of half precision are added up in float32, where the softmax is computed too. A query that no key is allowed for
 * gets the mean of the values. Throws a `ShapeError` for operands, masks or lengths that do not fit.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * const query = np.zeros([3, 1, 2]) // three positions, one head
 * const value = np.array([[[1, 0]], [[3, 0]], [[5, 6]]])
 * Nn.dotProductAttention(query, query, value) // => [[[3, 2]], [[3, 2]], [[3, 2]]]
 * Nn.dotProductAttention(query, query, value, { isCausal: true }) // => [[[1, 0]], [[2, 0]], [[3, 2]]]
 * ```
 *
 * @category attention
 * @since 0.1.0
 */
export const dotProductAttention: {
  <K extends ArrayLike, V extends ArrayLike, R extends boolean = false>(
    key: K,
    value: V,
    options?: DotProductAttentionOptions<R>
  ): Last<R, <Q extends ArrayLike>(query: Q) => Attended<Q, R>>
  <Q extends ArrayLike, K extends ArrayLike, V extends ArrayLike, R extends boolean = false>(
    query: Q,
    key: K,
    value: V,
    options?: DotProductAttentionOptions<R>
  ): Attended<Q, R>
} = dualWithOptions(
  operation,
  3,
  known,
  (query: ArrayLike, key: ArrayLike, value: ArrayLike, options: DotProductAttentionOptions) => {
    const { isCausal, returnResidual = false } = options
    checkBooleans(operation, { isCausal, returnResidual })
    const given = [asArray(operation, query), asArray(operation, key), asArray(operation, value)] as const
    const { B, H, K, N, S, T } = sizesOf(...given)
    const { dtype, shape } = given[0]
    const groups = N / K
    const [q, k, v] = [fourAxes("query", given[0]), fourAxes("key", given[1]), fourAxes("value", given[2])]
    // [B, K, groups, T, H] x [B, S, K, H] -> [B, K, groups, T, S]
    const grouped = transpose(reshape(q, [B, T, K, groups, H]), [0, 2, 3, 1, 4])
    const wide = DType.itemSize(dtype) < 4 ? "float32" : dtype
    const products = dotGeneral(
      grouped,
      k,
      { lhsBatch: [0, 1], rhsBatch: [0, 2], lhsContracting: [4], rhsContracting: [3] },
      wide
    )
    const full = [B, N, T, S]
    const scaled = primitive.mul(reshape(products, full), options.scale ?? 1 / Math.sqrt(H))
    const logits = options.bias === undefined
      ? scaled
      : primitive.add(scaled, likeLogits("bias", asDType(operation, options.bias, wide), full))
    const which = allowed(full, options)
    const chosen = which === undefined ? logits : primitive.select(which, logits, excluded)
    const weights = primitive.convert(softmax(chosen), dtype)
    // [B, K, groups, T, S] x [B, S, K, H] -> [B, K, groups, T, H]
    const mixed = dotGeneral(reshape(weights, [B, K, groups, T, S]), v, {
      lhsBatch: [0, 1],
      rhsBatch: [0, 2],
      lhsContracting: [4],
      rhsContracting: [1]
    })
    const heads = reshape(transpose(mixed, [0, 3, 1, 2, 4]), [B, T, N, H])
    const counted = options.querySeqLengths === undefined ? heads : primitive.select(
      primitive.lt(
        iota("int32", heads.shape, 1),
        broadcastInDim(lengthsOf("querySeqLengths", options.querySeqLengths, B), heads.shape, [0])
      ),
      heads,
      0
    )
    const result = reshape(counted, shape)
    if (!returnResidual) return result as never
    const sums = primitive.convert(logsumexp(chosen, { axis: -1 }), dtype)
    return [
      result,
      primitive.stopGradient(reshape(transpose(sums, [0, 2, 1]), shape.slice(0, -1)))
    ] as never
  }
)

type Result<Q> = NdArray.NdArray<DTypeOf<Q>, ShapeOf<Q>>

type Attended<Q, R extends boolean> = R extends true
  ? readonly [result: Result<Q>, logsumexp: NdArray.NdArray<DTypeOf<Q>>]
  : Result<Q>
