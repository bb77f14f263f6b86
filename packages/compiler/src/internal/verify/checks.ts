/**
 * Rules that several kinds of kernels share.
 */
import type { DType } from "effax/DType"
import type { AnyPlan, Body, Buffer, BufferId, Store } from "../kernels/parts.ts"
import type { Products } from "../kernels/products.ts"
import { checkBody, checkStores, type Report } from "./body.ts"
import { positions } from "./space.ts"

/** The buffers that a body loads from. */
export const loadedBuffers = (body: Body): ReadonlySet<BufferId> =>
  new Set(body.flatMap((i) => i.op === "load" || i.op === "loadAt" ? [i.buffer] : []))

/** Stores to one buffer must not meet. */
export const checkDisjoint = (stores: ReadonlyArray<Store>, space: ReadonlyArray<number>, report: Report): void => {
  const buffers = new Set(stores.map((s) => s.buffer))
  if (buffers.size === stores.length) return
  for (const buffer of buffers) {
    const own = stores.filter((s) => s.buffer === buffer)
    if (own.length === 1) continue
    const all = own.flatMap((s) => positions(s.index, space))
    if (new Set(all).size < all.length) report(`stores to buffer ${buffer} meet`)
  }
}

export const checkDimensions = (name: string, extents: ReadonlyArray<number>, report: Report): void => {
  if (extents.some((n) => !Number.isInteger(n) || n < 1)) report(`${name} [${extents.join()}]`)
}

export const checkEpilogue = (
  { epilogue, stores }: { readonly epilogue: Body; readonly stores: ReadonlyArray<Store> },
  space: ReadonlyArray<number>,
  results: ReadonlyArray<DType>,
  { buffers }: AnyPlan,
  report: Report
): void => {
  const context = { buffers, space, results }
  checkBody(epilogue, context, report)
  checkStores(stores, epilogue, context, report)
  checkDisjoint(stores, space, report)
  const loaded = loadedBuffers(epilogue)
  for (const { buffer } of stores) if (loaded.has(buffer)) report("stores to what its epilogue loads")
}

export const checkOperands = (
  { lhs, operandDtype, rhs, stores }: Products,
  { buffers }: AnyPlan,
  report: Report
): void => {
  for (const { buffer } of [lhs, rhs]) {
    if (buffers[buffer]?.dtype !== operandDtype) {
      report(`operand of ${buffers[buffer]?.dtype}, expected ${operandDtype}`)
    }
    if (stores.some((s) => s.buffer === buffer)) report("stores to an operand")
  }
}

/** A buffer that is used as a whole. */
export const checkWhole = (
  what: string,
  buffer: Buffer | undefined,
  dtype: DType | undefined,
  elements: number,
  report: Report
): void => {
  if (buffer === undefined || buffer.elements !== elements || dtype !== undefined && buffer.dtype !== dtype) {
    report(`${what} is ${buffer?.dtype}[${buffer?.elements}], expected ${dtype ?? ""}[${elements}]`)
  }
}

/** Inputs or outputs of a nested Plan are what the kernel hands in. */
export const checkNested = (
  what: string,
  nested: AnyPlan,
  inner: ReadonlyArray<BufferId>,
  outer: ReadonlyArray<BufferId>,
  { buffers }: AnyPlan,
  report: Report,
  /** How many slices of the nested buffer an outer buffer holds, by position; one unless told. */
  slices: ReadonlyMap<number, number> = new Map()
): void => {
  if (inner.length !== outer.length) report(`${outer.length} ${what}, expected ${inner.length}`)
  inner.forEach((b, i) => {
    const { dtype, elements } = nested.buffers[b]!
    if (outer[i] !== undefined) {
      checkWhole(`${what} ${i}`, buffers[outer[i]], dtype, elements * (slices.get(i) ?? 1), report)
    }
  })
}

export const checkDistinct = (buffers: ReadonlyArray<BufferId>, report: Report): void => {
  if (new Set(buffers).size < buffers.length) report("two results in one buffer")
}
