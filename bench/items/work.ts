/**
 * The pieces of work that are measured: the same numbers go into every subject, and what comes out is checked.
 */
import * as checks from "./checks.ts"
import { uniform } from "./data.ts"
import { type Perceptron, perceptronFlops, perceptronInputs, standard, trained } from "./perceptron.ts"

export interface Input {
  readonly shape: ReadonlyArray<number>
  readonly data: Float32Array
}

/** What the subjects implement. */
export type Kind =
  | "matmul"
  | "elementwise"
  | "sumAxis0"
  | "sumAxis1"
  | "softmax"
  | "layerNorm"
  | "mlpStep"
  | "conv2d"
  | "sort"
  | "normal"
  | "cumsum"
  | "tinyAdd"
  | "eagerAdd"

export interface Work {
  readonly kind: Kind
  /** Name in the table. */
  readonly title: string
  /** Sizes, which normal numbers have instead of inputs. */
  readonly shape: ReadonlyArray<number>
  readonly inputs: () => ReadonlyArray<Input>
  /** The worst error over what is tolerated, of results row-major as arrays of numbers. */
  readonly check: (outputs: ReadonlyArray<ArrayLike<number>>, inputs: ReadonlyArray<Float32Array>) => number
  readonly flops?: number
  /** Bytes that have to be read and written. */
  readonly bytes?: number
  /** Executions that are timed together, where one is too short. */
  readonly repeated?: number
  /** Executions, one on the results of the other, that come before the check. */
  readonly steps?: number
}

/** What only the limits measure: the bandwidth of reading. */
export const bandwidthTitle = "read bandwidth, GB/s"

const checkedSteps = 3

const vector = (data: Float32Array): Input => ({ shape: [data.length], data })

const matrix = (rows: number, columns: number, seed: number, low = -1, high = 1): Input => ({
  shape: [rows, columns],
  data: uniform(rows * columns, seed, low, high)
})

const count = (n: number): string =>
  n % 1_000_000 === 0 ? `${n / 1_000_000}M` : n % 1000 === 0 ? `${n / 1000}k` : `${n}`

const matmul = (n: number): Work => ({
  kind: "matmul",
  title: `matmul ${n}`,
  shape: [n, n],
  inputs: () => [matrix(n, n, 1), matrix(n, n, 2)],
  check: ([c], [a, b]) => checks.product(c!, a!, b!, n, n, n),
  flops: 2 * n ** 3
})

const elementwise = (n: number): Work => ({
  kind: "elementwise",
  title: `sin(cos x) * tanh x, ${count(n * n)}`,
  shape: [n, n],
  inputs: () => [matrix(n, n, 3, -4, 4)],
  check: ([y], [x]) => checks.mapped(y!, x!, (x) => Math.sin(Math.cos(x)) * Math.tanh(x)),
  bytes: 8 * n * n
})

const sum = (axis: 0 | 1, n: number): Work => ({
  kind: axis === 0 ? "sumAxis0" : "sumAxis1",
  title: `sum axis ${axis}, ${n}x${n}`,
  shape: [n, n],
  inputs: () => [matrix(n, n, 4)],
  check: ([y], [x]) => checks.sums(y!, x!, n, n, axis),
  bytes: 4 * n * n
})

const softmax = (rows: number, columns: number): Work => ({
  kind: "softmax",
  title: `softmax ${rows}x${columns}`,
  shape: [rows, columns],
  inputs: () => [matrix(rows, columns, 5, -5, 5)],
  check: ([y], [x]) => checks.softmax(y!, x!, rows, columns),
  bytes: 8 * rows * columns
})

const layerNorm = (rows: number, columns: number): Work => ({
  kind: "layerNorm",
  title: `layer norm ${rows}x${columns}`,
  shape: [rows, columns],
  inputs: () => [matrix(rows, columns, 6, -5, 5), vector(uniform(columns, 7)), vector(uniform(columns, 8))],
  check: ([y], [x, gain, bias]) => checks.layerNorm(y!, x!, gain!, bias!, rows),
  bytes: 8 * rows * columns
})

const mlpStep = (size: Perceptron): Work => ({
  kind: "mlpStep",
  title: `MLP step ${size.inputs}-${size.hidden}-${size.outputs} b${size.batch}`,
  shape: [size.inputs, size.hidden, size.outputs, size.batch],
  inputs: () => perceptronInputs(size),
  check: ([loss, ...parameters], inputs) => {
    const want = trained(size, inputs, checkedSteps)
    return Math.max(
      checks.close(loss!, [want.loss], 1e-5),
      ...want.parameters.map((values, i) => checks.close(parameters[i]!, values, 1e-5))
    )
  },
  flops: perceptronFlops(size),
  steps: checkedSteps
})

const conv2d = (size: checks.Convolution): Work => ({
  kind: "conv2d",
  title: `conv2d 3x3, ${size.batch}x${size.channels}x${size.height}x${size.width}, ${size.filters} filters`,
  shape: [size.batch, size.channels, size.height, size.width, size.filters],
  inputs: () => {
    const { batch, channels, filters, height, width } = size
    return [
      { shape: [batch, channels, height, width], data: uniform(batch * channels * height * width, 12) },
      { shape: [filters, channels, 3, 3], data: uniform(filters * channels * 9, 13) }
    ]
  },
  check: ([y], [x, w]) => checks.convolution(y!, x!, w!, size),
  flops: 2 * 9 * size.batch * size.channels * size.height * size.width * size.filters
})

const sort = (n: number): Work => ({
  kind: "sort",
  title: `sort ${count(n)}`,
  shape: [n],
  inputs: () => [vector(uniform(n, 14))],
  check: ([y], [x]) => checks.equal(y!, x!.slice().sort())
})

const normal = (n: number): Work => ({
  kind: "normal",
  title: `normal ${count(n)}`,
  shape: [n],
  inputs: () => [],
  check: ([y]) => checks.normals(y!, n),
  bytes: 4 * n
})

const cumsum = (n: number): Work => ({
  kind: "cumsum",
  title: `cumsum ${count(n)}`,
  shape: [n],
  inputs: () => [vector(uniform(n, 15))],
  check: ([y], [x]) => checks.runningSums(y!, x!),
  bytes: 8 * n
})

/** The smallest function in a loop, each result awaited: what a call costs by itself. */
const tiny = (kind: Kind, title: string): Work => ({
  kind,
  title,
  shape: [10],
  inputs: () => [vector(uniform(10, 1)), vector(uniform(10, 2))],
  check: ([c], [a, b]) => checks.close(c!, a!.map((x, i) => x + b![i]!), 1e-6),
  repeated: 1000
})

const tinyWork = [tiny("tinyAdd", "add of 10, jitted"), tiny("eagerAdd", "add of 10, not jitted")]

/** All work; `quick` is the same on small sizes, to see whether everything runs. */
export const works = (quick: boolean): ReadonlyArray<Work> =>
  quick
    ? [
      ...[48, 64].map(matmul),
      elementwise(96),
      sum(0, 64),
      sum(1, 64),
      softmax(32, 64),
      layerNorm(32, 64),
      mlpStep({ inputs: 24, hidden: 16, outputs: 10, batch: 12 }),
      conv2d({ batch: 2, channels: 8, height: 10, width: 10, filters: 8 }),
      sort(4096),
      normal(8192),
      cumsum(4096),
      ...tinyWork
    ]
    : [
      ...[256, 512, 1024, 2048].map(matmul),
      elementwise(1000),
      sum(0, 4096),
      sum(1, 4096),
      softmax(4096, 1024),
      layerNorm(4096, 1024),
      mlpStep(standard),
      conv2d({ batch: 8, channels: 64, height: 56, width: 56, filters: 64 }),
      sort(1_000_000),
      normal(1_000_000),
      cumsum(1_000_000),
      ...tinyWork
    ]
