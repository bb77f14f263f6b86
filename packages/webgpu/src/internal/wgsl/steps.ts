/**
 * The steps of an execution, in order.
 */
import type { DType } from "effax/DType"
import type { Place } from "./place.ts"
import type { Dispatch } from "./shader.ts"

/** Runs a shader; with a guard, as many workgroups as the three words from there on in the control memory say. */
export interface Run {
  readonly _tag: "Run"
  readonly dispatch: Dispatch
  readonly guard: number | undefined
}

/** Does its steps `count` times; the loop's level is where its shaders find the number of the step. */
export interface Count {
  readonly _tag: "Count"
  readonly level: number
  readonly count: number
  readonly body: ReadonlyArray<Step>
}

/**
 * Does its steps until a word of the control memory is 0, and then some more times, in which they do nothing by
 * themselves; at most `limit` times, if there is one.
 */
export interface Until {
  readonly _tag: "Until"
  readonly level: number
  readonly limit: number | null
  readonly live: number
  readonly body: ReadonlyArray<Step>
}

/** An array that a function of the host is given, or gives. */
export interface Operand {
  readonly place: Place
  readonly dtype: DType
  readonly elements: number
}

/** Calls a function of the host; with a guard, if that word of the control memory is not 0. */
export interface Call {
  readonly _tag: "Call"
  readonly callback: number
  readonly inputs: ReadonlyArray<Operand>
  readonly outputs: ReadonlyArray<Operand>
  readonly guard: number | undefined
}

export type Step = Run | Count | Until | Call

/** The shaders of steps, each once for every place it stands at. */
export const dispatchesOf = (steps: ReadonlyArray<Step>): ReadonlyArray<Dispatch> =>
  steps.flatMap((step) => step._tag === "Run" ? [step.dispatch] : step._tag === "Call" ? [] : dispatchesOf(step.body))
