import type { DType, SumOf } from "effax/DType"
import type * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import type { Shape } from "effax/Shape"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
type Is<X, D extends DType, S extends Shape> = Equal<X, NdArray.NdArray<D, S>>
const expect = <T extends true>(): T | undefined => undefined

declare const any: NdArray.Any
declare const f32: NdArray.NdArray<"float32">
declare const v3: NdArray.NdArray<"float32", readonly [3]>
declare const v4: NdArray.NdArray<"float32", readonly [4]>
declare const m23: NdArray.NdArray<"float32", readonly [2, 3]>
declare const m34: NdArray.NdArray<"float32", readonly [3, 4]>
declare const i3: NdArray.NdArray<"int32", readonly [3]>
declare const u3: NdArray.NdArray<"uint8", readonly [3]>
declare const s3: NdArray.NdArray<"int8", readonly [3]>
declare const b3: NdArray.NdArray<"bool", readonly [3]>
declare const half: NdArray.NdArray<"float16", readonly []>
declare const c3: NdArray.NdArray<"complex64", readonly [3]>
declare const rows: NdArray.NdArray<"float32", readonly [number, 3]>
declare const n: number
declare const shape: ReadonlyArray<number>
declare const nested: np.NestedValues

// --- creation -------------------------------------------------------------------------------------------------------

const zeros = [np.zeros([2, 3]), np.ones(4), np.zeros([], { dtype: "bool" }), np.ones([n, 2]), np.zeros(shape)] as const
expect<Is<typeof zeros[0], "float32", readonly [2, 3]>>()
expect<Is<typeof zeros[1], "float32", readonly [4]>>()
expect<Is<typeof zeros[2], "bool", readonly []>>()
expect<Is<typeof zeros[3], "float32", readonly [number, 2]>>()
expect<Is<typeof zeros[4], "float32", ReadonlyArray<number>>>()

const full = [np.full([2], 7), np.full([2], true), np.full(2, i3), np.full([2], 7, { dtype: "int8" })] as const
expect<Is<typeof full[0], "float32", readonly [2]>>()
expect<Is<typeof full[1], "bool", readonly [2]>>()
expect<Is<typeof full[2], "int32", readonly [2]>>()
expect<Is<typeof full[3], "int8", readonly [2]>>()

const like = [np.zerosLike(i3), np.onesLike(any), np.fullLike(v3, 2, { dtype: "uint8" }), np.zerosLike(1)] as const
expect<Is<typeof like[0], "int32", readonly [3]>>()
expect<Is<typeof like[1], DType, Shape>>()
expect<Is<typeof like[2], "uint8", readonly [3]>>()
expect<Is<typeof like[3], "float32", readonly []>>()

const values = {
  matrix: np.array([[1, 2, 3], [4, 5, 6]]),
  scalar: np.array(1),
  bools: np.array([true, false]),
  bigints: np.array([1n, 2n]),
  mixed: np.array([true, 1]),
  wholes: np.array([1n, false]),
  given: np.array([1, 2], { dtype: "int64" }),
  empty: np.array([]),
  list: np.array([1, 2] as Array<number>),
  lists: np.array([[true]] as ReadonlyArray<ReadonlyArray<boolean>>),
  float: np.array(new Float32Array([1, 2])),
  big: np.array(new BigInt64Array(2)),
  converted: np.array(new Uint8Array(2), { dtype: "float16" }),
  array: np.array(m23),
  unknown: np.array(nested)
}
expect<Is<typeof values.matrix, "float32", readonly [2, 3]>>()
expect<Is<typeof values.scalar, "float32", readonly []>>()
expect<Is<typeof values.bools, "bool", readonly [2]>>()
expect<Is<typeof values.bigints, "int32", readonly [2]>>()
expect<Is<typeof values.mixed, "float32", readonly [2]>>()
expect<Is<typeof values.wholes, "int32", readonly [2]>>()
expect<Is<typeof values.given, "int64", readonly [2]>>()
expect<Is<typeof values.empty, "float32", readonly [0]>>()
expect<Is<typeof values.list, "float32", readonly [number]>>()
expect<Is<typeof values.lists, "bool", readonly [number, number]>>()
expect<Is<typeof values.float, "float32", readonly [number]>>()
expect<Is<typeof values.big, "int64", readonly [number]>>()
expect<Is<typeof values.converted, "float16", readonly [number]>>()
expect<Is<typeof values.array, "float32", readonly [2, 3]>>()
expect<Is<typeof values.unknown, DType, Shape>>()
// @ts-expect-error a string is no element
void np.array(["1"])

const ranges = {
  stop: np.arange(6),
  start: np.arange(2, 6),
  negative: np.arange(-2),
  fraction: np.arange(0, 1, 0.25),
  tiny: np.arange(0, 1e-9),
  computed: np.arange(n),
  given: np.arange(n, { dtype: "float64" }),
  line: np.linspace(0, 1),
  points: np.linspace(0, 1, 5, { dtype: "float16" }),
  eye: np.eye(3),
  wide: np.eye(2, { columns: 3, dtype: "int8" }),
  identity: np.identity(n)
}
expect<Is<typeof ranges.stop, "int32", readonly [6]>>()
expect<Is<typeof ranges.start, "int32", readonly [number]>>()
expect<Is<typeof ranges.negative, "int32", readonly [0]>>()
expect<Is<typeof ranges.fraction, "float32", readonly [number]>>()
expect<Is<typeof ranges.tiny, "float32", readonly [number]>>()
expect<Is<typeof ranges.computed, "int32" | "float32", readonly [number]>>()
expect<Is<typeof ranges.given, "float64", readonly [number]>>()
expect<Is<typeof ranges.line, "float32", readonly [50]>>()
expect<Is<typeof ranges.points, "float16", readonly [5]>>()
expect<Is<typeof ranges.eye, "float32", readonly [3, 3]>>()
expect<Is<typeof ranges.wide, "int8", readonly [2, 3]>>()
expect<Is<typeof ranges.identity, "float32", readonly [number, number]>>()

// --- elementwise: promotion -----------------------------------------------------------------------------------------

const sums = {
  same: np.add(v3, v3),
  integers: np.add(u3, s3),
  withFloat: np.multiply(i3, v3),
  withBool: np.subtract(i3, b3),
  withComplex: np.add(c3, half),
  number: np.add(i3, 2),
  numberFirst: np.add(2, half),
  numberAndBool: np.add(b3, 2),
  bigint: np.add(u3, 2n),
  bigintAndBool: np.add(b3, 2n),
  boolean: np.add(u3, true),
  scalars: np.add(1, 2),
  bigints: np.add(1n, 2n),
  booleans: np.add(true, false)
}
expect<Is<typeof sums.same, "float32", readonly [3]>>()
expect<Is<typeof sums.integers, "int16", readonly [3]>>()
expect<Is<typeof sums.withFloat, "float32", readonly [3]>>()
expect<Is<typeof sums.withBool, "int32", readonly [3]>>()
expect<Is<typeof sums.withComplex, "complex64", readonly [3]>>()
expect<Is<typeof sums.number, "int32", readonly [3]>>()
expect<Is<typeof sums.numberFirst, "float16", readonly []>>()
expect<Is<typeof sums.numberAndBool, "float32", readonly [3]>>()
expect<Is<typeof sums.bigint, "uint8", readonly [3]>>()
expect<Is<typeof sums.bigintAndBool, "int32", readonly [3]>>()
expect<Is<typeof sums.boolean, "uint8", readonly [3]>>()
expect<Is<typeof sums.scalars, "float32", readonly []>>()
expect<Is<typeof sums.bigints, "int32", readonly []>>()
expect<Is<typeof sums.booleans, "bool", readonly []>>()

const inexact = [np.divide(i3, i3), np.sin(b3), np.exp(half), np.sqrt(2), np.hypot(u3, half), np.abs(c3)] as const
expect<Is<typeof inexact[0], "float32", readonly [3]>>()
expect<Is<typeof inexact[1], "float32", readonly [3]>>()
expect<Is<typeof inexact[2], "float16", readonly []>>()
expect<Is<typeof inexact[3], "float32", readonly []>>()
expect<Is<typeof inexact[4], "float16", readonly [3]>>()
expect<Is<typeof inexact[5], "float32", readonly [3]>>()

const compared = [np.less(m23, v3), np.logicalNot(i3), np.isnan(any), np.isclose(m23, 0)] as const
expect<Is<typeof compared[0], "bool", readonly [2, 3]>>()
expect<Is<typeof compared[1], "bool", readonly [3]>>()
expect<Is<typeof compared[2], "bool", Shape>>()
expect<Is<typeof compared[3], "bool", readonly [2, 3]>>()

const chosen = {
  where: np.where(b3, m23, 0),
  column: np.where(np.zeros([2, 1], { dtype: "bool" }), i3, half),
  clip: np.clip(i3, { min: 0, max: 5 }),
  clipTo: np.clip(i3, { max: m23 }),
  cast: np.astype(m23, "int8"),
  piped: m23.pipe(np.astype("bool"))
}
expect<Is<typeof chosen.where, "float32", readonly [2, 3]>>()
expect<Is<typeof chosen.column, "float16", readonly [2, 3]>>()
expect<Is<typeof chosen.clip, "int32", readonly [3]>>()
expect<Is<typeof chosen.clipTo, "float32", readonly [2, 3]>>()
expect<Is<typeof chosen.cast, "int8", readonly [2, 3]>>()
expect<Is<typeof chosen.piped, "bool", readonly [2, 3]>>()

// --- elementwise: broadcasting --------------------------------------------------------------------------------------

const wide = [
  np.add(m23, v3),
  np.add(np.ones([2, 1]), v3),
  np.add(rows, m23),
  np.add(m23, f32),
  np.add(3, m23)
] as const
expect<Is<typeof wide[0], "float32", readonly [2, 3]>>()
expect<Is<typeof wide[1], "float32", readonly [2, 3]>>()
expect<Is<typeof wide[2], "float32", readonly [2, 3]>>()
expect<Is<typeof wide[3], "float32", Shape>>()
expect<Is<typeof wide[4], "float32", readonly [2, 3]>>()

const piped = [m23.pipe(np.add(v3)), m23.pipe(np.multiply(2)), i3.pipe(np.divide(2))] as const
expect<Is<typeof piped[0], "float32", readonly [2, 3]>>()
expect<Is<typeof piped[1], "float32", readonly [2, 3]>>()
expect<Is<typeof piped[2], "float32", readonly [3]>>()

// @ts-expect-error { "shapes do not broadcast": readonly [readonly [2, 3], readonly [4]] }
void np.add(m23, v4)
// @ts-expect-error { "shapes do not broadcast": readonly [readonly [4], readonly [2, 3]] }
void m23.pipe(np.add(v4))
// @ts-expect-error { "shapes do not broadcast": readonly [readonly [3], readonly [4]] }
void np.where(b3, v4, 0)
// @ts-expect-error { "shapes do not broadcast": readonly [readonly [2, 3], readonly [4]] }
void np.where(b3, m23, v4)
// @ts-expect-error { "shapes do not broadcast": readonly [readonly [2, 3], readonly [4]] }
void np.clip(m23, { min: v4 })
// @ts-expect-error { "shapes do not broadcast": readonly [readonly [3], readonly [2]] }
void np.add(np.array([1, 2, 3]), np.array([1, 2]))

// --- reductions -----------------------------------------------------------------------------------------------------

const reduced = {
  all: np.sum(m23),
  axis: np.sum(m23, { axis: 0 }),
  last: np.mean(m23, { axis: -1 }),
  both: np.max(m23, { axis: [0, 1] }),
  kept: np.sum(m23, { axis: 1, keepdims: true }),
  allKept: np.prod(m23, { keepdims: true }),
  small: np.sum(u3),
  bools: np.sum(b3),
  dtype: np.sum(u3, { dtype: "float64" }),
  meanOfIntegers: np.mean(i3),
  deviation: np.std(half),
  piped: m23.pipe(np.sum({ axis: 0 })),
  any: np.any(i3),
  count: np.countNonzero(m23, { axis: 0 }),
  position: np.argmax(m23, { axis: 1 }),
  flatPosition: np.argmin(m23),
  unknownAxis: np.sum(m23, { axis: n }),
  unknown: np.sum(any, { axis: 0 }),
  unknownAll: np.sum(any),
  of: np.sum(3)
}
expect<Is<typeof reduced.all, "float32", readonly []>>()
expect<Is<typeof reduced.axis, "float32", readonly [3]>>()
expect<Is<typeof reduced.last, "float32", readonly [2]>>()
expect<Is<typeof reduced.both, "float32", readonly []>>()
expect<Is<typeof reduced.kept, "float32", readonly [2, 1]>>()
expect<Is<typeof reduced.allKept, "float32", readonly [1, 1]>>()
expect<Is<typeof reduced.small, "uint32", readonly []>>()
expect<Is<typeof reduced.bools, "int32", readonly []>>()
expect<Is<typeof reduced.dtype, "float64", readonly []>>()
expect<Is<typeof reduced.meanOfIntegers, "float32", readonly []>>()
expect<Is<typeof reduced.deviation, "float16", readonly []>>()
expect<Is<typeof reduced.piped, "float32", readonly [3]>>()
expect<Is<typeof reduced.any, "bool", readonly []>>()
expect<Is<typeof reduced.count, "int32", readonly [3]>>()
expect<Is<typeof reduced.position, "int32", readonly [2]>>()
expect<Is<typeof reduced.flatPosition, "int32", readonly []>>()
expect<Is<typeof reduced.unknownAxis, "float32", readonly [number]>>()
expect<Is<typeof reduced.unknown, SumOf<DType>, Shape>>()
expect<Is<typeof reduced.unknownAll, SumOf<DType>, readonly []>>()
expect<Is<typeof reduced.of, "float32", readonly []>>()

const running = [np.cumsum(m23), np.cumsum(u3, { axis: 0 }), np.cumprod(m23, { axis: 1 }), np.diff(m23)] as const
expect<Is<typeof running[0], "float32", readonly [6]>>()
expect<Is<typeof running[1], "uint8", readonly [3]>>()
expect<Is<typeof running[2], "float32", readonly [2, 3]>>()
expect<Is<typeof running[3], "float32", readonly [number, number]>>()

// @ts-expect-error { "axis out of range": readonly [2, readonly [2, 3]] }
void np.sum(m23, { axis: 2 })
// @ts-expect-error { "axis out of range": readonly [-3, readonly [2, 3]] }
void m23.pipe(np.mean({ axis: -3 }))
// @ts-expect-error { "axis out of range": readonly [1, readonly [3]] }
void np.cumsum(v3, { axis: 1 })

// --- products -------------------------------------------------------------------------------------------------------

const products = {
  matmul: np.matmul(m23, m34),
  vector: np.matmul(m23, v3),
  batches: np.matmul(np.ones([5, 1, 2, 3]), np.ones([7, 3, 4])),
  dot: np.dot(m23, np.ones([5, 3, 4])),
  scaled: np.dot(2, m23),
  promoted: np.matmul(np.ones([2, 3], { dtype: "int8" }), m34),
  preferred: np.matmul(m23, m34, { preferredElementType: "float64" }),
  unknown: np.matmul(any, m34),
  vdot: np.vdot(m23, m23),
  outer: np.outer(v3, i3),
  trace: np.trace(m23),
  diagonal: np.diagonal(np.ones([5, 2, 3])),
  einsum: np.einsum("ij,jk->ik", m23, m34)
}
expect<Is<typeof products.matmul, "float32", readonly [2, 4]>>()
expect<Is<typeof products.vector, "float32", readonly [2]>>()
expect<Is<typeof products.batches, "float32", readonly [5, 7, 2, 4]>>()
expect<Is<typeof products.dot, "float32", readonly [2, 5, 4]>>()
expect<Is<typeof products.scaled, "float32", readonly [2, 3]>>()
expect<Is<typeof products.promoted, "float32", readonly [2, 4]>>()
expect<Is<typeof products.preferred, "float64", readonly [2, 4]>>()
expect<Is<typeof products.unknown, DType, Shape>>()
expect<Is<typeof products.vdot, "float32", readonly []>>()
expect<Is<typeof products.outer, "float32", readonly [3, 3]>>()
expect<Is<typeof products.trace, "float32", readonly []>>()
expect<Is<typeof products.diagonal, "float32", readonly [3, number]>>()
expect<Is<typeof products.einsum, "float32", readonly [2, 4]>>()

// @ts-expect-error { "shapes do not contract": readonly [readonly [2, 3], readonly [2, 3]] }
void np.matmul(m23, m23)
// @ts-expect-error { "shapes do not contract": readonly [readonly [2, 3], readonly [4]] }
void np.dot(m23, v4)

// --- shapes ---------------------------------------------------------------------------------------------------------

const reshaped = {
  exact: np.reshape(m23, [3, 2]),
  flat: np.reshape(m23, [-1]),
  rest: np.reshape(m23, [3, -1]),
  piped: m23.pipe(np.reshape([6])),
  computed: np.reshape(m23, [n, 2]),
  unknown: np.reshape(m23, shape),
  ravel: np.ravel(m23),
  transpose: np.transpose(m23),
  order: np.transpose(np.ones([2, 3, 4]), [1, 2, 0]),
  matrix: np.matrixTranspose(np.ones([5, 2, 3])),
  swapped: np.swapaxes(np.ones([2, 3, 4]), 0, -1),
  moved: np.moveaxis(np.ones([2, 3, 4]), 0, -1),
  expanded: np.expandDims(m23, 1),
  expandedLast: m23.pipe(np.expandDims(-1)),
  squeezed: np.squeeze(np.ones([1, 2, 1])),
  squeezedOne: np.squeeze(np.ones([1, 2, 1]), { axis: 0 }),
  broadcast: np.broadcastTo(v3, [2, 3]),
  broadcastScalar: np.broadcastTo(true, [2]),
  flipped: np.flip(m23),
  rolled: np.roll(i3, 1)
}
expect<Is<typeof reshaped.exact, "float32", readonly [3, 2]>>()
expect<Is<typeof reshaped.flat, "float32", readonly [6]>>()
expect<Is<typeof reshaped.rest, "float32", readonly [3, 2]>>()
expect<Is<typeof reshaped.piped, "float32", readonly [6]>>()
expect<Is<typeof reshaped.computed, "float32", readonly [number, 2]>>()
expect<Is<typeof reshaped.unknown, "float32", Shape>>()
expect<Is<typeof reshaped.ravel, "float32", readonly [6]>>()
expect<Is<typeof reshaped.transpose, "float32", readonly [3, 2]>>()
expect<Is<typeof reshaped.order, "float32", readonly [3, 4, 2]>>()
expect<Is<typeof reshaped.matrix, "float32", readonly [5, 3, 2]>>()
expect<Is<typeof reshaped.swapped, "float32", readonly [4, 3, 2]>>()
expect<Is<typeof reshaped.moved, "float32", readonly [3, 4, 2]>>()
expect<Is<typeof reshaped.expanded, "float32", readonly [2, 1, 3]>>()
expect<Is<typeof reshaped.expandedLast, "float32", readonly [2, 3, 1]>>()
expect<Is<typeof reshaped.squeezed, "float32", readonly [2]>>()
expect<Is<typeof reshaped.squeezedOne, "float32", readonly [2, 1]>>()
expect<Is<typeof reshaped.broadcast, "float32", readonly [2, 3]>>()
expect<Is<typeof reshaped.broadcastScalar, "bool", readonly [2]>>()
expect<Is<typeof reshaped.flipped, "float32", readonly [2, 3]>>()
expect<Is<typeof reshaped.rolled, "int32", readonly [3]>>()

// @ts-expect-error { "sizes differ": readonly [readonly [2, 3], readonly [5]] }
void np.reshape(m23, [5])
// @ts-expect-error { "sizes differ": readonly [readonly [2, 3], readonly [4, 2]] }
void m23.pipe(np.reshape([4, 2]))
// @ts-expect-error { "axis is longer than 1": readonly [0, readonly [2, 3]] }
void np.squeeze(m23, { axis: 0 })
// @ts-expect-error { "shape does not broadcast to": readonly [readonly [2, 3], readonly [3]] }
void np.broadcastTo(m23, [3])

// --- joining --------------------------------------------------------------------------------------------------------

const list: ReadonlyArray<typeof v3> = [v3]
const joined = {
  concatenate: np.concatenate([m23, m23]),
  axis: np.concatenate([m23, np.ones([2, 5], { dtype: "float64" })], { axis: 1 }),
  promoted: np.concatenate([u3, s3, b3]),
  list: np.concatenate(list),
  any: np.concatenate([any, m23]),
  stack: np.stack([v3, i3]),
  stackLast: np.stack([m23, m23, m23], { axis: -1 }),
  stackScalars: np.stack([1, half, true]),
  stackNumbers: np.stack([1, 2]),
  stackList: np.stack(list),
  vstack: np.vstack([v3, m23]),
  hstack: np.hstack([u3, v3]),
  tile: np.tile(m23, [2, 1, 4]),
  tileLast: np.tile(m23, 2),
  repeat: np.repeat(m23, 3, { axis: 0 }),
  repeatAll: np.repeat(m23, 2),
  split: np.split(m23, 3, { axis: 1 }),
  pad: np.pad(m23, 1)
}
expect<Is<typeof joined.concatenate, "float32", readonly [4, 3]>>()
expect<Is<typeof joined.axis, "float64", readonly [2, 8]>>()
expect<Is<typeof joined.promoted, "int16", readonly [9]>>()
expect<Is<typeof joined.list, "float32", Shape>>()
expect<Is<typeof joined.any, DType, Shape>>()
expect<Is<typeof joined.stack, "float32", readonly [2, 3]>>()
expect<Is<typeof joined.stackLast, "float32", readonly [2, 3, 3]>>()
expect<Is<typeof joined.stackScalars, "float16", readonly [3]>>()
expect<Is<typeof joined.stackNumbers, "float32", readonly [2]>>()
expect<Is<typeof joined.stackList, "float32", readonly [number, 3]>>()
expect<Is<typeof joined.vstack, "float32", readonly [3, 3]>>()
expect<Is<typeof joined.hstack, "float32", readonly [6]>>()
expect<Is<typeof joined.tile, "float32", readonly [2, 2, 12]>>()
expect<Is<typeof joined.tileLast, "float32", readonly [2, 6]>>()
expect<Is<typeof joined.repeat, "float32", readonly [6, 3]>>()
expect<Is<typeof joined.repeatAll, "float32", readonly [12]>>()
expect<Is<typeof joined.split[2], "float32", readonly [2, 1]>>()
expect<Is<typeof joined.pad, "float32", readonly [number, number]>>()

// @ts-expect-error { "shapes do not concatenate": readonly [readonly [2, 3], readonly [3, 4]] }
void np.concatenate([m23, m34])
// @ts-expect-error { "shapes differ": readonly [readonly [3], readonly [4]] }
void np.stack([v3, v4])

// --- indexing and order ---------------------------------------------------------------------------------------------

const picked = [
  np.at(m23, [0]).set(1),
  np.at(i3, 0).get(),
  np.index(m23, [np.slice(), 0]),
  np.sort(m23),
  np.argsort(m23),
  np.searchsorted(v3, m23)
] as const
expect<Is<typeof picked[0], "float32", readonly [2, 3]>>()
expect<Is<typeof picked[1], "int32", readonly []>>()
expect<Is<typeof picked[2], "float32", readonly [2]>>()
expect<Is<typeof picked[3], "float32", readonly [2, 3]>>()
expect<Is<typeof picked[4], "int32", readonly [2, 3]>>()
expect<Is<typeof picked[5], "int32", readonly [2, 3]>>()

// positions and counts that the program computes leave the rank
declare const pick: np.Entry
declare const list2: readonly [typeof v3, typeof i3]
const soft = {
  axis: np.take(m23, np.array([0n]), { axis: n }),
  entries: np.index(m23, [n, np.slice(n)]),
  entry: np.index(m23, [pick]),
  positions: np.index(m23, [np.slice(), [0, 1, 0] as Array<number>]),
  either: np.sum(m23, { axis: 0 as 0 | 1 }),
  listed: np.sum(np.ones([2, 3, 4]), { axis: [0, n] }),
  kept: np.sum(m23, { axis: n, keepdims: true }),
  expanded: np.expandDims(m23, n),
  moved: np.moveaxis(m23, n, 0),
  parts: np.split(m23, n),
  cuts: np.split(m23, [n]),
  subscripts: np.einsum("ij,jk->ik" as string, m23, m34),
  batch: np.einsum("...j,jk->...k", m23, m34),
  of: np.einsum("ij->ji", any),
  axes: np.tensordot(m23, m34, n),
  rows: np.vstack([any, v3]),
  parted: np.split(list2[0], 3)
}
expect<Is<typeof soft.axis, "float32", Shape>>()
expect<Is<typeof soft.entries, "float32", readonly [number]>>()
expect<Is<typeof soft.entry, "float32", Shape>>()
expect<Is<typeof soft.positions, "float32", readonly [2, number]>>()
expect<Is<typeof soft.either, "float32", readonly [3] | readonly [2]>>()
expect<Is<typeof soft.listed, "float32", readonly [number]>>()
expect<Is<typeof soft.kept, "float32", readonly [number, number]>>()
expect<Is<typeof soft.expanded, "float32", readonly [number, number, number]>>()
expect<Is<typeof soft.moved, "float32", readonly [number, number]>>()
expect<Equal<typeof soft.parts, ReadonlyArray<NdArray.NdArray<"float32", readonly [number, 3]>>>>()
expect<Is<typeof soft.cuts[1], "float32", readonly [number, 3]>>()
expect<Is<typeof soft.subscripts, "float32", Shape>>()
expect<Is<typeof soft.batch, "float32", Shape>>()
expect<Is<typeof soft.of, DType, readonly [number, number]>>()
expect<Is<typeof soft.axes, "float32", Shape>>()
expect<Is<typeof soft.rows, DType, Shape>>()

// @ts-expect-error { "more indices than axes": readonly [readonly [0, 0, 0], readonly [2, 3]] }
void np.index(m23, [0, 0, 0])
// @ts-expect-error { "more indices than axes": readonly [readonly [0, 0], readonly [3]] }
void np.at(v3, [0, 0])
// @ts-expect-error { "axis out of range": readonly [2, readonly [2, 3]] }
void np.take(m23, 0, { axis: 2 })
// @ts-expect-error { "axis does not divide": readonly [0, readonly [3], 2] }
void np.split(v3, 2)
// @ts-expect-error { "subscripts do not fit": readonly ["ij,jk->ik", readonly [readonly [2, 3], readonly [2, 3]]] }
void np.einsum("ij,jk->ik", m23, m23)
// @ts-expect-error { "subscripts do not fit": readonly ["ij->k", readonly [readonly [2, 3]]] }
void np.einsum("ij->k", m23)
// @ts-expect-error { "shapes do not contract": readonly [readonly [2, 3], readonly [2, 3]] }
void np.tensordot(m23, m23, 1)
// @ts-expect-error { "shapes do not contract": readonly [readonly [3], readonly [4]] }
void np.inner(v3, v4)
// @ts-expect-error { "sizes differ": readonly [readonly [2, 3], readonly [4, -1]] }
void np.reshape(m23, [4, -1])

// --- generic code ---------------------------------------------------------------------------------------------------

// scalars fit any shape, and so do arrays of one shape
type Floats<S extends Shape> = NdArray.NdArray<"float32", S>
export const ofOneShape = {
  two: <S extends Shape>(a: Floats<S>, b: Floats<S>): Floats<S> => np.add(np.multiply(a, b), 1),
  numberFirst: <S extends Shape>(a: Floats<S>, b: Floats<S>): Floats<S> => np.subtract(1, np.maximum(a, b)),
  scalar: <S extends Shape>(a: Floats<S>, b: Floats<readonly []>): Floats<S> => np.subtract(np.multiply(a, b), a),
  centred: <S extends Shape>(a: Floats<S>): Floats<S> => np.subtract(a, np.mean(a)),
  piped: <S extends Shape>(a: Floats<S>): Floats<S> => a.pipe(np.add(1), np.multiply(2)),
  unary: <S extends Shape>(a: Floats<S>): Floats<S> => np.tanh(np.exp(np.negative(a))),
  chosen: <S extends Shape>(a: Floats<S>): Floats<S> => np.where(np.greater(a, 0), a, 0),
  clipped: <S extends Shape>(a: Floats<S>): Floats<S> => np.clip(a, 0, 1),
  like: <S extends Shape>(a: Floats<S>): Floats<S> => np.maximum(np.zerosLike(a), a)
}
const lessOf = <S extends Shape>(a: Floats<S>, b: Floats<S>) => np.less(a, b)
expect<Is<ReturnType<typeof lessOf<readonly [2, 3]>>, "bool", readonly [2, 3]>>()
// a scalar array on the left fits too
export const scaled = <S extends Shape>(a: Floats<S>) => np.multiply(np.mean(a), a)
expect<Is<ReturnType<typeof scaled<readonly [2, 3]>>, "float32", readonly [2, 3]>>()
// @ts-expect-error an array of any shape and one of shape [3]
export const mixed = <S extends Shape>(a: Floats<S>) => np.add(a, v3)

// neither dtypes nor shapes are mentioned
const normalize = (x: NdArray.Any) => np.divide(np.subtract(x, np.mean(x)), np.std(x))
expect<Equal<ReturnType<typeof normalize>["shape"], Shape>>()
const affine = (w: NdArray.Any, b: NdArray.Any, x: NdArray.Any): NdArray.Any => np.add(np.dot(w, x), b)
void affine(m34, v3, v4)

// dtypes alone
const negate = <D extends DType>(x: NdArray.NdArray<D>): NdArray.NdArray<D> => np.negative(x)
expect<Is<ReturnType<typeof negate<"int8">>, "int8", Shape>>()
const meanOf = (x: NdArray.NdArray<"float32">): NdArray.NdArray<"float32"> => np.mean(x, { axis: 0, keepdims: true })
void meanOf(m23)

// arrays of known shape are arrays of any
const arrays: ReadonlyArray<NdArray.Any> = [m23, i3, half]
const floats: ReadonlyArray<NdArray.NdArray<"float32">> = [m23, v3]
// @ts-expect-error int32 is not float32
const wrong: NdArray.NdArray<"float32"> = i3

// what a result is used for does not decide what it is
// @ts-expect-error float32 unless another dtype is given
const double: NdArray.NdArray<"float64"> = np.zeros([2])
// @ts-expect-error 50 values unless another number is given
const seven: NdArray.NdArray<"float32", readonly [7]> = np.linspace(0, 1)

// nothing is any
type IsAny<T> = 0 extends 1 & T ? true : false
expect<Equal<IsAny<ReturnType<typeof normalize>>, false>>()
expect<Equal<IsAny<ReturnType<typeof normalize>["dtype"]>, false>>()
export { arrays, double, floats, seven, wrong }

// --- options --------------------------------------------------------------------------------------------------------

const masked = {
  sum: np.sum(m23, { axis: 0, where: true, initial: 1 }),
  kept: np.max(m23, { axis: 1, keepdims: true, where: b3, initial: 0 }),
  last: m23.pipe(np.prod({ axis: 0, where: b3 })),
  all: np.all(i3, { where: b3 }),
  mean: np.mean(i3, { dtype: "float64", where: b3 }),
  meanLast: m23.pipe(np.mean({ axis: 0, dtype: "float16" })),
  std: np.std(m23, { axis: -1, correction: 1 }),
  variance: np.var(i3, { dtype: "float64" })
}
expect<Is<typeof masked.sum, "float32", readonly [3]>>()
expect<Is<typeof masked.kept, "float32", readonly [2, 1]>>()
expect<Is<typeof masked.last, "float32", readonly [3]>>()
expect<Is<typeof masked.all, "bool", readonly []>>()
expect<Is<typeof masked.mean, "float64", readonly []>>()
expect<Is<typeof masked.meanLast, "float16", readonly [3]>>()
expect<Is<typeof masked.std, "float32", readonly [2]>>()
expect<Is<typeof masked.variance, "float64", readonly []>>()

const optional = {
  sorted: np.sort(m23, { axis: null }),
  order: np.argsort(m23, { axis: 0, dtype: "uint8" }),
  running: np.cumsum(3, { axis: 0 }),
  flat: np.cumprod(m23, { axis: null }),
  like: np.zerosLike(i3, { shape: [2, 2] }),
  joined: np.concatenate([i3, i3], { dtype: "float32" }),
  joinedFlat: np.concatenate([m23, v3], { axis: null }),
  column: np.reshape(m23, [3, 2], { order: "F" }),
  diagonal: np.diagonal(np.ones([5, 2, 3]), { axis1: 1, axis2: 2 }),
  trace: np.trace(np.ones([5, 2, 3]), 1, { axis1: -2, axis2: -1, dtype: "float64" }),
  line: np.linspace(0, 1, 5, { dtype: "int32" }),
  lines: np.linspace(v3, 1, 5, { axis: 1 }),
  clipped: np.clip(i3, 0, 10),
  differences: np.diff(i3, { prepend: v3 }),
  rounded: np.round(v3, { decimals: 2 })
}
expect<Is<typeof optional.sorted, "float32", readonly [6]>>()
expect<Is<typeof optional.order, "uint8", readonly [2, 3]>>()
expect<Is<typeof optional.running, "float32", readonly [1]>>()
expect<Is<typeof optional.flat, "float32", readonly [6]>>()
expect<Is<typeof optional.like, "int32", readonly [2, 2]>>()
expect<Is<typeof optional.joined, "float32", readonly [6]>>()
expect<Is<typeof optional.joinedFlat, "float32", readonly [number]>>()
expect<Is<typeof optional.column, "float32", readonly [3, 2]>>()
expect<Is<typeof optional.diagonal, "float32", readonly [5, number]>>()
expect<Is<typeof optional.trace, "float64", readonly [5]>>()
expect<Is<typeof optional.line, "int32", readonly [5]>>()
expect<Is<typeof optional.lines, "float32", readonly [3, 5]>>()
expect<Is<typeof optional.clipped, "int32", readonly [3]>>()
expect<Is<typeof optional.differences, "float32", readonly [number]>>()
expect<Is<typeof optional.rounded, "float32", readonly [3]>>()

const [spaced, step] = np.linspace(0, 1, 5, { retstep: true })
expect<Is<typeof spaced, "float32", readonly [5]>>()
expect<Is<typeof step, "float32", Shape>>()

// @ts-expect-error an axis has a name
void np.sum(m23, 0)
// @ts-expect-error no such option
void np.sum(m23, { axes: 0 })
// @ts-expect-error no such option
void m23.pipe(np.sum({ axes: 0 }))
// @ts-expect-error a dtype has a name
void np.zeros([3], "float64")
// @ts-expect-error no such mode
void np.pad(v3, 1, { mode: "mirror" })
// @ts-expect-error one axis only
void np.argmax(m23, { axis: [0, 1] })
// @ts-expect-error no such option
void np.std(v3, { dof: 1 })
// @ts-expect-error numbers of elements are not chosen
void np.countNonzero(v3, { where: b3 })
