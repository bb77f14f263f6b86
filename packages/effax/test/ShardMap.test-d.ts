/**
 * The types of named axes: trees keep their type, and blocks have the rank of the arrays that they are blocks of.
 */
import { customVmap, Lax, Mesh, type NdArray, Numpy as np, P, shardMap, vmap } from "effax"
import type { Mesh as MeshType } from "effax/Mesh"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const assert = <_T extends true>(): void => {}

type F32<S extends ReadonlyArray<number>> = NdArray.NdArray<"float32", S>

declare const x: F32<readonly [2, 3]>

// --- meshes ---------------------------------------------------------------------------------------------------------

const mesh = Mesh.make({ data: 4, model: 2 })
assert<Equal<typeof mesh, MeshType<"data" | "model">>>()
export const size: number = mesh.shape.data
// @ts-expect-error: there is no such axis
export const none = mesh.shape.batch
export const any: MeshType = mesh

// --- collectives ----------------------------------------------------------------------------------------------------

const tree = Lax.psum({ a: x, n: 2 }, "i")
assert<Equal<typeof tree, { a: F32<readonly [2, 3]>; n: number }>>()
const counts = Lax.psum(np.ones([2], { dtype: "bool" }), "i")
assert<Equal<typeof counts, NdArray.NdArray<"int32", readonly [2]>>>()
const mean = Lax.pmean(np.ones([2], { dtype: "int32" }), "i")
assert<Equal<typeof mean, F32<readonly [2]>>>()
const gathered = Lax.allGather([x, 1] as const, "i")
assert<Equal<(typeof gathered)[0], NdArray.NdArray<"float32">>>()
assert<Equal<ReturnType<typeof any2>, NdArray.NdArray>>()
const any2 = (x: NdArray.Any) => Lax.psum(x, "i")
const index = Lax.axisIndex("i")
assert<Equal<typeof index, NdArray.NdArray<"int32", readonly []>>>()
// @ts-expect-error: where the axis goes must be said
export const incomplete = Lax.allToAll(x, "i", { splitAxis: 0 })
// @ts-expect-error: pairs of source and destination
export const pairs = Lax.ppermute(x, "i", [0, 1])
// @ts-expect-error: only to what varies
export const cast = Lax.pcast(x, "i", { to: "same" })

// --- shardMap -------------------------------------------------------------------------------------------------------

const options = { mesh, inSpecs: [P("data")], outSpecs: P("data") } as const
const blocks = shardMap((block: F32<readonly [2, 3]>) => ({ s: np.sum(block, { axis: 1 }) }), options)
const whole = blocks(np.ones([8, 3]))
assert<Equal<typeof whole, { s: F32<readonly [number]> }>>()
// @ts-expect-error: of rank 1
export const flat = blocks(np.ones([8]))
const later = shardMap(options)((x: NdArray.Any) => np.sin(x))
export const applied: NdArray.Any = later(x)
// @ts-expect-error: specs are made by P
export const bare = shardMap((x: NdArray.Any) => x, { mesh, inSpecs: ["data"], outSpecs: P("data") })

// --- vmap and customVmap --------------------------------------------------------------------------------------------

const mapped = vmap((x: F32<readonly [3]>) => Lax.psum(x, "i"), { axisName: "i" })(x)
assert<Equal<typeof mapped, F32<readonly [number, 3]>>>()

export const ruled: (x: NdArray.Any, p: { readonly w: NdArray.Any }) => NdArray.Any = customVmap(
  (x: NdArray.Any, p: { readonly w: NdArray.Any }) => np.multiply(x, p.w),
  (axisSize, [xBatched, { w }], x, p) => {
    assert<Equal<typeof axisSize, number>>()
    return [np.multiply(x, p.w), xBatched || w]
  }
)
export const wrong = customVmap(
  (x: NdArray.Any) => ({ y: x }),
  // @ts-expect-error: the result of the rule is not that of the function
  (_, [batched], x) => [x, batched]
)
