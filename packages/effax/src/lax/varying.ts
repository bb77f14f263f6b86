/**
 * Casts of types inside of `shardMap`: which axes a value may differ along.
 */
import * as Aval from "../Aval.ts"
import { ArgumentError, ReplicationError } from "../Errors.ts"
import * as replication from "../internal/axes/replication.ts"
import * as axisScope from "../internal/axes/scope.ts"
import { varied } from "../primitive/varying.ts"
import { axesOf, type AxisName, manual, overLeaves } from "./namedAxes.ts"

/**
 * Inside of `shardMap`: what is the same on all devices of an axis, as a value that may differ along it.
 *
 * **When to use**
 *
 * Where two values must have one type and only one of them varies: the initial carry of a `scan` whose body makes it
 * vary, branches of a `cond`. Elsewhere it is done where it is needed.
 *
 * **Details**
 *
 * On devices nothing happens; its transpose is the sum over the axis. Throws a `ReplicationError` for what varies over
 * the axis already, and for axes of `vmap`, of which types don't keep track.
 *
 * @example
 * ```ts
 * import { Lax, Mesh, NdArray, Numpy as np, P, shardMap } from "effax"
 *
 * const total = shardMap(
 *   (x: NdArray.Any) => {
 *     const [sum] = Lax.scan((sum: NdArray.Any, y: NdArray.Any) => [np.add(sum, y), null], Lax.pvary(np.zeros([]), "i"), x)
 *     return Lax.psum(sum, "i")
 *   },
 *   { mesh: Mesh.make({ i: 2 }), inSpecs: [P("i")], outSpecs: P() }
 * )
 * total(np.array([1, 2, 3, 4])) // => 10
 * ```
 *
 * @category collectives
 * @since 0.1.0
 */
export const pvary = <T>(tree: T, axisName: AxisName): T => cast("pvary", tree, axisName)

/**
 * Inside of `shardMap`: changes the type of a value along axes; to `"varying"` it is {@link pvary}.
 *
 * @category collectives
 * @since 0.1.0
 */
export const pcast = <T>(tree: T, axisName: AxisName, options: { readonly to: "varying" }): T => {
  if (options.to !== "varying") {
    throw new ArgumentError({
      operation: "pcast",
      message:
        `pcast: \`to\` must be "varying", got ${JSON.stringify(options.to)}; what varies is made the same with ` +
        "`Lax.psum`"
    })
  }
  return cast("pcast", tree, axisName)
}

const cast = <T>(operation: string, tree: T, axisName: AxisName): T => {
  const axes = axesOf(operation, axisName)
  const mapped = axes.find(({ kind }) => kind === "mapped")
  if (mapped !== undefined) {
    throw new ReplicationError({
      operation,
      message: `${operation}: the axis ${axisScope.describe(mapped)} is not of a mesh; types keep track of axes of ` +
        "`shardMap` only"
    })
  }
  // without the check nothing is kept track of
  const names = manual(axes)
  return overLeaves(operation, tree, (leaf, where) => {
    const already = names.filter((name) => leaf.varying?.includes(name))
    if (already.length > 0) {
      throw new ReplicationError({
        operation,
        message: `${operation}: ${where()} (${Aval.format(leaf)}) varies over the axis ${
          replication.format(already)
        } already; leave it out`
      })
    }
    return varied(leaf, names)
  })
}
