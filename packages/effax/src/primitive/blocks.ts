/**
 * Meshes, specs and blocks: the parts of arrays that devices have, and Programs of them.
 */
import type { Aval } from "../Aval.ts"
import * as replication from "../internal/axes/replication.ts"
import * as axisScope from "../internal/axes/scope.ts"
import * as node from "../internal/graph/node.ts"
import type { Atom } from "../internal/program/model.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { ShardMapParams, Spec } from "./params.ts"
import { count } from "./rule.ts"
import { varied } from "./varying.ts"

export type Nodes = ReadonlyArray<node.Node>
export type Mesh = ShardMapParams["mesh"]

export const namesIn = (entry: Spec[number] | undefined): ReadonlyArray<string> =>
  entry === null || entry === undefined ? [] : typeof entry === "string" ? [entry] : entry

/** The names that a spec mentions, in the order of the mesh. */
export const mentioned = ({ axisNames }: Mesh, spec: Spec): ReadonlyArray<string> => {
  const names = spec.flatMap(namesIn)
  return axisNames.filter((name) => names.includes(name))
}

export const unmentioned = (mesh: Mesh, spec: Spec): ReadonlyArray<string> => {
  const names = mentioned(mesh, spec)
  return mesh.axisNames.filter((name) => !names.includes(name))
}

export const sizeOf = ({ axisNames, axisSizes }: Mesh, names: ReadonlyArray<string>): number =>
  count(names.map((name) => axisSizes[axisNames.indexOf(name)]!))

/** Into how many blocks each axis of an array is divided. */
export const blocksOf = (mesh: Mesh, spec: Spec, rank: number): ReadonlyArray<number> =>
  Array.from({ length: rank }, (_, i) => sizeOf(mesh, namesIn(spec[i])))

/** The block of an array that one device has. */
export const blockOf = (
  { checkVma, mesh }: Pick<ShardMapParams, "checkVma" | "mesh">,
  spec: Spec,
  whole: Aval
): Aval => {
  const names = mentioned(mesh, spec)
  const blocks = blocksOf(mesh, spec, whole.shape.length)
  return {
    ...whole,
    shape: whole.shape.map((size, i) => size / blocks[i]!),
    varying: checkVma && names.length > 0 ? replication.union(whole.varying, names) : whole.varying
  }
}

export const wholeOf = (mesh: Mesh, spec: Spec, block: Aval): Aval => {
  const blocks = blocksOf(mesh, spec, block.shape.length)
  return {
    ...block,
    shape: block.shape.map((size, i) => size * blocks[i]!),
    varying: replication.minus(block.varying, mesh.axisNames)
  }
}

/** Runs what traces or rewrites a Program of blocks: in it, the axes of the mesh have names. */
export const inMesh = <A>({ checkVma, mesh }: Pick<ShardMapParams, "checkVma" | "mesh">, f: () => A): A =>
  axisScope.within(
    mesh.axisNames.map((name, i) => ({
      name,
      size: mesh.axisSizes[i]!,
      kind: checkVma ? "manual" : "unchecked",
      vary: checkVma ? varied : undefined
    })),
    f
  )

export const everywhere: Spec = []

/** A Program made of others: what `f` makes of fresh parameters. */
export const assembled = (
  avals: ReadonlyArray<Aval>,
  f: (parameters: Nodes) => ReadonlyArray<NdArray.Any>
): tracing.Closed => {
  const scope: node.Scope = { transformation: "shardMap" }
  const parameters = avals.map((of) => node.parameter(of, scope))
  return tracing.lifted(tracing.close({ outputs: f(parameters) as Nodes, parameters, isCapture: () => false }))
}

export const avalsOf = (variables: ReadonlyArray<Atom>): ReadonlyArray<Aval> => variables.map((atom) => atom.aval)
