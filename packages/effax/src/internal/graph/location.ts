/**
 * The place in the user's code where a node was made: an Error that was created there, whose text is made when it is read.
 *
 * Locations are taken while at least one Layer that reports them is alive. Otherwise making a node costs one comparison
 * more.
 */

/** A position in a source file. @category models @since 0.1.0 */
export interface Frame {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The function that it is in, where that has a name. */
  readonly function: string | undefined
}

/** Frames between `node.bind` and the user, at most. */
const depth = 64

const withoutScheme = (url: string): string => url.startsWith("file://") ? url.slice("file://".length) : url

/** A line of a stack: of V8 (`at f (file:1:2)`), or of the others (`f@file:1:2`). */
const patterns = [/^\s*at (?:async )?(?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/, /^(.*?)@(.*?):(\d+):(\d+)$/]

const parse = (text: string): Frame | undefined => {
  for (const pattern of patterns) {
    const match = pattern.exec(text)
    if (match === null) continue
    const [, name, url, line, column] = match
    const file = withoutScheme(url!).split("?")[0]!
    const named = name === undefined || name === "" || name.includes("<anonymous>") ? undefined : name
    return { file, line: Number(line), column: Number(column), function: named }
  }
  return undefined
}

const framesOf = (trace: Error | undefined): ReadonlyArray<Frame | undefined> =>
  String(trace?.stack ?? "").split("\n").map(parse)

/** This file as stacks name it. `import.meta` may name it otherwise, and classic scripts don't have it. */
const thisFile = framesOf(new Error()).find((frame) => frame !== undefined)?.file ?? ""

/** Where the modules of this package are, unless they were bundled into something else. */
const own = /^(.*\/)internal\/graph\/location\.[a-z]+$/.exec(thisFile)?.[1]
/** The folder of this copy of the package, or the bundle that it is in; empty where stacks don't tell. */
export const home: string = own ?? thisFile

/** Where its sister packages are, in a tree of sources. */
const sisters = own === undefined ? undefined : /^(.*\/packages\/)effax\/(?:src|dist)\/$/.exec(own)?.[1]

const foreign = /^node:|\/node_modules\/(?:effect|@effax|effax)\/|^<anonymous>|^native$/

const isUsers = (file: string): boolean => {
  if (own === undefined || file.startsWith(own) || foreign.test(file)) return false
  return sisters === undefined || !file.startsWith(sisters) ||
    !/^[^/]+\/(?:src|dist)\//.test(file.slice(sisters.length))
}

/**
 * A place in the user's code. Rewrites hand the object of an equation on to the equations that they make of it, so that
 * identity tells which came of one call.
 */
export class Location {
  private trace: Error | undefined
  private found: Frame | null | undefined

  constructor(trace: Error) {
    this.trace = trace
    this.found = undefined
  }

  /** The innermost frame that isn't effax's own; `undefined` where the stack doesn't tell. */
  get frame(): Frame | undefined {
    if (this.found === undefined) {
      this.found = framesOf(this.trace).find((frame) => frame !== undefined && isUsers(frame.file)) ?? null
      this.trace = undefined
    }
    return this.found ?? undefined
  }

  /** `/home/me/train.ts:12:7 (loss)`. */
  toString(): string {
    const { frame } = this
    if (frame === undefined) return "an unknown place (all code is in one bundle, perhaps without a source map)"
    const place = `${frame.file}:${frame.line}:${frame.column}`
    return frame.function === undefined ? place : `${place} (${frame.function})`
  }
}

/** A location for an error; without one, how to have it. */
export const placeOf = (location: Location | undefined): string =>
  location?.toString() ??
    "an unknown place: this was described before the Layer of the check was built; describe it in the Effect that runs it " +
      "(Effect.gen, Effect.suspend) to see the line"

// How many Layers want locations; none outlives the Layer that counted itself.
let wanted = 0
// The location that is being replayed; reset when the replay returns.
let replayed: Location | undefined

/** From now on locations are taken; the function that is returned ends it. */
export const acquire = (): () => void => {
  wanted++
  let released = false
  return () => {
    if (!released) wanted--
    released = true
  }
}

/** Whether a Layer that reports on equations is alive. */
export const isWanted = (): boolean => wanted > 0

const take = (): Location => {
  const stacks = Error as { stackTraceLimit?: number }
  const before = stacks.stackTraceLimit
  stacks.stackTraceLimit = depth
  const trace = new Error()
  if (before === undefined) delete stacks.stackTraceLimit
  else stacks.stackTraceLimit = before
  return new Location(trace)
}

/** The location of what is made now; `undefined` while no Layer wants locations. */
export const here = (): Location | undefined => wanted === 0 ? undefined : replayed ?? take()

const ignore = (): void => {}

/**
 * Runs what makes new equations of old ones. From `at(location)` to the next, what is made has the location of the
 * equation that it is made of.
 */
export const replaying = <A>(f: (at: (location: Location | undefined) => void) => A): A => {
  if (wanted === 0) return f(ignore)
  const outer = replayed
  try {
    return f((location) => {
      replayed = location ?? outer
    })
  } finally {
    replayed = outer
  }
}

/** Runs a user's function: what it makes has locations of its own, even in the middle of a replay. */
export const written = <A>(f: () => A): A => {
  if (replayed === undefined) return f()
  const outer = replayed
  replayed = undefined
  try {
    return f()
  } finally {
    replayed = outer
  }
}
