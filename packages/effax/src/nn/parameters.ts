/**
 * Parameters of functions of one array: numbers, or arrays that broadcast to the array.
 */
import { ShapeError } from "../Errors.ts"
import type * as NdArray from "../NdArray.ts"
import { type ArrayLike, asArray, broadcast, promoteInexact } from "../numpy/operands.ts"
import * as Shapes from "../Shape.ts"

/** The array and its parameter in one floating-point dtype. The parameter is a scalar, or has the array's shape. */
export const withParameter = (
  operation: string,
  name: string,
  x: ArrayLike,
  parameter: ArrayLike
): readonly [x: NdArray.Any, parameter: NdArray.Any] => {
  const { shape } = asArray(operation, x)
  const [array, value] = broadcast(operation, promoteInexact(operation, [x, parameter]))
  if (array!.shape.length === shape.length && array!.shape.every((n, axis) => n === shape[axis])) {
    return [array!, value!]
  }
  throw new ShapeError({
    operation,
    message: `${operation}: ${name} of shape ${
      Shapes.format(asArray(operation, parameter).shape)
    } can't be broadcast to ${Shapes.format(shape)}, the shape of the array`
  })
}
