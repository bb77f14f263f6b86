import type * as Shape from "effax/Shape"
import type { Add, Divide, Multiply, Quotient, Subtract } from "../src/internal/types/decimal.ts"
import type { Between, RangeLength } from "../src/internal/types/ranges.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const expect = <T extends true>(): T | undefined => undefined

interface Typed<S extends Shape.Shape> {
  readonly shape: S
}
declare const typed: <const S extends Shape.Shape>(shape: S) => Typed<S>

// decimal arithmetic
expect<Equal<Add<0, 0>, 0>>()
expect<Equal<Add<999, 1>, 1000>>()
expect<Equal<Add<12345, 987>, 13332>>()
expect<Equal<Add<number, 1>, number>>()
expect<Equal<Add<-1, 1>, number>>()
expect<Equal<Multiply<0, 123>, 0>>()
expect<Equal<Multiply<99, 99>, 9801>>()
expect<Equal<Multiply<1024, 1048576>, 1073741824>>()
expect<Equal<Multiply<60000, 784>, 47040000>>()
expect<Equal<Multiply<1, number>, number>>()

expect<Equal<Subtract<7, 3>, 4>>()
expect<Equal<Subtract<1000, 1>, 999>>()
expect<Equal<Subtract<1000, 1000>, 0>>()
expect<Equal<Subtract<3, 7>, never>>()
expect<Equal<Subtract<999, 1000>, never>>()
expect<Equal<Subtract<60000, 784>, 59216>>()
expect<Equal<Subtract<number, 1>, number>>()
expect<Equal<Divide<6, 3>, 2>>()
expect<Equal<Divide<47040000, 784>, 60000>>()
expect<Equal<Divide<47040001, 784>, never>>()
expect<Equal<Divide<5, 10>, never>>()
expect<Equal<Divide<0, 5>, 0>>()
expect<Equal<Divide<5, 0>, never>>()
expect<Equal<Divide<100, number>, number>>()
expect<Equal<Quotient<7, 2>, 3>>()
expect<Equal<Quotient<5, 10>, 0>>()

// ranges
expect<Equal<Between<10, 2, 5>, 3>>()
expect<Equal<Between<10, -3, undefined>, 3>>()
expect<Equal<Between<10, -30, 4>, 4>>()
expect<Equal<Between<10, 5, 2>, 0>>()
expect<Equal<Between<10, 5, 20>, 5>>()
expect<Equal<Between<10, undefined, -2>, 8>>()
expect<Equal<Between<number, 0, 2>, number>>()
expect<Equal<Between<10, 0, 2 | 3>, number>>()
expect<Equal<RangeLength<7, undefined, undefined, 2>, 4>>()
expect<Equal<RangeLength<7, 1, 7, 3>, 2>>()
expect<Equal<RangeLength<7, undefined, undefined, -1>, 7>>()
expect<Equal<RangeLength<7, 5, 2, -1>, number>>()

// broadcasting
expect<Equal<Shape.Broadcast<readonly [3, 4], readonly [4]>, readonly [3, 4]>>()
expect<Equal<Shape.Broadcast<[3, 1], readonly [1, 5]>, readonly [3, 5]>>()
expect<Equal<Shape.Broadcast<[], [2, 3]>, readonly [2, 3]>>()
expect<Equal<Shape.Broadcast<readonly [2, 3], []>, readonly [2, 3]>>()
expect<Equal<Shape.Broadcast<readonly [], readonly []>, readonly []>>()
expect<Equal<Shape.Broadcast<[number, 4], [3, 1]>, readonly [3, 4]>>()
expect<Equal<Shape.Broadcast<[number], [1]>, readonly [number]>>()
expect<Equal<Shape.Broadcast<readonly [number], readonly [number]>, readonly [number]>>()
expect<Equal<Shape.Broadcast<[0], [1]>, readonly [0]>>()
expect<Equal<Shape.Broadcast<Shape.Shape, [1]>, Shape.Shape>>()
expect<Equal<Shape.Broadcast<[3, 4], [5]>, Shape.Shape>>()
expect<Equal<Shape.BroadcastCheck<[3, 4], [5]>, { readonly "shapes do not broadcast": readonly [[3, 4], [5]] }>>()
expect<Equal<Shape.BroadcastCheck<[3, 4], [number]>, unknown>>()
expect<Equal<Shape.BroadcastCheck<Shape.Shape, [5]>, unknown>>()
expect<Equal<Shape.BroadcastToCheck<[1, 4], [2, 3, 4]>, unknown>>()
expect<
  Equal<Shape.BroadcastToCheck<[3], [1]>, { readonly "shape does not broadcast to": readonly [[3], [1]] }>
>()
expect<
  Equal<Shape.BroadcastToCheck<[2, 3], [3]>, { readonly "shape does not broadcast to": readonly [[2, 3], [3]] }>
>()

declare const add: <A extends Shape.Shape, B extends Shape.Shape>(
  x: Typed<A>,
  y: Typed<B> & Shape.BroadcastCheck<A, B>
) => Typed<Shape.Broadcast<A, B>>
expect<Equal<ReturnType<typeof sum>["shape"], readonly [2, 3]>>()
const sum = () => add(typed([2, 3]), typed([3]))
// @ts-expect-error shapes do not broadcast
add(typed([2, 3]), typed([2]))
add(typed([2, 3] as Array<number>), typed([2]))

// generic code needs no shapes
const twice = (x: Typed<Shape.Shape>) => add(x, x)
expect<Equal<ReturnType<typeof twice>, Typed<Shape.Shape>>>()

// contractions
expect<Equal<Shape.MatMul<[2, 3], [3, 4]>, readonly [2, 4]>>()
expect<Equal<Shape.MatMul<[3], [3, 4]>, readonly [4]>>()
expect<Equal<Shape.MatMul<[2, 3], [3]>, readonly [2]>>()
expect<Equal<Shape.MatMul<[3], [3]>, readonly []>>()
expect<Equal<Shape.MatMul<[5, 1, 2, 3], [7, 3, 4]>, readonly [5, 7, 2, 4]>>()
expect<Equal<Shape.MatMul<[3], [7, 3, 4]>, readonly [7, 4]>>()
expect<Equal<Shape.MatMul<[7, 2, 3], [3]>, readonly [7, 2]>>()
expect<Equal<Shape.MatMul<[number, 3], [number, 4]>, readonly [number, 4]>>()
expect<Equal<Shape.MatMul<Shape.Shape, [3, 4]>, Shape.Shape>>()
expect<Equal<Shape.MatMulCheck<[2, 3], [2, 3]>, { readonly "shapes do not contract": readonly [[2, 3], [2, 3]] }>>()
expect<Equal<Shape.MatMulCheck<[], [3]>, { readonly "shapes do not contract": readonly [[], [3]] }>>()
expect<Equal<Shape.MatMulCheck<[2, 2, 3], [5, 3, 4]> extends { "shapes do not contract": unknown } ? 1 : 0, 1>>()
expect<Equal<Shape.MatMulCheck<[number, number], [2, 3]>, unknown>>()
expect<Equal<Shape.Dot<[2, 3], [5, 3, 4]>, readonly [2, 5, 4]>>()
expect<Equal<Shape.Dot<[], [5, 3]>, [5, 3]>>()
expect<Equal<Shape.Dot<[2, 3], [3]>, readonly [2]>>()
expect<Equal<Shape.DotCheck<[3], [4]>, { readonly "shapes do not contract": readonly [[3], [4]] }>>()

// axes
expect<Equal<Shape.Reduce<readonly [2, 3, 4], 1>, readonly [2, 4]>>()
expect<Equal<Shape.Reduce<[2, 3, 4], -1>, readonly [2, 3]>>()
expect<Equal<Shape.Reduce<[2, 3, 4], readonly [0, -1]>, readonly [3]>>()
expect<Equal<Shape.Reduce<[2, 3, 4], [0, 2], true>, readonly [1, 3, 1]>>()
expect<Equal<Shape.Reduce<[2, 3]>, readonly []>>()
expect<Equal<Shape.Reduce<readonly [2, 3], null, true>, readonly [1, 1]>>()
expect<Equal<Shape.Reduce<[2, 3], number>, readonly [number]>>()
expect<Equal<Shape.Reduce<[2, 3], 0 | 1>, readonly [3] | readonly [2]>>()
expect<Equal<Shape.Reduce<[2, 3, 4], readonly [0 | 1]>, readonly [number, number]>>()
expect<Equal<Shape.Reduce<[2, 3, 4], readonly [number, 0]>, readonly [number]>>()
expect<Equal<Shape.Reduce<[2, 3, 4], ReadonlyArray<number>>, Shape.Shape>>()
expect<Equal<Shape.Reduce<[2, 3], number, true>, readonly [number, number]>>()
expect<Equal<Shape.Reduce<[2, 3], 0, boolean>, Shape.Shape>>()
expect<Equal<Shape.Reduce<Shape.Shape, 0>, Shape.Shape>>()
expect<Equal<Shape.Reduce<Shape.Shape>, readonly []>>()
expect<Equal<Shape.AxisCheck<[2, 3], 1>, unknown>>()
expect<Equal<Shape.AxisCheck<[2, 3], -2>, unknown>>()
expect<Equal<Shape.AxisCheck<[2, 3], 2>, { readonly "axis out of range": readonly [2, [2, 3]] }>>()
expect<Equal<Shape.AxisCheck<[2, 3], [0, -3]>, { readonly "axis out of range": readonly [[0, -3], [2, 3]] }>>()
expect<Equal<Shape.AxisCheck<Shape.Shape, 7>, unknown>>()
expect<Equal<Shape.At<[2, 3], -1>, 3>>()
expect<Equal<Shape.At<Shape.Shape, -1>, number>>()
expect<Equal<Shape.Transpose<[2, 3, 4]>, readonly [4, 3, 2]>>()
expect<Equal<Shape.Transpose<[2, 3, 4], readonly [1, -1, 0]>, readonly [3, 4, 2]>>()
expect<Equal<Shape.Transpose<[2, 3], ReadonlyArray<number>>, Shape.Shape>>()
expect<Equal<Shape.ExpandDims<[2, 3], 0>, readonly [1, 2, 3]>>()
expect<Equal<Shape.ExpandDims<[2, 3], 1>, readonly [2, 1, 3]>>()
expect<Equal<Shape.ExpandDims<[2, 3], -1>, readonly [2, 3, 1]>>()
expect<Equal<Shape.ExpandDims<[], -1>, readonly [1]>>()
expect<Equal<Shape.ExpandDims<[2, 3], -3>, readonly [1, 2, 3]>>()
expect<Equal<Shape.Stack<[2, 3], 5>, readonly [5, 2, 3]>>()
expect<Equal<Shape.Stack<[2, 3], 5, -1>, readonly [2, 3, 5]>>()
expect<Equal<Shape.Squeeze<[1, 2, 1]>, readonly [2]>>()
expect<Equal<Shape.Squeeze<[1, 2, 1], 0>, readonly [2, 1]>>()
expect<Equal<Shape.Squeeze<[1, number]>, Shape.Shape>>()
expect<Equal<Shape.SqueezeCheck<[1, 2], 1>, { readonly "axis is longer than 1": readonly [1, [1, 2]] }>>()
expect<Equal<Shape.SqueezeCheck<[1, number], 1>, unknown>>()

// sizes
expect<Equal<Shape.Size<[2, 3, 4]>, 24>>()
expect<Equal<Shape.Size<[]>, 1>>()
expect<Equal<Shape.Size<[2, number]>, number>>()
expect<Equal<Shape.Reshape<[2, 3], readonly [3, 2]>, readonly [3, 2]>>()
expect<Equal<Shape.Reshape<[2, 3], readonly [-1]>, readonly [6]>>()
expect<Equal<Shape.Reshape<[2, 3], readonly [3, -1]>, readonly [3, 2]>>()
expect<Equal<Shape.Reshape<[60000, 28, 28], readonly [-1, 784]>, readonly [60000, 784]>>()
expect<Equal<Shape.Reshape<[number, 28, 28], readonly [-1, 784]>, readonly [number, 784]>>()
expect<Equal<Shape.Reshape<[2, 3], Array<number>>, Shape.Shape>>()
expect<Equal<Shape.ReshapeCheck<[2, 3], [6]>, unknown>>()
expect<Equal<Shape.ReshapeCheck<[2, 3], [5]>, { readonly "sizes differ": readonly [[2, 3], [5]] }>>()
expect<Equal<Shape.ReshapeCheck<[2, 3], [4, -1]>, { readonly "sizes differ": readonly [[2, 3], [4, -1]] }>>()
expect<Equal<Shape.ReshapeCheck<[2, 3], [2, -1]>, unknown>>()
expect<Equal<Shape.ReshapeCheck<[number, 3], [4, -1]>, unknown>>()
expect<Equal<Shape.ReshapeCheck<Shape.Shape, [5]>, unknown>>()
expect<Equal<Shape.Concat<[[2, 3], [5, 3]]>, readonly [7, 3]>>()
expect<Equal<Shape.Concat<[[2, 3], [2, 4], [2, 5]], -1>, readonly [2, 12]>>()
expect<Equal<Shape.Concat<[[2, number], [2, 4]], 0>, readonly [4, 4]>>()
expect<Equal<Shape.Concat<ReadonlyArray<[2, 3]>>, Shape.Shape>>()
expect<
  Equal<Shape.ConcatCheck<[[2, 3], [2, 4]]>, { readonly "shapes do not concatenate": [[2, 3], [2, 4]] }>
>()
expect<Equal<Shape.ConcatCheck<[[2, 3], [2, 4]], 1>, unknown>>()
