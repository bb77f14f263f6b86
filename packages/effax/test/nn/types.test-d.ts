/** Claims of types about networks, images, segments and trees as vectors. */
import { Image, type NdArray, Nn, Numpy as np, Ops, Tree } from "effax"
import type { Backend } from "effax/Backend"
import type { DType } from "effax/DType"
import type { ExecutionError } from "effax/Errors"
import type * as Effect from "effect/Effect"
import { expectTypeOf } from "vitest"

declare const f16: NdArray.NdArray<"float16", readonly [2, 8]>
declare const ints: NdArray.NdArray<"int32", readonly [4, 3]>
declare const query: NdArray.NdArray<"bfloat16", readonly [2, 5, 4, 8]>

expectTypeOf(Nn.celu(f16)).toEqualTypeOf<NdArray.NdArray<"float16", readonly [2, 8]>>()
expectTypeOf(Nn.celu(ints, { alpha: 2 })).toEqualTypeOf<NdArray.NdArray<"float32", readonly [4, 3]>>()
expectTypeOf(Nn.elu(f16, { alpha: np.ones([8]) })).toEqualTypeOf<NdArray.NdArray<"float32", readonly [2, 8]>>()
expectTypeOf(f16.pipe(Nn.leakyRelu({ negativeSlope: 0.1 }))).toEqualTypeOf<
  NdArray.NdArray<"float16", readonly [2, 8]>
>()
expectTypeOf(Nn.hardTanh(ints)).toEqualTypeOf<NdArray.NdArray<"int32", readonly [4, 3]>>()
expectTypeOf(Nn.glu(f16)).toEqualTypeOf<NdArray.NdArray<"float16", readonly [number, number]>>()
expectTypeOf(Nn.logmeanexp(f16, { axis: 1 })).toEqualTypeOf<NdArray.NdArray<"float16", readonly [2]>>()

expectTypeOf(Nn.dotProductAttention(query, query, query)).toEqualTypeOf<
  NdArray.NdArray<"bfloat16", readonly [2, 5, 4, 8]>
>()
expectTypeOf(query.pipe(Nn.dotProductAttention(query, query, { isCausal: true }))).toEqualTypeOf<
  NdArray.NdArray<"bfloat16", readonly [2, 5, 4, 8]>
>()
const [attended, sums] = Nn.dotProductAttention(query, query, query, { returnResidual: true })
expectTypeOf(attended).toEqualTypeOf<NdArray.NdArray<"bfloat16", readonly [2, 5, 4, 8]>>()
expectTypeOf(sums.dtype).toEqualTypeOf<"bfloat16">()

expectTypeOf(Image.resize(ints, [8, 6], "linear")).toEqualTypeOf<NdArray.NdArray<"float32", readonly [8, 6]>>()
expectTypeOf(Image.resize(ints, [8, 6], "nearest")).toEqualTypeOf<NdArray.NdArray<"int32", readonly [8, 6]>>()
expectTypeOf(f16.pipe(Image.resize([4, 4], "cubic"))).toEqualTypeOf<NdArray.NdArray<"float16", readonly [4, 4]>>()

expectTypeOf(Ops.segmentSum(ints, [0n, 1n, 0n, 1n], { numSegments: 2 })).toEqualTypeOf<
  NdArray.NdArray<"int32", readonly [2, 3]>
>()
expectTypeOf(Ops.segmentMax(ints, [0n, 1n, 0n, 1n])).toEqualTypeOf<
  Effect.Effect<NdArray.NdArray<"int32", readonly [number, 3]>, ExecutionError, Backend>
>()
expectTypeOf(ints.pipe(Ops.segmentSum([0n, 1n, 0n, 1n], { numSegments: 2 }))).toEqualTypeOf<
  NdArray.NdArray<"int32", readonly [2, 3]>
>()

const [vector, unravel] = Tree.ravel({ w: f16, b: [f16] })
expectTypeOf(vector).toEqualTypeOf<NdArray.NdArray<"float16", readonly [number]>>()
expectTypeOf(unravel(vector)).toEqualTypeOf<
  { w: NdArray.NdArray<"float16", readonly [2, 8]>; b: Array<NdArray.NdArray<"float16", readonly [2, 8]>> }
>()
expectTypeOf(Tree.ravel({ w: f16, n: ints })[0].dtype).toEqualTypeOf<DType>()
// @ts-expect-error a string is no array
Tree.ravel({ name: "x" })
expectTypeOf(Tree.broadcast(1, { a: "x", b: ["y"] })).toEqualTypeOf<{ a: number; b: Array<number> }>()
expectTypeOf(Tree.reduceAssociative([f16, f16], (x, y) => np.add(x, y))).toEqualTypeOf<
  NdArray.NdArray<"float16", readonly [2, 8]>
>()
