/**
 * The parts of a stable radix sort (least significant digit first; Knuth, TAOCP 3, 5.2.5) of 32-bit keys, with or without
 * a permutation that goes along: functions that a module has once. Each works on a stretch of a line, so that whoever
 * calls it can look at the cancel flag in between.
 */
import { type FunctionBuilder, type FunctionHandle, i32, type Local } from "../assembler/index.ts"
import type { KernelFunction } from "./kernel.ts"
import type { SortKey } from "./sortKeys.ts"

/** Bits of a digit: fewer bins for lines that are too short to fill many. */
export type DigitBits = 8 | 11

export const digitsOf = (bits: DigitBits): number => Math.ceil(32 / bits)
const binsOf = (bits: DigitBits): number => 1 << bits
/** Bytes of one digit's counts. */
export const countBytes = (bits: DigitBits): number => 4 * binsOf(bits)

type I32s = ReadonlyArray<"i32">
type Helper = FunctionHandle<I32s, readonly []>

const helper = (
  k: KernelFunction,
  name: string,
  parameters: number,
  body: (f: FunctionBuilder, ...p: ReadonlyArray<Local<"i32">>) => void
): Helper =>
  k.library.helper<Helper>(
    name,
    (module) =>
      module.function({ params: Array.from({ length: parameters }, () => "i32" as const), name }, (f, ...p) =>
        body(f, ...p as ReadonlyArray<Local<"i32">>))
  )

/** The address of word `i`. */
const word = (base: Local<"i32">, i: Local<"i32">) => i32.add(base, i32.shl(i, 2))

const digit = (f: FunctionBuilder, key: Local<"i32">, bits: DigitBits, at: number): Local<"i32"> => {
  const shifted = at === 0 ? key : i32.shrU(key, at * bits)
  return f.let(i32.shl(i32.and(shifted, binsOf(bits) - 1), 2))
}

/** `(permutation, from, to)`: each element at its own place. */
export const identity = (k: KernelFunction): Helper =>
  helper(
    k,
    "sort_identity",
    3,
    (f, permutation, from, to) => f.forRange({ from: from!, to: to! }, (i) => f.do(i32.store(word(permutation!, i), i)))
  )

/** `(elements, stride, permutation, keys, from, to)`: the keys of the elements in the order of the permutation. */
export const gatherKeys = (k: KernelFunction, key: SortKey): Helper =>
  helper(
    k,
    `sort_keys_${key.name}`,
    6,
    (f, elements, stride, permutation, keys, from, to) =>
      f.forRange({ from: from!, to: to! }, (i) =>
        f.scope(() => {
          const address = f.let(i32.add(elements!, i32.mul(i32.load(word(permutation!, i)), stride!)))
          const value = f.let(key.load(f, address))
          f.do(i32.store(word(keys!, i), value))
        }))
  )

/** `(keys, counts, from, to)`: counts every digit of every key. */
export const count = (k: KernelFunction, bits: DigitBits): Helper =>
  helper(
    k,
    `sort_count_${bits}`,
    4,
    (f, keys, counts, from, to) =>
      f.forRange({ from: from!, to: to! }, (i) =>
        f.scope(() => {
          const key = f.let(i32.load(word(keys!, i)))
          for (let at = 0; at < digitsOf(bits); at++) {
            const slot = f.let(i32.add(counts!, digit(f, key, bits, at)))
            const offset = at * countBytes(bits)
            f.do(i32.store(slot, i32.add(i32.load(slot, { offset }), 1), { offset }))
          }
        }))
  )

/** `(counts)`: of one digit, from how many of each to where the first of each goes. */
export const starts = (k: KernelFunction, bits: DigitBits): Helper =>
  helper(k, `sort_starts_${bits}`, 1, (f, counts) => {
    const sum = f.local("i32")
    const slot = f.let(counts!)
    f.forRange({ to: binsOf(bits) }, () =>
      f.scope(() => {
        const size = f.let(i32.load(slot))
        f.do(i32.store(slot, sum))
        f.set(sum, i32.add(sum, size))
        f.set(slot, i32.add(slot, 4))
      }))
  })

/** `(keys, permutation, sortedKeys, sortedPermutation, counts, from, to)`: puts each where its digit belongs. */
export const distribute = (k: KernelFunction, bits: DigitBits, at: number): Helper =>
  helper(
    k,
    `sort_distribute_${bits}_${at}`,
    7,
    (f, keys, permutation, toKeys, toPermutation, counts, from, to) =>
      f.forRange({ from: from!, to: to! }, (i) =>
        f.scope(() => {
          const key = f.let(i32.load(word(keys!, i)))
          const slot = f.let(i32.add(counts!, digit(f, key, bits, at)))
          const position = f.let(i32.load(slot))
          f.do(i32.store(slot, i32.add(position, 1)))
          f.do(i32.store(word(toKeys!, position), key))
          f.do(i32.store(word(toPermutation!, position), i32.load(word(permutation!, i))))
        }))
  )

/** `(keys, sortedKeys, counts, from, to)`: the same without a permutation. */
export const distributeKeys = (k: KernelFunction, bits: DigitBits, at: number): Helper =>
  helper(
    k,
    `sort_distribute_keys_${bits}_${at}`,
    5,
    (f, keys, toKeys, counts, from, to) =>
      f.forRange({ from: from!, to: to! }, (i) =>
        f.scope(() => {
          const key = f.let(i32.load(word(keys!, i)))
          const slot = f.let(i32.add(counts!, digit(f, key, bits, at)))
          const position = f.let(i32.load(slot))
          f.do(i32.store(slot, i32.add(position, 1)))
          f.do(i32.store(word(toKeys!, position), key))
        }))
  )

/** `(keys, permutation, length)`: sorts a short line by insertion. */
export const insertion = (k: KernelFunction): Helper =>
  helper(
    k,
    "sort_insertion",
    3,
    (f, keys, permutation, length) =>
      f.forRange({ from: 1, to: length! }, (i) =>
        f.scope(() => {
          const key = f.let(i32.load(word(keys!, i)))
          const element = f.let(i32.load(word(permutation!, i)))
          const slot = f.let(i32.shl(i, 2))
          f.block((end) => {
            f.loop((again) => {
              f.brIf(end, i32.eqz(slot))
              const before = f.let(i32.add(keys!, slot))
              const other = f.let(i32.load(i32.sub(before, 4)))
              f.brIf(end, i32.leU(other, key))
              f.do(i32.store(before, other))
              const entry = f.let(i32.add(permutation!, slot))
              f.do(i32.store(entry, i32.load(i32.sub(entry, 4))))
              f.set(slot, i32.sub(slot, 4))
              f.br(again)
            })
          })
          f.do(i32.store(i32.add(keys!, slot), key))
          f.do(i32.store(i32.add(permutation!, slot), element))
        }))
  )
