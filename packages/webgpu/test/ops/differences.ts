/**
 * Where this backend differs from JAX on the CPU by more than the table of operations allows, and why.
 */
import type { Options } from "../../../../test/ops/operation.ts"

export const differences: { readonly [operation: string]: Options } = {}
