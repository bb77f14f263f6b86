/**
 * Control flow: Programs that run conditionally or repeatedly.
 */
import type { CondParams, ScanParams, WhileParams } from "effax/Primitives"
import type { HigherOrder, Steps } from "../kernel.ts"
import type { Arena } from "../memory.ts"
import { raw, size, type Value } from "../value.ts"

type Values = ReadonlyArray<Value>

/** Copies of operands, which the caller keeps. */
const copies = (values: Values, arena: Arena): Values =>
  values.map((value) => {
    const copy = arena.allocate({ dtype: value.dtype, shape: value.shape, weak: false })
    ;(copy.data as Uint8Array).set(value.data as Uint8Array)
    return copy
  })

const scalarOf = (value: Value): number => Number(raw(value)[0])

const cond: HigherOrder<CondParams> = {
  programs: ({ branches }) => branches,
  call: ([index, ...operands], { branches }, run) =>
    run(branches[Math.min(Math.max(scalarOf(index!), 0), branches.length - 1)]!, operands)
}

const whileLoop: HigherOrder<WhileParams> = {
  programs: ({ bodyJaxpr, condJaxpr }) => [condJaxpr, bodyJaxpr],
  *call(inputs, { bodyJaxpr, bodyNconsts, condJaxpr, condNconsts, maxSteps }, run, arena): Steps<Values> {
    const condConsts = inputs.slice(0, condNconsts)
    const bodyConsts = inputs.slice(condNconsts, condNconsts + bodyNconsts)
    let carry = copies(inputs.slice(condNconsts + bodyNconsts), arena)
    for (let step = 0; step < (maxSteps ?? Infinity); step++) {
      const [holds] = yield* run(condJaxpr, [...condConsts, ...carry])
      const goesOn = scalarOf(holds!) !== 0
      arena.free(holds!)
      if (!goesOn) break
      const next = yield* run(bodyJaxpr, [...bodyConsts, ...carry])
      carry.forEach(arena.free)
      carry = next
      // a body with few equations does not pause by itself
      yield
    }
    return carry
  }
}

/** Element `i` along axis 0, as a view. */
const slice = (x: Value, i: number): Value => {
  const shape = x.shape.slice(1)
  const length = size(x) / x.shape[0]!
  return { dtype: x.dtype, shape, data: x.data.subarray(i * length, (i + 1) * length) }
}

const scan: HigherOrder<ScanParams> = {
  programs: ({ jaxpr }) => [jaxpr],
  *call(inputs, { jaxpr, length, numCarry, numConsts, reverse }, run, arena): Steps<Values> {
    const consts = inputs.slice(0, numConsts)
    const xs = inputs.slice(numConsts + numCarry)
    const ys = jaxpr.results.slice(numCarry).map(({ aval }) =>
      arena.allocate({ ...aval, shape: [length, ...aval.shape] })
    )
    let carry = copies(inputs.slice(numConsts, numConsts + numCarry), arena)
    for (let step = 0; step < length; step++) {
      const i = reverse ? length - 1 - step : step
      const results = yield* run(jaxpr, [...consts, ...carry, ...xs.map((x) => slice(x, i))])
      carry.forEach(arena.free)
      carry = results.slice(0, numCarry)
      results.slice(numCarry).forEach((y, k) => {
        ;(slice(ys[k]!, i).data as Uint8Array).set(y.data as Uint8Array)
        arena.free(y)
      })
      yield
    }
    return [...carry, ...ys]
  }
}

export const controlFlowRules = { cond, while: whileLoop, scan }
