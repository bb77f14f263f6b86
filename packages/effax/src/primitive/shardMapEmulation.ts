/**
 * `shard_map` on a single device: blocks become batches with named axes, and batching turns collectives into operations of
 * those.
 */
import { ArgumentError } from "../Errors.ts"
import { batchProgram } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { rewrite } from "../internal/program/memo.ts"
import { inputs as inputsOf } from "../internal/program/model.ts"
import type { Program } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import {
  assembled,
  avalsOf,
  blocksOf,
  inMesh,
  mentioned,
  type Mesh,
  namesIn,
  type Nodes,
  sizeOf,
  wholeOf
} from "./blocks.ts"
import type { ShardMapParams, Spec } from "./params.ts"
import { count, inverse } from "./rule.ts"
import { reshape, sliceAxis, transpose } from "./structural.ts"

/** `[x blocks, y blocks, ...]`, in the order of the mesh, before the axes of the block. */
const toBlocks = (mesh: Mesh, spec: Spec, x: NdArray.Any): NdArray.Any => {
  const blocks = blocksOf(mesh, spec, x.shape.length)
  const order: Array<string | null> = []
  const shape = x.shape.flatMap((size, i) => {
    const names = namesIn(spec[i])
    order.push(...names, null)
    return [...names.map((name) => sizeOf(mesh, [name])), size / blocks[i]!]
  })
  return transpose(reshape(x, shape), fromOrder(mesh, order))
}

/** Where in a list of names and axes (`null`) the names come from, in the order of the mesh, and then the axes. */
const fromOrder = (mesh: Mesh, order: ReadonlyArray<string | null>): ReadonlyArray<number> => [
  ...mesh.axisNames.flatMap((name) => order.includes(name) ? [order.indexOf(name)] : []),
  ...order.flatMap((name, i) => name === null ? [i] : [])
]

const fromBlocks = (mesh: Mesh, spec: Spec, x: NdArray.Any, rank: number): NdArray.Any => {
  const order = Array.from({ length: rank }, (_, i) => [...namesIn(spec[i]), null]).flat()
  const spreadOut = transpose(x, inverse(fromOrder(mesh, order)))
  let next = 0
  const shape = Array.from({ length: rank }, (_, i) => {
    const parts = namesIn(spec[i]).length + 1
    return count(spreadOut.shape.slice(next, next += parts))
  })
  return reshape(spreadOut, shape)
}

/** The Program with all calls in it inlined: rules of users say nothing of what is computed. */
const inlined = (program: Program): Program => {
  const replay = (of: Program, values: ReadonlyArray<NdArray.Any>): Nodes => {
    const environment = tracing.Environment.of(of, values)
    for (const { inputs, outputs, params, primitive } of of.equations) {
      const operands = inputs.map((atom) => environment.read(atom))
      const called = primitive.called?.(params)
      const results = called === undefined ? node.bind(primitive, operands, params) : replay(called, operands)
      outputs.forEach((variable, i) => environment.write(variable, results[i]!))
    }
    return of.results.map((atom) => environment.read(atom))
  }
  return assembled(avalsOf(inputsOf(program)), (parameters) => replay(program, parameters)).program
}

/** The Program of whole arrays that computes what the Program of blocks computes on all devices. */
export const emulate = (params: ShardMapParams): Program => {
  const { checkVma, inSpecs, jaxpr, mesh, outSpecs } = params
  return rewrite(
    jaxpr,
    `shard_map emulate ${JSON.stringify([mesh, inSpecs, outSpecs, checkVma])}`,
    () =>
      inMesh(params, () => {
        const inNames = inSpecs.map((spec) => mentioned(mesh, spec))
        const outNames = outSpecs.map((spec) => mentioned(mesh, spec))
        // which axes each result has been batched over
        const batched: Array<Array<string>> = outSpecs.map(() => [])
        const whole = mesh.axisNames.reduceRight<Program>((program, name, i) => {
          const axis = { name, size: mesh.axisSizes[i]! }
          const rewritten = batchProgram(
            program,
            inNames.map((names) => names.includes(name)),
            axis,
            outNames.map((names) => names.includes(name))
          )
          rewritten.batched.forEach((is, k) => is && batched[k]!.unshift(name))
          return rewritten.captures.length === 0 ? rewritten.program : refuseCaptures()
        }, inlined(jaxpr))
        return assembled(
          inputsOf(jaxpr).map(({ aval }, i) => wholeOf(mesh, inSpecs[i]!, aval)),
          (parameters) => {
            const results = tracing.replay(whole, parameters.map((x, i) => toBlocks(mesh, inSpecs[i]!, x)))
            return results.map((result, k) => {
              // of what a spec promises to be the same on all devices, any will do
              const own = batched[k]!.reduceRight<NdArray.Any>((x, name, axis) =>
                outNames[k]!.includes(name)
                  ? x
                  : reshape(sliceAxis(x, axis, 0, 1), x.shape.filter((_, at) => at !== axis)), result)
              return fromBlocks(mesh, outSpecs[k]!, own, jaxpr.results[k]!.aval.shape.length)
            })
          }
        ).program
      })
  )
}

const refuseCaptures = (): never => {
  throw new ArgumentError({
    operation: "shardMap",
    message:
      "shardMap: a rule of `customVmap` inside of control flow closes over an array, or makes one of data; pass it as " +
      "an argument"
  })
}
