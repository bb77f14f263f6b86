/**
 * How a subject, in a process of its own, is told what to measure and what it answers. The subjects of a round take turns
 * at each piece of work, so that whatever else the machine does meets all of them.
 */
import { once } from "node:events"
import { median, type Sampler } from "./sampler.ts"

/** What a process is started with. */
export interface Task {
  readonly threads: number
  /** Small sizes. */
  readonly quick: boolean
  /** Milliseconds to measure each piece of work for. */
  readonly measuring: number
}

/** What was measured of one piece of work: milliseconds, unless its title says otherwise. */
export interface Measurement {
  readonly value: number
  /** The mean, which has whatever happens now and then in it: collections of garbage above all. */
  readonly mean?: number
  /** The fastest and the first run. */
  readonly minimum?: number
  readonly first?: number
  readonly runs?: number
  /** The worst error over what is tolerated; more than 1 is a wrong result. */
  readonly error?: number
}

export interface Failure {
  readonly failure: string
}

export type Answer = Measurement | Failure

/** The task that this process was started for. */
export const task = (): Task => JSON.parse(process.argv[2]!) as Task

/** The title of the next piece of work to measure. */
export const nextTitle = async (): Promise<string> => {
  const [title] = await once(process, "message") as [string]
  return title
}

/** Sends what was measured, or whatever else the parent waits for. */
export const answer = (of: unknown): void => {
  process.send!(of)
}

/** A measurement of times each of which was so many runs. */
export const measurement = (sampler: Sampler, first: number, error: number, repeated = 1): Measurement => ({
  value: median(sampler.times) / repeated,
  mean: sampler.times.reduce((sum, time) => sum + time, 0) / sampler.times.length / repeated,
  minimum: Math.min(...sampler.times) / repeated,
  first,
  runs: sampler.times.length,
  error
})

export const failure = (error: unknown): Failure => ({
  failure: (error instanceof Error ? error.message : String(error)).split("\n")[0]!
})
