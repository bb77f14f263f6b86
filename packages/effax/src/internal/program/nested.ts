/**
 * The Programs inside of a Program: parameters of equations are plain data that may hold some, anywhere.
 */
import { isProgram } from "./model.ts"
import type { Program } from "./program.ts"

/** Lists and records; rules of derivatives and functions of the host, which are opaque, are instances of classes. */
const isPlain = (data: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(data)
  return prototype === Array.prototype || prototype === Object.prototype || prototype === null
}

/** The Programs in the parameters of an equation, or in one of them, in order. */
export const programsIn = (data: unknown): ReadonlyArray<Program> => {
  if (typeof data !== "object" || data === null) return []
  if (isProgram(data)) return [data]
  return isPlain(data) ? Object.values(data).flatMap(programsIn) : []
}

/** The same data with other Programs; the data itself where they are the same. */
export const mapPrograms = <A>(data: A, f: (program: Program) => Program): A => {
  const map = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value
    if (isProgram(value)) return f(value)
    if (!isPlain(value)) return value
    if (Array.isArray(value)) {
      const mapped = value.map(map)
      return mapped.every((of, i) => of === value[i]) ? value : mapped
    }
    const entries = Object.entries(value)
    const mapped = entries.map(([key, of]) => [key, map(of)] as const)
    return mapped.every(([, of], i) => of === entries[i]![1]) ? value : Object.fromEntries(mapped)
  }
  return map(data) as A
}

/** A Program and all Programs inside of it, each once. */
export const everyProgram = (program: Program): ReadonlySet<Program> => {
  const found = new Set([program])
  // a set is walked over what is added to it on the way
  for (const of of found) {
    for (const { params } of of.equations) for (const inner of programsIn(params)) found.add(inner)
  }
  return found
}
