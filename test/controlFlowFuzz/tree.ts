/**
 * Random functions with control flow, as data: what is run with it, on the backends or elsewhere, is decided by whoever
 * reads it.
 */

/** What kind of number: floating-point, integer, boolean, complex. */
export type Kind = "f" | "i" | "b" | "c"

export interface Type {
  readonly kind: Kind
  readonly shape: ReadonlyArray<number>
}

/** Values are numbered; a function sees those of the functions around it too. */
export interface Variable extends Type {
  readonly id: number
}

export interface Fn {
  readonly parameters: ReadonlyArray<Variable>
  readonly steps: ReadonlyArray<Step>
  readonly results: ReadonlyArray<number>
}

/** What is said of a step beside its operands. */
export interface Attributes {
  /** A constant, a position, a number of carries, a shape. */
  readonly k?: number
  readonly n?: number
  readonly length?: number
  readonly maxSteps?: number | null
  readonly reverse?: boolean
  readonly unroll?: number
  readonly batchSize?: number
  readonly shape?: ReadonlyArray<number>
  readonly kind?: Kind
  readonly inAxes?: ReadonlyArray<number | null>
  readonly outAxes?: ReadonlyArray<number>
  readonly name?: string
  readonly policy?: string
  readonly perm?: ReadonlyArray<readonly [number, number]>
}

export interface Step {
  readonly op: string
  readonly operands: ReadonlyArray<number>
  readonly fns: ReadonlyArray<Fn>
  readonly a: Attributes
  readonly outputs: ReadonlyArray<number>
}

export interface Case {
  readonly seed: number
  /** Whether it can be differentiated backwards: loops have a bound. */
  readonly bounded: boolean
  readonly f: Fn
  readonly inputs: ReadonlyArray<{ readonly shape: ReadonlyArray<number>; readonly data: ReadonlyArray<number> }>
}
