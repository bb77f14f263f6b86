/**
 * Linear equations with triangular matrices.
 */
import { ShapeError } from "../../Errors.ts"
import * as node from "../../internal/graph/node.ts"
import { flag } from "../../internal/program/paramSchema.ts"
import type * as NdArray from "../../NdArray.ts"
import type { OrZero, Primitive } from "../../Primitive.ts"
import { neg } from "../arithmetic.ts"
import { add } from "../elementwise.ts"
import type { TriangularSolveParams } from "../params.ts"
import { list } from "../rule.ts"
import { moveAxis, repeat, reshape } from "../structural.ts"
import { checkSquare, conjugate, matmul, matrixPrimitive, T, tril, triu } from "./matrix.ts"

/** `-inverse(op(a)) op(da) x`, or `-x op(da) inverse(op(a))`, in the cheaper order. */
const tangentOfMatrix = (
  da: NdArray.Any,
  x: NdArray.Any,
  a: NdArray.Any,
  params: TriangularSolveParams
): NdArray.Any => {
  const { conjugateA, leftSide, lower, transposeA, unitDiagonal } = params
  const inner = lower ? tril(da, unitDiagonal ? -1 : 0) : triu(da, unitDiagonal ? 1 : 0)
  const turned = transposeA ? T(neg(inner)) : neg(inner)
  const change = conjugateA ? conjugate(turned) : turned
  const [m, n] = x.shape.slice(-2) as [number, number]
  const solve = (b: NdArray.Any): NdArray.Any => node.bindOne(primitive, [a, b], params)
  return leftSide
    ? m > n ? solve(matmul(change, x)) : matmul(solve(change), x)
    : m < n
    ? solve(matmul(x, change))
    : matmul(x, solve(change))
}

const primitive: Primitive<TriangularSolveParams> = matrixPrimitive<TriangularSolveParams>({
  name: "triangular_solve",
  fields: { leftSide: flag, lower: flag, transposeA: flag, conjugateA: flag, unitDiagonal: flag },
  ranks: [2, 2],
  results([a, b], { leftSide }, dtype) {
    const operation = "triangular_solve"
    checkSquare(operation, a!)
    if (b![leftSide ? 0 : 1] !== a![0]) {
      throw new ShapeError({
        operation,
        message: `${operation}: ${list(a!)} matrices on the ${leftSide ? "left" : "right"} want ${a![0]} ${
          leftSide ? "rows" : "columns"
        } of the right-hand side, got ${list(b!)}`
      })
    }
    return [{ dtype, shape: b! }]
  },
  flops: ([a, b]) => a![0]! * b![0]! * b![1]!,
  jvp({ outputs: [x], params, primals: [a], tangents: [da, db] }) {
    const left: OrZero = da && tangentOfMatrix(da, x!, a!, params)
    const right: OrZero = db && node.bindOne(primitive, [a!, db], params)
    return [left && right ? add(left, right) : left ?? right]
  },
  linear: {
    form: { product: [1] },
    transpose: ({ cotangents: [ct], inputs: [a], params }) => [
      undefined,
      node.bindOne(primitive, [a!, ct!], { ...params, transposeA: !params.transposeA })
    ]
  },
  batch({ batched: [batchedA, batchedB], inputs: [a, b], params, size }) {
    if (!batchedA) {
      // one matrix: the batch is more right-hand sides, [size, ..., m, n] -> [..., m, n * size]
      const rank = b!.shape.length
      const to = params.leftSide ? rank - 1 : rank - 2
      const moved = moveAxis(b!, 0, to)
      const shape = [...moved.shape]
      const flat = params.leftSide
        ? [...shape.slice(0, -2), shape[rank - 2]! * shape[rank - 1]!]
        : [...shape.slice(0, -3), shape[rank - 3]! * shape[rank - 2]!, shape[rank - 1]!]
      const x = node.bindOne(primitive, [a!, reshape(moved, flat)], params)
      return { outputs: [moveAxis(reshape(x, shape), to, 0)], batched: [true] }
    }
    return {
      outputs: node.bind(primitive, [a!, batchedB ? b! : repeat(b!, size)], params),
      batched: [true]
    }
  }
})

/** Solves with triangular matrices. @category linear algebra @since 0.1.0 */
export const triangularSolve = Object.assign(
  (a: NdArray.Any, b: NdArray.Any, params: Partial<TriangularSolveParams> = {}): NdArray.Any =>
    node.bindOne(primitive, [a, b], {
      leftSide: false,
      lower: false,
      transposeA: false,
      conjugateA: false,
      unitDiagonal: false,
      ...params
    }),
  { primitive }
)
