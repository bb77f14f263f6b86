/**
 * All primitives by name. A table keyed by {@link PrimitiveName} must contain all of them to compile.
 */
import type { Params, Primitive } from "../Primitive.ts"
import { call } from "./call.ts"
import { debugCallback, pureCallback } from "./callback.ts"
import { check } from "./check.ts"
import { checkpointCall } from "./checkpoint.ts"
import { checkpointName } from "./checkpointName.ts"
import * as collective from "./collectives.ts"
import * as complexNumbers from "./complex.ts"
import { cond } from "./cond.ts"
import { dotGeneral } from "./contraction.ts"
import { convGeneralDilated } from "./convolution.ts"
import { cummax, cummin, cumprod, cumsum } from "./cumulative.ts"
import { customJvpCall, customVjpCall } from "./custom.ts"
import { customLinearSolveCall } from "./customLinearSolve.ts"
import { customVmapCall } from "./customVmap.ts"
import type { Unary } from "./define.ts"
import * as elementwise from "./elementwise.ts"
import { fft } from "./fft.ts"
import {
  dynamicSlice,
  dynamicUpdateSlice,
  gather,
  scatter,
  scatterAdd,
  scatterMax,
  scatterMin,
  scatterMul
} from "./indexing.ts"
import { cholesky } from "./linalg/cholesky.ts"
import { eig, hessenberg, schur, tridiagonal } from "./linalg/eig.ts"
import { eigh } from "./linalg/eigh.ts"
import { lu, luPivotsToPermutation } from "./linalg/lu.ts"
import { geqrf, householderProduct } from "./linalg/qr.ts"
import { svd } from "./linalg/svd.ts"
import { triangularSolve } from "./linalg/triangularSolve.ts"
import { tridiagonalSolve } from "./linalg/tridiagonalSolve.ts"
import { optimizationBarrier } from "./optimizationBarrier.ts"
import { threefry2x32 } from "./random.ts"
import { argmax, argmin, reduceAnd, reduceMax, reduceMin, reduceOr, reduceProd, reduceSum } from "./reduction.ts"
import { scanPrimitive } from "./scan.ts"
import { shardMap } from "./shardMap.ts"
import { sort } from "./sort.ts"
import * as specialFunctions from "./specialFunctions.ts"
import { broadcastInDim, concatenate, iota, pad, reshape, rev, slice, transpose } from "./structural.ts"
import { unvmapAny } from "./unvmapAny.ts"
import { psumInvariantPrimitive, pvaryPrimitive } from "./varying.ts"
import { whilePrimitive } from "./while.ts"

/** The members of a family made by `unary` or `binary`, keyed by primitive name. */
type Family<M> = {
  [
    K in keyof M as M[K] extends { readonly primitive: { readonly name: infer N extends string } }
      ? string extends N ? never : N
      : never
  ]: M[K] extends { readonly primitive: infer P } ? P : never
}

const family = <M extends object>(module: M): Family<M> =>
  Object.fromEntries(
    Object.values(module as Record<string, Partial<Unary>>).flatMap(({ primitive }) =>
      primitive === undefined ? [] : [[primitive.name, primitive]]
    )
  ) as Family<M>

/** All primitives by name. A backend must implement all of them. @category table @since 0.1.0 */
export const primitives = {
  ...family(elementwise),
  round: elementwise.round.primitive,
  integer_pow: elementwise.integerPow.primitive,
  convert_element_type: elementwise.convert.primitive,
  bitcast_convert_type: elementwise.bitcast.primitive,
  select_n: elementwise.selectN.primitive,
  clamp: elementwise.clamp.primitive,
  ...family(complexNumbers),
  ...family(specialFunctions),
  complex: complexNumbers.complex.primitive,
  conj: complexNumbers.conj.primitive,
  broadcast_in_dim: broadcastInDim.primitive,
  reshape: reshape.primitive,
  transpose: transpose.primitive,
  rev: rev.primitive,
  concatenate: concatenate.primitive,
  pad: pad.primitive,
  slice: slice.primitive,
  iota: iota.primitive,
  dynamic_slice: dynamicSlice.primitive,
  dynamic_update_slice: dynamicUpdateSlice.primitive,
  gather: gather.primitive,
  scatter: scatter.primitive,
  scatter_add: scatterAdd.primitive,
  scatter_mul: scatterMul.primitive,
  scatter_min: scatterMin.primitive,
  scatter_max: scatterMax.primitive,
  reduce_sum: reduceSum.primitive,
  reduce_prod: reduceProd.primitive,
  reduce_max: reduceMax.primitive,
  reduce_min: reduceMin.primitive,
  reduce_and: reduceAnd.primitive,
  reduce_or: reduceOr.primitive,
  argmax: argmax.primitive,
  argmin: argmin.primitive,
  cumsum: cumsum.primitive,
  cumprod: cumprod.primitive,
  cummax: cummax.primitive,
  cummin: cummin.primitive,
  sort: sort.primitive,
  dot_general: dotGeneral.primitive,
  conv_general_dilated: convGeneralDilated.primitive,
  triangular_solve: triangularSolve.primitive,
  cholesky: cholesky.primitive,
  lu: lu.primitive,
  lu_pivots_to_permutation: luPivotsToPermutation.primitive,
  geqrf: geqrf.primitive,
  householder_product: householderProduct.primitive,
  eigh: eigh.primitive,
  svd: svd.primitive,
  eig: eig.primitive,
  hessenberg: hessenberg.primitive,
  schur: schur.primitive,
  tridiagonal: tridiagonal.primitive,
  tridiagonal_solve: tridiagonalSolve.primitive,
  fft: fft.primitive,
  threefry2x32: threefry2x32.primitive,
  cond: cond.primitive,
  while: whilePrimitive.primitive,
  scan: scanPrimitive.primitive,
  debug_callback: debugCallback.primitive,
  pure_callback: pureCallback.primitive,
  check: check.primitive,
  jit: call.primitive,
  checkpoint: checkpointCall.primitive,
  name: checkpointName.primitive,
  unvmap_any: unvmapAny.primitive,
  optimization_barrier: optimizationBarrier.primitive,
  custom_linear_solve: customLinearSolveCall.primitive,
  custom_jvp_call: customJvpCall.primitive,
  custom_vjp_call: customVjpCall.primitive
} as const

/** The name of a primitive, as printed in Programs. @category models @since 0.1.0 */
export type PrimitiveName = keyof typeof primitives

/** The parameters of the primitive with a given name. @category models @since 0.1.0 */
export type ParamsOf<N extends PrimitiveName> = (typeof primitives)[N] extends Primitive<infer P extends Params> ? P
  : never

/**
 * Primitives that never reach a backend: `vmap` and `shardMap` replace collectives by other primitives, and an
 * interpreter runs the Programs that `shard_map` and `custom_vmap_call` call.
 *
 * @category table
 * @since 0.1.0
 */
export const collectives = {
  psum: collective.psum.primitive,
  pmax: collective.pmax.primitive,
  pmin: collective.pmin.primitive,
  axis_index: collective.axisIndex.primitive,
  all_gather: collective.allGather.primitive,
  reduce_scatter: collective.reduceScatter.primitive,
  all_to_all: collective.allToAll.primitive,
  ppermute: collective.ppermute.primitive,
  pvary: pvaryPrimitive,
  psum_invariant: psumInvariantPrimitive,
  shard_map: shardMap.primitive,
  custom_vmap_call: customVmapCall.primitive
} as const

/** The primitive with a given name, from either table. @category table @since 0.1.0 */
export const primitiveNamed = (name: string): Primitive | undefined =>
  Object.hasOwn(primitives, name)
    ? primitives[name as PrimitiveName] as unknown as Primitive
    : Object.hasOwn(collectives, name)
    ? collectives[name as keyof typeof collectives] as unknown as Primitive
    : undefined
