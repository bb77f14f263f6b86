/**
 * The table of operations: what effax computes, what JAX calls it, and where both are compared.
 */
import { binary } from "./binary.ts"
import { elementwise } from "./elementwise.ts"
import type { Operation } from "./operation.ts"

export const families = {
  elementwise,
  binary
} as const satisfies { readonly [family: string]: ReadonlyArray<Operation> }

export type Family = keyof typeof families
