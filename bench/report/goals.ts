/**
 * What effax sets out to reach on two threads, and whether this run did.
 */
import { median } from "../harness/sampler.ts"
import type { FirstSteps } from "../items/compilation.ts"
import { bandwidthTitle, type Work } from "../items/work.ts"
import { ratio, type Results, shareOfBandwidth, time } from "./results.ts"

export interface Goal {
  readonly goal: string
  readonly measured: string
  readonly met: boolean
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

/** Judges a number that may not have been measured. */
const judge = (
  goal: string,
  value: number | undefined,
  describe: (value: number) => string,
  met: (value: number) => boolean
): ReadonlyArray<Goal> => value === undefined ? [] : [{ goal, measured: describe(value), met: met(value) }]

export const goals = (results: Results, works: ReadonlyArray<Work>): ReadonlyArray<Goal> => {
  const named = (kind: Work["kind"]) => works.filter((work) => work.kind === kind)
  const halfOfLimit = (work: Work) =>
    judge(
      `${work.title}: at half the limit's speed or better`,
      ratio(results, work.title, "effax", "limit"),
      (share) => `${percent(share)} of the limit's speed`,
      (share) => share >= 0.5
    )
  const halfOfBandwidth = (work: Work) =>
    judge(
      `${work.title}: at half of the read bandwidth or better`,
      shareOfBandwidth(results, work, "effax"),
      (share) => `${percent(share)} of ${time(results, bandwidthTitle, "limit")!.toFixed(0)} GB/s`,
      (share) => share >= 0.5
    )
  const [step] = named("mlpStep"), [tiny] = named("tinyAdd")
  const ahead = ["jax-js, 1 thread", "jax-js"]
    .map((other) => ratio(results, step!.title, "effax", other))
    .filter((value) => value !== undefined)
  const steps = results.compilation.effax ?? []
  const compilations = (of: ReadonlyArray<FirstSteps>) =>
    median(of.flatMap((steps) => steps.map(({ compilation }) => compilation!)))
  const { memory } = results
  // by then the engine has optimised what it will
  const start = memory[1], end = memory.at(-1)
  return [
    ...named("matmul").filter(({ title }) => title === "matmul 1024").flatMap(halfOfLimit),
    ...named("elementwise").flatMap(halfOfLimit),
    ...[...named("sumAxis0"), ...named("sumAxis1")].flatMap(halfOfBandwidth),
    ...judge(
      `${step!.title}: ahead of jax-js`,
      ahead.length === 0 ? undefined : Math.min(...ahead),
      (times) => `${times.toFixed(1)} times as fast`,
      (times) => times > 1
    ),
    ...judge(
      "a tiny jitted call, awaited in a loop: 5 us or less",
      time(results, tiny!.title, "effax"),
      (ms) => `${(1000 * ms).toFixed(1)} us`,
      (ms) => ms <= 0.005
    ),
    ...judge(
      "the MLP step compiled in less than 50 ms",
      steps.length === 0 ? undefined : compilations(steps.map((steps) => steps.slice(0, 1))),
      (ms) =>
        `${ms.toFixed(0)} ms as the first of a process, ${
          compilations(steps.map((steps) => steps.slice(1))).toFixed(0)
        } ms later on`,
      (ms) => ms < 50
    ),
    ...(start === undefined || end === undefined ? [] : [{
      goal: `${end.step} MLP steps in flat memory`,
      measured:
        `process ${megabytes(start.rss)} MB after ${start.step} steps, ${megabytes(end.rss)} MB after ${end.step}; ` +
        `arrays ${megabytes(start.bytesLive)} MB, then ${megabytes(end.bytesLive)} MB`,
      // the pool may take another step; a leak would be gigabytes
      met: end.rss <= 1.5 * start.rss
    }])
  ]
}

export const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
