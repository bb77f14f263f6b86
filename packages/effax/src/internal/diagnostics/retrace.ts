/**
 * Why a jitted function was traced again: what its new signature has that none before it had.
 */
import * as Inspectable from "effect/Inspectable"
import * as aval from "../../Aval.ts"
import type { Aval } from "../../Aval.ts"
import * as Tree from "../../Tree.ts"
import * as axisScope from "../axes/scope.ts"
import type * as traceCache from "../program/traceCache.ts"
import * as structures from "../tree/structure.ts"

/** Everything that a trace depends on. Of static arguments two texts are kept: one to compare them by and one to show. */
export interface Signature extends traceCache.Signature {
  /** Positions of arguments that are part of the Program. */
  readonly staticArgnums: ReadonlyArray<number>
  readonly staticTexts: ReadonlyArray<string>
}

/** `f32[3]`; a dtype that gives way to others is one more signature. */
const type = (of: Aval): string => of.weak ? `${aval.format(of)} (weak)` : aval.format(of)

/** `0.layers[1].weight`: the position of the argument, then the path in it. */
export const argumentPath = (path: Tree.Path, staticArgnums: ReadonlyArray<number>): string => {
  let position = path[0] as number
  for (const skipped of [...staticArgnums].sort((a, b) => a - b)) if (skipped <= position) position++
  return `${position}${Tree.formatPath(["x", ...path.slice(1)]).slice(1)}`
}

/** The paths of all leaves of the arguments. */
export const argumentPaths = ({ staticArgnums, structure }: Signature): ReadonlyArray<string> =>
  Tree.structurePaths(structure).map((path) => argumentPath(path, staticArgnums))

/** Values with more parts than this, or deeper than this, are not made text of. */
const most = { parts: 1000, depth: 50 }

/** Whether the text of a value would be long. Parts count as often as they are in it. */
const isLarge = (root: unknown): boolean => {
  const stack: Array<readonly [value: unknown, depth: number]> = [[root, 0]]
  let parts = 0
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [of, depth] = next
    if (++parts > most.parts || depth > most.depth) return true
    if (typeof of !== "object" || of === null) continue
    if (ArrayBuffer.isView(of)) parts += of.byteLength
    else {
      for (const part of of instanceof Map || of instanceof Set ? of : Object.values(of)) {
        stack.push([part, depth + 1])
        if (stack.length > most.parts) return true
      }
    }
  }
  return false
}

/** A static argument, as reports show it. */
export const value = (of: unknown): string => {
  if (isLarge(of)) return `a large ${(of as object).constructor?.name ?? "Object"}`
  if (typeof of === "function") return of.name === "" ? "a function" : `the function ${of.name}`
  const text = typeof of === "string" ? JSON.stringify(of) : Inspectable.toStringUnknown(of, 0)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** `0: f32[3], 1.weight: f32[2,2], 2 = "train"` */
export const format = (signature: Signature): string => {
  const { avals, staticArgnums, staticTexts } = signature
  return [
    ...argumentPaths(signature).map((path, i) => `${path}: ${type(avals[i]!)}`),
    ...staticArgnums.map((position, i) => `${position} = ${staticTexts[i]}`)
  ].join(", ")
}

const scopeText = ({ scope }: Signature): string => scope.map(axisScope.describe).join(", ") || "none"

/** The kind of a leaf: a JavaScript number, whole or not if that matters to the trace, or an array. */
const kindOf = ({ asked, numbers }: Signature, leaf: number): string =>
  (numbers[leaf] ?? "-") === "-"
    ? "an array"
    : asked[leaf] === undefined
    ? "a number"
    : asked[leaf]
    ? "a whole number"
    : "a number with a fraction"

const changes = (before: Signature, after: Signature): ReadonlyArray<string> => {
  const statics = after.staticKeys.flatMap((now, i) => {
    if (now === before.staticKeys[i]) return []
    const [was, is] = [before.staticTexts[i], after.staticTexts[i]]
    return [
      `static argument ${after.staticArgnums[i]} ${
        was === is ? `is another object that looks the same: ${is}` : `changed from ${was} to ${is}`
      }`
    ]
  })
  if (!Tree.structureEquals(before.structure, after.structure)) {
    return [...statics, ...restructured(before, after)]
  }
  const order = structures.identical(before.structure, after.structure)
    ? []
    : ["the keys of an object among the arguments come in another order"]
  const paths = argumentPaths(after)
  const leaves = after.avals.flatMap((of, i) =>
    aval.equals(of, before.avals[i]!)
      ? []
      : [`argument ${paths[i]} changed from ${type(before.avals[i]!)} to ${type(of)}`]
  )
  const numbers = after.avals.flatMap((of, i) => {
    const [was, is] = [kindOf(before, i), kindOf(after, i)]
    return was === is || !aval.equals(of, before.avals[i]!) ? [] : [`argument ${paths[i]} is ${is} and not ${was}`]
  })
  const axes = axisScope.equals(before.scope, after.scope)
    ? []
    : [`the named axes in scope changed from ${scopeText(before)} to ${scopeText(after)}`]
  return [...statics, ...order, ...leaves, ...numbers, ...axes]
}

const restructured = (before: Signature, after: Signature): ReadonlyArray<string> => {
  const [old, now] = [argumentPaths(before), argumentPaths(after)]
  const [oldSet, nowSet] = [new Set(old), new Set(now)]
  const gone = old.filter((path) => !nowSet.has(path)).map((path) => `argument ${path} is gone`)
  const added = now.flatMap((path, i) => oldSet.has(path) ? [] : [`argument ${path} is new (${type(after.avals[i]!)})`])
  const moved = [...gone, ...added]
  return moved.length > 0 && moved.length <= 4 ? moved : [
    `the structure of the arguments changed from ${Tree.structureToString(before.structure)} to ${
      Tree.structureToString(after.structure)
    }`
  ]
}

/** What changed since the signature that is most like the new one; the latest of several. Empty for the first. */
export const reasons = (earlier: ReadonlyArray<Signature>, after: Signature): ReadonlyArray<string> => {
  let best: ReadonlyArray<string> = []
  let distance = Infinity
  for (let i = earlier.length - 1; i >= 0; i--) {
    const found = changes(earlier[i]!, after)
    const far = found.length + (Tree.structureEquals(earlier[i]!.structure, after.structure) ? 0 : after.avals.length)
    if (far < distance) {
      distance = far
      best = found
    }
  }
  return best
}
