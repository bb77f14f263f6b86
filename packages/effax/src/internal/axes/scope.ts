/**
 * The named axes that collectives may refer to, while a function is traced.
 *
 * JAX calls it the axis environment. It is dynamically scoped, because a function names an axis that its caller has
 * bound: `Lax.psum(x, "batch")` takes no context. The variable below is set for the duration of one synchronous call and
 * put back in `finally`, so that it never outlives that call and no two fibers ever see each other's: it is an implicit
 * argument, and no state.
 */
import { AxisNameError } from "../../Errors.ts"
import type { Vary } from "./replication.ts"

/**
 * How an axis came to be: `mapped` by `vmap`; `manual` by `shardMap`, which keeps track of what differs along it; or
 * `unchecked` by a `shardMap` that doesn't.
 */
export type Kind = "mapped" | "manual" | "unchecked"

export interface NamedAxis {
  readonly name: string
  readonly size: number
  readonly kind: Kind
  /** Makes values vary over axes, for a manual axis: arrays are made below the primitive that does it. */
  readonly vary?: Vary | undefined
}

/** Axes from the outermost to the innermost. Compared by reference where it is likely to be the same. */
export type Scope = ReadonlyArray<NamedAxis>

const none: Scope = []

let scope: Scope = none

export const current = (): Scope => scope

/** Calls a function with more axes in scope. An axis hides an outer one of its name. */
export const within = <A>(axes: ReadonlyArray<NamedAxis>, f: () => A): A => {
  if (axes.length === 0) return f()
  const outer = scope
  scope = [...outer.filter(({ name }) => axes.every((axis) => axis.name !== name)), ...axes]
  try {
    return f()
  } finally {
    scope = outer
  }
}

export const find = (name: string): NamedAxis | undefined => scope.find((axis) => axis.name === name)

export const describe = ({ kind, name, size }: NamedAxis): string =>
  `"${name}" (of size ${size}, by ${kind === "mapped" ? "vmap" : "shardMap"})`

/** An axis that an operation names. */
export const lookup = (operation: string, name: string): NamedAxis => {
  const axis = find(name)
  if (axis !== undefined) return axis
  throw new AxisNameError({
    operation,
    message: `${operation}: there is no axis named "${name}" here; ${
      scope.length === 0
        ? "no axis is in scope: call it inside of a function that is mapped with `vmap(f, { axisName: " +
          `"${name}" })\` or \`shardMap\``
        : `in scope ${scope.length === 1 ? "is" : "are"} ${scope.map(describe).join(", ")}`
    }`
  })
}

/** How values are made to vary here; `undefined` where no axis in scope is manual. */
export const vary = (): Vary | undefined => {
  for (let i = scope.length - 1; i >= 0; i--) if (scope[i]!.vary !== undefined) return scope[i]!.vary
  return undefined
}

/** Whether functions traced in two scopes see the same axes. */
export const equals = (a: Scope, b: Scope): boolean =>
  a === b ||
  a.length === b.length &&
    a.every(({ kind, name, size }, i) => name === b[i]!.name && size === b[i]!.size && kind === b[i]!.kind)

/** Names in the order of the axes in scope, which is that of the mesh; others last. */
export const ordered = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (names.length < 2) return names
  const known = scope.map(({ name }) => name).filter((name) => names.includes(name))
  return [...known, ...names.filter((name) => !known.includes(name))]
}
