/**
 * The table of all kinds of kernels, and what is asked of a kernel of any kind.
 */
import type { Kernel } from "../../Plan.ts"
import { callback } from "./callback.ts"
import { caseSpec } from "./case.ts"
import { contract } from "./contract.ts"
import { convolve } from "./convolve.ts"
import type { KernelSpec, KernelTable } from "./kernel.ts"
import { loop } from "./loop.ts"
import { reduce } from "./reduce.ts"
import { routine } from "./routine.ts"
import { scatter } from "./scatter.ts"
import { whileSpec } from "./while.ts"

const kernels: KernelTable = {
  loop,
  reduce,
  contract,
  convolve,
  scatter,
  routine,
  while: whileSpec,
  case: caseSpec,
  callback
}

/** The spec of a kernel's kind, for that kernel. */
export const specOf = <K extends Kernel>({ kind }: K): KernelSpec<K> => kernels[kind] as unknown as KernelSpec<K>
