/**
 * Kernels of interpolation, as functions of the distance from a sample.
 */
import type * as NdArray from "../NdArray.ts"
import { abs, add, div, ge, gt, integerPow, max, mul, ne, select, sin, sub } from "../primitive/elementwise.ts"

type Kernel = (distance: NdArray.Any) => NdArray.Any

/** The polynomial in `x` with these coefficients, the leading one first. */
const polynomial = (x: NdArray.Any, [first, ...rest]: readonly [number, ...ReadonlyArray<number>]): NdArray.Any => {
  const [second, ...others] = rest
  return others.reduce((sum: NdArray.Any, c) => add(mul(sum, x), c), add(mul(x, first), second!))
}

/** `sinc(x) sinc(x / radius)` within the radius. */
const lanczos = (radius: number): Kernel => (x) => {
  const waves = mul(mul(sin(mul(x, Math.PI)), sin(div(mul(x, Math.PI), radius))), radius)
  const squares = select(ne(x, 0), mul(integerPow(x, 2), Math.PI ** 2), 1)
  // near 0 the quotient is 1 up to rounding
  const inside = select(gt(x, 1e-3), div(waves, squares), 1)
  return select(gt(x, radius), 0, inside)
}

/** Cubic convolution with the free parameter `a` (Keys 1981, equation 15). */
const cubic = (a: number): Kernel => (x) => {
  const near = polynomial(x, [a + 2, -(a + 3), 0, 1])
  const far = polynomial(x, [a, -5 * a, 8 * a, -4 * a])
  return select(ge(x, 2), 0, select(ge(x, 1), far, near))
}

const triangle: Kernel = (x) => max(sub(1, abs(x)), 0)

/** A kernel and how far it reaches; `"area"` is not a function of the distance. */
export interface Method {
  readonly radius: number
  readonly kernel: Kernel | "area"
  /** What the kernel is without antialiasing, where pixels at the edges are repeated outwards. */
  readonly repeated?: Kernel
}

const linear: Method = { radius: 1, kernel: triangle }
const keys: Method = { radius: 2, kernel: cubic(-0.5) }
// PyTorch's and OpenCV's bicubic interpolation
const pytorch: Method = { radius: 2, kernel: cubic(-0.5), repeated: cubic(-0.75) }

/** The methods by name, but for the nearest neighbour. */
export const methods = {
  linear,
  bilinear: linear,
  trilinear: linear,
  triangle: linear,
  cubic: keys,
  bicubic: keys,
  tricubic: keys,
  "cubic-pytorch": pytorch,
  "bicubic-pytorch": pytorch,
  lanczos3: { radius: 3, kernel: lanczos(3) },
  lanczos5: { radius: 5, kernel: lanczos(5) },
  area: { radius: 1, kernel: "area" }
} as const satisfies { readonly [name: string]: Method }
