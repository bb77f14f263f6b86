/**
 * Flattening and rebuilding of trees. Every walk keeps its own stack of frames: a tree may be deeper than JavaScript's
 * call stack.
 */
import { TreeError } from "../../Errors.ts"
import * as node from "../graph/node.ts"
import * as staticValue from "./staticValue.ts"
import { format, formatPath, leaf, nullNode, type Path, Structure, undefinedNode } from "./structure.ts"

/** The name of the method with which class instances take part in trees. */
export const symbol = "~effax/Tree"

export type Children = ReadonlyArray<unknown> | { readonly [name: string]: unknown }

/** The result of that method. */
export interface Parts {
  readonly children: Children
  readonly data?: unknown
  readonly unflatten: (children: never) => unknown
}

export interface FlattenOptions {
  readonly isLeaf?: ((value: unknown) => boolean) | undefined
  readonly noneIsLeaf?: boolean | undefined
}

const isRecord = (value: object): boolean => {
  const proto: unknown = Object.getPrototypeOf(value)
  return proto === Object.prototype || (proto === null && !node.isNode(value))
}

interface Keys {
  readonly sorted: ReadonlyArray<string>
  /** The record's own key order, as positions in the sorted one, if they differ. */
  readonly order: ReadonlyArray<number> | undefined
}

const keysOf = (record: object): Keys => {
  const keys = Object.keys(record)
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]! > keys[i]!) return sortKeys(keys)
  return { sorted: keys, order: undefined }
}

const sortKeys = (keys: ReadonlyArray<string>): Keys => {
  const sorted = keys.toSorted()
  const positions = new Map(sorted.map((key, i) => [key, i]))
  return { sorted, order: keys.map((key) => positions.get(key)!) }
}

/** A container whose children are being visited. */
interface Frame {
  readonly parent: Frame | undefined
  readonly depth: number
  /** The container itself, for finding cycles. */
  readonly value: object
  readonly kind: "array" | "record" | "node"
  /** The object that the children are read from. */
  readonly source: Children
  readonly keys: ReadonlyArray<string> | undefined
  readonly order: ReadonlyArray<number> | undefined
  readonly length: number
  readonly parts: Parts | undefined
  readonly children: Array<Structure>
  /** The number of leaves before this container. */
  readonly start: number
}

const framePath = (frame: Frame | undefined): Path => {
  const path: Array<string | number> = []
  for (let at = frame; at !== undefined; at = at.parent) {
    const index = at.children.length
    path.push(at.keys === undefined ? index : at.keys[index]!)
  }
  return path.reverse()
}

const place = (path: Path): string => path.length === 0 ? "the root" : `\`${formatPath(path)}\``

/** Opens a container for a walk; `undefined` for leaves. */
const open = (value: object, parent: Frame | undefined, start: number): Frame | undefined => {
  const depth = parent === undefined ? 0 : parent.depth + 1
  if (Array.isArray(value)) {
    const length = value.length
    return {
      parent,
      depth,
      value,
      kind: "array",
      source: value,
      keys: undefined,
      order: undefined,
      length,
      parts: undefined,
      children: [],
      start
    }
  }
  if (isRecord(value)) {
    const { order, sorted } = keysOf(value)
    const source = value as Children
    return {
      parent,
      depth,
      value,
      kind: "record",
      source,
      keys: sorted,
      order,
      length: sorted.length,
      parts: undefined,
      children: [],
      start
    }
  }
  if (!(symbol in value)) return undefined
  const parts = (value as { readonly [symbol]: () => Parts })[symbol]()
  const source = parts.children
  const named = Array.isArray(source) ? undefined : keysOf(source)
  const keys = named?.sorted
  const length = keys === undefined ? (source as ReadonlyArray<unknown>).length : keys.length
  return { parent, depth, value, kind: "node", source, keys, order: named?.order, length, parts, children: [], start }
}

const childOf = (source: Children, keys: ReadonlyArray<string> | undefined, i: number): unknown =>
  keys === undefined
    ? (source as ReadonlyArray<unknown>)[i]
    : (source as { readonly [name: string]: unknown })[keys[i]!]

const close = (frame: Frame, leaves: number): Structure => {
  const { children, keys, kind, order, parts, start, value } = frame
  const info = parts === undefined
    ? undefined
    : { type: value.constructor, data: staticValue.copyOf(parts.data), unflatten: parts.unflatten }
  return new Structure(kind, children, keys, order, info, leaves - start)
}

/** Trees shallower than this are not searched for cycles: a cycle exceeds any depth. */
const cycleDepth = 64

/** Throws an error that names the first container from the root that contains itself. */
const findCycle = (last: Frame): never => {
  const frames: Array<Frame> = []
  for (let at: Frame | undefined = last; at !== undefined; at = at.parent) frames.push(at)
  frames.reverse()
  const first = new Map<object, Frame>()
  const frame = frames.find((next) => {
    if (first.has(next.value)) return true
    first.set(next.value, next)
    return false
  })!
  throw new TreeError({
    operation: "Tree.flatten",
    message: `Tree.flatten: the tree contains itself: the value at ${place(framePath(frame.parent))} is the one at ` +
      `${place(framePath(first.get(frame.value)!.parent))}; a tree must be finite`
  })
}

export interface Flat {
  readonly leaves: Array<unknown>
  readonly structure: Structure
}

const terminal = (value: unknown, options: FlattenOptions | undefined): Structure | undefined => {
  if (options !== undefined) {
    if (options.isLeaf !== undefined && options.isLeaf(value)) return leaf
    if (options.noneIsLeaf === true && value == null) return leaf
  }
  if (typeof value === "object") return value === null ? nullNode : undefined
  return value === undefined ? undefinedNode : leaf
}

export const flatten = (tree: unknown, options?: FlattenOptions): Flat => {
  const leaves: Array<unknown> = []
  const root = terminal(tree, options)
  if (root !== undefined) {
    if (root === leaf) leaves.push(tree)
    return { leaves, structure: root }
  }
  let frame = open(tree as object, undefined, 0)
  if (frame === undefined) return { leaves: [tree], structure: leaf }
  let ancestors: Set<object> | undefined
  for (;;) {
    const { children, keys, length, source } = frame
    let child: Frame | undefined
    while (children.length < length) {
      const value = childOf(source, keys, children.length)
      let structure = terminal(value, options)
      if (structure === undefined) {
        child = open(value as object, frame, leaves.length)
        if (child !== undefined) break
        structure = leaf
      }
      if (structure === leaf) leaves.push(value)
      children.push(structure)
    }
    if (child !== undefined) {
      if (child.depth >= cycleDepth) {
        if (ancestors === undefined) {
          ancestors = new Set()
          for (let at: Frame | undefined = frame; at !== undefined; at = at.parent) ancestors.add(at.value)
        }
        if (ancestors.has(child.value)) findCycle(child)
        ancestors.add(child.value)
      }
      frame = child
      continue
    }
    const structure = close(frame, leaves.length)
    if (frame.parent === undefined) return { leaves, structure }
    if (ancestors !== undefined) ancestors.delete(frame.value)
    frame = frame.parent
    frame.children.push(structure)
  }
}

const buildRecord = (
  keys: ReadonlyArray<string>,
  order: ReadonlyArray<number> | undefined,
  values: ReadonlyArray<unknown>
): { [name: string]: unknown } => {
  const out: { [name: string]: unknown } = {}
  for (let k = 0; k < keys.length; k++) {
    const i = order === undefined ? k : order[k]!
    const key = keys[i]!
    if (key === "__proto__") {
      Object.defineProperty(out, key, { value: values[i], writable: true, enumerable: true, configurable: true })
    } else out[key] = values[i]
  }
  return out
}

/** Builds a container from its children. */
const build = ({ info, keys, order }: Structure, values: Array<unknown>): unknown => {
  const children: unknown = keys === undefined ? values : buildRecord(keys, order, values)
  return info === undefined ? children : info.unflatten(children as never)
}

export const unflatten = (structure: Structure, leaves: ReadonlyArray<unknown>): unknown => {
  if (leaves.length !== structure.leafCount) {
    throw new TreeError({
      operation: "Tree.unflatten",
      message: `Tree.unflatten: ${format(structure)} has ${structure.leafCount} leaves, got ${leaves.length}`
    })
  }
  interface Rebuild {
    readonly parent: Rebuild | undefined
    readonly structure: Structure
    readonly values: Array<unknown>
  }
  const atom = (s: Structure): unknown => s === nullNode ? null : undefined
  if (structure === leaf) return leaves[0]
  if (structure === nullNode || structure === undefinedNode) return atom(structure)
  let next = 0
  let frame: Rebuild = { parent: undefined, structure, values: [] }
  for (;;) {
    const { structure: { children }, values } = frame
    let child: Structure | undefined
    while (values.length < children.length) {
      child = children[values.length]!
      if (child === leaf) values.push(leaves[next++])
      else if (child === nullNode || child === undefinedNode) values.push(atom(child))
      else break
      child = undefined
    }
    if (child !== undefined) {
      frame = { parent: frame, structure: child, values: [] }
      continue
    }
    const value = build(frame.structure, values)
    if (frame.parent === undefined) return value
    frame = frame.parent
    frame.values.push(value)
  }
}
