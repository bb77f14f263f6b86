/**
 * Discrete Fourier transforms in double precision: by the factors of their length (J. Cooley and J. Tukey, 1965), and by the
 * definition for prime ones.
 */
import * as DType from "effax/DType"
import type { FftParams } from "effax/Primitives"
import { kernel, type Steps, stride } from "../kernel.ts"
import { commit, elements, room, type Value } from "../value.ts"

interface Line {
  readonly re: Float64Array
  readonly im: Float64Array
}

const line = (n: number): Line => ({ re: new Float64Array(n), im: new Float64Array(n) })

const smallestFactor = (n: number): number => {
  for (let p = 2; p * p <= n; p++) if (n % p === 0) return p
  return n
}

/** `e^(2 pi i k / n)`, exact in quarters of the circle. */
const root = (k: number, n: number): readonly [re: number, im: number] => {
  const quarters = (4 * (k % n)) / n
  if (Number.isInteger(quarters)) return ([[1, 0], [0, 1], [-1, 0], [0, -1]] as const)[quarters]!
  const angle = (2 * Math.PI * (k % n)) / n
  return [Math.cos(angle), Math.sin(angle)]
}

/** Transforms `n` elements from `start` on, `step` apart; `sign` is that of the exponent. */
function* transform(x: Line, start: number, step: number, n: number, sign: number): Steps<Line> {
  const out = line(n)
  if (n === 1) {
    out.re[0] = x.re[start]!
    out.im[0] = x.im[start]!
    return out
  }
  const p = smallestFactor(n)
  const m = n / p
  const parts: Array<Line> = []
  for (let r = 0; r < p; r++) {
    parts.push(
      m === 1
        ? {
          re: x.re.slice(start + r * step, start + r * step + 1),
          im: x.im.slice(start + r * step, start + r * step + 1)
        }
        : yield* transform(x, start + r * step, step * p, m, sign)
    )
  }
  let work = 0
  for (let k = 0; k < n; k++) {
    for (let r = 0; r < p; r++) {
      const [c, s] = root((k * r) % n, n)
      const [re, im] = [parts[r]!.re[k % m]!, parts[r]!.im[k % m]!]
      out.re[k]! += re * c - sign * im * s
      out.im[k]! += im * c + sign * re * s
      if (++work % stride === 0) yield
    }
  }
  return out
}

/** Transforms along an axis of `[outer, n, inner]`, in place. */
function* along(x: Line, outer: number, n: number, inner: number, sign: number): Steps {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * n * inner + i
      const result = yield* transform(x, start, inner, n, sign)
      for (let k = 0; k < n; k++) {
        x.re[start + k * inner] = result.re[k]!
        x.im[start + k * inner] = result.im[k]!
      }
      yield
    }
  }
}

const read = (x: Value): Line => {
  const source = elements<number>(x)
  const pairs = DType.isComplex(x.dtype)
  const n = x.shape.reduce((size, extent) => size * extent, 1)
  const out = line(n)
  for (let i = 0; i < n; i++) {
    out.re[i] = source[pairs ? 2 * i : i]!
    if (pairs) out.im[i] = source[2 * i + 1]!
  }
  return out
}

/** The whole of a spectrum, along the last axis, of which half is given; the middle and the first are taken as real. */
const completed = (x: Line, lines: number, half: number, n: number): Line => {
  const out = line(lines * n)
  for (let l = 0; l < lines; l++) {
    for (let k = 0; k < n; k++) {
      const mirrored = k >= half
      const at = l * half + (mirrored ? n - k : k)
      out.re[l * n + k] = x.re[at]!
      out.im[l * n + k] = k === 0 || 2 * k === n ? 0 : mirrored ? -x.im[at]! : x.im[at]!
    }
  }
  return out
}

export const fftRules = {
  fft: kernel<FftParams>(function*([input], [output], { fftLengths, fftType }) {
    const rank = fftLengths.length
    const batch = input!.shape.slice(0, input!.shape.length - rank).reduce((size, extent) => size * extent, 1)
    const sign = fftType === "FFT" || fftType === "RFFT" ? -1 : 1
    const last = fftLengths[rank - 1]!
    const half = Math.floor(last / 2) + 1
    const others = fftLengths.slice(0, -1).reduce((size, extent) => size * extent, 1)
    const isHalf = fftType === "IRFFT"
    let x = read(input!)
    // half a spectrum is completed when the other axes are transformed
    let inner = isHalf ? half : last
    for (let axis = rank - 2; axis >= 0; axis--) {
      const n = fftLengths[axis]!
      const outer = batch * fftLengths.slice(0, axis).reduce((size, extent) => size * extent, 1)
      yield* along(x, outer, n, inner, sign)
      inner *= n
    }
    if (isHalf) x = completed(x, batch * others, half, last)
    yield* along(x, batch * others, last, 1, sign)
    const out = room<number>(output!)
    const total = sign === 1 ? others * last : 1
    const kept = fftType === "RFFT" ? half : last
    const pairs = DType.isComplex(output!.dtype)
    for (let l = 0; l < batch * others; l++) {
      for (let k = 0; k < kept; k++) {
        const [from, to] = [l * last + k, l * kept + k]
        out[pairs ? 2 * to : to] = x.re[from]! / total
        if (pairs) out[2 * to + 1] = x.im[from]! / total
      }
    }
    commit(output!, out)
  })
}
