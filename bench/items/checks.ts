/**
 * Results against float64 references. A check returns the worst error over what is tolerated: 1 or less is right. Where
 * computing every element in float64 would take longer than the benchmark, sums of all elements with random weights are
 * compared, which a wrong element escapes only by chance, and some single elements.
 */
import { uniform } from "./data.ts"

type Values = ArrayLike<number>

/** Rounding errors of float32 sums grow with the square root of their length when they are added up in blocks. */
const epsilon = 2 ** -24
const roundings = 16
/** What adding one after the other may lose. */
const sequentialRoundings = 128

/** The worst of `|got - want|` over `absolute + relative * |want|`. */
export const close = (got: Values, want: Values, absolute: number, relative = absolute): number => {
  if (got.length !== want.length) return Infinity
  let worst = 0
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(got[i]! - want[i]!) / (absolute + relative * Math.abs(want[i]!))
    if (!(error <= worst)) worst = error
  }
  return Number.isNaN(worst) ? Infinity : worst
}

export const equal = (got: Values, want: Values): number => {
  if (got.length !== want.length) return Infinity
  for (let i = 0; i < want.length; i++) if (got[i] !== want[i]) return Infinity
  return 0
}

/** `[m, k] x [k, n]` of elements in (-1, 1): `C v = A (B v)`. */
export const product = (c: Values, a: Values, b: Values, m: number, k: number, n: number): number => {
  if (c.length !== m * n) return Infinity
  const v = uniform(n, 99)
  const bv = new Float64Array(k)
  for (let i = 0; i < k; i++) for (let j = 0; j < n; j++) bv[i]! += b[i * n + j]! * v[j]!
  const want = new Float64Array(m), got = new Float64Array(m)
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) want[i]! += a[i * k + p]! * bv[p]!
    for (let j = 0; j < n; j++) got[i]! += c[i * n + j]! * v[j]!
  }
  const tolerance = roundings * epsilon * Math.sqrt(k)
  const weighted = close(got, want, tolerance * Math.sqrt(n), 0)
  const at = Array.from({ length: 64 }, (_, i) => [i * 37 % m, i * 101 % n] as const)
  const elements = at.map(([i, j]) => {
    let sum = 0
    for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!
    return sum
  })
  return Math.max(weighted, close(at.map(([i, j]) => c[i * n + j]!), elements, tolerance, 0))
}

export const mapped = (y: Values, x: Values, f: (x: number) => number): number =>
  close(y, Float64Array.from(x, f), 1e-6)

/** Sums of a `[rows, columns]` matrix along an axis. */
export const sums = (y: Values, x: Values, rows: number, columns: number, axis: 0 | 1): number => {
  const want = new Float64Array(axis === 0 ? columns : rows)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) want[axis === 0 ? j : i]! += x[i * columns + j]!
  }
  return close(y, want, sequentialRoundings * epsilon * Math.sqrt(axis === 0 ? rows : columns), 0)
}

export const softmax = (y: Values, x: Float32Array, rows: number, columns: number): number => {
  const want = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    const row = x.subarray(i * columns, (i + 1) * columns)
    const top = row.reduce((a, b) => Math.max(a, b))
    let sum = 0
    for (const value of row) sum += Math.exp(value - top)
    for (let j = 0; j < columns; j++) want[i * columns + j] = Math.exp(row[j]! - top) / sum
  }
  return close(y, want, 1e-9, 1e-5)
}

export const layerNorm = (y: Values, x: Float32Array, gain: Values, bias: Values, rows: number): number => {
  const columns = gain.length
  const want = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    const row = Float64Array.from(x.subarray(i * columns, (i + 1) * columns))
    const mean = row.reduce((a, b) => a + b) / columns
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / columns
    const scale = 1 / Math.sqrt(variance + 1e-5)
    for (let j = 0; j < columns; j++) want[i * columns + j] = (row[j]! - mean) * scale * gain[j]! + bias[j]!
  }
  return close(y, want, 1e-5)
}

export interface Convolution {
  readonly batch: number
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly filters: number
}

/**
 * A 3x3 convolution that keeps the size: `[batch, channels, h, w] x [filters, channels, 3, 3]`. The outputs of all filters,
 * weighted, are one output of the weighted filters.
 */
export const convolution = (
  y: Values,
  x: Values,
  w: Values,
  { batch, channels, filters, height, width }: Convolution
): number => {
  const pixels = height * width
  if (y.length !== batch * filters * pixels) return Infinity
  const v = uniform(filters, 98)
  const taps = new Float64Array(channels * 9)
  for (let f = 0; f < filters; f++) for (let t = 0; t < taps.length; t++) taps[t]! += v[f]! * w[f * taps.length + t]!
  const want = new Float64Array(batch * pixels), got = new Float64Array(batch * pixels)
  for (let n = 0; n < batch; n++) {
    for (let f = 0; f < filters; f++) {
      for (let p = 0; p < pixels; p++) got[n * pixels + p]! += v[f]! * y[(n * filters + f) * pixels + p]!
    }
    for (let c = 0; c < channels; c++) {
      for (let t = 0; t < 9; t++) {
        const weight = taps[c * 9 + t]!, down = Math.floor(t / 3) - 1, right = t % 3 - 1
        for (let i = Math.max(0, -down); i < Math.min(height, height - down); i++) {
          for (let j = Math.max(0, -right); j < Math.min(width, width - right); j++) {
            want[n * pixels + i * width + j]! += weight *
              x[(n * channels + c) * pixels + (i + down) * width + j + right]!
          }
        }
      }
    }
  }
  return close(got, want, roundings * epsilon * Math.sqrt(channels * 9 * filters), 0)
}

export const runningSums = (y: Values, x: Values): number => {
  const want = new Float64Array(x.length)
  let sum = 0
  for (let i = 0; i < x.length; i++) want[i] = sum += x[i]!
  return close(y, want, roundings * epsilon * x.length / Math.log2(x.length), 1e-5)
}

/**
 * Whether numbers are drawn from the standard normal distribution and independent: the Kolmogorov-Smirnov distance, the
 * first four moments, and the correlation of neighbours, each within what five standard deviations allow.
 */
export const normals = (y: Values, count: number): number => {
  if (y.length !== count) return Infinity
  const moments = [0, 0, 0, 0]
  let neighbours = 0
  for (let i = 0; i < count; i++) {
    const value = y[i]!
    for (let k = 0, power = value; k < 4; k++, power *= value) moments[k]! += power / count
    if (i > 0) neighbours += value * y[i - 1]! / count
  }
  const sorted = Float32Array.from(y).sort()
  let distance = 0
  // every so many: the distribution function is slow and changes little
  for (let i = 0; i < count; i += 97) distance = Math.max(distance, Math.abs(normalCdf(sorted[i]!) - (i + 0.5) / count))
  const deviation = Math.sqrt(count)
  return Math.max(
    distance * deviation / 2.5,
    ...[0, 1, 0, 3].map((want, k) => Math.abs(moments[k]! - want) * deviation / (5 * [1, Math.SQRT2, 4, 10][k]!)),
    Math.abs(neighbours) * deviation / 5
  )
}

/** Marsaglia, "Evaluating the normal distribution" (2004): a series that converges to double precision. */
const normalCdf = (x: number): number => {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0
  let sum = x, term = x
  for (let i = 3; Math.abs(term) > 1e-17; i += 2) sum += term *= x * x / i
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)
}
