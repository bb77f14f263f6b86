/**
 * The table leaves nothing out: every exported function is an entry, and every primitive occurs in one.
 */
import { describe, expect, it } from "@effect/vitest"
import { Fft, Image, Lax, Linalg, Nn, Numpy, Ops, Primitives, Program, Random, Scipy } from "effax"
import * as Transform from "effax/Transform"
import * as Effect from "effect/Effect"
import { type Arrays, inputsOf, listOf, type Operation, toArray } from "./operation.ts"
import { families } from "./table.ts"

const table: ReadonlyArray<Operation> = Object.values(families).flat()

const ofNumpy = (name: string): string => `Numpy.${name}`

/** Exports that are not functions to arrays: parts of an index, descriptions. */
const values: ReadonlySet<string> = new Set([
  "Numpy.slice",
  "Numpy.ellipsis",
  "Numpy.newaxis",
  ...[
    "canCast",
    "e",
    "einsumPath",
    "eulerGamma",
    "finfo",
    "iinfo",
    "inf",
    "iscomplexobj",
    "isdtype",
    "isrealobj",
    "isscalar"
  ].map(
    ofNumpy
  ),
  ...["issubdtype", "iterable", "nan", "ndim", "pi", "promoteTypes", "resultType", "shape", "size"].map(ofNumpy),
  "Lax.broadcastShapes",
  "Lax.convDimensionNumbers",
  "Lax.convGeneralPermutations",
  "Lax.convGeneralShapeTuple",
  "Lax.convShapeTuple",
  "Lax.convTransposeShapeTuple",
  "Lax.padtypeToPads",
  "Lax.reduceWindowShapeTuple",
  "Transform.checkpointPolicies",
  "Transform.evalShape",
  "Transform.makeProgram",
  "Transform.savedResiduals",
  "Transform.ShapeDType"
])

/** The functions of a module and of the namespaces in it, by name. */
const functionsOf = (prefix: string, module: object): ReadonlyArray<readonly [name: string, f: unknown]> =>
  Object.entries(module).flatMap(([name, value]: [string, unknown]): ReadonlyArray<readonly [string, unknown]> =>
    Object.prototype.toString.call(value) === "[object Module]"
      ? functionsOf(`${prefix}.${name}`, value as object)
      : [[`${prefix}.${name}`, value]]
  ).filter(([name]) => !values.has(name))

const modules = { Numpy, Nn, Random, Lax, Transform, Linalg, Fft, Image, Ops, Scipy }

/** The names of the primitives of a Program and of the Programs inside of it. */
const primitivesOf = (program: Program.Program): ReadonlyArray<string> =>
  program.equations.flatMap(({ params, primitive }) => [
    primitive.name,
    ...Object.values(params).filter(Program.isProgram).flatMap(primitivesOf)
  ])

const traced = new Map<string, ReadonlySet<string>>()
for (const operation of table) {
  const names = new Set(
    operation.cases.slice(0, 1).flatMap((_, i) => {
      const program = Effect.runSync(
        Program.trace(
          (...xs: Arrays) => listOf(operation.f(...xs)),
          ...inputsOf(operation, i).map(toArray)
        )
      )
      return primitivesOf(program)
    })
  )
  traced.set(operation.of, new Set([...traced.get(operation.of) ?? [], ...names]))
}

describe("the table of operations", () => {
  it("names each entry once in its family", () => {
    for (const operations of Object.values(families)) {
      const names = operations.map(({ name }) => name)
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
    }
  })

  it.each(Object.entries(modules))("has an entry for every function of %s", (prefix, module) => {
    const named = new Set(table.map((operation) => operation.of))
    const functions = functionsOf(prefix, module)
    // another name of one function, also in another module, needs no entry of its own
    const everything = Object.entries(modules).flatMap(([name, of]) => functionsOf(name, of))
    const entered = new Set(everything.filter(([name]) => named.has(name)).map(([, f]) => f))
    expect(functions.filter(([name, f]) => !named.has(name) && !entered.has(f)).map(([name]) => name)).toEqual([])
  })

  it("runs every primitive", () => {
    const used = new Set([...traced.values()].flatMap((names) => [...names]))
    // `jit` is what the check "jit" of each entry is made of; `check` is tested in checks.test.ts
    expect(Object.keys(Primitives.primitives).filter((name) => name !== "jit" && name !== "check" && !used.has(name)))
      .toEqual([])
  })

  it("leaves out only what is there", () => {
    const at = (name: string): unknown =>
      name.split(".").reduce<unknown>((of, key) => (of as Record<string, unknown> | undefined)?.[key], modules)
    expect([...values].filter((name) => at(name) === undefined)).toEqual([])
  })

  it("has no entry for what is not there", () => {
    const exported = new Set(
      Object.entries(modules).flatMap(([prefix, module]) => functionsOf(prefix, module).map(([name]) => name))
    )
    expect(table.map((operation) => operation.of).filter((name) => !exported.has(name))).toEqual([])
  })
})
