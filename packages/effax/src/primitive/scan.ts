/**
 * `scan`: a Program that is run along the first axis of arrays, handing a carry on from step to step.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import { nonlinearity } from "../internal/autodiff/linearity.ts"
import { checkCarry, widened } from "../internal/axes/replication.ts"
import { batchProgram, materialize } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { nothing } from "../internal/program/costs.ts"
import { either, fixpoint, type Flags } from "../internal/program/flags.ts"
import { anyOperands, flag, natural, positive, program, schema } from "../internal/program/paramSchema.ts"
import { dependentResults } from "../internal/program/partialEvaluation.ts"
import type * as NdArray from "../NdArray.ts"
import type { LinearityContext, Nonlinear, Primitive } from "../Primitive.ts"
import { checkOperands, checkResults, partition, resultsOf } from "./controlFlow.ts"
import type { ScanParams } from "./params.ts"
import { jvpScan, linearizeScan, transposeScan } from "./scanDerivatives.ts"
import { moveAxis } from "./structural.ts"

const primitive: Primitive<ScanParams> = {
  name: "scan",
  schema: schema(anyOperands, {
    jaxpr: program,
    length: natural,
    numConsts: natural,
    numCarry: natural,
    reverse: flag,
    unroll: positive
  }),
  cost: { ...nothing, runs: ({ jaxpr, length }) => [{ program: jaxpr, times: length }] },
  abstract(inputs, params) {
    const { jaxpr, length, numCarry, numConsts } = params
    const xs = inputs.slice(numConsts + numCarry)
    checkSteps(params, inputs.length)
    const wrong = xs.find(({ shape }) => shape[0] !== length)
    if (wrong !== undefined) {
      throw new ShapeError({
        operation: "scan",
        message: `scan: axis 0 of what is scanned must have the length ${length}, got ${Aval.format(wrong)}`
      })
    }
    const slices = xs.map((x) => ({ ...x, shape: x.shape.slice(1) }))
    checkOperands("scan", "the body", jaxpr, [...inputs.slice(0, numConsts + numCarry), ...slices])
    const results = resultsOf(jaxpr)
    const carry = inputs.slice(numConsts, numConsts + numCarry)
    checkResults("scan", "the body", jaxpr, [...carry, ...results.slice(numCarry)])
    checkCarry("scan", carry, results)
    const widest = widened(results, (i) => i < numCarry ? carry[i]!.varying : undefined)
    return widest.map((x, i) => i < numCarry ? x : { ...x, shape: [length, ...x.shape] })
  },
  nestedJvp: (context) => (context.split ? linearizeScan : jvpScan)(scanPrimitive, context),
  linear: {
    form: { nonlinearity: (context) => nonlinearityOfScan(context) },
    transpose: (context) => transposeScan(scanPrimitive, context)
  },
  batch({ axisName, batched, inputs, params, size }) {
    const { jaxpr, numCarry, numConsts } = params
    const axis = { size, name: axisName }
    const [consts, init, xs] = partition(inputs, numConsts, numCarry)
    const [constsBatched, initBatched, xsBatched] = partition(batched, numConsts, numCarry)
    const [carryBatched, body] = fixpoint(initBatched!, (carry) => {
      const body = batchProgram(jaxpr, [...constsBatched!, ...carry, ...xsBatched!], axis, carry)
      return [body.batched.slice(0, numCarry), body]
    })
    const outputs = scanPrimitive([
      ...body.captures,
      ...consts!,
      ...init!.map((x, i) => carryBatched[i] && !initBatched![i] ? materialize(x, size) : x),
      // steps first, then examples
      ...xs!.map((x, i) => xsBatched![i] ? moveAxis(x, 0, 1) : x)
    ], { ...params, jaxpr: body.program, numConsts: body.captures.length + numConsts })
    return {
      outputs: outputs.map((y, i) => i >= numCarry && body.batched[i] ? moveAxis(y, 1, 0) : y),
      batched: body.batched
    }
  }
}

/** A carry that no step makes of linear operands (a counter) is none of the linear function's. */
const nonlinearityOfScan = (
  { linear, params: { jaxpr, numCarry, numConsts }, zeros }: LinearityContext<ScanParams>
): string | Nonlinear | undefined => {
  const isCarry = (i: number) => i >= numConsts && i < numConsts + numCarry
  const withCarry = (carry: Flags) => linear.map((flag, i) => isCarry(i) ? carry[i - numConsts]! : flag)
  const [carry, depends] = fixpoint(linear.slice(numConsts, numConsts + numCarry), (carry) => {
    const depends = dependentResults(jaxpr, withCarry(carry))
    return [depends.slice(0, numCarry), depends]
  })
  const started = carry.findIndex((is, i) => is && !linear[numConsts + i] && !zeros[numConsts + i])
  if (started !== -1) return `has a carry, number ${started}, that starts with what is not known to be zero`
  return nonlinearity(jaxpr, withCarry(carry), zeros.map((zero, i) => zero && !isCarry(i)), either(depends, carry))
}

const checkSteps = ({ length, numCarry, numConsts, unroll }: ScanParams, operands: number): void => {
  const natural = (n: number) => Number.isSafeInteger(n) && n >= 0
  if (![length, numCarry, numConsts].every(natural) || !natural(unroll - 1) || numConsts + numCarry > operands) {
    throw new ArgumentError({
      operation: "scan",
      message: `scan: length ${length}, numConsts ${numConsts}, numCarry ${numCarry} and unroll ${unroll} must be ` +
        `natural numbers (unroll at least 1), with no more constants and carries than the ${operands} operands`
    })
  }
}

/** Operands: constants, initial carry, arrays whose axis 0 is scanned. */
export const scanPrimitive = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: ScanParams): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, inputs, params),
  { primitive }
)
