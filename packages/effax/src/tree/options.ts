/**
 * Options and structures as the functions of trees take them.
 */
import { checkOptions, type Known } from "../internal/arguments/options.ts"
import type * as structures from "../internal/tree/structure.ts"
import type { FlattenOptions, Structure } from "./model.ts"

export const known: Known<FlattenOptions> = { isLeaf: true, noneIsLeaf: true }

export const checked = (operation: string, options: FlattenOptions | undefined): FlattenOptions | undefined =>
  options === undefined ? undefined : checkOptions(operation, options, known)

// A structure is only ever made here.
export const toInternal = (structure: Structure): structures.Structure => structure as structures.Structure
