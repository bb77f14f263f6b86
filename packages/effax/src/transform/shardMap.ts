/**
 * `shardMap`: turns a function of blocks into a function of whole arrays.
 */
import * as aval from "../Aval.ts"
import type { DType } from "../DType.ts"
import { ArgumentError, AxisNameError, ReplicationError, ShapeError } from "../Errors.ts"
import { type Arguments, flatten, pathOf, type Returned } from "../internal/arguments/arguments.ts"
import { transformation } from "../internal/arguments/dual.ts"
import type { Known } from "../internal/arguments/options.ts"
import * as replication from "../internal/axes/replication.ts"
import * as axisScope from "../internal/axes/scope.ts"
import type * as node from "../internal/graph/node.ts"
import * as tracing from "../internal/program/trace.ts"
import { broadcastPrefix } from "../internal/tree/prefix.ts"
import type { Mesh } from "../Mesh.ts"
import type * as NdArray from "../NdArray.ts"
import { isPartitionSpec, namesOf, type PartitionSpec } from "../PartitionSpec.ts"
import { blockOf, blocksOf, inMesh, mentioned } from "../primitive/blocks.ts"
import type { ShardMapParams } from "../primitive/params.ts"
import { list } from "../primitive/rule.ts"
import { shardMap as bind } from "../primitive/shardMap.ts"
import { varied } from "../primitive/varying.ts"
import type * as Shape from "../Shape.ts"
import * as Tree from "../Tree.ts"

/** A spec, or a tree of specs that is a prefix of the tree it applies to. @category models @since 0.1.0 */
export type Partitions = PartitionSpec | ReadonlyArray<Partitions> | { readonly [key: string]: Partitions }

/**
 * Options of {@link shardMap}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ShardMapOptions {
  readonly mesh: Mesh
  /** How arguments are divided: one spec for all, or a list with a spec or a prefix tree of specs for each argument. */
  readonly inSpecs: Partitions
  /** How results are assembled: a spec, or a prefix tree of specs. */
  readonly outSpecs: Partitions
  /**
   * Whether types track the mesh axes that values vary over, so that a result declared the same on all devices is
   * checked. On by default.
   */
  readonly checkReplication?: boolean | undefined
}

const known: Known<ShardMapOptions> = { mesh: true, inSpecs: true, outSpecs: true, checkReplication: true }

/** Arrays whose axes may have other lengths. */
type Whole<T> = T extends NdArray.NdArray<infer D extends DType, infer S>
  ? NdArray.NdArray<D, number extends S["length"] ? Shape.Shape : { readonly [K in keyof S]: number }>
  : T extends Tree.Atom ? T
  : T extends object ? { [K in keyof T]: Whole<T[K]> }
  : T

/** A function of whole arrays. @category models @since 0.1.0 */
export interface ShardMapped<A extends ReadonlyArray<unknown>, B> {
  (
    ...args: Arguments<
      { readonly [K in keyof A]: Whole<A[K]> } extends infer R extends ReadonlyArray<unknown> ? R : never
    >
  ): Whole<
    B
  >
  // See `vmap`: a generic function would be accepted for blocks and for whole arrays alike.
  readonly length: number
}

type Described = (leaf: number) => string

/** The spec of each leaf. */
const specsOf = (
  option: "inSpecs" | "outSpecs",
  partitions: Partitions,
  tree: unknown
): ReadonlyArray<PartitionSpec> => {
  const specs = broadcastPrefix(`shardMap: ${option}`, partitions, tree)
  const wrong = specs.find((spec) => !isPartitionSpec(spec))
  if (wrong !== undefined) {
    throw new ArgumentError({
      operation: "shardMap",
      message: `shardMap: ${option} must be partition specs, as in \`P("x", null)\`, got ${JSON.stringify(wrong)}`
    })
  }
  return specs as ReadonlyArray<PartitionSpec>
}

/** Checks that a spec fits the mesh and the rank of an array. */
const checkSpec = (
  option: "inSpecs" | "outSpecs",
  mesh: Mesh,
  spec: PartitionSpec,
  x: aval.Aval,
  where: () => string
): void => {
  const unknown = namesOf(spec.entries).find((name) => !mesh.axisNames.includes(name))
  if (unknown !== undefined) {
    throw new AxisNameError({
      operation: "shardMap",
      message: `shardMap: ${option} of ${where()}, ${spec}, has the axis "${unknown}", which ${mesh} does not have`
    })
  }
  if (spec.entries.length > x.shape.length) {
    throw new ShapeError({
      operation: "shardMap",
      message: `shardMap: ${option} of ${where()}, ${spec}, has ${
        spec.entries.length === 1 ? "1 entry" : `${spec.entries.length} entries`
      }, but ${aval.format(x)} has ${x.shape.length === 1 ? "1 axis" : `${x.shape.length} axes`}${
        option === "outSpecs" && x.shape.length === 0
          ? "; give what differs from device to device an axis of length 1"
          : ""
      }`
    })
  }
}

/** Checks that the axes of an argument can be divided according to its spec. */
const checkDivides = (mesh: Mesh, spec: PartitionSpec, x: aval.Aval, where: () => string): void => {
  const blocks = blocksOf(mesh, spec.entries, x.shape.length)
  const axis = x.shape.findIndex((size, i) => size % blocks[i]! !== 0)
  if (axis === -1) return
  throw new ShapeError({
    operation: "shardMap",
    message: `shardMap: ${where()} of shape ${list(x.shape)} can't be divided by ${spec} on ${mesh}: axis ${axis} has ${
      x.shape[axis]
    } elements for ${blocks[axis]} blocks; pad it to a multiple of ${blocks[axis]}, or choose another spec`
  })
}

/** Checks that the spec of a result mentions every axis that the result varies over. */
const checkReplicated = (mesh: Mesh, spec: PartitionSpec, x: aval.Aval, where: () => string): void => {
  const names = mentioned(mesh, spec.entries)
  const lost = (x.varying ?? []).filter((name) => mesh.axisNames.includes(name) && !names.includes(name))
  if (lost.length === 0) return
  const axes = replication.format(lost)
  throw new ReplicationError({
    operation: "shardMap",
    message:
      `shardMap: ${where()} is ${aval.format(x)}, which may differ along ${axes}, but its spec ${spec} does not ` +
      `mention ${
        lost.length === 1 ? "it" : "them"
      } and so says that it is the same there; reduce it over ${axes}, for ` +
      `instance with \`Lax.psum\`, or mention ${lost.length === 1 ? "the axis" : "the axes"} in outSpecs`
  })
}

const checkScope = (mesh: Mesh): void => {
  const outer = mesh.axisNames.map(axisScope.find).find((axis) => axis !== undefined && axis.kind !== "mapped")
  if (outer === undefined) return
  throw new AxisNameError({
    operation: "shardMap",
    message:
      `shardMap: ${mesh} has the axis "${outer.name}", which a shardMap around this one has, too; each maps axes of ` +
      "its own"
  })
}

/**
 * Maps a function over a mesh of devices: every device applies it to its blocks of the arguments, and the resulting
 * blocks are assembled.
 *
 * **When to use**
 *
 * To control what each device computes and communicates. Inside the function, shapes are those of blocks, and the
 * collectives of `Lax` (`psum`, `allGather`, `ppermute`, ...) are the only communication between devices.
 *
 * **Details**
 *
 * `inSpecs` and `outSpecs` are tree prefixes. `P("x", null)` divides axis 0 along the mesh axis `x`; an array whose
 * spec does not mention a mesh axis is the same on all devices along it. Blocks have the rank of the array.
 *
 * Types inside the function track the axes over which values may vary, and print them: `f32[3]{V:x}`. A value that is
 * the same everywhere is made to vary (`pvary`) when it is combined with one that varies; `psum` makes a varying value
 * the same. So derivatives are right without further code: the gradient with respect to an argument that all devices
 * share is the sum over the devices. Carries of `scan` and branches of `cond` must agree; use `Lax.pvary` for that.
 * `checkReplication: false` turns these types off.
 *
 * The result can be differentiated, vectorised and jitted like any function, and runs on every backend: one with a
 * single device computes all blocks there.
 *
 * Throws a `ShapeError` for axes that can't be divided, a `ReplicationError` for a result that may vary along an axis
 * that its spec does not mention, and an `AxisNameError` for axes that are not in the mesh.
 *
 * @example
 * ```ts
 * import { Lax, Mesh, NdArray, Numpy as np, P, shardMap } from "effax"
 *
 * const mesh = Mesh.make({ x: 4, y: 2 })
 * // each device multiplies its blocks, and blocks of one row of devices are added up
 * const matmul = shardMap(
 *   (a: NdArray.Any, b: NdArray.Any) => Lax.psum(np.matmul(a, b), "y"),
 *   { mesh, inSpecs: [P("x", "y"), P("y", null)], outSpecs: P("x", null) }
 * )
 * matmul(np.ones([8, 16]), np.ones([16, 4])).shape // => [8, 4]
 * np.sum(matmul(np.ones([8, 16]), np.ones([16, 4]))) // => 512
 * ```
 *
 * @category transformations
 * @since 0.1.0
 */
export const shardMap: {
  <A extends ReadonlyArray<unknown>, B extends Returned>(
    f: (...args: A) => B,
    options: ShardMapOptions
  ): ShardMapped<A, B>
  (
    options: ShardMapOptions
  ): <A extends ReadonlyArray<unknown>, B extends Returned>(f: (...args: A) => B) => ShardMapped<A, B>
} = transformation("shardMap", known, (f: AnyFunction, options: ShardMapOptions) => make(f, options), (options) => {
  const missing = (["mesh", "inSpecs", "outSpecs"] as const).find((name) => options[name] === undefined)
  if (missing === undefined) return
  throw new ArgumentError({
    operation: "shardMap",
    message: `shardMap: the option ${missing} is missing; mesh, inSpecs and outSpecs are needed`
  })
})

type AnyFunction = (...args: ReadonlyArray<never>) => unknown

const make =
  (f: (...args: ReadonlyArray<never>) => unknown, options: ShardMapOptions) =>
  (...args: ReadonlyArray<unknown>): unknown => {
    const { checkReplication = true, inSpecs, mesh, outSpecs } = options
    checkScope(mesh)
    const flat = flatten("shardMap", "argument", args)
    const { axisNames, axisSizes } = mesh
    const typing = { mesh: { axisNames, axisSizes }, checkVma: checkReplication }
    if (Array.isArray(inSpecs) && inSpecs.length !== args.length) {
      throw new ArgumentError({
        operation: "shardMap",
        message:
          `shardMap: inSpecs has ${inSpecs.length} entries, but the function was called with ${args.length} argument${
            args.length === 1 ? "" : "s"
          }`
      })
    }
    const argument: Described = (i) => `argument ${pathOf(args, i)}`
    const specs = specsOf("inSpecs", inSpecs, args)
    specs.forEach((spec, i) => {
      checkSpec("inSpecs", mesh, spec, flat.leaves[i]!, () => argument(i))
      checkDivides(mesh, spec, flat.leaves[i]!, () => argument(i))
    })
    const blocks = flat.leaves.map((leaf, i) => inMesh(typing, () => blockOf(typing, specs[i]!.entries, leaf)))
    let made: { readonly structure: Tree.Structure; readonly specs: ReadonlyArray<PartitionSpec> } | undefined
    const { captures, program } = inMesh(typing, () =>
      tracing.trace("shardMap", blocks.map(stripped), (parameters) => {
        const tree = f(...Tree.unflatten(flat.structure, parameters) as ReadonlyArray<never>)
        const { leaves, structure } = flatten("shardMap", "result", tree)
        made = { structure, specs: specsOf("outSpecs", outSpecs, tree) }
        return leaves.map((leaf, i) =>
          result(mesh, made!.specs[i]!, leaf, checkReplication, () => `result ${pathOf(tree, i)}`.trimEnd())
        )
      }))
    const params: ShardMapParams = {
      ...typing,
      inSpecs: [...captures.map(() => []), ...specs.map(({ entries }) => entries)],
      outSpecs: made!.specs.map(({ entries }) => entries),
      jaxpr: program
    }
    return Tree.unflatten(made!.structure, bind([...captures, ...flat.leaves], params))
  }

/** The type of a node, without its other fields. */
const stripped = ({ dtype, shape, varying, weak }: aval.Aval): aval.Aval => ({ dtype, shape, weak, varying })

/** A result of one device, with the type given by its spec. */
const result = (
  mesh: Mesh,
  spec: PartitionSpec,
  leaf: node.Node,
  checked: boolean,
  where: () => string
): NdArray.Any => {
  checkSpec("outSpecs", mesh, spec, leaf, where)
  if (!checked) return leaf
  checkReplicated(mesh, spec, leaf, where)
  return varied(leaf, mentioned(mesh, spec.entries))
}
