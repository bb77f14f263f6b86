/**
 * Checks of shapes of matrices.
 */
import * as Aval from "../Aval.ts"
import { ShapeError } from "../Errors.ts"
import * as node from "../internal/graph/node.ts"
import { type ArrayLike, promoteInexact } from "../numpy/operands.ts"
import * as Shapes from "../Shape.ts"

/** The shape to which batches are broadcast. */
export const broadcastShape = (
  operation: string,
  ...batches: ReadonlyArray<ReadonlyArray<number>>
): ReadonlyArray<number> => Shapes.broadcast(operation, batches)

/** Throws for arrays that have no two axes. */
export const checkMatrix = (operation: string, x: Aval.Aval): void => {
  if (x.shape.length >= 2) return
  throw new ShapeError({
    operation,
    message: `${operation}: matrices are the last two axes, and ${Aval.format(x)} has ${
      x.shape.length === 0 ? "none" : "one"
    }`
  })
}

/** Throws for matrices that are not square. */
export const checkSquareMatrix = (operation: string, x: Aval.Aval): void => {
  checkMatrix(operation, x)
  const [m, n] = x.shape.slice(-2)
  if (m === n) return
  throw new ShapeError({
    operation,
    message: `${operation}: matrices must be square, got ${m} rows and ${n} columns in ${Aval.format(x)}`
  })
}

/** One operand with at least two axes, of a floating or complex dtype. */
export const matrixOf = (operation: string, x: ArrayLike): node.Node => {
  const [matrix] = promoteInexact(operation, [x]) as readonly [node.Node]
  checkMatrix(operation, matrix)
  return matrix
}

export const squareOf = (operation: string, x: ArrayLike): node.Node => {
  const matrix = matrixOf(operation, x)
  checkSquareMatrix(operation, matrix)
  return matrix
}
