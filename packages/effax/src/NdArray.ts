/**
 * Immutable arrays that are Effects.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { Inspectable } from "effect/Inspectable"
import type { Backend } from "./Backend.ts"
import type { DType, TypedArray } from "./DType.ts"
import type { ExecutionError } from "./Errors.ts"
import * as node from "./internal/node.ts"
import type { Shape } from "./Shape.ts"

/**
 * The description of an array: a node of an expression graph, immutable, with a static dtype and shape.
 *
 * **Details**
 *
 * It *is* an Effect: `yield* x` runs it on the backend in context and gives back the same array, now resident on the
 * device. Equality is by reference.
 *
 * @category models
 * @since 0.1.0
 */
export interface NdArray<out D extends DType = DType, out S extends Shape = Shape>
  extends Effect.Effect<NdArray<D, S>, ExecutionError, Backend>, Inspectable
{
  readonly [node.TypeId]: typeof node.TypeId
  readonly dtype: D
  readonly shape: S
  /** Whether the dtype came from a JavaScript number and gives way in promotion. */
  readonly weak: boolean
  /** The number of axes. */
  readonly ndim: number
  /** The number of elements. */
  readonly size: number
}

/** An array of any dtype and shape. @category models @since 0.1.0 */
export type Any = NdArray<DType, Shape>

/** @category guards @since 0.1.0 */
export const isNdArray = (u: unknown): u is Any => node.isNode(u)

export type { TypedArray }
