/**
 * The work done by hand: inputs in place, results in place, nothing allocated.
 */
import { learningRate } from "../items/perceptron.ts"
import type { Input, Kind, Work } from "../items/work.ts"
import type { Pool } from "./pool.ts"

/** One execution, and the results of the last. */
export interface Prepared {
  readonly run: () => void
  readonly results: () => ReadonlyArray<ArrayLike<number>>
}

type Prepare = (pool: Pool, inputs: ReadonlyArray<Input>, work: Work) => Prepared

/** Register blocks of `kernels.c`, and room for the panels that a contraction packs. */
const rowsPerBlock = 6
const columnsPerBlock = 8
const panels = 800_000

const rowWise = (kernel: string): Prepare => (pool, inputs) => {
  const [rows, columns] = inputs[0]!.shape as [number, number]
  const operands = inputs.map(({ data }) => pool.put(data)), y = pool.allocate(rows * columns)
  return {
    run: () => pool.parallel(kernel, rows, 1, [...operands, y, columns]),
    results: () => [pool.get(y, rows * columns)]
  }
}

/** Vectors of 16 bytes are done four at a time, so a part is a multiple of 16 elements long. */
const padded = (count: number): number => Math.ceil(count / 16) * 16

const tinyAdd: Prepare = (pool, [a, b]) => {
  const A = pool.put(a!.data), B = pool.put(b!.data), C = pool.allocate(16)
  const { add } = pool.kernels
  return { run: () => add!(A, B, C, 0, 12), results: () => [pool.get(C, 10)] }
}

export const programs: { readonly [K in Kind]: Prepare } = {
  matmul: (pool, [a, b], { shape: [n = 0] }) => {
    const [A, B, C] = [pool.put(a!.data), pool.put(b!.data), pool.allocate(n * n)]
    const scratch = Array.from({ length: pool.threads }, () => pool.allocate(panels))
    return {
      run: () => pool.parallel("matmul", n, columnsPerBlock, [n, n, n, A, B, C], scratch),
      results: () => [pool.get(C, n * n)]
    }
  },

  elementwise: (pool, [x]) => {
    const { length } = x!.data
    const X = pool.put(x!.data), Y = pool.allocate(padded(length))
    return {
      run: () => pool.parallel("chain", padded(length), 16, [X, Y]),
      results: () => [pool.get(Y, length)]
    }
  },

  sumAxis0: (pool, [x], { shape: [n = 0] }) => {
    const X = pool.put(x!.data), Y = pool.allocate(n)
    return {
      run: () => pool.parallel("sum_columns", n, 16, [X, Y, n, n]),
      results: () => [pool.get(Y, n)]
    }
  },

  sumAxis1: (pool, [x], { shape: [n = 0] }) => {
    const X = pool.put(x!.data), Y = pool.allocate(n)
    return {
      run: () => pool.parallel("sum_rows", n, 1, [X, Y, n]),
      results: () => [pool.get(Y, n)]
    }
  },

  softmax: rowWise("softmax"),
  layerNorm: rowWise("layer_norm"),

  mlpStep: (pool, inputs, { shape: [features = 0, hidden = 0, , batch = 0] }) => {
    const { kernels } = pool
    const classes = 10
    const [X = 0, Y = 0, ...parameters] = inputs.map(({ data }) => pool.put(data))
    const [W1 = 0, B1 = 0, W2 = 0, B2 = 0] = parameters
    const H = pool.allocate(batch * hidden), dH = pool.allocate(batch * hidden), S = pool.allocate(batch * classes + 16)
    const dW1 = pool.allocate(features * hidden), dW2 = pool.allocate(hidden * classes)
    const scratch = Array.from({ length: pool.threads }, () => pool.allocate(panels))
    let loss = 0
    return {
      run: () => {
        pool.parallel(
          "matmul_strided",
          batch,
          rowsPerBlock,
          [hidden, features, X, features, 1, W1, hidden, 1, H],
          scratch
        )
        kernels.relu_bias!(H, B1, hidden, 0, batch)
        kernels.matmul_strided!(classes, hidden, H, hidden, 1, W2, classes, 1, S, scratch[0]!, 0, batch)
        loss = kernels.cross_entropy!(S, B2, Y, batch) as number
        kernels.matmul_strided!(classes, batch, H, 1, hidden, S, classes, 1, dW2, scratch[0]!, 0, hidden)
        kernels.matmul_strided!(hidden, classes, S, classes, 1, W2, 1, classes, dH, scratch[0]!, 0, batch)
        kernels.relu_backward!(dH, H, hidden, 0, batch)
        pool.parallel(
          "matmul_strided",
          features,
          rowsPerBlock,
          [hidden, batch, X, 1, features, dH, hidden, 1, dW1],
          scratch
        )
        kernels.descend!(W1, dW1, learningRate, 0, features * hidden)
        kernels.descend!(W2, dW2, learningRate, 0, hidden * classes)
        kernels.descend_bias!(B1, dH, batch, hidden, learningRate)
        kernels.descend_bias!(B2, S, batch, classes, learningRate)
      },
      results: () => [
        [loss],
        ...parameters.map((at, i) => pool.get(at, inputs[i + 2]!.data.length))
      ]
    }
  },

  // channels last, the input padded and the weights packed beforehand: the layouts that suit the kernel
  conv2d: (pool, [x, w], { shape }) => {
    const [batch, channels, height, width, filters] = shape as [number, number, number, number, number]
    const pixels = height * width
    const image = new Float32Array(batch * (height + 2) * (width + 2) * channels)
    for (let n = 0; n < batch; n++) {
      for (let c = 0; c < channels; c++) {
        for (let p = 0; p < pixels; p++) {
          const row = Math.floor(p / width) + 1, column = p % width + 1
          image[((n * (height + 2) + row) * (width + 2) + column) * channels + c] = x!
            .data[(n * channels + c) * pixels + p]!
        }
      }
    }
    const taps = new Float32Array(9 * channels * filters)
    for (let f = 0; f < filters; f++) {
      for (let c = 0; c < channels; c++) {
        for (let t = 0; t < 9; t++) taps[(t * channels + c) * filters + f] = w!.data[(f * channels + c) * 9 + t]!
      }
    }
    const X = pool.put(image), W = pool.allocate(taps.length), Y = pool.allocate(batch * pixels * filters)
    pool.kernels.pack_weights!(pool.put(taps), W, 9 * channels, filters)
    const tables = Array.from({ length: pool.threads }, () => pool.allocate(9 * rowsPerBlock))
    return {
      run: () =>
        pool.parallel("convolve", batch * pixels, rowsPerBlock, [X, W, Y, height, width, channels, filters], tables),
      results: () => {
        const last = pool.get(Y, batch * pixels * filters)
        const y = new Float32Array(last.length)
        for (let p = 0; p < batch * pixels; p++) {
          const n = Math.floor(p / pixels)
          for (let f = 0; f < filters; f++) y[(n * filters + f) * pixels + p % pixels] = last[p * filters + f]!
        }
        return [y]
      }
    }
  },

  sort: (pool, [x]) => {
    const { length } = x!.data
    const X = pool.put(x!.data),
      Y = pool.allocate(length),
      scratch = pool.allocate(length),
      counts = pool.allocate(6144)
    return {
      run: () => pool.kernels.sort!(X, Y, scratch, counts, length),
      results: () => [pool.get(Y, length)]
    }
  },

  normal: (pool, _, { shape: [count = 0] }) => {
    const Y = pool.allocate(count)
    let seed = 0
    return {
      run: () => {
        seed++
        pool.parallel("normal", count / 2, 16, [0, seed, Y, count])
      },
      results: () => [pool.get(Y, count)]
    }
  },

  cumsum: (pool, [x]) => {
    const { length } = x!.data
    const X = pool.put(x!.data), Y = pool.allocate(length)
    return {
      run: () => pool.kernels.cumsum!(X, Y, length),
      results: () => [pool.get(Y, length)]
    }
  },

  tinyAdd,
  eagerAdd: tinyAdd
}
