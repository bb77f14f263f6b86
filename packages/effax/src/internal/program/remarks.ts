/**
 * Messages of the code that traced a Program, which are logged once, when it is compiled.
 */
import * as memo from "./memo.ts"
import type { Program } from "./program.ts"

/** A message that is logged when a Program is compiled. */
export interface Remark {
  readonly level: "Debug" | "Warn"
  /** Made when it is logged. */
  readonly message: () => string
}

const remarks = memo.make<Array<Remark>>()

export const addRemark = (program: Program, remark: Remark): void => {
  remarks.of(program, () => []).push(remark)
}

/** The remarks of a Program and of those that it calls, which forget them: they are logged once. */
export const takeRemarks = (program: Program): ReadonlyArray<Remark> => {
  const taken: Array<Remark> = []
  const seen = new Set([program])
  for (const next of seen) {
    taken.push(...remarks.get(next)?.splice(0) ?? [])
    for (const { params, primitive } of next.equations) {
      const called = primitive.called?.(params)
      if (called !== undefined) seen.add(called)
    }
  }
  return taken
}
