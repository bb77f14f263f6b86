/**
 * The traces of one jitted function, found by what they depend on.
 *
 * Static arguments that are compared by identity are not kept alive: when one is gone, so are its traces, which no call
 * can ask for again.
 */
import type { Aval } from "../../Aval.ts"
import { sameAvals } from "../arguments/arguments.ts"
import * as axisScope from "../axes/scope.ts"
import type { NumberArgument } from "../graph/node.ts"
import { Identities, keyOf } from "../tree/staticValue.ts"
import * as structures from "../tree/structure.ts"

/** The arguments of a call, by which its trace is looked up. */
export interface Call {
  readonly statics: ReadonlyArray<unknown>
  /** The JavaScript numbers among the arguments; empty if there are none. */
  readonly numbers: ReadonlyArray<NumberArgument | undefined>
  readonly structure: structures.Structure
  readonly avals: ReadonlyArray<Aval>
}

/** The key of a trace: texts that are equal for equal static arguments, and not the arguments themselves. */
export interface Signature {
  readonly staticKeys: ReadonlyArray<string>
  /** Which arguments are JavaScript numbers, and if the trace is one of several for them, of which kind. */
  readonly numbers: string
  /** Of numbers for which it mattered: whether the trace is for integers. */
  readonly asked: ReadonlyArray<boolean | undefined>
  readonly structure: structures.Structure
  readonly avals: ReadonlyArray<Aval>
  readonly scope: axisScope.Scope
}

const avalKey = ({ dtype, shape, varying, weak }: Aval): string =>
  `${dtype}${weak ? "~" : ""}[${shape.join()}]${varying === undefined ? "" : JSON.stringify([...varying].sort())}`

const scopeKey = (scope: axisScope.Scope): string =>
  scope.length === 0 ? "" : JSON.stringify(scope.map(({ kind, name, size }) => [name, size, kind]))

const same = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const placesOf = (numbers: Call["numbers"]): string =>
  numbers.length === 0 ? "" : numbers.map((of) => of === undefined ? "-" : "n").join("")

const kindsOf = (numbers: Call["numbers"]): string =>
  numbers.map((of) => of === undefined ? "-" : of.isInteger ? "i" : "f").join("")

/** Whether a trace is one for these numbers. */
const isFor = ({ asked }: Signature, numbers: Call["numbers"]): boolean =>
  numbers.every((of, i) => of === undefined || asked[i] === undefined || asked[i] === of.isInteger)

/** A trace that is used in another one asks of the other one's numbers what it asked of its own. */
const ask = ({ asked }: Signature, numbers: Call["numbers"]): void =>
  numbers.forEach((of, i) => {
    if (of !== undefined && asked[i] !== undefined) of.asked = true
  })

const noKeys: ReadonlyArray<string> = []

const keysOf = (
  statics: ReadonlyArray<unknown>,
  identities: Identities,
  named?: Array<number>
): ReadonlyArray<string> => statics.length === 0 ? noKeys : statics.map((value) => keyOf(value, identities, named))

/** No trace for a call. */
export interface Missing<T> {
  readonly found: undefined
  readonly staticKeys: ReadonlyArray<string>
  readonly numbers: string
  /** Keys that can be compared with those of the call, even after the cache was cleared. */
  readonly keysOf: (statics: ReadonlyArray<unknown>) => ReadonlyArray<string>
  readonly add: (trace: T) => void
}

export class TraceCache<T extends Signature> {
  private identities!: Identities
  /** From the oldest to the youngest. */
  private readonly traces = new Map<string, T>()
  /** The keys of the traces that name an object. */
  private readonly byIdentity = new Map<number, Array<string>>()
  /** The trace that was used last, which is mostly the one that is wanted next. */
  private latest: T | undefined
  /** How many traces there have been. */
  made = 0

  constructor() {
    this.clear()
  }

  /** The trace for a call, or what a new one needs. */
  find(call: Call): { readonly found: T } | Missing<T> {
    const { numbers } = call
    let known = this.lookUp(call, placesOf(numbers))
    // most functions don't care whether a number is whole: only those that do have a trace for each kind
    if (known.found !== undefined && !isFor(known.found, numbers)) known = this.lookUp(call, kindsOf(numbers))
    if (known.found !== undefined) ask(known.found, numbers)
    return known
  }

  private lookUp(call: Call, numbers: string): { readonly found: T } | Missing<T> {
    const { identities } = this
    // closures below outlive the call, so that they must not hold its static arguments
    const given = call.numbers
    const named: Array<number> = []
    const staticKeys = keysOf(call.statics, identities, named)
    const scope = axisScope.current()
    const { latest } = this
    if (
      latest !== undefined && latest.numbers === numbers && axisScope.equals(latest.scope, scope) &&
      same(latest.staticKeys, staticKeys) &&
      structures.identical(latest.structure, call.structure) && sameAvals(latest.avals, call.avals)
    ) return { found: latest }
    const key = [
      ...staticKeys,
      numbers,
      structures.exactKey(call.structure, identities, named),
      ...call.avals.map(avalKey),
      scopeKey(scope)
    ].join("|")
    const found = this.traces.get(key)
    if (found !== undefined) {
      this.latest = found
      return { found }
    }
    return {
      found: undefined,
      staticKeys,
      numbers,
      keysOf: (statics) => keysOf(statics, identities),
      add: (trace) => {
        ask(trace, given)
        this.traces.set(key, trace)
        this.latest = trace
        this.made++
        for (const identity of named) {
          const keys = this.byIdentity.get(identity)
          if (keys === undefined) this.byIdentity.set(identity, [key])
          else keys.push(key)
        }
      }
    }
  }

  private forget(identity: number): void {
    for (const key of this.byIdentity.get(identity) ?? []) {
      if (this.traces.get(key) === this.latest) this.latest = undefined
      this.traces.delete(key)
    }
    this.byIdentity.delete(identity)
  }

  all(): ReadonlyArray<T> {
    return [...this.traces.values()]
  }

  /** The traces that are older than one, as far as they are still there. */
  before(trace: T): ReadonlyArray<T> {
    const all = this.all()
    const at = all.indexOf(trace)
    return at === -1 ? [] : all.slice(0, at)
  }

  clear(): void {
    // objects get new numbers, so that what is collected later means none of the traces to come
    const identities: Identities = new Identities((identity) => {
      if (this.identities === identities) this.forget(identity)
    })
    this.identities = identities
    this.traces.clear()
    this.byIdentity.clear()
    this.latest = undefined
    this.made = 0
  }
}
