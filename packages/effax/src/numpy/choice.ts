/**
 * Choice and conversion.
 */
import type * as DType from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import type * as Shape from "../Shape.ts"
import { type ArrayLike, asArray, broadcast, promote, type PromoteOperands, type ShapeOf } from "./operands.ts"
import { type Broadcasted, type Fits, truth, unary } from "./signatures.ts"

/**
 * `onTrue` where the condition holds, else `onFalse`; all three broadcast.
 *
 * **Details**
 *
 * The cases promote as operands of {@link add} do. A condition that is not bool holds where it is not 0.
 *
 * **Gotchas**
 *
 * Both branches are computed and differentiated: a branch that is not chosen still puts NaN into a gradient when its
 * derivative is infinite or NaN. Make its operand safe first, with a `where` of its own, as in the example.
 *
 * @example
 * ```ts
 * import { grad, NdArray, Numpy as np } from "effax"
 *
 * np.where(np.array([true, false]), np.array([1, 2]), 0) // => [1, 0]
 *
 * const safeSqrt = (x: NdArray.Any) => {
 *   const positive = np.greater(x, 0)
 *   return np.where(positive, np.sqrt(np.where(positive, x, 1)), 0)
 * }
 * grad(safeSqrt)(0) // => 0
 * ```
 *
 * @category choice
 * @since 0.1.0
 */
export const where = <C extends ArrayLike, X extends ArrayLike, Y extends ArrayLike>(
  condition: C,
  onTrue: X & Fits<C, X>,
  onFalse: Y & Shape.BroadcastCheck<Broadcasted<C, X>, ShapeOf<Y>>
): NdArray.NdArray<PromoteOperands<X, Y>, Shape.Broadcast<Broadcasted<C, X>, ShapeOf<Y>>> => {
  const cases = promote("where", [onTrue, onFalse])
  const [c, x, y] = broadcast("where", [asArray("where", condition), ...cases])
  return primitive.select(truth(c!), x!, y!) as never
}

/**
 * Converts to a dtype.
 *
 * **Details**
 *
 * Floats become integers toward zero and saturate, NaN becomes 0; integers wrap; anything but 0 is true.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.astype(np.array([1.7, -1.7, 300]), "int8") // => [1, -1, 127]
 * np.array([0, 2]).pipe(np.astype("bool")) // => [false, true]
 * ```
 *
 * @category conversion
 * @since 0.1.0
 */
export const astype: {
  <D extends DType.DType>(dtype: D): <X extends ArrayLike>(x: X) => NdArray.NdArray<D, ShapeOf<X>>
  <X extends ArrayLike, D extends DType.DType>(x: X, dtype: D): NdArray.NdArray<D, ShapeOf<X>>
} = ((...args: [ArrayLike, DType.DType] | [DType.DType]) => {
  const to = (x: ArrayLike, dtype: DType.DType) => primitive.convert(asArray("astype", x), dtype)
  return args.length === 1 ? (x: ArrayLike) => to(x, args[0]) : to(args[0], args[1])
}) as never

/**
 * The same value, through which no derivative flows.
 *
 * @example
 * ```ts
 * import { grad, NdArray, Numpy as np } from "effax"
 *
 * const f = (x: NdArray.Any) => np.multiply(np.stopGradient(x), x)
 * grad(f)(3) // => 3
 * ```
 *
 * @category conversion
 * @since 0.1.0
 */
export const stopGradient = unary("stopGradient", primitive.stopGradient)
