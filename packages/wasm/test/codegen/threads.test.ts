/**
 * Plans run by several ranks, each a worker thread on the shared memory: the same bits with any number of them, every
 * barrier kept, and an end soon after the cancel flag is set.
 */
import type { Instruction, Kernel } from "@effax/compiler/Plan"
import { Worker } from "node:worker_threads"
import { expect, test } from "vitest"
import { args, fill, layout, type PlanDescription, read, run } from "./run.ts"
import { random, small } from "./values.ts"

const rankSource = `
  const { parentPort, workerData } = require("node:worker_threads")
  const { args, bytes, memory, rank, ranks } = workerData
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  const started = performance.timeOrigin + performance.now()
  const status = instance.exports.run(args, rank, ranks)
  parentPort.postMessage({ status, started, ended: performance.timeOrigin + performance.now() })
`

interface Ended {
  readonly status: number
  readonly started: number
  readonly ended: number
}

const runRanks = async (description: PlanDescription, ranks: number, cancelAfter?: number) => {
  const at = layout(description, true, ranks)
  const memory = new WebAssembly.Memory({ initial: Math.ceil(at.bytes / 65536), maximum: 65536, shared: true })
  fill(memory.buffer, description, at)
  const workers = Array.from(
    { length: ranks },
    (_, rank) =>
      new Worker(rankSource, { eval: true, workerData: { args, bytes: at.generated.bytes, memory, rank, ranks } })
  )
  const all = Promise.all(workers.map((worker) =>
    new Promise<Ended>((resolve, reject) => {
      worker.on("message", resolve)
      worker.on("error", reject)
    })
  ))
  let cancelled = 0
  if (cancelAfter !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, cancelAfter))
    cancelled = performance.timeOrigin + performance.now()
    Atomics.store(new Int32Array(memory.buffer), at.words[0]! / 4, 1)
  }
  const ended = await all
  await Promise.all(workers.map((worker) => worker.terminate()))
  return { ended, cancelled, outputs: read(memory.buffer, description, at), generated: at.generated }
}

const load = (buffer: number, strides: ReadonlyArray<number>): Instruction => ({
  op: "load",
  dtype: "float32",
  buffer,
  index: { offset: 0, strides }
})

const rows = 700
const columns = 900

/** Loops, reductions in one and two phases, by rows and by columns, that all depend on each other. */
const chained = (): PlanDescription => {
  const total = rows * columns
  const sum = (
    name: string,
    kept: ReadonlyArray<number>,
    reduced: ReadonlyArray<number>,
    buffer: number,
    strides: ReadonlyArray<number>,
    to: number
  ): Kernel => ({
    kind: "reduce",
    name,
    barrier: true,
    kept,
    reduced,
    body: [load(buffer, strides)],
    accumulations: [{ combiner: "add", value: 0, dtype: "float32" }],
    epilogue: [{ op: "result", dtype: "float32", which: 0 }],
    stores: [{ buffer: to, index: { offset: 0, strides: kept.map(() => 1) }, value: 0 }]
  })
  return {
    inputs: [{ dtype: "float32", data: small("float32", total, random(1)) }],
    outputs: [
      { dtype: "float32", elements: total },
      { dtype: "float32", elements: columns },
      { dtype: "float32", elements: 1 },
      { dtype: "float32", elements: total }
    ],
    temporaries: [{ dtype: "float32", elements: rows }, { dtype: "float32", elements: total }],
    kernels: [
      {
        kind: "loop",
        name: "sin",
        barrier: false,
        space: [total],
        body: [load(0, [1]), { op: "sin", dtype: "float32", args: [0] }],
        stores: [{ buffer: 6, index: { offset: 0, strides: [1] }, value: 1 }]
      },
      sum("rows", [rows], [columns], 6, [columns, 1], 5),
      sum("columns", [columns], [rows], 6, [1, columns], 2),
      sum("all", [], [total], 6, [1], 3),
      {
        kind: "loop",
        name: "divide",
        barrier: true,
        space: [rows, columns],
        body: [
          load(6, [columns, 1]),
          load(5, [1, 0]),
          load(2, [0, 1]),
          load(3, [0, 0]),
          { op: "add", dtype: "float32", args: [0, 1] },
          { op: "mul", dtype: "float32", args: [4, 2] },
          { op: "sub", dtype: "float32", args: [5, 3] }
        ],
        stores: [{ buffer: 1, index: { offset: 0, strides: [columns, 1] }, value: 6 }]
      },
      {
        kind: "routine",
        routine: "cumulative",
        name: "scan",
        barrier: true,
        params: { combiner: "add", dtype: "float32", outer: rows, length: columns, inner: 1, reverse: false },
        inputs: [1],
        outputs: [4],
        scratch: []
      }
    ]
  }
}

test("the bits are the same with any number of ranks", async () => {
  const description = chained()
  const alone = run(description)
  for (const ranks of [1, 2, 3]) {
    const { ended, outputs } = await runRanks(description, ranks)
    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 0))
    outputs.forEach((output, i) => expect(Buffer.from(output.buffer).equals(Buffer.from(alone[i]!.buffer))).toBe(true))
  }
})

test("barriers hold, over and over", async () => {
  // Each kernel adds what another rank's part of the space held before: position i takes that of n - 1 - i.
  const n = 60_000
  const mirror = (from: number, to: number): Kernel => ({
    kind: "loop",
    name: "mirror",
    barrier: true,
    space: [n],
    body: [
      load(from, [1]),
      { op: "load", dtype: "float32", buffer: from, index: { offset: n - 1, strides: [-1] } },
      { op: "add", dtype: "float32", args: [0, 1] },
      { op: "literal", dtype: "float32", value: 0.5 },
      { op: "mul", dtype: "float32", args: [2, 3] },
      { op: "index", dtype: "int32", axis: 0 },
      { op: "convert", dtype: "float32", args: [5] },
      { op: "add", dtype: "float32", args: [4, 6] }
    ],
    stores: [{ buffer: to, index: { offset: 0, strides: [1] }, value: 7 }]
  })
  const description: PlanDescription = {
    inputs: [{ dtype: "float32", data: new Float32Array(n) }],
    outputs: [{ dtype: "float32", elements: n }],
    temporaries: [{ dtype: "float32", elements: n }],
    kernels: [mirror(0, 2), ...Array.from({ length: 20 }, () => [mirror(2, 1), mirror(1, 2)]).flat(), mirror(2, 1)]
  }
  const [alone] = run(description)
  const { outputs } = await runRanks(description, 2)
  expect(Buffer.from(outputs[0]!.buffer).equals(Buffer.from(alone!.buffer))).toBe(true)
})

test("a run ends soon after it is cancelled", async () => {
  const n = 4_000_000
  const slow: Kernel = {
    kind: "loop",
    name: "slow",
    barrier: true,
    space: [n],
    body: [
      load(0, [1]),
      ...Array.from({ length: 40 }, (_, i): Instruction => ({ op: "lgamma", dtype: "float32", args: [i] }))
    ],
    stores: [{ buffer: 1, index: { offset: 0, strides: [1] }, value: 40 }]
  }
  const description: PlanDescription = {
    inputs: [{ dtype: "float32", data: small("float32", n, random(4)) }],
    outputs: [{ dtype: "float32", elements: n }],
    kernels: [slow, slow]
  }
  for (const ranks of [1, 2]) {
    // 10 ms, unless the machine is busy with something else: then the best of several attempts
    let best = Infinity
    for (let attempt = 0; attempt < 8 && best >= 10; attempt++) {
      const { cancelled, ended } = await runRanks(description, ranks, 250)
      for (const { status } of ended) expect(status).toBe(1)
      // Where a worker had not even started, it ends at once.
      best = Math.min(best, Math.max(...ended.map(({ ended: end, started }) => end - Math.max(cancelled, started))))
    }
    expect(best).toBeLessThan(10)
  }
})
