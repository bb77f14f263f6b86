/**
 * Sorting contiguous lines of one 32-bit operand: the keys are the values, in another form, and go back to it when they are
 * sorted. NaN all become one; where there are zeros of both signs, their order in the line is restored at the end.
 */
import type { Routine } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import {
  f32x4,
  type FunctionBuilder,
  type FunctionHandle,
  i32,
  i32x4,
  type Local,
  memory,
  v128,
  type Value
} from "../assembler/index.ts"
import { microseconds } from "./cost.ts"
import { bufferAddress, type KernelCode, type KernelFunction, type ModuleContext, unitFunction } from "./kernel.ts"
import { count, countBytes, type DigitBits, digitsOf, distributeKeys, starts } from "./radix.ts"
import { inStretches } from "./stretches.ts"
import { divide, unitRanges } from "./units.ts"

type Vector = Value<"v128">

/** How four values become keys, and keys values. */
interface Form {
  readonly toKey: (x: Local<"v128">) => Vector
  readonly fromKey: (key: Local<"v128">) => Vector
}

const flipSign = (x: Vector): Vector => v128.xor(x, i32x4.const(-(2 ** 31)))

const forms: { readonly [D in DType]?: Form } = {
  int32: { toKey: flipSign, fromKey: flipSign },
  uint32: { toKey: (x) => x, fromKey: (key) => key },
  float32: {
    toKey: (x) => {
      const ordered = v128.xor(x, v128.or(i32x4.shrS(x, 31), i32x4.const(-(2 ** 31))))
      return v128.or(ordered, f32x4.ne(x, x))
    },
    fromKey: (key) => v128.xor(key, v128.or(i32x4.shrS(v128.not(key), 31), i32x4.const(-(2 ** 31))))
  }
}

/** Shorter lines are sorted otherwise. */
const shortest = 256

export const isSortOfValues = ({ params: { dtypes, inner, length } }: Routine<"sort">): boolean =>
  dtypes.length === 1 && inner === 1 && length >= shortest && forms[dtypes[0]!] !== undefined

type Convert = FunctionHandle<readonly ["i32", "i32", "i32", "i32"], readonly []>

/** `(source, target, from, to)`: converts words, four at a time and then singly. */
const convertWords = (k: KernelFunction, name: string, convert: (x: Local<"v128">) => Vector): Convert =>
  k.library.helper<Convert>(
    name,
    (module) =>
      module.function({ params: ["i32", "i32", "i32", "i32"], name }, (f, source, target, from, to) => {
        const i = f.let(from)
        for (const width of [4, 1] as const) {
          f.while(() => i32.leS(i32.add(i, width), to), () =>
            f.scope(() => {
              const at = f.let(i32.add(source, i32.shl(i, 2)))
              const x = f.let(width === 4 ? v128.load(at, { align: 4 }) : v128.load32Zero(at))
              const result = f.let(convert(x))
              const out = f.let(i32.add(target, i32.shl(i, 2)))
              f.do(width === 4 ? v128.store(out, result, { align: 4 }) : v128.store32Lane(out, result, 0))
              f.set(i, i32.add(i, width))
            }))
        }
      })
  )

/** `(values, sorted, length)`: puts zeros into the order that they have in the values. */
const restoreZeros = (k: KernelFunction) =>
  k.library.helper(
    "sort_restore_zeros",
    (module) =>
      module.function({ params: ["i32", "i32", "i32"], name: "sort_restore_zeros" }, (f, values, sorted, length) => {
        const bitsAt = (base: Local<"i32">, i: Local<"i32">) => i32.load(i32.add(base, i32.shl(i, 2)))
        // The first that is not below -0. Unless it is -0, no zero is out of order.
        const firstZero = lowerBound(f, length, (i) => i32.leU(bitsAt(sorted, i), negativeZero))
        f.if(i32.geU(firstZero, length), () => f.return())
        f.if(i32.ne(bitsAt(sorted, firstZero), negativeZero), () => f.return())
        const out = f.let(i32.add(sorted, i32.shl(firstZero, 2)))
        f.forRange({ to: length }, (i) =>
          f.scope(() => {
            const bits = f.let(bitsAt(values, i))
            f.if(i32.eqz(i32.shl(bits, 1)), () => {
              f.do(i32.store(out, bits))
              f.set(out, i32.add(out, 4))
            })
          }))
      })
  )

const negativeZero = -(2 ** 31)

/** The first position from which on a condition holds. */
const lowerBound = (
  f: FunctionBuilder,
  length: Local<"i32">,
  holds: (i: Local<"i32">) => Value<"i32">
): Local<"i32"> => {
  const low = f.let(i32.const(0))
  const high = f.let(length)
  f.while(() => i32.ltU(low, high), () =>
    f.scope(() => {
      const middle = f.let(i32.shrU(i32.add(low, high), 1))
      f.if(holds(middle), () => f.set(high, middle), () => f.set(low, i32.add(middle, 1)))
    }))
  return low
}

export const emitSortValues = (context: ModuleContext, kernel: Routine<"sort">): KernelCode => {
  const { inputs, name, outputs, params: { dtypes, length, outer }, scratch } = kernel
  const dtype = dtypes[0]!
  const { fromKey, toKey } = forms[dtype]!
  const bits: DigitBits = length >= 4096 ? 11 : 8
  const cycles = 4 * length * 16
  const division = divide([outer], cycles)
  const lineBytes = 4 * length
  const unit = unitFunction(context, name, (k, unit) => {
    const { f } = k
    const [range] = unitRanges(k, division, unit)
    const { from, to } = range as { readonly from: Local<"i32"> | number; readonly to: Local<"i32"> | number }
    f.forRange({ from, to }, (line) =>
      f.scope(() => {
        const values = f.let(i32.add(bufferAddress(k, inputs[0]!), i32.mul(line, lineBytes)))
        const sorted = f.let(i32.add(bufferAddress(k, outputs[0]!), i32.mul(line, lineBytes)))
        const keys = f.let(i32.add(bufferAddress(k, scratch[0]!), i32.mul(line, 2 * lineBytes)))
        const otherKeys = f.let(i32.add(keys, lineBytes))
        const counts = k.scratch
        inStretches(k, length, (from, to) =>
          f.callVoid(convertWords(k, `sort_to_key_${dtype}`, toKey), values, keys, from, to))
        f.do(memory.fill(counts, 0, digitsOf(bits) * countBytes(bits)))
        inStretches(k, length, (from, to) =>
          f.callVoid(count(k, bits), keys, counts, from, to))
        for (let at = 0; at < digitsOf(bits); at++) {
          const counted = f.let(i32.add(counts, at * countBytes(bits)))
          f.callVoid(starts(k, bits), counted)
          inStretches(k, length, (from, to) =>
            f.callVoid(distributeKeys(k, bits, at), keys, otherKeys, counted, from, to))
          const held = f.let(keys)
          f.set(keys, otherKeys)
          f.set(otherKeys, held)
        }
        inStretches(k, length, (from, to) =>
          f.callVoid(convertWords(k, `sort_from_key_${dtype}`, fromKey), keys, sorted, from, to))
        if (dtype === "float32") {
          f.callVoid(restoreZeros(k), values, sorted, length)
        }
      }))
  })
  return {
    phases: [{ unit, units: division.units, cost: microseconds(outer, cycles) }],
    scratch: digitsOf(bits) * countBytes(bits)
  }
}
