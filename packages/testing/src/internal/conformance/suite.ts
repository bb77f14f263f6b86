/**
 * The common parts of the conformance suites.
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

/** Defines the tests of one concern. The layer is built once for the suite; `fresh` is for tests that count memory. */
export interface Suite {
  (context: {
    /** Defines a test, or a skipped one with the reason. */
    readonly test: Vitest.Test<Backend>
    /** A new backend with empty memory. */
    readonly fresh: Layer.Layer<Backend>
    readonly options: Options
  }): void
}
