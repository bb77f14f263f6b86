/**
 * Activation functions made of straight lines and parabolas.
 */
import { checkNoOptions } from "../internal/arguments/options.ts"
import type * as NdArray from "../NdArray.ts"
import { type ArrayLike, promoteNumeric } from "../numpy/operands.ts"
import type { ToNumeric } from "../numpy/signatures.ts"
import * as primitive from "../primitive/elementwise.ts"
import { activation, relu6 } from "./activations.ts"

/**
 * `x` between -1 and 1, and the nearest of both beyond; booleans are converted to int32.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.hardTanh(np.array([-3, 0.5, 3])) // => [-1, 0.5, 1]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const hardTanh = ((x: ArrayLike, behind: unknown) => {
  checkNoOptions("hardTanh", behind)
  const [array] = promoteNumeric("hardTanh", [x]) as unknown as [NdArray.Any]
  return primitive.select(primitive.gt(array, 1), 1, primitive.select(primitive.lt(array, -1), -1, array))
}) as ToNumeric

const hardSigmoidOf = (x: NdArray.Any): NdArray.Any => primitive.div(relu6(primitive.add(x, 3)), 6)

/**
 * `relu6(x + 3) / 6`.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.hardSigmoid(np.array([-3, 0, 3])) // => [0, 0.5, 1]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const hardSigmoid = activation("hardSigmoid", hardSigmoidOf)
/**
 * `x hardSigmoid(x)` (Howard et al. 2019).
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.hardSilu(np.array([-3, 1.5, 3])) // => [0, 1.125, 3]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const hardSilu = activation("hardSilu", (x) => primitive.mul(x, hardSigmoidOf(x)))
/** {@link hardSilu} by its other name. @category activations @since 0.1.0 */
export { hardSilu as hardSwish }

/**
 * 0 below -1, `(x + 1)^2 / 4` up to 1, and `x` above: the integral of {@link sparseSigmoid}.
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.sparsePlus(np.array([-2, 0, 2])) // => [0, 0.25, 2]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const sparsePlus = activation("sparsePlus", (x) => {
  const bend = primitive.div(primitive.integerPow(primitive.add(x, 1), 2), 4)
  return primitive.select(primitive.le(x, -1), 0, primitive.select(primitive.ge(x, 1), x, bend))
})

/**
 * `(x + 1) / 2` between -1 and 1, 0 below and 1 above (Blondel, Martins and Niculae 2019).
 *
 * @example
 * ```ts
 * import { Nn, Numpy as np } from "effax"
 *
 * Nn.sparseSigmoid(np.array([-2, 0.5, 2])) // => [0, 0.75, 1]
 * ```
 *
 * @category activations
 * @since 0.1.0
 */
export const sparseSigmoid = activation(
  "sparseSigmoid",
  (x) => primitive.mul(primitive.min(primitive.max(primitive.add(x, 1), 0), 2), 0.5)
)
