/**
 * The containers of trees of arrays.
 */
import type { DType } from "../DType.ts"
import type * as NdArray from "../NdArray.ts"
import type { Atom } from "./model.ts"

/** What `Arrays` asks of the members of a container. */
export type Nodes<T, D extends DType> = {
  readonly [K in keyof T]: T[K] extends NdArray.NdArray<D> | null | undefined ? T[K]
    : T[K] extends Atom ? NdArray.NdArray<D>
    : Nodes<T[K], D>
}
