/**
 * The Programs nested in a Program: the parameters of equations are plain data that may contain Programs at any depth.
 */
import { isProgram } from "./model.ts"
import type { Program } from "./program.ts"

/** Whether data is a list or a record. Derivative rules and host functions are opaque class instances. */
const isPlain = (data: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(data)
  return prototype === Array.prototype || prototype === Object.prototype || prototype === null
}

/** The Programs in all or one of an equation's parameters, in order. */
export const programsIn = (data: unknown): ReadonlyArray<Program> => {
  if (typeof data !== "object" || data === null) return []
  if (isProgram(data)) return [data]
  return isPlain(data) ? Object.values(data).flatMap(programsIn) : []
}

/** The data with its Programs replaced; the same object if none of them changed. */
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

/** A Program and all nested Programs, each once. */
export const everyProgram = (program: Program): ReadonlySet<Program> => {
  const found = new Set([program])
  // iteration over a set includes the elements added during it
  for (const of of found) {
    for (const { params } of of.equations) for (const inner of programsIn(params)) found.add(inner)
  }
  return found
}
