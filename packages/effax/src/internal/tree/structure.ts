/**
 * The structure of a tree: its nested containers without the leaves.
 *
 * Every walk is iterative, so that a tree may be as deep as memory allows.
 */
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Inspectable from "effect/Inspectable"
import * as staticValue from "./staticValue.ts"

export const TypeId = "~effax/Tree/Structure"

export type Path = ReadonlyArray<string | number>

export type Kind = "leaf" | "null" | "undefined" | "array" | "record" | "node"

/** The parts of a class instance that a structure keeps, for classes that take part in trees. */
export interface NodeInfo {
  readonly type: Function
  /** Static data: compared, never traced. Plain data is copied, so that later changes don't affect it. */
  readonly data: unknown
  readonly unflatten: (children: never) => unknown
}

const noChildren: ReadonlyArray<Structure> = []

export class Structure implements Equal.Equal, Inspectable.Inspectable {
  declare readonly kind: Kind
  declare readonly children: ReadonlyArray<Structure>
  /** Names of a record's children, sorted; `undefined` if the children are numbered. */
  declare readonly keys: ReadonlyArray<string> | undefined
  /**
   * The record's own key order, as positions in `keys`; `undefined` if it is sorted. Records are rebuilt in this order.
   * It is not part of equality: the order of leaves does not depend on it.
   */
  declare readonly order: ReadonlyArray<number> | undefined
  declare readonly info: NodeInfo | undefined
  /** The number of leaves in the tree. */
  declare readonly leafCount: number
  /** The cached result of {@link key}. */
  declare private text: string | undefined

  constructor(
    kind: Kind,
    children: ReadonlyArray<Structure>,
    keys: ReadonlyArray<string> | undefined,
    order: ReadonlyArray<number> | undefined,
    info: NodeInfo | undefined,
    leafCount: number
  ) {
    this.kind = kind
    this.children = children
    this.keys = keys
    this.order = order
    this.info = info
    this.leafCount = leafCount
    this.text = undefined
  }

  get [TypeId](): typeof TypeId {
    return TypeId
  }

  get key(): string {
    return this.text ??= keyOf(this)
  }

  [Equal.symbol](that: Equal.Equal): boolean {
    return that instanceof Structure && equals(this, that)
  }

  [Hash.symbol](): number {
    return Hash.string(this.key)
  }

  toString(): string {
    return `Structure(${format(this)})`
  }

  toJSON(): unknown {
    return { _id: "Structure", structure: format(this) }
  }

  [Inspectable.NodeInspectSymbol](): string {
    return this.toString()
  }
}

export const isStructure = (u: unknown): u is Structure => u instanceof Structure

export const leaf = new Structure("leaf", noChildren, undefined, undefined, undefined, 1)
export const nullNode = new Structure("null", noChildren, undefined, undefined, undefined, 0)
export const undefinedNode = new Structure("undefined", noChildren, undefined, undefined, undefined, 0)

const sameList = (a: ReadonlyArray<unknown> | undefined, b: ReadonlyArray<unknown> | undefined): boolean => {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Whether the roots have the same kind, and the same number and names of children. */
export const sameRoot = (a: Structure, b: Structure): boolean =>
  a.kind === b.kind && a.children.length === b.children.length && sameList(a.keys, b.keys) &&
  (a.info === b.info ||
    (a.info !== undefined && b.info !== undefined && a.info.type === b.info.type &&
      staticValue.same(a.info.data, b.info.data)))

const sameRootInOrder = (a: Structure, b: Structure): boolean => sameRoot(a, b) && sameList(a.order, b.order)

const compare = (a: Structure, b: Structure, same: (a: Structure, b: Structure) => boolean): boolean => {
  if (a === b) return true
  if (a.leafCount !== b.leafCount) return false
  const stack = [a, b]
  while (stack.length > 0) {
    const right = stack.pop()!
    const left = stack.pop()!
    if (!same(left, right)) return false
    for (let i = 0; i < left.children.length; i++) {
      // All leaves are the same object, so a flat tree never reaches the stack.
      if (left.children[i] !== right.children[i]) stack.push(left.children[i]!, right.children[i]!)
    }
  }
  return true
}

export const equals = (a: Structure, b: Structure): boolean => compare(a, b, sameRoot)

/** Whether structures are equal and their records have the same key order, so that a function can't tell them apart. */
export const identical = (a: Structure, b: Structure): boolean => compare(a, b, sameRootInOrder)

/** Static data as text; values without a JSON form are left to {@link equals}. */
const dataText = (data: unknown): string => {
  try {
    return JSON.stringify(data, (_, v) => typeof v === "bigint" ? `${v}n` : typeof v === "function" ? v.name : v) ?? ""
  } catch {
    return ""
  }
}

const arity = (s: Structure): string => s.keys === undefined ? `${s.children.length}` : JSON.stringify(s.keys)

/** The text of a node in a key: in prefix order and with its arity, so that no closing brackets are needed. */
const tokens: { readonly [K in Kind]: (s: Structure) => string } = {
  leaf: () => "*",
  null: () => "0",
  undefined: () => "?",
  array: (s) => `[${s.children.length}:`,
  record: (s) => `{${arity(s)}`,
  node: (s) => `<${JSON.stringify([s.info!.type.name, dataText(s.info!.data)])}${arity(s)}:`
}

const keyOf = (root: Structure): string => {
  let out = ""
  const stack = [root]
  while (stack.length > 0) {
    const s = stack.pop()!
    out += tokens[s.kind](s)
    for (let i = s.children.length - 1; i >= 0; i--) stack.push(s.children[i]!)
  }
  return out
}

/** A text that is equal exactly for structures that are {@link identical}. */
export const exactKey = (
  root: Structure,
  identities: staticValue.Identities,
  named?: Array<number>
): string => {
  let out = ""
  const stack = [root]
  while (stack.length > 0) {
    const s = stack.pop()!
    out += s.kind === "node"
      ? `<${identities.of(s.info!.type, named)} ${staticValue.keyOf(s.info!.data, identities, named)}${arity(s)}`
      : tokens[s.kind](s)
    if (s.order !== undefined) out += `(${s.order.join(" ")})`
    for (let i = s.children.length - 1; i >= 0; i--) stack.push(s.children[i]!)
  }
  return out
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** A key, written as in a TypeScript object literal. */
const formatKey = (key: string): string => identifier.test(key) ? key : JSON.stringify(key)

/** A path, written as in TypeScript after a variable: `.a[0]["x-y"]`, without the leading dot. */
export const formatPath = (path: Path): string => {
  let out = ""
  for (const part of path) {
    if (typeof part === "number") out += `[${part}]`
    else if (identifier.test(part)) out += out === "" ? part : `.${part}`
    else out += `[${JSON.stringify(part)}]`
  }
  return out
}

const brackets: { readonly [K in Kind]: (s: Structure) => readonly [open: string, close: string] } = {
  leaf: () => ["*", ""],
  null: () => ["null", ""],
  undefined: () => ["undefined", ""],
  array: () => ["[", "]"],
  record: (s) => s.children.length === 0 ? ["{", "}"] : ["{ ", " }"],
  node: ({ children, info, keys }) => {
    const data = info!.data === undefined ? "" : `<${dataText(info!.data)}>`
    const space = keys === undefined || children.length === 0 ? "" : " "
    return [
      `${info!.type.name}${data}${keys === undefined ? "[" : `{${space}`}`,
      keys === undefined ? "]" : `${space}}`
    ]
  }
}

/** `{ a: *, b: [*, null] }`. */
export const format = (root: Structure): string => {
  let out = ""
  const stack: Array<Structure | string> = [root]
  while (stack.length > 0) {
    const s = stack.pop()!
    if (typeof s === "string") {
      out += s
      continue
    }
    const [open, close] = brackets[s.kind](s)
    out += open
    stack.push(close)
    for (let i = s.children.length - 1; i >= 0; i--) {
      stack.push(s.children[i]!)
      const name = s.keys === undefined ? "" : `${formatKey(s.keys[i]!)}: `
      const label = i === 0 ? name : `, ${name}`
      if (label !== "") stack.push(label)
    }
  }
  return out
}

interface Link {
  readonly parent: Link | undefined
  readonly key: string | number
}

const toPath = (link: Link | undefined): Path => {
  const path: Array<string | number> = []
  for (let at = link; at !== undefined; at = at.parent) path.push(at.key)
  return path.reverse()
}

/** The path of every leaf, in order. */
export const paths = (root: Structure): ReadonlyArray<Path> => {
  const out: Array<Path> = []
  const stack: Array<{ readonly structure: Structure; readonly link: Link | undefined }> = [
    { structure: root, link: undefined }
  ]
  while (stack.length > 0) {
    const { link, structure } = stack.pop()!
    if (structure === leaf) out.push(toPath(link))
    for (let i = structure.children.length - 1; i >= 0; i--) {
      const key = structure.keys === undefined ? i : structure.keys[i]!
      stack.push({ structure: structure.children[i]!, link: { parent: link, key } })
    }
  }
  return out
}

/** `outer` with a copy of `inner` in place of every leaf. */
export const compose = (outer: Structure, inner: Structure): Structure => {
  interface Frame {
    readonly structure: Structure
    readonly children: Array<Structure>
    readonly parent: Frame | undefined
  }
  if (outer === leaf) return inner
  let frame: Frame = { structure: outer, children: [], parent: undefined }
  for (;;) {
    const { children, parent, structure } = frame
    if (children.length < structure.children.length) {
      const child = structure.children[children.length]!
      if (child === leaf) children.push(inner)
      else if (child.leafCount === 0) children.push(child)
      else frame = { structure: child, children: [], parent: frame }
      continue
    }
    const { info, keys, kind, leafCount, order } = structure
    const done = new Structure(kind, children, keys, order, info, leafCount * inner.leafCount)
    if (parent === undefined) return done
    parent.children.push(done)
    frame = parent
  }
}
