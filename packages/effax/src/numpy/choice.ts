/**
 * Choice and conversion.
 */
import * as DType from "../DType.ts"
import { dual } from "../internal/arguments/dual.ts"
import { checkDType } from "../internal/arguments/options.ts"
import type { Last } from "../internal/types/dataLast.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import type * as Shape from "../Shape.ts"
import { lazyWhere } from "./lazyChoice.ts"
import { type ArrayLike, asArray, broadcast, promote, type PromoteOperands, type ShapeOf } from "./operands.ts"
import { type Broadcasted, type Fits, truth, unary } from "./signatures.ts"

/** A case to choose: an array, or a function that gives it. */
type Case = ArrayLike | (() => ArrayLike)

type ValueOf<X> = X extends (() => infer V extends ArrayLike) ? V : X

/**
 * `onTrue` where the condition holds, else `onFalse`; all three broadcast.
 *
 * **Details**
 *
 * The cases promote as operands of {@link add} do. A condition that is not bool holds where it is not 0.
 *
 * A case may be a function without arguments that gives it. Where the condition is a scalar, only the chosen case is then
 * computed, as by `Lax.cond`. Where it is an array, both are, but derivatives of elements that are not chosen end before the
 * case's last elementwise operations, so that infinities and NaN there don't reach them.
 *
 * **Gotchas**
 *
 * A case that is not a function is computed and differentiated whatever is chosen: where its derivative is infinite or NaN
 * it puts NaN into the gradient. Write it as a function, as in the example.
 *
 * @example
 * ```ts
 * import { grad, type NdArray, Numpy as np, vmap } from "effax"
 *
 * np.where(np.array([true, false]), np.array([1, 2]), 0) // => [1, 0]
 *
 * const safeSqrt = (x: NdArray.Any) => {
 *   return np.where(np.greater(x, 0), () => np.sqrt(x), 0)
 * }
 * vmap(grad(safeSqrt))(np.array([0, 4])) // => [0, 0.25]
 * ```
 *
 * @category choice
 * @since 0.1.0
 */
export const where = <C extends ArrayLike, X extends Case, Y extends Case>(
  condition: C,
  onTrue: X & Fits<C, ValueOf<X>>,
  onFalse: Y & Shape.BroadcastCheck<Broadcasted<C, ValueOf<X>>, ShapeOf<ValueOf<Y>>>
): NdArray.NdArray<
  PromoteOperands<ValueOf<X>, ValueOf<Y>>,
  Shape.Broadcast<Broadcasted<C, ValueOf<X>>, ShapeOf<ValueOf<Y>>>
> => {
  if (typeof onTrue === "function" || typeof onFalse === "function") {
    return lazyWhere(condition, onTrue as Case, onFalse as Case) as never
  }
  const cases = promote("where", [onTrue as ArrayLike, onFalse as ArrayLike])
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
  <D extends DType.DType>(dtype: D): Last<D, <X extends ArrayLike>(x: X) => NdArray.NdArray<D, ShapeOf<X>>>
  <X extends ArrayLike, D extends DType.DType>(x: X, dtype: D): NdArray.NdArray<D, ShapeOf<X>>
} = dual("astype", 2, (x: ArrayLike, dtype: DType.DType) => {
  checkDType("astype", dtype)
  const array = asArray("astype", x)
  // The conversion itself looks at the real part only
  return dtype === "bool" && DType.isComplex(array.dtype) ? primitive.ne(array, 0) : primitive.convert(array, dtype)
}, (dtype: DType.DType) => checkDType("astype", dtype))

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
