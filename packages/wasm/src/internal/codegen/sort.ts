/**
 * Sort kernels. A line is sorted by its last key first, then stably by the one before, and so on; all operands are then put
 * into the order that was found. Lines of one 32-bit operand need no permutation: see sortValues.ts.
 */
import type { Routine } from "@effax/compiler/Plan"
import { itemSize } from "effax/DType"
import { i32, i64, type Local, memory } from "../assembler/index.ts"
import { microseconds } from "./cost.ts"
import { arenaAddress, bufferAddress, type EmitKernel, type KernelFunction, unitFunction } from "./kernel.ts"
import {
  count,
  countBytes,
  type DigitBits,
  digitsOf,
  distribute,
  gatherKeys,
  identity,
  insertion,
  starts
} from "./radix.ts"
import { sortKeys } from "./sortKeys.ts"
import { emitSortValues, isSortOfValues } from "./sortValues.ts"
import { inStretches } from "./stretches.ts"
import { divide, unitRanges } from "./units.ts"

export type Sort = Routine<"sort">

/** Lines up to this long are sorted by insertion. */
const shortLine = 40
/** From here on, counting with many bins pays. */
const longLine = 4096

export const emitSort: EmitKernel<Sort> = (context, kernel) => {
  const { dtypes, inner, keys, length, outer } = kernel.params
  const lines = outer * inner
  if (lines * length === 0) return { phases: [], scratch: 0 }
  if (isSortOfValues(kernel)) return emitSortValues(context, kernel)
  const bits: DigitBits = length >= longLine ? 11 : 8
  const rounds = dtypes.slice(0, keys).reduce((sum, dtype) => sum + sortKeys[dtype]!.length, 0)
  const cycles = 4 * length * (60 * rounds + 10 * dtypes.length)
  const division = divide([lines], cycles)
  // Room for keys, twice, and for the counts. One line is sorted by one rank: then it need not be there for each.
  const keyBytes = 4 * length
  const bytes = 2 * keyBytes + digitsOf(bits) * countBytes(bits)
  const shared = lines === 1 ? context.reserve(bytes) : undefined
  const unit = unitFunction(context, kernel.name, (k, unit) => {
    const [range] = unitRanges(k, division, unit)
    const { from, to } = range as { readonly from: Local<"i32"> | number; readonly to: Local<"i32"> | number }
    const work = shared === undefined ? k.scratch : k.f.let(arenaAddress(k, shared))
    k.f.forRange({ from, to }, (line) => k.f.scope(() => sortLine(k, kernel, bits, line, work)))
  })
  return {
    phases: [{ unit, units: division.units, cost: microseconds(lines, cycles) }],
    scratch: shared === undefined ? bytes : 0
  }
}

const sortLine = (
  k: KernelFunction,
  kernel: Sort,
  bits: DigitBits,
  line: Local<"i32">,
  work: Local<"i32">
): void => {
  const { f } = k
  const { inputs, outputs, params: { dtypes, inner, keys: keyCount, length } } = kernel
  const keyBytes = 4 * length
  const keys = f.let(work)
  const otherKeys = f.let(i32.add(work, keyBytes))
  const counts = f.let(i32.add(work, 2 * keyBytes))
  const permutation = f.let(i32.add(bufferAddress(k, kernel.scratch[0]!), i32.mul(line, 2 * keyBytes)))
  const otherPermutation = f.let(i32.add(permutation, keyBytes))
  const swap = (a: Local<"i32">, b: Local<"i32">) => {
    const held = f.let(a)
    f.set(a, b)
    f.set(b, held)
    f.release(held)
  }
  // The line's first element: [outer, length, inner]
  const first = inner === 1
    ? f.let(i32.mul(line, length))
    : f.let(i32.add(i32.mul(i32.divU(line, inner), length * inner), i32.remU(line, inner)))
  const start = (buffer: number, size: number) => f.let(i32.add(bufferAddress(k, buffer), i32.mul(first, size)))

  inStretches(k, length, (from, to) => f.callVoid(identity(k), permutation, from, to))
  for (let operand = keyCount - 1; operand >= 0; operand--) {
    const dtype = dtypes[operand]!
    const size = itemSize(dtype)
    const elements = start(inputs[operand]!, size)
    for (const key of sortKeys[dtype]!) {
      inStretches(
        k,
        length,
        (from, to) => f.callVoid(gatherKeys(k, key), elements, size * inner, permutation, keys, from, to)
      )
      if (length <= shortLine) {
        f.callVoid(insertion(k), keys, permutation, length)
        continue
      }
      f.do(memory.fill(counts, 0, digitsOf(bits) * countBytes(bits)))
      inStretches(k, length, (from, to) => f.callVoid(count(k, bits), keys, counts, from, to))
      for (let at = 0; at < digitsOf(bits); at++) {
        const counted = f.let(i32.add(counts, at * countBytes(bits)))
        // A digit that all keys have in common orders nothing.
        const firstDigit = i32.and(i32.shrU(i32.load(keys), at * bits), (1 << bits) - 1)
        const same = i32.eq(i32.load(i32.add(counted, i32.shl(firstDigit, 2))), length)
        f.if(i32.eqz(same), () => {
          f.callVoid(starts(k, bits), counted)
          inStretches(k, length, (from, to) =>
            f.callVoid(
              distribute(k, bits, at),
              keys,
              permutation,
              otherKeys,
              otherPermutation,
              counted,
              from,
              to
            ))
          swap(keys, otherKeys)
          swap(permutation, otherPermutation)
        })
      }
    }
  }
  dtypes.forEach((dtype, operand) => {
    const size = itemSize(dtype)
    const source = start(inputs[operand]!, size)
    const target = start(outputs[operand]!, size)
    inStretches(
      k,
      length,
      (from, to) => f.callVoid(permute(k, size), source, target, size * inner, permutation, from, to)
    )
  })
}

/** `(elements, sorted, stride, permutation, from, to)`: puts elements of a size into the order of the permutation. */
const permute = (k: KernelFunction, size: number) =>
  k.library.helper(`sort_permute_${size}`, (module) =>
    module.function(
      { params: ["i32", "i32", "i32", "i32", "i32", "i32"], name: `sort_permute_${size}` },
      (f, elements, sorted, stride, permutation, from, to) => {
        const target = f.let(i32.add(sorted, i32.mul(from, stride)))
        f.forRange({ from, to }, (i) =>
          f.scope(() => {
            const position = i32.load(i32.add(permutation, i32.shl(i, 2)))
            const source = f.let(i32.add(elements, i32.mul(position, stride)))
            f.do(
              size === 1
                ? i32.store8(target, i32.load8U(source))
                : size === 2
                ? i32.store16(target, i32.load16U(source))
                : size === 4
                ? i32.store(target, i32.load(source))
                : i64.store(target, i64.load(source))
            )
            f.set(target, i32.add(target, stride))
          }))
      }
    ))
