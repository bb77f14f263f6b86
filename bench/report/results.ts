/**
 * What a run has measured, and what is asked of it.
 */
import type { Answer } from "../harness/protocol.ts"
import { median } from "../harness/sampler.ts"
import type { FirstSteps } from "../items/compilation.ts"
import type { Memory } from "../items/memory.ts"
import { bandwidthTitle, type Work } from "../items/work.ts"

/** Answers of the subjects, by title of the work and name of the subject, one for each round. */
export type Rounds = { readonly [title: string]: { readonly [subject: string]: ReadonlyArray<Answer> } }

export interface Results {
  readonly date: string
  readonly machine: string
  readonly command: string
  readonly threads: number
  readonly rounds: Rounds
  /** Of each process, by name of the subject. */
  readonly compilation: { readonly [subject: string]: ReadonlyArray<FirstSteps> }
  /** Milliseconds from the start of a process to its first result. */
  readonly startup: { readonly [subject: string]: ReadonlyArray<number> }
  readonly memory: ReadonlyArray<Memory>
}

const of = (answers: ReadonlyArray<Answer> | undefined): ReadonlyArray<number | undefined> =>
  (answers ?? []).map((answer) => "value" in answer ? answer.value : undefined)

const medianOf = (values: ReadonlyArray<number | undefined>): number | undefined => {
  const present = values.filter((value) => value !== undefined)
  return present.length === 0 ? undefined : median(present)
}

/** The median over the rounds. */
export const time = ({ rounds }: Results, title: string, subject: string): number | undefined =>
  medianOf(of(rounds[title]?.[subject]))

/** The median over the rounds of the means. */
export const mean = ({ rounds }: Results, title: string, subject: string): number | undefined =>
  medianOf((rounds[title]?.[subject] ?? []).map((answer) => "mean" in answer ? answer.mean : undefined))

/** How many times as fast as `other` the subject was: the median of the ratios in each round. */
export const ratio = ({ rounds }: Results, title: string, subject: string, other: string): number | undefined => {
  const others = of(rounds[title]?.[other])
  return medianOf(
    of(rounds[title]?.[subject]).map((value, i) => {
      const compared = others[i]
      return value === undefined || compared === undefined ? undefined : compared / value
    })
  )
}

/** Which part of the bandwidth of reading, as measured in the same round, the subject's work makes use of. */
export const shareOfBandwidth = ({ rounds }: Results, work: Work, subject: string): number | undefined => {
  const bandwidths = of(rounds[bandwidthTitle]?.limit)
  return medianOf(
    of(rounds[work.title]?.[subject]).map((ms, i) => {
      const bandwidth = bandwidths[i]
      return ms === undefined || bandwidth === undefined ? undefined : work.bytes! / ms / 1e6 / bandwidth
    })
  )
}

/** Why there is no time, or what is wrong about it. */
export const fault = ({ rounds }: Results, title: string, subject: string): string | undefined => {
  for (const answer of rounds[title]?.[subject] ?? []) {
    if ("failure" in answer) return answer.failure
    if (answer.error !== undefined && answer.error > 1) {
      return `wrong: ${answer.error.toPrecision(2)} times the tolerated error`
    }
  }
  return undefined
}
