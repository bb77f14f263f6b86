/**
 * Control flow without the carries, stacked results, constants and arrays that no result needs.
 */
import type { CaseParams, WhileParams } from "../controlFlow.ts"
import type { Region, Value } from "../region.ts"
import type { Trim } from "./dce.ts"

/** The values that a region's operations and results use. */
const usedBy = (region: Region): ReadonlySet<Value> => {
  const used = new Set<Value>(region.results)
  for (const { inputs } of region.operations) for (const v of inputs) used.add(v)
  return used
}

const numbersOf = (xs: ReadonlyArray<unknown>): ReadonlyArray<number> => xs.map((_, i) => i)

const pick = <T>(xs: ReadonlyArray<T>, at: ReadonlyArray<number>): ReadonlyArray<T> => at.map((i) => xs[i]!)

/** A carry is needed if its last value is, or if what is needed of a step depends on it. */
export const trimWhile: Trim = (operation, isLive, dce) => {
  const params = operation.params as WhileParams
  const { condition, numCarry, numConsts } = params
  const live = new Set(numbersOf(operation.outputs).filter((i) => isLive(i) || i === condition))
  for (;;) {
    const results = numbersOf(params.body.results).filter((i) => live.has(i))
    const body = dce({ ...params.body, results: pick(params.body.results, results) })
    const used = usedBy(body)
    const before = live.size
    for (let i = 0; i < numCarry; i++) if (used.has(body.inputs[numConsts + i]!)) live.add(i)
    if (live.size > before) continue

    const isCarry = (i: number): boolean => i >= numConsts && i < numConsts + numCarry
    const inputs = numbersOf(body.inputs).filter((i) =>
      isCarry(i) ? live.has(i - numConsts) : used.has(body.inputs[i]!)
    )
    return {
      name: operation.name,
      params: {
        ...params,
        body: { ...body, inputs: pick(body.inputs, inputs) },
        condition: condition === null ? null : results.indexOf(condition),
        numConsts: inputs.filter((i) => i < numConsts).length,
        numCarry: results.filter((i) => i < numCarry).length
      },
      inputs: pick(operation.inputs, inputs),
      outputs: pick(operation.outputs, results)
    }
  }
}

export const trimCase: Trim = (operation, isLive, dce) => {
  const outputs = numbersOf(operation.outputs).filter(isLive)
  const branches = (operation.params as CaseParams).branches.map((region) =>
    dce({ ...region, results: pick(region.results, outputs) })
  )
  const used = branches.map(usedBy)
  const inputs = numbersOf(branches[0]!.inputs).filter((i) =>
    branches.some((region, b) => used[b]!.has(region.inputs[i]!))
  )
  return {
    name: operation.name,
    params: { branches: branches.map((region) => ({ ...region, inputs: pick(region.inputs, inputs) })) },
    inputs: [operation.inputs[0]!, ...pick(operation.inputs.slice(1), inputs)],
    outputs: pick(operation.outputs, outputs)
  }
}
