/**
 * Calls of the host: one function that the module imports, which comes back when the host has written the results.
 *
 * The request is a block of i32 words in rank 0's scratch: the callback's position, how many operands and results there
 * are, then three words for each of these: address, dtype (its position in `DType.all`), number of elements.
 */
import type { Callback } from "@effax/compiler/Plan"
import * as DType from "effax/DType"
import { type FunctionHandle, i32, type ModuleBuilder } from "../assembler/index.ts"
import { argumentWord, bufferAddress, type EmitKernel, unitFunction } from "./kernel.ts"

/** Address of the run's cancel flag and of the request, to whether the run is to stop. */
export type CallHost = FunctionHandle<readonly ["i32", "i32"], readonly ["i32"]>

/** The name in `env` of what the module imports. */
export const importName = "callHost"

/** Words of a request before those of operands and results. */
export const requestWord = { callback: 0, operands: 1, results: 2, arrays: 3, wordsPerArray: 3 } as const

/** To be called before the module's first function is declared. */
export const importHost = (module: ModuleBuilder): CallHost =>
  module.importFunction({ module: "env", name: importName, params: ["i32", "i32"], results: ["i32"] })

/** The host may take any time, and the calling thread must not wait for it. */
const cost = Infinity

export const emitCallback: EmitKernel<Callback> = (context, { callback, inputs, name, outputs }) => {
  const { callHost, plan } = context
  if (callHost === undefined) throw new Error("a Plan that calls the host needs the function to be imported")
  const arrays = [...inputs, ...outputs]
  const unit = unitFunction(context, name, (k) => {
    const { f, scratch } = k
    const write = (word: number, value: Parameters<typeof i32.store>[1]) =>
      f.do(i32.store(scratch, value, { offset: 4 * word }))
    write(requestWord.callback, i32.const(callback))
    write(requestWord.operands, i32.const(inputs.length))
    write(requestWord.results, i32.const(outputs.length))
    arrays.forEach((id, i) => {
      const at = requestWord.arrays + requestWord.wordsPerArray * i
      const { dtype, elements } = plan.buffers[id]!
      write(at, bufferAddress(k, id))
      write(at + 1, i32.const(DType.all.indexOf(dtype)))
      write(at + 2, i32.const(elements))
    })
    // an interruption has set the cancel flag, which is looked at before the next unit
    f.drop(f.call(callHost, i32.load(k.args, { offset: 4 * argumentWord.cancel }), scratch))
  })
  return {
    phases: [{ unit, units: 1, cost, sequential: true }],
    scratch: 4 * (requestWord.arrays + requestWord.wordsPerArray * arrays.length)
  }
}
