/**
 * Calls of the host: `debug_callback`, which looks at values on their way, and `pure_callback`, which has values computed.
 */
import * as Effect from "effect/Effect"
import * as Aval from "../Aval.ts"
import * as DType from "../DType.ts"
import type { TypedArray } from "../DType.ts"
import { ArgumentError, ShapeError } from "../Errors.ts"
import * as host from "../HostArray.ts"
import { materialize } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { movement } from "../internal/program/costs.ts"
import {
  anyOperands,
  aval,
  callback as hostCallback,
  list,
  natural,
  oneOf,
  orNull,
  schema
} from "../internal/program/paramSchema.ts"
import { snakeCase, tuple } from "../internal/program/spelling.ts"
import type * as NdArray from "../NdArray.ts"
import type { Primitive } from "../Primitive.ts"
import { HostCallback, type HostFunction } from "./hostCallback.ts"
import type { DebugCallbackParams, PureCallbackParams, VmapMethod } from "./params.ts"
import { reshape } from "./structural.ts"

type Flags = ReadonlyArray<boolean>

const avalOf = ({ dtype, shape, varying, weak }: Aval.Aval): Aval.Aval => ({ dtype, shape, weak, varying })

const strong = (shape: ReadonlyArray<number>, { dtype }: Aval.Aval): Aval.Aval => ({ dtype, shape, weak: false })

/** Elements of typed arrays; complex numbers take two. */
const elements = (of: Aval.Aval): number => Aval.size(of) * (DType.isComplex(of.dtype) ? 2 : 1)

/** What a function of single examples is called with, and what of it is batched. */
interface Single {
  readonly apply: HostFunction
  readonly operands: ReadonlyArray<Aval.Aval>
  readonly results: ReadonlyArray<Aval.Aval>
  readonly batched: Flags
  readonly size: number
}

/** Calls a function once for each example, in order, and puts the results together. */
const sequentially = ({ apply, batched, operands, results, size }: Single): HostFunction => (data) =>
  Effect.gen(function*() {
    const lengths = results.map(elements)
    const whole = results.map((of) => host.allocate(of.dtype, Aval.size(of) * size) as Float64Array)
    const steps = operands.map(elements)
    for (let i = 0; i < size; i++) {
      const example = data.map((all, k) =>
        batched[k] ? all.subarray(i * steps[k]!, (i + 1) * steps[k]!) : all
      ) as ReadonlyArray<TypedArray>
      const found = yield* apply(example.map((part) => part.slice() as TypedArray), { operands, results })
      found.forEach((part, k) => whole[k]!.set(part as Float64Array, i * lengths[k]!))
    }
    return whole as ReadonlyArray<TypedArray>
  })

// --- debug_callback -------------------------------------------------------------------------------------------------

const checkOperands = (
  operation: string,
  expected: ReadonlyArray<Aval.Aval>,
  given: ReadonlyArray<Aval.Aval>
): void => {
  const same = expected.length === given.length &&
    expected.every((of, i) => of.dtype === given[i]!.dtype && Aval.sameShape(of.shape, given[i]!.shape))
  if (same) return
  throw new ShapeError({
    operation,
    message: `${operation}: the callback takes ${expected.map(Aval.format).join(", ") || "nothing"}, got ${
      given.map(Aval.format).join(", ") || "nothing"
    }`
  })
}

const debugPrimitive: Primitive<DebugCallbackParams> = {
  name: "debug_callback",
  schema: schema(anyOperands, { callback: hostCallback, passed: natural }),
  cost: movement,
  replication: "own",
  abstract(inputs, { callback, passed }) {
    checkOperands("debug_callback", callback.operands, inputs.slice(passed))
    return inputs.slice(0, passed).map(avalOf)
  },
  // looking at a value has no derivative of its own: tangents and cotangents go past it
  jvp: ({ params: { passed }, tangents }) => tangents.slice(0, passed),
  linear: {
    form: "each",
    transpose: ({ cotangents, linear, params: { passed } }) =>
      linear.map((isLinear, i) => isLinear && i < passed ? cotangents[i] : undefined)
  },
  batch({ batched, inputs, params: { callback, passed }, size }) {
    const { apply, name, operands } = callback
    const seen = batched.slice(passed)
    const outputs = node.bind(debugPrimitive, inputs, {
      passed,
      // what is the same for all examples is looked at once
      callback: seen.includes(true)
        ? new HostCallback(
          name,
          inputs.slice(passed).map(avalOf),
          [],
          sequentially({ apply, operands, results: [], batched: seen, size })
        )
        : callback
    })
    return { outputs, batched: batched.slice(0, passed) }
  }
}

/** Arrays as they are; when they are computed, the callback is called with the values. */
export const debugCallback = Object.assign(
  (
    name: string,
    arrays: ReadonlyArray<NdArray.Any>,
    values: ReadonlyArray<NdArray.Any>,
    apply: HostFunction
  ): ReadonlyArray<NdArray.Any> =>
    node.bind(debugPrimitive, [...arrays, ...values], {
      callback: new HostCallback(name, (values as ReadonlyArray<node.Node>).map(avalOf), [], apply),
      passed: arrays.length
    }),
  { primitive: debugPrimitive }
)

// --- pure_callback --------------------------------------------------------------------------------------------------

interface Batching {
  readonly callback: HostCallback
  readonly inputs: ReadonlyArray<NdArray.Any>
  readonly batched: Flags
  readonly size: number
}

/** The operands and the function of the batched call. */
const methods: {
  readonly [M in VmapMethod]: (batching: Batching) => {
    readonly inputs: ReadonlyArray<NdArray.Any>
    readonly apply: HostFunction
  }
} = {
  sequential: ({ batched, callback: { apply, operands, results }, inputs, size }) => ({
    inputs,
    apply: sequentially({ apply, operands, results, batched, size })
  }),
  expandDims: ({ batched, callback, inputs }) => ({
    inputs: inputs.map((x, i) => batched[i] ? x : reshape(x, [1, ...x.shape])),
    apply: callback.apply
  }),
  broadcastAll: ({ batched, callback, inputs, size }) => ({
    inputs: inputs.map((x, i) => batched[i] ? x : materialize(x, size)),
    apply: callback.apply
  })
}

const refuseDerivative = ({ callback }: PureCallbackParams): never => {
  throw new ArgumentError({
    operation: "pureCallback",
    message:
      `pureCallback: the derivative of ${callback.name} is not known, since it is computed on the host; give it ` +
      "one with customJvp or customVjp around the call, or pass the arguments through `np.stopGradient` first"
  })
}

const purePrimitive: Primitive<PureCallbackParams> = {
  name: "pure_callback",
  schema: schema(anyOperands, {
    callback: hostCallback,
    resultAvals: list(aval),
    vmapMethod: orNull(oneOf("sequential", "expandDims", "broadcastAll"))
  }),
  cost: movement,
  print: ({ callback, resultAvals, vmapMethod }) => [
    ["callback", callback],
    ["result_avals", tuple(resultAvals.map(({ dtype, shape }) => `ShapedArray(${dtype}[${shape.join(",")}])`))],
    ["vmap_method", vmapMethod === null ? null : snakeCase(vmapMethod)]
  ],
  abstract(inputs, { callback, resultAvals }) {
    checkOperands("pure_callback", callback.operands, inputs)
    return resultAvals
  },
  jvp: ({ params }) => refuseDerivative(params),
  batch({ batched, inputs, params: { callback, resultAvals, vmapMethod }, size }) {
    if (vmapMethod === null) {
      throw new ArgumentError({
        operation: "vmap",
        message: `vmap: ${callback.name} is called by a pureCallback that does not say how it is vectorised; give it ` +
          "`vmapMethod`: \"sequential\" for one call for each example, \"expandDims\" or \"broadcastAll\" for one call " +
          "with the whole batch"
      })
    }
    const call = methods[vmapMethod]({ callback, inputs, batched, size })
    const results = resultAvals.map((of) => strong([size, ...of.shape], of))
    const operands = (call.inputs as ReadonlyArray<node.Node>).map(avalOf)
    const outputs = node.bind(purePrimitive, call.inputs, {
      callback: new HostCallback(callback.name, operands, results, call.apply),
      resultAvals: results,
      vmapMethod
    })
    return { outputs, batched: outputs.map(() => true) }
  }
}

/** Arrays that the host computes from the operands. */
export const pureCallback = Object.assign(
  (
    name: string,
    operands: ReadonlyArray<NdArray.Any>,
    resultAvals: ReadonlyArray<Aval.Aval>,
    vmapMethod: VmapMethod | null,
    apply: HostFunction
  ): ReadonlyArray<NdArray.Any> =>
    node.bind(purePrimitive, operands, {
      callback: new HostCallback(name, (operands as ReadonlyArray<node.Node>).map(avalOf), resultAvals, apply),
      resultAvals,
      vmapMethod
    }),
  { primitive: purePrimitive }
)
