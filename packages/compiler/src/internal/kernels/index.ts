/**
 * The table of all kinds of kernels, and what is asked of a kernel of any kind.
 */
import type { Kernel, Plan } from "../plan.ts"
import { callback } from "./callback.ts"
import { caseSpec } from "./case.ts"
import { contract } from "./contract.ts"
import { convolve } from "./convolve.ts"
import type { KernelSpec } from "./kernel.ts"
import { loop } from "./loop.ts"
import { reduce } from "./reduce.ts"
import { routine } from "./routine.ts"
import { scatter } from "./scatter.ts"
import { whileSpec } from "./while.ts"

const kernels: { readonly [K in Kernel["kind"]]: KernelSpec<Extract<Kernel, { readonly kind: K }>, Plan> } = {
  loop,
  reduce,
  contract,
  convolve,
  scatter,
  routine,
  while: whileSpec<Plan>(),
  case: caseSpec<Plan>(),
  callback
}

/** The spec of a kernel's kind, for that kernel. */
export const specOf = <K extends Kernel>({ kind }: K): KernelSpec<K, Plan> =>
  kernels[kind] as unknown as KernelSpec<K, Plan>
