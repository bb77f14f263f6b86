/**
 * The common parts of the suites of the conformance kit.
 */
import type { Vitest } from "@effect/vitest"
import type { Backend } from "effax/Backend"
import type * as DType from "effax/DType"
import type * as Layer from "effect/Layer"
import type { Tolerance } from "../../AllClose.ts"

export interface Options {
  readonly tolerances?: { readonly [D in DType.DType]?: Tolerance }
  readonly interruptWithin?: number
  readonly exclude?: { readonly [test: string]: string }
}

/** Defines tests of one concern. The layer is built once for the suite; `fresh` is for tests that count. */
export interface Suite {
  (context: {
    /** Defines a test, or a skipped one that says why. */
    readonly test: Vitest.Test<Backend>
    /** A new backend, with nothing in its memory. */
    readonly fresh: Layer.Layer<Backend>
    readonly options: Options
  }): void
}
