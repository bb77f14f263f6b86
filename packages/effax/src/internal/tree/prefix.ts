/**
 * Trees that are a prefix of another: their leaves stand for whole subtrees of the other tree.
 */
import { TreeError } from "../../Errors.ts"
import * as staticValue from "./staticValue.ts"
import { format, formatPath, type Kind, leaf, type Path, sameRoot, type Structure } from "./structure.ts"
import { flatten, type FlattenOptions } from "./tree.ts"

/** The root of a value; the children of its containers count as leaves. */
export const shallow = (value: unknown): { readonly values: ReadonlyArray<unknown>; readonly root: Structure } => {
  let first = true
  const { leaves, structure } = flatten(value, {
    isLeaf: () => {
      const below = !first
      first = false
      return below
    }
  })
  return { values: leaves, root: structure }
}

const descriptions: { readonly [K in Kind]: (s: Structure) => string } = {
  leaf: () => "a leaf",
  null: () => "null",
  undefined: () => "undefined",
  array: (s) => `an array of ${s.children.length}`,
  record: (s) => `a record with keys ${JSON.stringify(s.keys)}`,
  node: (s) => `a ${s.info!.type.name}`
}

const describe = (s: Structure): string => descriptions[s.kind](s)

const mismatch = (operation: string, prefix: Structure, tree: unknown, path: Path, a: Structure, b: Structure) => {
  const sameClass = a.kind === "node" && b.kind === "node" && a.info!.type === b.info!.type &&
    !staticValue.same(a.info!.data, b.info!.data)
  return new TreeError({
    operation,
    message: `${operation}: trees differ at ${path.length === 0 ? "the root" : `\`${formatPath(path)}\``}: ` +
      `the first has ${describe(a)}, the other has ${describe(b)}${sameClass ? " with other static data" : ""}; ` +
      `structures: ${format(prefix)} and ${format(flatten(tree).structure)}`
  })
}

/** The subtrees of a tree at the leaves of `prefix`. */
export const flattenUpTo = (operation: string, prefix: Structure, tree: unknown): Array<unknown> => {
  if (prefix === leaf) return [tree]
  const out: Array<unknown> = []
  interface Frame {
    readonly parent: Frame | undefined
    readonly structure: Structure
    readonly values: ReadonlyArray<unknown>
    next: number
  }
  const pathOf = (frame: Frame | undefined): Path => {
    const path: Array<string | number> = []
    for (let at = frame; at !== undefined; at = at.parent) {
      const index = at.next - 1
      path.push(at.structure.keys === undefined ? index : at.structure.keys[index]!)
    }
    return path.reverse()
  }
  const enter = (parent: Frame | undefined, structure: Structure, value: unknown): Frame => {
    const { root, values } = shallow(value)
    // Children are compared when they are visited; here they count as leaves on both sides.
    if (!sameRoot(structure, root)) throw mismatch(operation, prefix, tree, pathOf(parent), structure, root)
    return { parent, structure, values, next: 0 }
  }
  let frame = enter(undefined, prefix, tree)
  for (;;) {
    const { structure: { children }, values } = frame
    let child: Structure | undefined
    while (frame.next < children.length) {
      child = children[frame.next]!
      const value = values[frame.next++]
      if (child !== leaf) break
      out.push(value)
      child = undefined
    }
    if (child !== undefined) frame = enter(frame, child, values[frame.next - 1])
    else if (frame.parent === undefined) return out
    else frame = frame.parent
  }
}

/** For every leaf of `tree`, the leaf of `prefix` that stands for it. */
export const broadcastPrefix = (
  operation: string,
  prefix: unknown,
  tree: unknown,
  options?: FlattenOptions
): Array<unknown> => {
  const { leaves, structure } = flatten(prefix, options)
  const subtrees = flattenUpTo(operation, structure, tree)
  const out: Array<unknown> = []
  for (let i = 0; i < subtrees.length; i++) {
    const count = flatten(subtrees[i]).structure.leafCount
    for (let k = 0; k < count; k++) out.push(leaves[i])
  }
  return out
}
