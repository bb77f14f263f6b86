/**
 * What a module has defined or imported, by its index.
 */
import type { ValueType } from "./encoding.ts"

/** A function that can be called, whether or not its body exists yet. */
export interface FunctionHandle<
  out P extends ReadonlyArray<ValueType> = ReadonlyArray<ValueType>,
  out R extends ReadonlyArray<ValueType> = ReadonlyArray<ValueType>
> {
  readonly index: number
  readonly params: P
  readonly results: R
}

export interface GlobalHandle<out T extends ValueType = ValueType> {
  readonly index: number
  readonly type: T
}
