/**
 * `custom_linear_solve`: the solution of linear equations by whatever solver, with the derivative that the equations
 * themselves say it has.
 */
import { ArgumentError } from "../Errors.ts"
import { jvp } from "../internal/autodiff/forward.ts"
import { type BatchAxis, batchWhole, materialize } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { calling } from "../internal/program/costs.ts"
import { Var } from "../internal/program/model.ts"
import { anyOperands, natural, orNull, program, record as fields, schema } from "../internal/program/paramSchema.ts"
import { Program } from "../internal/program/program.ts"
import type * as NdArray from "../NdArray.ts"
import type { OrZero, Primitive } from "../Primitive.ts"
import { resultsOf } from "./controlFlow.ts"
import { neg, sub } from "./elementwise.ts"
import type { CustomLinearSolveParams, LinearSolveConstants } from "./params.ts"
import { zerosOf } from "./structural.ts"

/** The four Programs, in the order of their constants among the operands. */
const parts = ["matvec", "vecmat", "solve", "transposeSolve"] as const

type Part = (typeof parts)[number]

/** What solves the transposed equations. */
const transposed: { readonly [P in Part]: Part } = {
  matvec: "vecmat",
  vecmat: "matvec",
  solve: "transposeSolve",
  transposeSolve: "solve"
}

const record = <A>(f: (part: Part) => A): { readonly [P in Part]: A } => ({
  matvec: f("matvec"),
  vecmat: f("vecmat"),
  solve: f("solve"),
  transposeSolve: f("transposeSolve")
})

/** Operands, or what belongs to them, by the Program that they are constants of; the right-hand side is the last. */
const separate = <A>(values: ReadonlyArray<A>, lengths: LinearSolveConstants) => {
  let offset = 0
  const constants = record((part) => values.slice(offset, offset += lengths[part]))
  return { constants, rhs: values.slice(offset) }
}

const join = <A>(constants: { readonly [P in Part]: ReadonlyArray<A> }): ReadonlyArray<A> =>
  parts.flatMap((part) => constants[part])

/** How many operands are constants of some Program. */
const numConstants = ({ constLengths }: CustomLinearSolveParams): number =>
  parts.reduce((sum, part) => sum + constLengths[part], 0)

const primitive: Primitive<CustomLinearSolveParams> = {
  name: "custom_linear_solve",
  schema: schema(anyOperands, {
    constLengths: fields({ matvec: natural, vecmat: natural, solve: natural, transposeSolve: natural }),
    matvec: program,
    vecmat: orNull(program),
    solve: program,
    transposeSolve: orNull(program)
  }),
  cost: calling(({ solve }) => solve),
  abstract: (_, { solve }) => resultsOf(solve),
  // A x = b, so that dA x + A dx = db, and A dx = db - dA x
  nestedJvp({ params, primals, split, tangents }) {
    const { matvec } = params
    const outputs = customLinearSolveCall(primals, params)
    const x = outputs.slice(0, matvec.results.length)
    const at = separate(primals, params.constLengths)
    const dots = separate(tangents, params.constLengths)
    const changes = dots.constants.matvec.some((dot) => dot !== undefined)
      ? jvp(matvec, [...at.constants.matvec, ...x], [...dots.constants.matvec, ...x.map(() => undefined)], split)
        .tangents
      : x.map(() => undefined)
    const rhs = dots.rhs.map((db, i): OrZero => {
      const change = changes[i]
      return change === undefined ? db : db === undefined ? neg(change) : sub(db, change)
    })
    if (rhs.every((dot) => dot === undefined)) return { outputs, tangents: outputs.map(() => undefined) }
    const solved = customLinearSolveCall(
      [...join(at.constants), ...rhs.map((dot, i) => dot ?? zerosOf(at.rhs[i] as node.Node))],
      params
    )
    return { outputs, tangents: outputs.map((_, i) => i < x.length ? solved[i] : undefined) }
  },
  linear: {
    form: {
      // the solution of linear equations is linear however it is found
      nonlinearity({ linear, params, zeros }) {
        const constants = numConstants(params)
        const wrong = linear.findIndex((flag, i) => flag ? i < constants : i >= constants && !zeros[i])
        return wrong === -1 ? undefined : `is not linear in operand ${wrong}`
      }
    },
    transpose({ cotangents, inputs, linear, params }) {
      const { matvec, solve, transposeSolve, vecmat } = params
      const nonlinear = linear.slice(0, numConstants(params)).indexOf(true)
      if (nonlinear !== -1) {
        throw new ArgumentError({
          operation: "customLinearSolve",
          message:
            `customLinearSolve: the solution is a linear function of the right-hand side only, not of what the ` +
            "functions close over"
        })
      }
      if (vecmat === null || transposeSolve === null) {
        throw new ArgumentError({
          operation: "customLinearSolve",
          message: "customLinearSolve: reverse mode solves the transposed equations; give `transposeSolve`, or " +
            "`symmetric: true` where matvec is its own transpose"
        })
      }
      const { constants, rhs } = separate(inputs, params.constLengths)
      const cts = matvec.results.map(({ aval }, i) => cotangents[i] ?? zerosOf(aval))
      const solved = customLinearSolveCall([...join(record((part) => constants[transposed[part]])), ...cts], {
        constLengths: record((part) => params.constLengths[transposed[part]]),
        matvec: vecmat,
        vecmat: matvec,
        solve: transposeSolve,
        transposeSolve: solve
      })
      return inputs.map((_, i) => linear[i] ? solved[i - (inputs.length - rhs.length)] : undefined)
    }
  },
  // a right-hand side that is the same for all is repeated, so that the four Programs stay those of one map
  batch({ axisName, batched, inputs, params, size }) {
    const axis: BatchAxis = { size, name: axisName }
    const at = separate(inputs, params.constLengths)
    const flags = separate(batched, params.constLengths)
    const rewritten = record((part) => {
      const program = params[part]
      return program === null ? null : batchWhole(program, [...flags.constants[part], ...at.rhs.map(() => true)], axis)
    })
    const constants = record((part) => [...rewritten[part]?.captures ?? [], ...at.constants[part]])
    const rhs = at.rhs.map((b, i) => flags.rhs[i] ? b : materialize(b, size))
    const outputs = customLinearSolveCall([...join<NdArray.Any>(constants), ...rhs], {
      constLengths: record((part) => constants[part].length),
      matvec: rewritten.matvec!.program,
      vecmat: rewritten.vecmat?.program ?? null,
      solve: rewritten.solve!.program,
      transposeSolve: rewritten.transposeSolve?.program ?? null
    })
    return { outputs, batched: outputs.map(() => true) }
  },
  called(params) {
    const { solve } = params
    const constants = record((part) => {
      const program = params[part]
      if (part === "solve" || program === null) return []
      return program.parameters.slice(0, params.constLengths[part]).map(({ aval }) => new Var(aval))
    })
    const own = solve.parameters.slice(0, params.constLengths.solve)
    return new Program({
      parameters: [...join({ ...constants, solve: own }), ...solve.parameters.slice(own.length)],
      equations: solve.equations,
      results: solve.results
    })
  }
}

/** Operands: constants of the four Programs, then the right-hand side. */
export const customLinearSolveCall = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: CustomLinearSolveParams): ReadonlyArray<NdArray.Any> =>
    node.bind(primitive, inputs, params),
  { primitive }
)
