import { type Perceptron, standard } from "./perceptron.ts"

/** Shapes that have not been seen before: the first in a fresh process, then one after the other. */
export const unseen: ReadonlyArray<Perceptron> = [
  standard,
  ...Array.from({ length: 15 }, (_, i) => ({ ...standard, hidden: 192 + 4 * i, batch: 96 + 2 * i }))
]

/** Milliseconds that the first step of each shape took, from the function to its results. */
export type FirstSteps = ReadonlyArray<number>
