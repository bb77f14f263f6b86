/**
 * Policies: the values that a checkpointed function may keep for its derivative, instead of computing them again.
 */
import type { Aval } from "../Aval.ts"
import type { Params } from "../Primitive.ts"
import type { DotGeneralParams, NameParams } from "./params.ts"

/**
 * Whether the results of an equation may be kept: asked for each of which the derivative needs a result.
 *
 * @category models
 * @since 0.1.0
 */
export type CheckpointPolicy = (primitive: string, operands: ReadonlyArray<Aval>, params: Params) => boolean

const contractions: ReadonlySet<string> = new Set(["dot_general", "conv_general_dilated"])

const everythingSaveable: CheckpointPolicy = () => true

const nothingSaveable: CheckpointPolicy = () => false

const dotsSaveable: CheckpointPolicy = (primitive) => contractions.has(primitive)

const dotsWithNoBatchDimsSaveable: CheckpointPolicy = (primitive, _, params) => {
  if (primitive !== "dot_general") return false
  const { lhsBatch, rhsBatch } = (params as DotGeneralParams).dimensionNumbers
  return lhsBatch.length === 0 && rhsBatch.length === 0
}

const nameOf = (primitive: string, params: Params): string | undefined =>
  primitive === "name" ? (params as NameParams).name : undefined

const saveOnlyTheseNames = (...names: ReadonlyArray<string>): CheckpointPolicy => {
  const saved = new Set(names)
  return function saveOnlyTheseNames(primitive, _, params) {
    const name = nameOf(primitive, params)
    return name !== undefined && saved.has(name)
  }
}

const saveAnyNamesButThese = (...names: ReadonlyArray<string>): CheckpointPolicy => {
  const left = new Set(names)
  return function saveAnyNamesButThese(primitive, _, params) {
    const name = nameOf(primitive, params)
    return name !== undefined && !left.has(name)
  }
}

const saveAnythingExceptTheseNames = (...names: ReadonlyArray<string>): CheckpointPolicy => {
  const left = new Set(names)
  return function saveAnythingExceptTheseNames(primitive, _, params) {
    const name = nameOf(primitive, params)
    return name === undefined || !left.has(name)
  }
}

const saveFromBothPolicies = (a: CheckpointPolicy, b: CheckpointPolicy): CheckpointPolicy =>
  function saveFromBothPolicies(primitive, operands, params) {
    return a(primitive, operands, params) || b(primitive, operands, params)
  }

/**
 * Policies for {@link checkpoint}: what may be kept for the derivative beside the operands.
 *
 * **Details**
 *
 * - `everythingSaveable`: all that the derivative needs, as without `checkpoint`;
 * - `nothingSaveable`: nothing, as without a policy;
 * - `dotsSaveable`: results of matrix products and convolutions;
 * - `dotsWithNoBatchDimsSaveable`: results of matrix products that have no batch axes, which is what a layer's weights
 *   make of its inputs;
 * - `saveOnlyTheseNames(...names)`: what `checkpointName` gave one of these names;
 * - `saveAnyNamesButThese(...names)`: what `checkpointName` gave any other name;
 * - `saveAnythingExceptTheseNames(...names)`: everything but what `checkpointName` gave one of these names;
 * - `saveFromBothPolicies(a, b)`: what one of the two lets be kept.
 *
 * **Gotchas**
 *
 * A name is an equation of its own: with `saveAnythingExceptTheseNames` the value under the name may still be kept as the
 * result of the equation that computed it.
 *
 * @category checkpointing
 * @since 0.1.0
 */
export const checkpointPolicies = {
  everythingSaveable,
  nothingSaveable,
  dotsSaveable,
  dotsWithNoBatchDimsSaveable,
  saveOnlyTheseNames,
  saveAnyNamesButThese,
  saveAnythingExceptTheseNames,
  saveFromBothPolicies
} as const
