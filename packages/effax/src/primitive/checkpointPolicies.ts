/**
 * Policies: the values that a checkpointed function may keep for its derivative instead of recomputing them.
 */
import type { Aval } from "../Aval.ts"
import type { Params } from "../Primitive.ts"
import type { DotGeneralParams, NameParams } from "./params.ts"

/**
 * Whether the results of an equation may be kept. It is called for each equation with a result that the derivative
 * needs.
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
 * Policies for {@link checkpoint}: the values, in addition to the operands, that may be kept for the derivative.
 *
 * **Details**
 *
 * - `everythingSaveable`: everything that the derivative needs, as without `checkpoint`;
 * - `nothingSaveable`: nothing, as without a policy;
 * - `dotsSaveable`: results of matrix products and convolutions;
 * - `dotsWithNoBatchDimsSaveable`: results of matrix products without batch axes, such as a layer's inputs times its
 *   weights;
 * - `saveOnlyTheseNames(...names)`: values that `checkpointName` gave one of these names;
 * - `saveAnyNamesButThese(...names)`: values that `checkpointName` gave any other name;
 * - `saveAnythingExceptTheseNames(...names)`: everything except values that `checkpointName` gave one of these names;
 * - `saveFromBothPolicies(a, b)`: values that either policy allows.
 *
 * **Gotchas**
 *
 * A name is a separate equation: with `saveAnythingExceptTheseNames` the value may still be kept as the result of the
 * equation that computed it, under no name.
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
