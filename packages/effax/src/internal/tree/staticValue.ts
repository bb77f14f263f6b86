/**
 * Values other than arrays that a trace depends on: static arguments of `jit`, static data of trees.
 *
 * - Primitives are compared by value (`Object.is`: 0 and -0 differ).
 * - Objects that define Effect's `Equal` are compared by it.
 * - Plain data is compared by content, in order: plain objects, arrays, `Map`, `Set`, `Date`, `RegExp`, array buffers
 *   and their views. It is kept as text or as a copy, which later changes of the original don't affect.
 * - Everything else, such as functions and class instances, is compared by identity, because its private state can't be
 *   seen.
 */
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import { isNode } from "../graph/node.ts"

/** Numbers for the objects that texts refer to: one per object, or one for all objects that are equal by `Equal`. */
export class Identities {
  private readonly numbers = new WeakMap<WeakKey, number>()
  private readonly equals = new Map<number, Array<{ readonly value: object; readonly number: number }>>()
  private readonly registry: FinalizationRegistry<number> | undefined
  private next = 0

  /** `collected` is called with the number of each object compared by identity, once the object is collected. */
  constructor(collected?: (identity: number) => void) {
    this.registry = collected === undefined ? undefined : new FinalizationRegistry(collected)
  }

  /** The number of an object. Numbers of objects compared by identity are added to `named`. */
  of(value: WeakKey, named?: Array<number>): number {
    let number = this.numbers.get(value)
    if (number === undefined) {
      this.numbers.set(value, number = this.next++)
      this.registry?.register(value, number)
    }
    named?.push(number)
    return number
  }

  ofEqual(value: object): number {
    const hash = Hash.hash(value)
    const known = this.equals.get(hash)
    const found = known?.find((one) => Equal.equals(one.value, value))
    if (found !== undefined) return found.number
    const made = { value, number: this.next++ }
    if (known === undefined) this.equals.set(hash, [made])
    else known.push(made)
    return made.number
  }
}

/** The prototypes of views that are plain data. Instances of subclasses may hold more than their bytes. */
const views: ReadonlySet<unknown> = new Set(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
    (globalThis as { readonly Float16Array?: unknown }).Float16Array
  ]
    .flatMap((of) => of === undefined ? [] : [(of as { readonly prototype: unknown }).prototype])
)

/** The kinds of plain data. */
type Plain = "array" | "record" | "map" | "set" | "date" | "regexp" | "buffer" | "view"

const isNodeBuffer = (proto: unknown): boolean =>
  proto !== null && (proto as { readonly constructor?: { readonly name?: string } }).constructor?.name === "Buffer" &&
  Object.getPrototypeOf(proto) === Uint8Array.prototype

/** Whether all properties are data that `Object.keys` or `Object.getOwnPropertySymbols` lists. */
const isPlainRecord = (value: object): boolean =>
  Reflect.ownKeys(value).every((key) => {
    const { enumerable, get, set } = Object.getOwnPropertyDescriptor(value, key)!
    return enumerable === true && get === undefined && set === undefined
  })

const isBare = (value: object): boolean => Reflect.ownKeys(value).length === 0

/** The kind of plain data of an object; `undefined` if it is compared by identity. */
const plainKind = (value: object): Plain | undefined => {
  const proto: unknown = Object.getPrototypeOf(value)
  if (proto === Object.prototype || proto === null) return isPlainRecord(value) ? "record" : undefined
  if (proto === Array.prototype) {
    // without holes, and without properties other than its elements
    return Reflect.ownKeys(value).length === (value as ReadonlyArray<unknown>).length + 1 ? "array" : undefined
  }
  if (proto === Map.prototype) return isBare(value) ? "map" : undefined
  if (proto === Set.prototype) return isBare(value) ? "set" : undefined
  if (proto === Date.prototype) return isBare(value) ? "date" : undefined
  if (proto === RegExp.prototype) return Reflect.ownKeys(value).length === 1 ? "regexp" : undefined
  if (proto === ArrayBuffer.prototype) return isBare(value) ? "buffer" : undefined
  return views.has(proto) || isNodeBuffer(proto) ? "view" : undefined
}

const hasEqual = (value: object): boolean => Equal.symbol in value && !isNode(value)

const bytesOf = (value: ArrayBuffer | ArrayBufferView): Uint8Array =>
  value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)

/** Bytes as text, one character per byte. */
const byteText = (bytes: Uint8Array): string => {
  let out = `${bytes.length}:`
  for (let i = 0; i < bytes.length; i += 4096) out += String.fromCharCode(...bytes.subarray(i, i + 4096))
  return out
}

const stringText = (text: string): string => `s${text.length}:${text}`

/** The text of a primitive. Every text marks its own end, so that a list of them can be read in only one way. */
const primitiveText = (value: unknown, identities: Identities, named: Array<number> | undefined): string => {
  switch (typeof value) {
    case "number":
      return Object.is(value, -0) ? "d-0;" : `d${value};`
    case "bigint":
      return `i${value};`
    case "string":
      return stringText(value)
    case "boolean":
      return value ? "t" : "f"
    case "undefined":
      return "u"
    case "symbol": {
      const name = Symbol.keyFor(value)
      return name === undefined ? `#${identities.of(value, named)};` : `y${stringText(name)}`
    }
    default:
      return "n"
  }
}

/**
 * A text that is equal exactly for values that are the same. Numbers of objects compared by identity are added to
 * `named`.
 */
export const keyOf = (value: unknown, identities: Identities, named?: Array<number>): string => {
  if (value === null || typeof value !== "object" && typeof value !== "function") {
    return primitiveText(value, identities, named)
  }
  let out = ""
  const seen = new Map<object, number>()
  const stack: Array<unknown> = [value]
  while (stack.length > 0) {
    const next = stack.pop()
    if (next === null || typeof next !== "object" && typeof next !== "function") {
      out += primitiveText(next, identities, named)
      continue
    }
    if (hasEqual(next)) {
      out += `=${identities.ofEqual(next)};`
      continue
    }
    const kind = typeof next === "function" ? undefined : plainKind(next)
    if (kind === undefined) {
      out += `#${identities.of(next, named)};`
      continue
    }
    // a repeated object is named by its first position, so that cyclic data has a text too
    const place = seen.get(next)
    if (place !== undefined) {
      out += `@${place};`
      continue
    }
    seen.set(next, seen.size)
    const [head, parts] = texts[kind](next as never)
    out += head
    for (let i = parts.length - 1; i >= 0; i--) stack.push(parts[i])
  }
  return out
}

const noParts: ReadonlyArray<unknown> = []

/** For each kind of plain data, the head of its text and the values that follow. */
const texts: { readonly [K in Plain]: (value: never) => readonly [head: string, parts: ReadonlyArray<unknown>] } = {
  array: (value: ReadonlyArray<unknown>) => [`[${value.length}:`, value],
  record: (value: object) => {
    const keys = Reflect.ownKeys(value)
    return [
      `${Object.getPrototypeOf(value) === null ? "0" : ""}{${keys.length}:`,
      keys.flatMap((key) => [key, (value as { readonly [key: PropertyKey]: unknown })[key]])
    ]
  },
  map: (value: ReadonlyMap<unknown, unknown>) => [`M${value.size}:`, [...value].flat(1)],
  set: (value: ReadonlySet<unknown>) => [`S${value.size}:`, [...value]],
  date: (value: Date) => [`D${value.getTime()};`, noParts],
  regexp: (value: RegExp) => [`R${value.lastIndex};`, [value.source, value.flags]],
  buffer: (value: ArrayBuffer) => [`B${byteText(bytesOf(value))}`, noParts],
  view: (value: ArrayBufferView) => [`V${value.constructor.name}:${byteText(bytesOf(value))}`, noParts]
}

/** Whether two values are the same. */
export const same = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== typeof b || a === null || b === null || typeof a !== "object" && typeof a !== "function") {
    return false
  }
  const identities = new Identities()
  return keyOf(a, identities) === keyOf(b, identities)
}

/** A private copy of plain data; other values are returned as they are. */
export const copyOf = (value: unknown, copies: Map<object, unknown> = new Map()): unknown => {
  if (value === null || typeof value !== "object" || hasEqual(value)) return value
  const kind = plainKind(value)
  if (kind === undefined) return value
  const known = copies.get(value)
  if (known !== undefined) return known
  const copy: unknown = shells[kind](value as never)
  copies.set(value, copy)
  contents[kind]?.(value as never, copy as never, (part) => copyOf(part, copies))
  return kind === "array" || kind === "record" ? Object.freeze(copy) : copy
}

/** Copies without their contents. */
const shells: { readonly [K in Plain]: (value: never) => unknown } = {
  array: () => [],
  record: (value: object) => Object.create(Object.getPrototypeOf(value) as object | null) as unknown,
  map: () => new Map(),
  set: () => new Set(),
  date: (value: Date) => new Date(value.getTime()),
  regexp: (value: RegExp) => Object.assign(new RegExp(value.source, value.flags), { lastIndex: value.lastIndex }),
  buffer: (value: ArrayBuffer) => value.slice(),
  view: (value: Uint8Array | DataView) =>
    value instanceof DataView
      ? new DataView(bytesOf(value).slice().buffer)
      : Uint8Array.prototype.slice.call(value)
}

type Copier = (part: unknown) => unknown

const contents: { readonly [K in Plain]?: (value: never, copy: never, copier: Copier) => void } = {
  array: (value: ReadonlyArray<unknown>, copy: Array<unknown>, copier) => {
    for (const part of value) copy.push(copier(part))
  },
  record: (value: { readonly [key: PropertyKey]: unknown }, copy: object, copier) => {
    for (const key of Reflect.ownKeys(value)) {
      Object.defineProperty(copy, key, {
        value: copier(value[key]),
        enumerable: true,
        configurable: true,
        writable: true
      })
    }
  },
  map: (value: ReadonlyMap<unknown, unknown>, copy: Map<unknown, unknown>, copier) => {
    for (const [key, part] of value) copy.set(copier(key), copier(part))
  },
  set: (value: ReadonlySet<unknown>, copy: Set<unknown>, copier) => {
    for (const part of value) copy.add(copier(part))
  }
}
