/**
 * The table leaves nothing out: every exported function is an entry, and every primitive occurs in one.
 */
import { describe, expect, it } from "@effect/vitest"
import { Lax, Nn, Numpy, Primitives, Program, Random } from "effax"
import * as Transform from "effax/Transform"
import * as Effect from "effect/Effect"
import { type Arrays, inputsOf, listOf, type Operation, toArray } from "./operation.ts"
import { families } from "./table.ts"

const table: ReadonlyArray<Operation> = Object.values(families).flat()

/** Exports that are not functions to arrays: parts of an index, descriptions. */
const values: ReadonlySet<string> = new Set([
  "Numpy.slice",
  "Numpy.ellipsis",
  "Numpy.newaxis",
  "Lax.broadcastShapes",
  "Lax.convDimensionNumbers",
  "Lax.padtypeToPads",
  "Transform.checkpointPolicies",
  "Transform.evalShape",
  "Transform.makeProgram",
  "Transform.savedResiduals",
  "Transform.ShapeDType"
])

const namesOf = (prefix: string, module: object): ReadonlyArray<string> =>
  Object.entries(module).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && name === "initializers"
      ? namesOf(`${prefix}.${name}`, value)
      : [`${prefix}.${name}`]
  ).filter((name) => !values.has(name))

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

  it.each([["Numpy", Numpy], ["Nn", Nn], ["Random", Random], ["Lax", Lax], [
    "Transform",
    Transform
  ]])("has an entry for every function of %s", (prefix, module) => {
    const named = new Set(table.map((operation) => operation.of))
    expect(namesOf(prefix, module).filter((name) => !named.has(name))).toEqual([])
  })

  it("runs every primitive", () => {
    const used = new Set([...traced.values()].flatMap((names) => [...names]))
    // `jit` is what the check "jit" of each entry is made of; `check` is tested in checks.test.ts
    expect(Object.keys(Primitives.primitives).filter((name) => name !== "jit" && name !== "check" && !used.has(name)))
      .toEqual([])
  })

  it("leaves out only what is there", () => {
    const modules = { Numpy, Lax, Transform } as Record<string, object>
    const stale = [...values].filter((name) => {
      const [module, key] = name.split(".") as [string, string]
      return !(key in modules[module]!)
    })
    expect(stale).toEqual([])
  })

  it("has no entry for what is not there", () => {
    const exported = new Set([
      ...namesOf("Numpy", Numpy),
      ...namesOf("Nn", Nn),
      ...namesOf("Random", Random),
      ...namesOf("Lax", Lax),
      ...namesOf("Transform", Transform)
    ])
    expect(table.map((operation) => operation.of).filter((name) => !exported.has(name))).toEqual([])
  })
})
