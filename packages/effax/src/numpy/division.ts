/**
 * Quotients with their remainders, and common divisors and multiples.
 */
import * as DType from "../DType.ts"
import { DTypeError } from "../Errors.ts"
import { dual } from "../internal/arguments/dual.ts"
import type { Last } from "../internal/types/dataLast.ts"
import { whileLoop } from "../lax/loops.ts"
import type * as NdArray from "../NdArray.ts"
import * as primitive from "../primitive/elementwise.ts"
import { reduceOr } from "../primitive/reduction.ts"
import { range } from "../primitive/rule.ts"
import { abs, floorDivide, remainder } from "./arithmetic.ts"
import { type ArrayLike, broadcastTo, promote, type PromoteOperands } from "./operands.ts"
import { type Arithmetic, binary, type Broadcasted, type Fits, type Numeric } from "./signatures.ts"

type Divided<X, Y> = NdArray.NdArray<Numeric<PromoteOperands<X, Y>>, Broadcasted<X, Y>>

/**
 * The quotient, rounded toward minus infinity, and the remainder, which has the sign of the divisor.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.divmod(np.array([7, -7]), 3)[0] // => [2, -3]
 * np.divmod(np.array([7, -7]), 3)[1] // => [1, 2]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const divmod: {
  <X extends ArrayLike, Y extends ArrayLike>(
    x: X,
    y: Y & Fits<X, Y>
  ): readonly [quotient: Divided<X, Y>, remainder: Divided<X, Y>]
  <Y extends ArrayLike>(
    y: Y
  ): Last<
    Y,
    <X extends ArrayLike>(x: X & Fits<Y, X>) => readonly [quotient: Divided<X, Y>, remainder: Divided<X, Y>]
  >
} = dual("divmod", 2, (x: NdArray.Any, y: NdArray.Any) => [floorDivide(x, y), remainder(x, y)] as never)

const integers = (operation: string, x: NdArray.Any): void => {
  if (DType.isInteger(x.dtype)) return
  throw new DTypeError({
    operation,
    message: `${operation}: expected integers, got ${x.dtype}; convert them first, with \`np.astype(x, "int32")\``
  })
}

/** Euclid's algorithm on the magnitudes, all elements together until the last of them is through. */
const divisor = (x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const shape = x.shape.length === 0 ? y.shape : x.shape
  const [found] = whileLoop(
    ([, rest]: readonly [NdArray.Any, NdArray.Any]) => {
      const isLeft = primitive.ne(rest, 0)
      return shape.length === 0 ? isLeft : reduceOr(isLeft, range(shape.length))
    },
    ([a, b]: readonly [NdArray.Any, NdArray.Any]) => {
      const isDone = primitive.eq(b, 0)
      const rest = primitive.rem(a, primitive.select(isDone, 1, b))
      return [primitive.select(isDone, a, b), primitive.select(isDone, 0, rest)] as const
    },
    [broadcastTo(x, shape), broadcastTo(y, shape)] as const
  ) as unknown as readonly [NdArray.Any]
  return found
}

/**
 * The greatest common divisor of two integers.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.gcd(np.array([12n, 18n, 0n]), 8n) // => [4, 2, 8]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const gcd = binary<Arithmetic>("gcd", (x, y) => {
  integers("gcd", x)
  return divisor(abs(x), abs(y))
}, promote)

/**
 * The least common multiple of two integers; 0 beside 0.
 *
 * @example
 * ```ts
 * import { Numpy as np } from "effax"
 *
 * np.lcm(np.array([4n, 6n, 0n]), 10n) // => [20, 30, 0]
 * ```
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const lcm = binary<Arithmetic>("lcm", (x, y) => {
  integers("lcm", x)
  const [a, b] = [abs(x) as NdArray.Any, abs(y) as NdArray.Any]
  const common = divisor(a, b)
  const isNone = primitive.eq(common, 0)
  return primitive.select(isNone, 0, primitive.mul(a, primitive.div(b, primitive.select(isNone, 1, common))))
}, promote)
