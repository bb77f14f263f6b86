/**
 * The definition of a backend: test suites that every implementation passes.
 *
 * **When to use**
 *
 * In a test file of a package that implements a backend.
 *
 * @example
 * ```ts
 * // not run: it defines tests
 * import { Reference } from "@effax/reference"
 * import { Conformance } from "@effax/testing"
 *
 * Conformance.conformance("reference", Reference.layer)
 * ```
 *
 * @since 0.1.0
 */
import { describe, layer as withLayer, type Vitest } from "@effect/vitest"
import type { Backend } from "effax/Backend"
import type * as DType from "effax/DType"
import * as Layer from "effect/Layer"
import type { Tolerance } from "./AllClose.ts"
import { callbackSuite } from "./internal/conformance/callbacks.ts"
import { controlFlowSuite } from "./internal/conformance/controlFlow.ts"
import { executionSuite } from "./internal/conformance/execution.ts"
import { memorySuite } from "./internal/conformance/memory.ts"
import { primitiveSuite } from "./internal/conformance/primitives.ts"
import type { Suite } from "./internal/conformance/suite.ts"
import { transferSuite } from "./internal/conformance/transfer.ts"

/**
 * Options of {@link conformance}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Tolerances for some dtypes, in place of `AllClose.tolerances`. */
  readonly tolerances?: { readonly [D in DType.DType]?: Tolerance }
  /** The time in which an interrupted computation must stop, in milliseconds; 100 by default. */
  readonly interruptWithin?: number
  /** Tests that this backend can't pass, by name, with the reason. They are reported as skipped. */
  readonly exclude?: { readonly [test: string]: string }
}

const suites: { readonly [name: string]: Suite } = {
  transfer: transferSuite,
  memory: memorySuite,
  execution: executionSuite,
  controlFlow: controlFlowSuite,
  callbacks: callbackSuite,
  primitives: primitiveSuite
}

/**
 * Defines the suites. The layer is built once for each test that counts memory, and once for all others.
 *
 * **Details**
 *
 * - *transfer*: data of every supported dtype is uploaded and read back bit by bit; other dtypes are refused
 * - *memory*: scopes, donation, disposal, running out of memory and recovering
 * - *execution*: one compilation for equal programs, reproducible bits, many fibers, interruption
 * - *controlFlow*: branches and loops, nested, batched and differentiated; endless loops can be interrupted
 * - *callbacks*: host functions are called in order, may compute themselves, and fail correctly
 * - *primitives*: every primitive on small random and special values, compared with values from JAX
 *
 * @category suites
 * @since 0.1.0
 */
export const conformance = <E>(name: string, backend: Layer.Layer<Backend, E>, options: Options = {}): void => {
  const fresh = Layer.orDie(Layer.fresh(backend))
  describe(`conformance of ${name}`, () => {
    for (const [suiteName, suite] of Object.entries(suites)) {
      withLayer(backend, { excludeTestServices: true })(suiteName, (it) => {
        const test: Vitest.Test<Backend> = (testName, self, timeout) => {
          const reason = options.exclude?.[testName]
          if (reason === undefined) it.effect(testName, self, timeout)
          else it.effect.skip(`${testName} (${reason})`, self, timeout)
        }
        suite({ test, fresh, options })
      })
    }
  })
}
