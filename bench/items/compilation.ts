import { type Perceptron, standard } from "./perceptron.ts"

/** Shapes that have not been seen before: the first in a fresh process, then one after the other. */
export const unseen: ReadonlyArray<Perceptron> = [
  standard,
  ...Array.from({ length: 15 }, (_, i) => ({ ...standard, hidden: 192 + 4 * i, batch: 96 + 2 * i }))
]

/** The first step of a shape, in milliseconds. */
export interface FirstStep {
  /** From the function to its results. */
  readonly total: number
  /** Tracing, differentiating and compiling, where that can be told apart. */
  readonly compilation?: number
}

/** One for each shape. */
export type FirstSteps = ReadonlyArray<FirstStep>
