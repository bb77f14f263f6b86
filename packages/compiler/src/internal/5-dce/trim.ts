/**
 * The form of rules that make an operation smaller where only some of its results are used.
 */
import type { Operation, Region } from "../region.ts"

/** Drops results that are not used, and the operands that only they need. */
export type Trim = (
  operation: Operation,
  isLive: (output: number) => boolean,
  dce: (region: Region) => Region
) => Operation
