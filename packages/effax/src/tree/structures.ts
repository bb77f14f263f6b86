/**
 * Structures of trees, and paths to their leaves.
 */
import { dual } from "../internal/arguments/dual.ts"
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import * as structures from "../internal/tree/structure.ts"
import type { Path, Structure } from "./model.ts"
import { toInternal } from "./options.ts"

/**
 * Whether a value is the structure of a tree.
 *
 * @category guards
 * @since 0.1.0
 */
export const isStructure = (u: unknown): u is Structure => structures.isStructure(u)

/**
 * Whether two structures are equal.
 *
 * @category structures
 * @since 0.1.0
 */
export const structureEquals: {
  (that: Structure): (self: Structure) => boolean
  (self: Structure, that: Structure): boolean
} = dual(
  "Tree.structureEquals",
  2,
  (self: Structure, that: Structure): boolean => structures.equals(toInternal(self), toInternal(that))
)

/**
 * A structure as text, with `*` for leaves: `{ a: *, b: [*, null] }`.
 *
 * @category structures
 * @since 0.1.0
 */
export const structureToString = (structure: Structure): string => structures.format(toInternal(structure))

/** The path of every leaf, in order. @category structures @since 0.1.0 */
export const structurePaths = (structure: Structure): ReadonlyArray<Path> => structures.paths(toInternal(structure))

/** The structure with a copy of `inner` in the place of every leaf of `outer`. @category structures @since 0.1.0 */
export const compose: {
  (inner: Structure): (outer: Structure) => Structure
  (outer: Structure, inner: Structure): Structure
} = dual(
  "Tree.compose",
  2,
  (outer: Structure, inner: Structure): Structure => structures.compose(toInternal(outer), toInternal(inner))
)

/**
 * Options of {@link formatPath}.
 *
 * @category models
 * @since 0.1.0
 */
export interface FormatPathOptions {
  /** Names and indices are joined by this text, without brackets: `"/"` gives `layers/0/weight`. */
  readonly separator?: string | undefined
}

const knownOfFormat: Known<FormatPathOptions> = { separator: true }

/**
 * A path as TypeScript reads it after the tree's name: `layers[0].weight`.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.formatPath(["layers", 0, "weight"]) // => "layers[0].weight"
 * Tree.formatPath(["layers", 0, "weight"], { separator: "/" }) // => "layers/0/weight"
 * ```
 *
 * @category structures
 * @since 0.1.0
 */
export const formatPath = (path: Path, options: FormatPathOptions = {}): string => {
  const { separator } = checkOptions("Tree.formatPath", options, knownOfFormat)
  return separator === undefined ? structures.formatPath(path) : path.join(separator)
}

/** Whether a structure is that of a leaf. @category structures @since 0.1.0 */
export const structureIsLeaf = (structure: Structure): boolean => toInternal(structure) === structures.leaf

/**
 * The structures of the children of a container.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.structureChildren(Tree.structure({ a: 1, b: [2, 3] })).map(Tree.structureToString) // => ["*", "[*, *]"]
 * ```
 *
 * @category structures
 * @since 0.1.0
 */
export const structureChildren = (structure: Structure): ReadonlyArray<Structure> => toInternal(structure).children

/**
 * The structure of a list of trees with these structures.
 *
 * @example
 * ```ts
 * import { Tree } from "effax"
 *
 * Tree.structureToString(Tree.structureList([Tree.structure({ a: 1 }), Tree.structure(2)])) // => "[{ a: * }, *]"
 * ```
 *
 * @category structures
 * @since 0.1.0
 */
export const structureList = (list: ReadonlyArray<Structure>): Structure =>
  new structures.Structure(
    "array",
    list.map(toInternal),
    undefined,
    undefined,
    undefined,
    list.reduce((n, { leafCount }) => n + leafCount, 0)
  )
