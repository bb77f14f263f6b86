/**
 * Shapes of what is made of matrices, the last two axes of an array.
 */
import type * as Shape from "../../Shape.ts"

/** The axes before those of a matrix. */
export type Batch<S extends Shape.Shape> = S extends readonly [...infer B extends Shape.Shape, number, number] ?
  Readonly<B>
  : Shape.Shape

/** The transposed shape. */
export type Transposed<S extends Shape.Shape> = S extends
  readonly [...infer B extends Shape.Shape, infer M extends number, infer N extends number] ? readonly [...B, N, M]
  : Shape.Shape

/** The length of the diagonal, behind the batch: known for square matrices. */
export type Diagonal<S extends Shape.Shape> = S extends
  readonly [...infer B extends Shape.Shape, infer M extends number, infer N extends number]
  ? readonly [...B, [M, N] extends [N, M] ? M : number]
  : Shape.Shape
