/**
 * Everything that contractions and convolutions have in common: two operands that are multiplied and added up, then an
 * epilogue.
 */
import type { Cost } from "effax/Cost"
import type { DType } from "effax/DType"
import { size } from "effax/Shape"
import type { Plan } from "../../Plan.ts"
import type { Scalar } from "../scalar.ts"
import { bytesOf, dtypesOf, loads, mapAccess, mapBody, operationsOf, storedTo, times } from "./bodies.ts"
import type { KernelSpec, Machine } from "./kernel.ts"
import type { Affine, Body, BufferId, KernelCommon, Store } from "./parts.ts"

export interface Products extends KernelCommon {
  readonly lhs: { readonly buffer: BufferId; readonly index: Affine }
  readonly rhs: { readonly buffer: BufferId; readonly index: Affine }
  /** The dtype of operands in their buffers. */
  readonly operandDtype: DType
  /** The dtype of products and sums. */
  readonly dtype: DType
  readonly epilogue: Body
  readonly stores: ReadonlyArray<Store>
}

type Common = "accesses" | "fills" | "scratch" | "mapBuffers" | "nested" | "callsHost" | "dtypes"

/** `results` is the space of the epilogue. */
export const products = <K extends Products>(
  results: (kernel: K) => ReadonlyArray<number>
): Pick<KernelSpec<K>, Common> => ({
  accesses: ({ epilogue, lhs, rhs, stores }) => ({
    reads: [lhs.buffer, rhs.buffer, ...loads(epilogue)],
    writes: storedTo(stores),
    updates: []
  }),
  fills: (kernel) => kernel.stores.map(({ buffer }) => [buffer, size(results(kernel))]),
  scratch: () => [],
  mapBuffers: (kernel, to) => ({
    ...kernel,
    lhs: mapAccess(kernel.lhs, to),
    rhs: mapAccess(kernel.rhs, to),
    epilogue: mapBody(kernel.epilogue, to),
    stores: kernel.stores.map((store) => mapAccess(store, to))
  }),
  nested: () => [],
  callsHost: false,
  dtypes: ({ dtype, epilogue, operandDtype }) => [...dtypesOf(epilogue), operandDtype, dtype]
})

/** `terms` products for each of `results`. */
export const productCost = (
  { epilogue, lhs, rhs, stores }: Products,
  results: number,
  terms: number,
  plan: Plan
): Cost => ({
  ...times(results, operationsOf(epilogue), 2 * terms),
  bytesAccessed: bytesOf(plan, [lhs.buffer, rhs.buffer, ...loads(epilogue)]) + bytesOf(plan, storedTo(stores), results)
})

/** The product of an element of each operand. */
export const productOf = (
  machine: Machine,
  { dtype, lhs, operandDtype, rhs }: Products,
  left: number,
  right: number
): Scalar => {
  const element = (buffer: BufferId, at: number) => machine.convert(machine.get(buffer, at), operandDtype, dtype)
  return machine.apply("mul", element(lhs.buffer, left), element(rhs.buffer, right), dtype)
}
