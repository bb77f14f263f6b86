/**
 * Calls of the host by a module: read out of memory, and answered there.
 */
import type { HostCallback } from "effax/DriverKit"
import * as DType from "effax/DType"
import type { TypedArray } from "effax/DType"
import * as HostArray from "effax/HostArray"
import { requestWord } from "../codegen/callback.ts"
import type { LinearMemory } from "./memory.ts"

/** An array in memory. */
interface Place {
  readonly address: number
  readonly dtype: DType.DType
  readonly elements: number
}

export interface Request {
  readonly callback: HostCallback
  /** Copies. */
  readonly operands: ReadonlyArray<TypedArray>
  readonly results: ReadonlyArray<Place>
}

const elementsAt = (memory: LinearMemory, { address, dtype, elements }: Place): Float64Array =>
  new HostArray.constructors[dtype](memory.memory.buffer, address, elements) as Float64Array

export const read = (memory: LinearMemory, address: number, callbacks: ReadonlyArray<HostCallback>): Request => {
  const { words } = memory
  const at = address >>> 2
  const operands = words[at + requestWord.operands]!
  const places = Array.from({ length: operands + words[at + requestWord.results]! }, (_, i): Place => {
    const entry = at + requestWord.arrays + requestWord.wordsPerArray * i
    return { address: words[entry]! >>> 0, dtype: DType.all[words[entry + 1]!]!, elements: words[entry + 2]! >>> 0 }
  })
  return {
    callback: callbacks[words[at + requestWord.callback]!]!,
    operands: places.slice(0, operands).map((place) => elementsAt(memory, place).slice() as TypedArray),
    results: places.slice(operands)
  }
}

export const write = (memory: LinearMemory, places: Request["results"], results: ReadonlyArray<TypedArray>): void =>
  places.forEach((place, i) => elementsAt(memory, place).set(results[i] as Float64Array))
