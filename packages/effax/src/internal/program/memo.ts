/**
 * Memoised results of passes over Programs. A result is kept for as long as its Program is reachable, and never becomes
 * stale because Programs are immutable.
 */
import type { ProgramData } from "./model.ts"
import type { Program } from "./program.ts"

/** Results of one pass, at most one per Program. */
export interface Memo<A> {
  readonly get: (program: ProgramData) => A | undefined
  readonly set: (program: ProgramData, result: A) => void
  /** The memoised result; `make` computes it if there is none. */
  readonly of: (program: Program, make: (program: Program) => A) => A
}

/** Creates a memo. Each pass owns its own. */
export const make = <A>(): Memo<A> => {
  const kept = new WeakMap<ProgramData, { readonly result: A }>()
  const set = (program: ProgramData, result: A): void => {
    kept.set(program, { result })
  }
  return {
    get: (program) => kept.get(program)?.result,
    set,
    of: (program, make) => {
      const known = kept.get(program)
      if (known !== undefined) return known.result
      const result = make(program)
      set(program, result)
      return result
    }
  }
}

const rewrites = make<Map<string, unknown>>()

/** A memoised rewrite of a Program. The name identifies the rewrite and its options: `jvp[true,false]`. */
export const rewrite = <A>(program: Program, name: string, make: () => A): A => {
  const known = rewrites.of(program, () => new Map())
  if (known.has(name)) return known.get(name) as A
  const made = make()
  known.set(name, made)
  return made
}
