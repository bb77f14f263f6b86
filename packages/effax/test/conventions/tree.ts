/** How the functions of Tree take their arguments. */
import { type Conventions, elsewhere, only, several } from "./convention.ts"

const noOptions = elsewhere("takes no options and no arrays of numbers; Tree.test.ts")

export const tree = {
  allLeaves: only([1, 2]),
  broadcast: several([1], [[1, 2]]),
  flattenOneLevel: noOptions,
  flattenWithPath: only([1]),
  isTreeNode: noOptions,
  mapManyWithPath: several([[1], [2]], () => 0),
  ravel: noOptions,
  reduceAssociative: several([1, 2], Math.max),
  structureChildren: noOptions,
  structureIsLeaf: noOptions,
  structureList: noOptions
} satisfies Conventions
