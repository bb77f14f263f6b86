/**
 * Finds results that a second run needs again. A run keeps only its requested arrays, so an array that is built once
 * and used in two runs is computed twice. The second run detects that here, and keeps results that a third run would
 * compute again.
 */
import * as aval from "../../Aval.ts"
import * as Cost from "../../Cost.ts"
import type * as node from "../graph/node.ts"
import type { Equation } from "../program/model.ts"

/** With this many operations, recomputing (above all compiling) costs more than keeping the results. */
const manyOperations = 8

/** Less work than this, in flops, is repeated: it takes about 20 us. */
const littleWork = 1 << 16

/** Results with fewer flops per byte are recomputed: reading them from memory would take as long. */
const flopsPerByte = 1

const workOf = ({ inputs, outputs, params, primitive }: node.Application): number => {
  const equation = {
    primitive,
    params,
    inputs: inputs.map((input) => ({ aval: input })),
    outputs: outputs.map((output) => ({ aval: output }))
  }
  const { flops, transcendentals } = Cost.ofEquation(equation as unknown as Equation)
  return flops + Cost.flopsPerTranscendental * transcendentals
}

/**
 * The nodes of a run (oldest first) that should become outputs because an earlier run computed them already: the
 * outermost ones, if the repeated work is worth it.
 */
export const neededAgain = (
  nodes: ReadonlyArray<node.Node>,
  outputs: ReadonlySet<node.Node>
): ReadonlyArray<node.Node> => {
  const works = new Map<node.Application, number>()
  for (const { source } of nodes) {
    if (source._tag !== "Apply" || !source.application.ran || works.has(source.application)) continue
    works.set(source.application, workOf(source.application))
  }
  if (works.size === 0) return []
  let operations = 0
  let work = 0
  for (const own of works.values()) {
    if (own > 0) operations++
    work += own
  }
  const outermost = frontier(nodes, outputs, works)
  const bytes = outermost.reduce((sum, of) => sum + aval.byteLength(of), 0)
  return operations >= manyOperations || work >= littleWork && work >= flopsPerByte * bytes ? outermost : []
}

/** The results of earlier runs that new nodes use; a result that only moves data is replaced by its inputs. */
const frontier = (
  nodes: ReadonlyArray<node.Node>,
  outputs: ReadonlySet<node.Node>,
  works: ReadonlyMap<node.Application, number>
): ReadonlyArray<node.Node> => {
  const wanted: Array<node.Node> = []
  for (const of of nodes) {
    const { source } = of
    if (source._tag !== "Apply") continue
    if (!works.has(source.application)) wanted.push(...source.application.inputs)
    else if (outputs.has(of)) wanted.push(of)
  }
  const seen = new Set<node.Node>()
  const found = new Set<node.Node>()
  for (let of = wanted.pop(); of !== undefined; of = wanted.pop()) {
    const { source } = of
    if (source._tag !== "Apply" || seen.has(of)) continue
    seen.add(of)
    const work = works.get(source.application)
    if (work === undefined) continue
    if (work > 0) found.add(of)
    else wanted.push(...source.application.inputs)
  }
  return [...found].filter((of) => !outputs.has(of))
}
