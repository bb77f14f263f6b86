/**
 * Linear equations with tridiagonal matrices.
 */
import * as Aval from "../../Aval.ts"
import { ShapeError } from "../../Errors.ts"
import * as node from "../../internal/graph/node.ts"
import type * as NdArray from "../../NdArray.ts"
import type { OrZero, Params, Primitive } from "../../Primitive.ts"
import { neg } from "../arithmetic.ts"
import { add, mul } from "../elementwise.ts"
import { list } from "../rule.ts"
import { concatenate, moveAxis, pad, repeat, reshape, sliceAxis, zerosOf } from "../structural.ts"
import { asColumn, matrixPrimitive, stretch } from "./matrix.ts"

/** The rows of `x` one further down or up, with a row of zeros in the gap. */
const shifted = (x: NdArray.Any, by: 1 | -1): NdArray.Any => {
  const axis = x.shape.length - 2
  return pad(
    x,
    node.literal(0, x.dtype),
    x.shape.map((_, i) => i === axis ? [by, -by, 0] as const : [0, 0, 0] as const)
  )
}

/** The product of a tridiagonal matrix and a matrix. */
const product = (dl: NdArray.Any, d: NdArray.Any, du: NdArray.Any, x: NdArray.Any): NdArray.Any => {
  const scaled = (s: NdArray.Any, y: NdArray.Any): NdArray.Any => mul(stretch(asColumn(s), y.shape), y)
  return add(scaled(d, x), add(scaled(dl, shifted(x, 1)), scaled(du, shifted(x, -1))))
}

/** A diagonal of the transposed matrix: the elements of the other one, one position further. */
const turned = (x: NdArray.Any, by: 1 | -1): NdArray.Any => {
  const axis = x.shape.length - 1
  const n = x.shape[axis]!
  if (n === 0) return x
  const zero = zerosOf(Aval.make(x.dtype, [...x.shape.slice(0, -1), 1]))
  return by === 1
    ? concatenate([zero, sliceAxis(x, axis, 0, n - 1)], axis)
    : concatenate([sliceAxis(x, axis, 1, n), zero], axis)
}

const primitive: Primitive<Params> = matrixPrimitive<Params>({
  name: "tridiagonal_solve",
  ranks: [1, 1, 1, 2],
  results([dl, d, du, b], _, dtype) {
    const operation = "tridiagonal_solve"
    if (dl![0] !== d![0] || du![0] !== d![0]) {
      throw new ShapeError({
        operation,
        message: `${operation}: the three diagonals must have one length, got ${dl![0]}, ${d![0]} and ${
          du![0]
        }; the first element of the lower one and the last of the upper one are not read`
      })
    }
    if (b![0] !== d![0]) {
      throw new ShapeError({
        operation,
        message: `${operation}: diagonals of ${d![0]} elements want as many rows of the right-hand side, got ${
          list(b!)
        }`
      })
    }
    return [{ dtype, shape: b! }]
  },
  printed: [["perturb_singular", false]],
  flops: ([d, , , b]) => 8 * d![0]! * b![1]!,
  jvp({ outputs: [x], primals: [dl, d, du], tangents }) {
    const diagonals = tangents.slice(0, 3)
    const zero = zerosOf(d!)
    const change: OrZero = diagonals.every((t) => t === undefined)
      ? undefined
      : neg(product(diagonals[0] ?? zero, diagonals[1] ?? zero, diagonals[2] ?? zero, x!))
    const db = tangents[3]
    const rhs = change === undefined ? db! : db === undefined ? change : add(db, change)
    return [node.bindOne(primitive, [dl!, d!, du!, rhs], {})]
  },
  linear: {
    form: { product: [3] },
    transpose: ({ cotangents: [ct], inputs: [dl, d, du] }) => [
      undefined,
      undefined,
      undefined,
      node.bindOne(primitive, [turned(du!, 1), d!, turned(dl!, -1), ct!], {})
    ]
  },
  batch({ batched, inputs, params, size }) {
    const [dl, d, du, b] = inputs as readonly [NdArray.Any, NdArray.Any, NdArray.Any, NdArray.Any]
    if (!batched[0] && !batched[1] && !batched[2]) {
      // one matrix: the batch is more right-hand sides, [size, ..., n, k] -> [..., n, size * k]
      const rank = b.shape.length
      const moved = moveAxis(b, 0, rank - 2)
      const flat = reshape(moved, [...moved.shape.slice(0, -2), moved.shape[rank - 2]! * moved.shape[rank - 1]!])
      const x = node.bindOne(primitive, [dl, d, du, flat], params)
      return { outputs: [moveAxis(reshape(x, moved.shape), rank - 2, 0)], batched: [true] }
    }
    return {
      outputs: node.bind(primitive, inputs.map((x, i) => batched[i] ? x : repeat(x, size)), params),
      batched: [true]
    }
  }
})

/**
 * Solves with tridiagonal matrices, given by three diagonals of one length: the first element of the lower one and the last
 * of the upper one are not read.
 *
 * @category linear algebra
 * @since 0.1.0
 */
export const tridiagonalSolve = Object.assign(
  (dl: NdArray.Any, d: NdArray.Any, du: NdArray.Any, b: NdArray.Any): NdArray.Any =>
    node.bindOne(primitive, [dl, d, du, b], {}),
  { primitive }
)
