/**
 * The form of rules that make an operation smaller where only some of its results are used.
 */
import type { OperationName, OperationOf, Region } from "../region.ts"

/** Drops results that are not used, and the operands that only they need. */
export type Trim<N extends OperationName> = (
  operation: OperationOf<N>,
  isLive: (output: number) => boolean,
  dce: (region: Region) => Region
) => OperationOf<N>
