/**
 * How long shaders take: by the device's own clock where it has one, else by the host's.
 */
import * as Effect from "effect/Effect"
import { Compiled } from "../runtime/executable.ts"
import type { Gpu } from "../runtime/gpu.ts"
import { type Block, bufferUsage } from "../runtime/memory.ts"
import { blocksOf } from "../runtime/recorder.ts"
import { planeOf } from "../wgsl/emission.ts"
import type { Generated } from "../wgsl/module.ts"

/** Runs what was generated on memory of its own, and gives the nanoseconds that it took: the least of several times. */
export type Measure = (generated: Generated) => Effect.Effect<number, unknown>

/** Nanoseconds that are told from one another by any clock: those of browsers go in steps of 100 us. */
const enough = 2e6
/** Runs in a row at most, however short they are. */
const mostRuns = 256
/** Times that runs in a row are measured, for the least of them. */
const rounds = 3

/** Bytes of two time stamps. */
const stampBytes = 16

type Record = (pass: GPUComputePassEncoder) => void

/** Submits one pass, at once; nanoseconds. */
interface Clock {
  readonly time: (record: Record) => Promise<number>
  readonly close: () => void
}

const submit = (gpu: Gpu, record: Record, timestampWrites?: GPUComputePassTimestampWrites, last?: GPUBuffer): void => {
  const encoder = gpu.device.createCommandEncoder()
  const pass = encoder.beginComputePass(timestampWrites === undefined ? {} : { timestampWrites })
  record(pass)
  pass.end()
  if (timestampWrites !== undefined) encoder.resolveQuerySet(timestampWrites.querySet, 0, 2, last!, 0)
  gpu.submit(encoder.finish())
}

const deviceClock = (gpu: Gpu): Clock => {
  const querySet = gpu.device.createQuerySet({ type: "timestamp", count: 2 })
  const buffer = gpu.device.createBuffer({ size: stampBytes, usage: bufferUsage.queryResolve | bufferUsage.copySource })
  return {
    time: async (record) => {
      submit(gpu, record, { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 }, buffer)
      const stamps = new BigInt64Array((await gpu.staging.read(buffer, 0, stampBytes)).buffer)
      return Number(stamps[1]! - stamps[0]!)
    },
    close: () => {
      querySet.destroy()
      buffer.destroy()
    }
  }
}

const hostClock = (gpu: Gpu): Clock => ({
  time: async (record) => {
    const start = performance.now()
    submit(gpu, record)
    await gpu.mark()
    return (performance.now() - start) * 1e6
  },
  close: () => {}
})

/** The least time of a run, of several rounds. */
const leastTime = async (
  gpu: Gpu,
  { arena, dispatches, inputs, outputs }: Generated,
  blocks: ReadonlyArray<Block>,
  signal: AbortSignal
): Promise<number> => {
  const [results, temporaries] = [inputs.length, inputs.length + outputs.length]
  const blockOf = blocksOf({
    inputs: blocks.slice(0, results),
    outputs: blocks.slice(results, temporaries),
    arena: blocks.slice(temporaries, temporaries + arena.length),
    control: undefined
  })
  const pipelines = await Promise.all(dispatches.map((dispatch) => gpu.pipelines.get(dispatch)))
  const compiled = dispatches.map((dispatch, i) => new Compiled(gpu, pipelines[i]!, dispatch))
  const record = (runs: number): Record => (pass) => {
    for (let run = 0; run < runs; run++) {
      compiled.forEach((shader, i) => {
        pass.setPipeline(shader.pipeline)
        pass.setBindGroup(0, shader.group(blockOf))
        pass.dispatchWorkgroups(...planeOf(dispatches[i]!.workgroups))
      })
    }
  }
  const clock = gpu.device.features.has("timestamp-query") ? deviceClock(gpu) : hostClock(gpu)
  const time = async (runs: number): Promise<number> => {
    // what was submitted before is not what is measured
    await gpu.mark()
    // the memory is another's by then, and not to be written to
    signal.throwIfAborted()
    gpu.device.pushErrorScope("validation")
    const timing = clock.time(record(runs))
    const [error, nanoseconds] = await Promise.all([gpu.device.popErrorScope(), timing])
    if (error !== null) throw new Error(error.message)
    if (gpu.lost !== undefined) throw new Error(gpu.lost)
    return nanoseconds / runs
  }
  try {
    // the first one pays for what is made once
    await time(1)
    let least = await time(1)
    const runs = Math.min(mostRuns, Math.ceil(enough / Math.max(1, least)))
    // one that was short may have been rounded to nothing
    if (runs > 1) least = Infinity
    for (let round = 0; round < rounds; round++) least = Math.min(least, await time(runs))
    return least
  } finally {
    clock.close()
  }
}

/** Measures on a device, with memory that it sets aside for that time. Programs that run at the same time disturb it. */
export const measureOn = (gpu: Gpu): Measure => (generated) => {
  const { arena, inputs, outputs } = generated
  return Effect.acquireUseRelease(
    gpu.memory.allocate([...inputs, ...outputs, ...arena], "a measurement"),
    (blocks) => Effect.tryPromise((signal) => leastTime(gpu, generated, blocks, signal)),
    (blocks) => Effect.sync(() => blocks.forEach((block) => gpu.memory.release(block)))
  )
}
