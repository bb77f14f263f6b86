/**
 * The compatibility ledger: every public name of JAX (and of the Python array API standard) beside what effax calls it, or
 * the reason why effax leaves it out. It is made from the modules, the table of operations and the values that JAX computed.
 */
import { Fft, Image, Lax, Linalg, Nn, Numpy, Ops, Random, Scipy, Tree } from "effax"
import type { DType } from "effax/DType"
import * as Transform from "effax/Transform"
import { readFileSync } from "node:fs"
import { leftOut } from "../ops/leftOut.ts"
import type { Operation } from "../ops/operation.ts"
import { families } from "../ops/table.ts"
import { derivativesOf } from "../oracle/cases.ts"
import { arrayApiNotes, elsewhere, renamed } from "./names.ts"

interface Names {
  readonly jax: { readonly [module: string]: ReadonlyArray<string> }
  readonly "array api": ReadonlyArray<string>
}

const names = JSON.parse(readFileSync(new URL("names.json", import.meta.url), "utf8")) as Names

const modules: { readonly [name: string]: object } = {
  Fft,
  Image,
  Lax,
  Linalg,
  Nn,
  Numpy,
  Ops,
  Random,
  Scipy,
  Transform,
  Tree
}

/** Where a module of JAX is in effax. */
const homes: { readonly [module: string]: string } = {
  jax: "Transform",
  "jax.numpy": "Numpy",
  "jax.numpy.linalg": "Linalg",
  "jax.numpy.fft": "Fft",
  "jax.lax": "Lax",
  "jax.lax.linalg": "Lax.linalg",
  "jax.random": "Random",
  "jax.nn": "Nn",
  "jax.nn.initializers": "Nn.initializers",
  "jax.image": "Image",
  "jax.ops": "Ops",
  "jax.tree": "Tree",
  "jax.tree_util": "Tree",
  "jax.flatten_util": "Tree"
}

const camel = (name: string): string => name.replace(/(?<=[a-z0-9])_+([a-z0-9])/gi, (_, c: string) => c.toUpperCase())

/** Functions of trees have a prefix where they are not in a module of their own. */
const inTree = (name: string): string => name.replace(/^tree_/, "")

const homeOf = (module: string): string =>
  homes[module] ?? `Scipy.${module.replace("jax.scipy.", "").split(".").map(camel).join(".")}`

/** Looks a dotted name up: `Scipy.special.gammainc`. */
const lookup = (path: string): unknown =>
  path.split(".").reduce<unknown>((of, key) => (of as Record<string, unknown> | undefined)?.[key], modules)

const table: ReadonlyArray<Operation> = Object.values(families).flat()

/** Entries of the table by the function they stand for, so that other names of it find them too. */
const entriesOf = new Map<unknown, Array<Operation>>()
for (const operation of table) {
  const f = lookup(operation.of)
  entriesOf.set(f, [...entriesOf.get(f) ?? [], operation])
}

const order: ReadonlyArray<readonly [group: string, dtypes: ReadonlyArray<DType>]> = [
  ["bool", ["bool"]],
  ["int", ["int8", "int16", "int32", "int64"]],
  ["uint", ["uint8", "uint16", "uint32", "uint64"]],
  ["f16", ["float16"]],
  ["bf16", ["bfloat16"]],
  ["f32", ["float32"]],
  ["f64", ["float64"]],
  ["complex", ["complex64", "complex128"]]
]

const dtypesOf = (operations: ReadonlyArray<Operation>): string => {
  const used = new Set(operations.flatMap(({ cases }) => cases.flatMap((args) => args.map(({ dtype }) => dtype))))
  return order.filter(([, dtypes]) => dtypes.some((dtype) => used.has(dtype))).map(([group]) => group).join(" ")
}

const derivatives = (operations: ReadonlyArray<Operation>): string => {
  const most = Math.max(
    0,
    ...operations.flatMap((operation) => operation.cases.map((_, i) => derivativesOf(operation, i)))
  )
  return most === 0 ? "" : most === 1 ? "first" : "second"
}

/** A name of JAX, and where it is. */
export interface Line {
  readonly jax: string
  /** The name in effax, or `undefined`. */
  readonly effax: string | undefined
  readonly operations: ReadonlyArray<Operation>
  /** Why there is none, or where it is instead. */
  readonly note: string
}

const lineOf = (module: string, name: string): Line => {
  const [reason, instead] = [leftOut[module]?.[name], elsewhere[module]?.[name]]
  const path = renamed[module]?.[name] ??
    `${homeOf(module)}.${camel(module === "jax.tree_util" ? inTree(name) : name)}`
  const found = lookup(path)
  if (found !== undefined) return { jax: name, effax: path, operations: entriesOf.get(found) ?? [], note: "" }
  return { jax: name, effax: undefined, operations: [], note: instead ?? reason ?? "" }
}

export interface Section {
  readonly module: string
  readonly lines: ReadonlyArray<Line>
}

export const sections: ReadonlyArray<Section> = Object.entries(names.jax).map(([module, list]) => ({
  module,
  lines: list.map((name) => lineOf(module, name))
}))

/** The names that are neither there nor left out with a reason. */
export const missing: ReadonlyArray<string> = sections.flatMap(({ lines, module }) =>
  lines.filter(({ effax, note }) => effax === undefined && note === "").map(({ jax }) => `${module}.${jax}`)
)

/** Reasons for names that are there, or that JAX does not have. */
export const stale: ReadonlyArray<string> = [leftOut, elsewhere].flatMap((list) =>
  Object.entries(list).flatMap(([module, reasons]) =>
    Object.keys(reasons).filter((name) => {
      const line = sections.find((section) => section.module === module)?.lines.find(({ jax }) => jax === name)
      return line === undefined || line.effax !== undefined
    }).map((name) => `${module}.${name}`)
  )
)

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const markdownTable = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n")

const code = (text: string): string => text === "" ? "" : `\`${text}\``

const sectionText = ({ lines, module }: Section): string => {
  const [there, not] = [
    lines.filter(({ effax }) => effax !== undefined),
    lines.filter(({ effax }) => effax === undefined)
  ]
  const parts = [`### \`${module}\`: ${there.length} of ${lines.length}`]
  if (there.length > 0) {
    parts.push(
      markdownTable(
        ["JAX", "effax", "compared with JAX in", "derivatives compared", "`vmap` compared"],
        there.map(({ effax, jax, operations }) => [
          code(jax),
          code(effax!),
          dtypesOf(operations),
          derivatives(operations),
          operations.some(({ cases, vmap }) => vmap && cases.some((args) => args.length > 0)) ? "yes" : ""
        ])
      )
    )
  }
  if (not.length > 0) {
    parts.push(
      markdownTable(
        ["left out, or elsewhere", "why, or where"],
        not.map(({ jax, note }) => [code(jax), note === "" ? "not built yet" : note])
      )
    )
  }
  return parts.join("\n\n")
}

const arrayApi = (): string => {
  const pathOf = (name: string): string => {
    const [first, last] = name.includes(".") ? name.split(".") as [string, string] : ["", name]
    return `${first === "linalg" ? "Linalg" : first === "fft" ? "Fft" : "Numpy"}.${camel(last)}`
  }
  return markdownTable(
    ["standard", "effax", "differs"],
    names["array api"].map((name) => {
      const path = pathOf(name)
      const there = lookup(path) !== undefined
      return [code(name), there ? code(path) : "", arrayApiNotes[name] ?? (there ? "" : "not built yet")]
    })
  )
}

/** Names of the array API standard that are not there and have no note. */
export const missingOfArrayApi: ReadonlyArray<string> = names["array api"].filter((name) => {
  const [first, last] = name.includes(".") ? name.split(".") as [string, string] : ["", name]
  const home = first === "linalg" ? "Linalg" : first === "fft" ? "Fft" : "Numpy"
  return lookup(`${home}.${camel(last)}`) === undefined && arrayApiNotes[name] === undefined
})

/** FEATURES.md: its introduction, and the tables. */
export const features = (introduction: string): string => {
  const all = sections.flatMap(({ lines }) => lines)
  const there = all.filter(({ effax }) => effax !== undefined).length
  return [
    introduction.trimEnd(),
    "## Names of JAX",
    `effax has ${there} of the ${all.length} public names of the modules below; each other one is listed with the
place where it is instead, the reason why it is left out, or as not built yet. A function with a list of dtypes is compared in them with values that JAX computed, on the
reference backend, CPU-Wasm and WebGPU (which has no 64-bit dtypes); derivatives are compared once, or to second order;
\`vmap\` is compared with a loop.`,
    ...sections.map(sectionText),
    "## The Python array API standard",
    arrayApi()
  ].join("\n\n") + "\n"
}
