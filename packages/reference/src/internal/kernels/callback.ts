/**
 * Primitives that call the host.
 */
import type { DebugCallbackParams, PureCallbackParams } from "effax/Primitives"
import { type Kernel, kernel, type Steps } from "../kernel.ts"
import type { Value } from "../value.ts"

/** Copies elements unchanged, for any dtype. */
const copy = (to: Value, from: { readonly data: Value["data"] }): void =>
  (to.data as Float64Array).set(from.data as Float64Array)

const copies = (values: ReadonlyArray<Value>): ReadonlyArray<Value["data"]> =>
  values.map(({ data }) => data.slice() as Value["data"])

const debugCallback: Kernel<DebugCallbackParams> = kernel(function*(inputs, outputs, { callback, passed }): Steps {
  outputs.forEach((output, i) => copy(output, inputs[i]!))
  yield { callback, operands: copies(inputs.slice(passed)), resume: () => {} }
})

const pureCallback: Kernel<PureCallbackParams> = kernel(function*(inputs, outputs, { callback }): Steps {
  yield {
    callback,
    operands: copies(inputs),
    resume: (results) => outputs.forEach((output, i) => copy(output, { data: results[i]! }))
  }
})

export const callbackRules = { debug_callback: debugCallback, pure_callback: pureCallback }
