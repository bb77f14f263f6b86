/**
 * Discrete Fourier transforms as products with small matrices: a length `r m` is transformed along `r`, multiplied by twiddle
 * factors, and transformed along `m` (D. Bailey, "FFTs in external or hierarchical memory", 1990). Lengths with a large prime
 * factor are convolutions of a power of two (L. Bluestein, 1970).
 */
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import type { FftParams } from "effax/Primitives"

type Any = NdArray.Any

type Complex = NdArray.NdArray<"complex64" | "complex128">

type Real = "float32" | "float64"

const { add, div, eq, mul, neg, select, sub } = Lax

/** The sign of the exponent: -1 forward, 1 inverse. */
type Sign = 1 | -1

const realOf = (x: Any): Real => x.dtype === "complex128" || x.dtype === "float64" ? "float64" : "float32"

const re = (x: Any): Any => Lax.real(x as Complex)
const im = (x: Any): Any => Lax.imag(x as Complex)
const complexOf = (x: Any, y: Any): Any => Lax.complex(x as NdArray.NdArray<Real>, y as NdArray.NdArray<Real>)
const conj = (x: Any): Any => Lax.conj(x as Complex)

const counter = (shape: ReadonlyArray<number>, axis: number): Any => Lax.broadcastedIota("int32", shape, axis)

/**
 * `e^(sign 2 pi i p / n)` for integers `p` from 0 to `n - 1`: angles are brought to an eighth of the circle before they are
 * rounded.
 */
const roots = (p: Any, n: number, sign: Sign, dtype: Real): Any => {
  const quarter = div(add(mul(p, 8), n), 2 * n)
  const rest = sub(mul(p, 4), mul(quarter, n))
  const angle = mul(div(Lax.convertElementType(rest, dtype), n), Math.PI / 2)
  const [c, s] = [Lax.cos(angle), Lax.sin(angle)]
  const q = Lax.bitwiseAnd(quarter, Lax.fullLike(quarter, 3))
  const isOdd = eq(Lax.bitwiseAnd(q, Lax.fullLike(q, 1)), 1)
  const [x, y] = [select(isOdd, s, c), select(isOdd, c, s)]
  const flipX = Lax.bitwiseOr(eq(q, 1), eq(q, 2))
  const flipY = Lax.ge(q, 2)
  const imaginary = select(flipY, neg(y), y)
  return complexOf(select(flipX, neg(x), x), sign === 1 ? imaginary : neg(imaginary))
}

/** Factors up to this are transformed by one product with a matrix. */
const largestMatrix = 64
/** Factors that are looked for first. */
const goodFactor = 32

/** The factor of `n` that is transformed next; `undefined` if all are large. */
const factorOf = (n: number): number | undefined => {
  for (let r = goodFactor; r > 1; r--) if (n % r === 0) return r
  for (let r = goodFactor + 1; r <= largestMatrix; r++) if (n % r === 0) return r
  return undefined
}

/** The matrix of a transform. */
const matrix = (n: number, sign: Sign, dtype: Real): Any => {
  const product = mul(counter([n, n], 0), counter([n, n], 1))
  return roots(Lax.rem(product, Lax.fullLike(product, n)), n, sign, dtype)
}

/** Transforms the lines of `[lines, n]`. */
const transform = (x: Any, sign: Sign): Any => {
  const [lines, n] = x.shape as unknown as readonly [number, number]
  const dtype = realOf(x)
  if (n === 1) return x
  if (n <= goodFactor) return Lax.dot(x, matrix(n, sign, dtype))
  const r = factorOf(n)
  if (r === undefined) return bluestein(x, sign)
  if (r === n) return Lax.dot(x, matrix(n, sign, dtype))
  const m = n / r
  // [r, r] x [lines, r, m] -> [r, lines, m]
  const first = Lax.dotGeneral(matrix(r, sign, dtype), Lax.reshape(x, [lines, r, m]), [[[1], [1]], [[], []]])
  const twiddles = roots(mul(counter([r, m], 0), counter([r, m], 1)), n, sign, dtype)
  const turned = mul(first, Lax.broadcastInDim(twiddles, [r, lines, m], [0, 2]))
  const second = Lax.reshape(transform(Lax.reshape(turned, [r * lines, m]), sign), [r, lines, m])
  return Lax.reshape(Lax.transpose(second, [1, 2, 0]), [lines, n])
}

/** `a b mod modulus` of integers below the modulus, without more bits than it has. */
const productModulo = (a: Any, b: Any, modulus: number): Any => {
  const m = Lax.fullLike(a, modulus)
  if (modulus <= 46_340) return Lax.rem(mul(a, b), m)
  const reduced = (x: Any): Any => select(Lax.ge(x, m), sub(x, m), x)
  let sum = Lax.fullLike(a, 0)
  for (let bit = Math.ceil(Math.log2(modulus)) - 1; bit >= 0; bit--) {
    const isSet = Lax.ne(Lax.bitwiseAnd(b, Lax.fullLike(b, 2 ** bit)), 0)
    sum = reduced(add(sum, sum))
    sum = select(isSet, reduced(add(sum, a)), sum)
  }
  return sum
}

/** By `j k = (j^2 + k^2 - (k - j)^2) / 2` a transform is a convolution with a chirp. */
const bluestein = (x: Any, sign: Sign): Any => {
  const [lines, n] = x.shape as unknown as readonly [number, number]
  const dtype = realOf(x)
  const length = 2 ** Math.ceil(Math.log2(2 * n - 1))
  const j = counter([n], 0)
  const chirp = roots(productModulo(j, j, 2 * n), 2 * n, sign, dtype)
  const wide = Lax.broadcastInDim(chirp, [lines, n], [1])
  const zero = Lax.full([], 0, { dtype: x.dtype })
  const a = Lax.pad(mul(x, wide), zero, [[0, 0, 0], [0, length - n, 0]])
  const inverse = Lax.reshape(conj(chirp), [1, n])
  const tail = Lax.rev(Lax.slice(inverse, [0, 1], [1, n]), [1])
  const gap = Lax.full([1, length - 2 * n + 1], 0, { dtype: x.dtype })
  const b = Lax.concatenate([inverse, gap, tail], 1)
  const spectrum = mul(transform(a, -1), Lax.broadcastInDim(transform(b, -1), [lines, length], [0, 1]))
  const convolved = Lax.slice(transform(spectrum, 1), [0, 0], [lines, n])
  return mul(convolved, mul(wide, Lax.full([lines, n], 1 / length, { dtype: x.dtype })))
}

const scaled = (x: Any, factor: number): Any => mul(x, Lax.full(x.shape, factor, { dtype: x.dtype }))

/** Elements of a spectrum of length `h` in the order of negative frequencies: `x[-k mod h]`. */
const mirrored = (x: Any): Any => {
  const [lines, h] = x.shape as unknown as readonly [number, number]
  if (h === 1) return x
  return Lax.concatenate([Lax.slice(x, [0, 0], [lines, 1]), Lax.rev(Lax.slice(x, [0, 1], [lines, h]), [1])], 1)
}

/** Half the spectrum of real lines: pairs of elements are complex numbers, of which the transform has half the length. */
const realTransform = (x: Any): Any => {
  const [lines, n] = x.shape as unknown as readonly [number, number]
  const dtype = realOf(x)
  if (n % 2 === 1) {
    const whole = transform(complexOf(x, Lax.fullLike(x, 0)), -1)
    return Lax.slice(whole, [0, 0], [lines, (n + 1) / 2])
  }
  const h = n / 2
  const pairs = Lax.reshape(x, [lines, h, 2])
  const side = (k: number): Any => Lax.reshape(Lax.slice(pairs, [0, 0, k], [lines, h, k + 1]), [lines, h])
  const z = transform(complexOf(side(0), side(1)), -1)
  const other = conj(mirrored(z))
  const [even, odd] = [scaled(add(z, other), 0.5), scaled(sub(z, other), 0.5)]
  // odd / i
  const turned = complexOf(im(odd), neg(re(odd)))
  const twiddled = mul(turned, Lax.broadcastInDim(roots(counter([h], 0), n, -1, dtype), [lines, h], [1]))
  const first = (y: Any): Any => Lax.slice(y, [0, 0], [lines, 1])
  return Lax.concatenate([add(even, twiddled), sub(first(even), first(turned))], 1)
}

/** Real lines of length `n` from half their spectrum, times `n`. */
const realInverse = (x: Any, n: number): Any => {
  const lines = x.shape[0]!
  const dtype = realOf(x)
  const real = (y: Any): Any => complexOf(re(y), Lax.full([lines, 1], 0, { dtype }))
  const cut = (from: number, to: number): Any => Lax.slice(x, [0, from], [lines, to])
  if (n % 2 === 1) {
    const rest = cut(1, (n + 1) / 2)
    const whole = n === 1 ? real(x) : Lax.concatenate([real(cut(0, 1)), rest, Lax.rev(conj(rest), [1])], 1)
    return re(transform(whole, 1))
  }
  const h = n / 2
  const [first, last] = [real(cut(0, 1)), real(cut(h, h + 1))]
  const low = h === 1 ? first : Lax.concatenate([first, cut(1, h)], 1)
  const high = conj(h === 1 ? last : Lax.concatenate([last, Lax.rev(cut(1, h), [1])], 1))
  const difference = mul(
    sub(low, high),
    Lax.broadcastInDim(roots(counter([h], 0), n, 1, dtype), [lines, h], [1])
  )
  const z = transform(add(add(low, high), complexOf(neg(im(difference)), re(difference))), 1)
  return Lax.reshape(Lax.stack([re(z), im(z)], { axis: 2 }), [lines, n])
}

/** Applies `f` to the lines of an axis. */
const along = (x: Any, axis: number, f: (lines: Any) => Any): Any => {
  const rank = x.shape.length
  const order = [...x.shape.keys()].filter((i) => i !== axis)
  const moved = axis === rank - 1 ? x : Lax.transpose(x, [...order, axis])
  const shape = moved.shape
  const count = shape.slice(0, -1).reduce((size, extent) => size * extent, 1)
  const lines = f(Lax.reshape(moved, [count, shape[rank - 1]!]))
  const back = Lax.reshape(lines, [...shape.slice(0, -1), lines.shape[1]!])
  if (axis === rank - 1) return back
  const inverse = [...x.shape.keys()].map((i) => i === axis ? rank - 1 : order.indexOf(i))
  return Lax.transpose(back, inverse)
}

export const fft = (x: Any, { fftLengths, fftType }: FftParams): Any => {
  const rank = x.shape.length
  const others = fftLengths.slice(0, -1).map((_, i) => rank - fftLengths.length + i)
  const last = fftLengths[fftLengths.length - 1]!
  const total = fftLengths.reduce((size, extent) => size * extent, 1)
  const batch = x.shape.slice(0, rank - fftLengths.length)
  if (batch.includes(0)) {
    const isReal = fftType === "IRFFT"
    const shape = [...batch, ...fftLengths.slice(0, -1), fftType === "RFFT" ? Math.floor(last / 2) + 1 : last]
    const dtype = realOf(x)
    return Lax.full(shape, 0, { dtype: isReal ? dtype : dtype === "float64" ? "complex128" : "complex64" })
  }
  const overOthers = (y: Any, sign: Sign): Any =>
    others.reduceRight((z, axis) => along(z, axis, (lines) => transform(lines, sign)), y)
  switch (fftType) {
    case "FFT":
      return overOthers(along(x, rank - 1, (lines) => transform(lines, -1)), -1)
    case "IFFT":
      return scaled(overOthers(along(x, rank - 1, (lines) => transform(lines, 1)), 1), 1 / total)
    case "RFFT":
      return overOthers(along(x, rank - 1, realTransform), -1)
    case "IRFFT":
      return scaled(along(overOthers(x, 1), rank - 1, (lines) => realInverse(lines, last)), 1 / total)
  }
}
