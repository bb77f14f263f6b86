import { type NdArray, Numpy as np, Random, Tree } from "effax"
import type { DType } from "effax/DType"
import type { Shape } from "effax/Shape"
import { expect, it } from "vitest"

/**
 * Shapes as types claim them, against those that arrays have. A row compiles where the type of the array says exactly the
 * shape beside it: an axis of unknown length is `n(3)`, and a shape of unknown rank `[2, 3] as Shape`.
 */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
const row = <S extends Shape, const E extends Shape>(
  x: NdArray.NdArray<DType, S>,
  claimed: E & (Equal<S, E> extends true ? unknown : { readonly "the type says": S })
): readonly [Shape, Shape] => [x.shape, claimed]
const n = (size: number): number => size

const v3 = np.ones([3])
const v6 = np.arange(6)
const m23 = np.ones([2, 3])
const m34 = np.ones([3, 4])
const t234 = np.ones([2, 3, 4])
const wide = np.ones([1, 5, 1])
const scalar = np.ones([])
const rows: NdArray.NdArray<"float32", readonly [number, 3]> = m23
const loose: NdArray.NdArray<"float32"> = m23
const i2 = np.array([0, 1], { dtype: "int32" })
const i41 = np.zeros([4, 1], { dtype: "int32" })
const at = n(1)

const tables = {
  index: [
    row(np.index(m23, 0), [3]),
    row(np.index(m23, -1), [3]),
    row(np.index(m23, at), [3]),
    row(np.index(m23, [0, 1]), []),
    row(np.index(m23, []), [2, 3]),
    row(np.index(m23, np.slice(1, 2)), [1, 3]),
    row(np.index(t234, [np.slice(), np.slice(-2), np.slice(1, 100)]), [2, 2, 3]),
    row(np.index(v6, np.slice(4, 1)), [0]),
    row(np.index(v6, np.slice(-100, -1)), [5]),
    row(np.index(v6, np.slice(0, 6, 4)), [2]),
    row(np.index(v6, np.slice(1, undefined, 2)), [3]),
    row(np.index(v6, np.slice(undefined, undefined, -1)), [6]),
    row(np.index(v6, np.slice(5, 1, -2)), [n(2)]),
    row(np.index(v6, np.slice(at)), [n(5)]),
    row(np.index(m23, [np.newaxis, 0]), [1, 3]),
    row(np.index(t234, [np.ellipsis, 0]), [2, 3]),
    row(np.index(t234, [0, np.ellipsis, np.newaxis]), [3, 4, 1]),
    row(np.index(t234, [0, np.ellipsis, 1, 2]), []),
    row(np.index(m23, [np.ellipsis]), [2, 3]),
    row(np.index(m23, [[0, 1, 1, 0]]), [4, 3]),
    row(np.index(m23, [[0, 1], [2, 0]]), [2]),
    row(np.index(m23, i2), [2, 3]),
    row(np.index(t234, [i2, np.slice(), [1, 2]]), [2, 3]),
    row(np.index(t234, [np.slice(), i41, i2]), [2, 4, 2]),
    row(np.index(t234, [0, np.slice(0, 1), i41]), [4, 1, 1]),
    row(np.index(t234, [np.slice(), 0, i2]), [2, 2]),
    row(np.index(t234, [i2, np.ellipsis, i2]), [2, 3]),
    row(np.index(t234, [i2, np.newaxis, i2]), [2, 1, 4]),
    row(np.index(m23, [i2, np.ellipsis, i2]), [2]),
    row(np.index(m23, np.argmax(v3)), [3]),
    row(np.index(rows, [np.slice(1), 0]), [n(1)]),
    row(np.index(loose, 0), [3] as Shape)
  ],
  at: [
    row(np.at(m23, [0, np.slice(0, 2)]).get(), [2]),
    row(np.at(m23, [0, np.slice(0, 2)]).set(7), [2, 3]),
    row(np.at(m23, [[0, 1, 1]]).get({ mode: "clip" }), [3, 3]),
    row(np.at(m23, 5).get({ mode: "fill" }), [3]),
    row(np.at(m23, [i41, i2]).get({ mode: "fill" }), [4, 2]),
    row(np.at(rows, at).add(1), [n(2), 3])
  ],
  statistics: [
    row(np.nansum(t234, { axis: 1 }), [2, 4]),
    row(np.nanmean(t234, { axis: [0, -1], keepdims: true }), [1, 3, 1]),
    row(np.nanvar(rows, { axis: 0 }), [3]),
    row(np.nanmax(t234), []),
    row(np.nanargmin(t234, { axis: 2 }), [2, 3]),
    row(np.nancumsum(t234), [24]),
    row(np.ptp(t234, { axis: at }), [n(2), n(4)]),
    row(np.median(t234, { axis: 0 }), [3, 4]),
    row(t234.pipe(np.median({ axis: -1 })), [2, 3]),
    row(np.quantile(t234, 0.5, { axis: 1 }), [2, 4]),
    row(np.quantile(t234, [0.1, 0.5], { axis: 1 }), [2, 2, 4]),
    row(np.percentile(t234, v3, { axis: [0, 1], keepdims: true }), [3, 1, 1, 4]),
    row(np.average(t234, { axis: 1, weights: v3 }), [2, 4]),
    row(np.average(t234, { axis: 1, returned: true })[1], [2, 4]),
    row(np.digitize(m23, v3), [2, 3]),
    row(np.bincount(i2, { length: 5 }), [5]),
    row(np.allclose(m23, v3), []),
    row(np.arrayEqual(m23, v3), []),
    row(np.frexp(m23)[1], [2, 3]),
    row(np.modf(m23)[0], [2, 3]),
    row(np.ldexp(m23, i2.pipe(np.reshape([2, 1]))), [2, 3]),
    row(np.divmod(m23, v3)[0], [2, 3]),
    row(np.gcd(i2, i41), [4, 2]),
    row(np.nanToNum(rows), [n(2), 3]),
    row(np.cumulativeSum(m23, { axis: 0 }), [n(2), n(3)])
  ],
  take: [
    row(np.take(m23, 0), []),
    row(np.take(m23, [0, 5]), [2]),
    row(np.take(m23, i41), [4, 1]),
    row(np.take(m23, 1, { axis: 0 }), [3]),
    row(np.take(m23, [0, 1, 0, 1], { axis: 0 }), [4, 3]),
    row(np.take(t234, i41, { axis: 1 }), [2, 4, 1, 4]),
    row(np.take(t234, i41, { axis: -1 }), [2, 3, 4, 1]),
    row(np.take(rows, [0], { axis: 1, mode: "clip" }), [n(2), 1]),
    row(np.take(m23, i2, { axis: at }), [2, 2] as Shape),
    row(np.take(loose, i2), [2]),
    row(np.take(loose, i2, { axis: 0 }), [2, 3] as Shape),
    row(np.takeAlongAxis(m23, np.argsort(m23)), [2, 3]),
    row(np.takeAlongAxis(m23, np.zeros([2, 1], { dtype: "int32" })), [2, 1]),
    row(np.takeAlongAxis(m23, np.zeros([5, 1], { dtype: "int32" }), { axis: 0 }), [5, 3]),
    row(np.takeAlongAxis(t234, np.zeros([1, 7, 4], { dtype: "int32" }), { axis: 1 }), [2, 7, 4])
  ],
  axes: [
    row(np.squeeze(wide), [5]),
    row(np.squeeze(wide, { axis: 0 }), [5, 1]),
    row(np.squeeze(wide, { axis: [0, -1] }), [5]),
    row(np.squeeze(wide, { axis: n(2) }), [n(1), n(5)]),
    row(np.squeeze(np.ones([1, n(5)])), [5] as Shape),
    row(np.expandDims(m23, 0), [1, 2, 3]),
    row(np.expandDims(m23, -1), [2, 3, 1]),
    row(np.expandDims(m23, -3), [1, 2, 3]),
    row(np.expandDims(m23, at), [n(2), n(1), n(3)]),
    row(np.transpose(t234), [4, 3, 2]),
    row(np.transpose(t234, [1, -1, 0]), [3, 4, 2]),
    row(np.swapaxes(t234, 0, -1), [4, 3, 2]),
    row(np.matrixTranspose(t234), [2, 4, 3]),
    row(np.moveaxis(t234, 0, -1), [3, 4, 2]),
    row(np.moveaxis(t234, -1, 0), [4, 2, 3]),
    row(np.moveaxis(t234, 1, 1), [2, 3, 4]),
    row(np.moveaxis(t234, at, 0), [n(3), n(2), n(4)]),
    row(np.moveaxis(t234, [0, 1], [1, 2]), [n(4), n(2), n(3)]),
    row(np.flip(t234, { axis: 0 }), [2, 3, 4]),
    ...np.broadcastArrays([np.ones([4, 1]), v3, 1]).map((x) => row(x, [4, 3])),
    row(np.broadcastArrays([1, true])[1], []),
    row(np.broadcastArrays([1, 2].map(() => v3))[0]!, [3] as Shape),
    row(np.roll(t234, 1), [2, 3, 4]),
    row(np.reshape(t234, [-1, 8]), [3, 8]),
    row(np.reshape(t234, [2, -1, 3]), [2, 4, 3]),
    row(np.reshape(t234, [-1]), [24]),
    row(np.reshape(t234, [n(4), -1]), [n(4), n(6)]),
    row(np.reshape(rows, [-1, 3]), [n(2), 3]),
    row(np.ravel(t234), [24])
  ],
  reductions: [
    row(np.sum(t234), []),
    row(np.sum(t234, { axis: 1 }), [2, 4]),
    row(np.max(t234, { axis: [0, -1] }), [3]),
    row(np.mean(t234, { axis: [0, -1], keepdims: true }), [1, 3, 1]),
    row(np.mean(t234, { axis: at }), [n(2), n(4)]),
    row(np.mean(t234, { axis: at, keepdims: true }), [n(2), n(1), n(4)]),
    row(np.prod(t234, { axis: [at, 0] }), [n(4)]),
    row(np.any(t234, { keepdims: true }), [1, 1, 1]),
    row(np.argmax(t234, { axis: 2 }), [2, 3]),
    row(np.std(rows, { axis: 0 }), [3]),
    row(np.var(rows, { axis: -1 }), [n(2)]),
    row(np.min(loose, { axis: 0 }), [3] as Shape),
    row(np.cumsum(t234), [24]),
    row(np.countNonzero(t234, { axis: [] }), [2, 3, 4])
  ],
  products: [
    row(np.einsum("ij,jk->ik", m23, m34), [2, 4]),
    row(np.einsum("ij,jk", m23, m34), [2, 4]),
    row(np.einsum("kj,ik", m23, np.ones([5, 2])), [5, 3]),
    row(np.einsum("ij->ji", m23), [3, 2]),
    row(np.einsum("ii", np.eye(3)), []),
    row(np.einsum("ii->i", np.eye(3)), [3]),
    row(np.einsum("ij->", m23), []),
    row(np.einsum("i,j", v3, i2), [3, 2]),
    row(np.einsum(" bhq d, bhk d -> bhq k ", np.ones([1, 2, 3, 4]), np.ones([1, 2, 5, 4])), [1, 2, 3, 5]),
    row(np.einsum("ij,ij->ij", np.ones([1, 3]), m23), [2, 3]),
    row(np.einsum("i,ij,j->", np.ones([2]), m23, v3, { preferredElementType: "float64" }), []),
    row(np.einsum("ij,jk->ik", rows, m34), [n(2), 4]),
    row(np.einsum("ij->ji", loose), [n(3), n(2)]),
    row(np.einsum("...j,jk->...k", t234, np.ones([4, 5])), [2, 3, 5] as Shape),
    row(np.outer(m23, v3), [6, 3]),
    row(np.inner(m23, v3), [2]),
    row(np.inner(t234, np.ones([7, 4])), [2, 3, 7]),
    row(np.inner(scalar, m23), [2, 3]),
    row(np.inner(v3, v3), []),
    row(np.tensordot(t234, np.ones([3, 4, 5])), [2, 5]),
    row(np.tensordot(m23, m34, 1), [2, 4]),
    row(np.tensordot(v3, i2, 0), [3, 2]),
    row(np.tensordot(m23, m34, [[1], [0]]), [2, 4]),
    row(np.tensordot(t234, t234, [[0, -1], [0, 2]]), [3, 3]),
    row(np.tensordot(m23, m34, at), [2, 4] as Shape)
  ],
  joined: [
    row(np.concatenate([m23, m23, np.ones([7, 3])]), [11, 3]),
    row(np.concatenate([m23, np.ones([2, 9])], { axis: -1 }), [2, 12]),
    row(np.concatenate([rows, m23]), [n(4), 3]),
    row(np.stack([m23, m23]), [2, 2, 3]),
    row(np.stack([m23, m23], { axis: -1 }), [2, 3, 2]),
    row(np.vstack([v3, m23]), [3, 3]),
    row(np.vstack([1, 2].map(() => v3)), [2, 3] as Shape),
    row(np.vstack([scalar, scalar]), [2, 1]),
    row(np.hstack([m23, np.ones([2, 4])]), [2, 7]),
    row(np.hstack([v3, i2, scalar]), [6]),
    row(np.tile(m23, 2), [2, 6]),
    row(np.tile(v3, [4, 2]), [4, 6]),
    row(np.repeat(m23, 3, { axis: 0 }), [6, 3]),
    row(np.repeat(m23, 3), [18])
  ],
  parts: [
    ...np.split(v6, 3).map((part) => row(part, [2])),
    ...np.split(t234, 2, { axis: -1 }).map((part) => row(part, [2, 3, 2])),
    ...np.split(v6, n(3)).map((part) => row(part, [n(2)])),
    row(np.split(v6, [1, 4])[0], [1]),
    row(np.split(v6, [1, 4])[1], [3]),
    row(np.split(v6, [1, 4])[2], [2]),
    row(np.split(v6, [-1, 2])[1], [0]),
    row(np.split(v6, [100])[1], [0]),
    ...np.split(rows, [1]).map((part) => row(part, [n(1), 3])),
    ...Random.keys(Random.key(0), 3).map((key) => row(key, [2]))
  ],
  trees: [
    ...((tree) => [row(tree.w, [2, 3]), row(tree.b, [3])])(Tree.map({ w: m23, b: v3 }, (x) => np.tanh(x))),
    ...((tree) => [row(tree.w.both[0], [2, 3]), row(tree.b.both[1], [])])(
      Tree.map2({ w: m23, b: v3 }, { w: m23, b: v3 }, (x, y) => ({ both: [np.add(x, y), np.sum(x)] as const }))
    ),
    ...((tree) => [row(tree.w, [3] as Shape), row(tree.b, [] as Shape)])(
      Tree.map({ w: m23, b: v3 }, (x) => np.sum(x, { axis: 0 }))
    ),
    ...((tree) => [row(tree[0], []), row(tree[1], [])])(Tree.map([v3, v3] as const, (x) => np.dot(x, x)))
  ]
}

it.each(Object.entries(tables))("the shapes that types claim are those of the arrays: %s", (_, table) => {
  expect(table.length).toBeGreaterThan(5)
  for (const [shape, claimed] of table) expect(shape).toEqual(claimed)
})
