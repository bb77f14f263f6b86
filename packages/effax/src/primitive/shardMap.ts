/**
 * `shard_map`: a Program of blocks, run on every device of a mesh.
 *
 * What it calls is its emulation, for backends that have one device. Mesh, specs and the Program of blocks stay among the
 * parameters for those that have more.
 */
import type { Aval } from "../Aval.ts"
import * as aval from "../Aval.ts"
import { ArgumentError, ReplicationError } from "../Errors.ts"
import { transposeProgram } from "../internal/autodiff/backward.ts"
import { jvpProgram, linearizeProgram } from "../internal/autodiff/forward.ts"
import { ofProgram } from "../internal/axes/names.ts"
import * as replication from "../internal/axes/replication.ts"
import { batchProgram } from "../internal/batching/batching.ts"
import * as node from "../internal/graph/node.ts"
import { nothing } from "../internal/program/costs.ts"
import { isPresent, omit, pick, spread } from "../internal/program/flags.ts"
import { rewrite } from "../internal/program/memo.ts"
import { inputs as inputsOf, type Var } from "../internal/program/model.ts"
import {
  agree,
  also,
  anyOperands,
  flag,
  list,
  names,
  orNull,
  perAxis,
  positive,
  program,
  record
} from "../internal/program/paramSchema.ts"
import { type Program, withoutCaptures } from "../internal/program/program.ts"
import * as tracing from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { NestedJvpContext, OrZero, Primitive } from "../Primitive.ts"
import { assembled, avalsOf, blockOf, everywhere, inMesh, type Nodes, sizeOf, unmentioned, wholeOf } from "./blocks.ts"
import { psum } from "./collectives.ts"
import { div } from "./elementwise.ts"
import type { ShardMapParams, Spec } from "./params.ts"
import { emulate } from "./shardMapEmulation.ts"
import { reshape } from "./structural.ts"
import { varied } from "./varying.ts"

/** Binds a rewrite of the Program: arrays that rules of users closed over are whole on every device. */
const bindRewritten = (
  { checkVma, mesh }: ShardMapParams,
  { captures, program }: tracing.Closed,
  operands: ReadonlyArray<NdArray.Any>,
  inSpecs: ReadonlyArray<Spec>,
  outSpecs: ReadonlyArray<Spec>
): Nodes =>
  node.bind(primitive, [...captures, ...operands], {
    mesh,
    inSpecs: [...captures.map(() => everywhere), ...inSpecs],
    outSpecs,
    jaxpr: program,
    checkVma
  })

const keyOf = (name: string, { checkVma, inSpecs, mesh, outSpecs }: ShardMapParams, ...more: ReadonlyArray<unknown>) =>
  `shard_map ${name} ${JSON.stringify([mesh, inSpecs, outSpecs, checkVma, more])}`

// --- derivatives ----------------------------------------------------------------------------------------------------

const jvp = ({ params, primals, tangents }: NestedJvpContext<ShardMapParams>) => {
  const { inSpecs, jaxpr, outSpecs } = params
  const which = tangents.map(isPresent)
  const rewritten = inMesh(params, () => jvpProgram(jaxpr, which))
  const results = bindRewritten(
    params,
    rewritten,
    [...primals, ...tangents.filter(isPresent)],
    [...inSpecs, ...pick(inSpecs, which)],
    [...outSpecs, ...pick(outSpecs, rewritten.nonzero)]
  )
  return {
    outputs: results.slice(0, outSpecs.length),
    tangents: spread(rewritten.nonzero, results.slice(outSpecs.length))
  }
}

/** Where a residual comes from: an operand or a result that is there anyway, or a result of its own. */
type Residual =
  | { readonly _tag: "Operand"; readonly index: number }
  | { readonly _tag: "Output"; readonly index: number }
  | { readonly _tag: "Own"; readonly index: number; readonly spec: Spec; readonly isScalar: boolean }

/** Residuals of devices are stacked along axis 0, over the axes that they vary over. */
const residualsOf = ({ checkVma, mesh }: ShardMapParams, primal: Program, outputs: number): ReadonlyArray<Residual> => {
  const operands = inputsOf(primal)
  let own = 0
  return primal.results.slice(outputs).map((atom): Residual => {
    const operand = operands.indexOf(atom as Var)
    if (operand !== -1) return { _tag: "Operand", index: operand }
    const output = primal.results.indexOf(atom)
    if (output < outputs) return { _tag: "Output", index: output }
    const names = checkVma
      ? mesh.axisNames.filter((name) => atom.aval.varying?.includes(name))
      : mesh.axisNames
    return {
      _tag: "Own",
      index: own++,
      spec: names.length === 0 ? everywhere : [names.length === 1 ? names[0]! : names],
      isScalar: names.length > 0 && atom.aval.shape.length === 0
    }
  })
}

interface Linearized {
  /** captures, operands -> own residuals, results */
  readonly primal: tracing.Closed
  /** residuals, tangents -> tangents */
  readonly linear: tracing.Closed
  readonly residuals: ReadonlyArray<Residual>
  readonly nonzero: ReadonlyArray<boolean>
}

const linearized = (params: ShardMapParams, which: ReadonlyArray<boolean>): Linearized =>
  rewrite(params.jaxpr, keyOf("linearize", params, which), () =>
    inMesh(params, () => {
      const count = params.outSpecs.length
      const { captures, linear, nonzero, primal } = linearizeProgram(params.jaxpr, which)
      const residuals = residualsOf(params, primal, count)
      const forth = assembled(avalsOf(inputsOf(primal)), (parameters) => {
        const results = tracing.replay(primal, parameters)
        const own = residuals.flatMap((of, i) =>
          of._tag !== "Own" ? [] : [of.isScalar ? reshape(results[count + i]!, [1]) : results[count + i]!]
        )
        return [...own, ...results.slice(0, count)]
      })
      const avals = avalsOf(inputsOf(linear)).map((of, i) => {
        const residual = residuals[i]
        return residual?._tag === "Own" && residual.isScalar ? { ...of, shape: [1] } : of
      })
      const back = assembled(avals, (parameters) =>
        tracing.replay(
          linear,
          parameters.map((x, i) => avals[i]!.shape === inputsOf(linear)[i]!.aval.shape ? x : reshape(x, []))
        ))
      return {
        primal: { program: forth.program, captures: [...forth.captures, ...captures] },
        linear: back,
        residuals,
        nonzero
      }
    }))

const linearize = ({ params, primals, tangents }: NestedJvpContext<ShardMapParams>) => {
  const { inSpecs, outSpecs } = params
  const which = tangents.map(isPresent)
  const { linear, nonzero, primal, residuals } = linearized(params, which)
  const own = residuals.flatMap((of) => of._tag === "Own" ? [of.spec] : [])
  const results = bindRewritten(params, primal, primals, inSpecs, [...own, ...outSpecs])
  const operands = [...primal.captures, ...primals]
  const operandSpecs = [...primal.captures.map(() => everywhere), ...inSpecs]
  const outputs = results.slice(own.length)
  const values = residuals.map((of) =>
    of._tag === "Operand" ? operands[of.index]! : of._tag === "Output" ? outputs[of.index]! : results[of.index]!
  )
  const specs = residuals.map((of) =>
    of._tag === "Operand" ? operandSpecs[of.index]! : of._tag === "Output" ? outSpecs[of.index]! : of.spec
  )
  const dots = bindRewritten(
    params,
    linear,
    [...values, ...tangents.filter(isPresent)],
    [...specs, ...pick(inSpecs, which)],
    pick(outSpecs, nonzero)
  )
  return { outputs, tangents: spread(nonzero, dots) }
}

/** Cotangents have the types of what they belong to. */
const typed = (cotangent: NdArray.Any, like: Aval): NdArray.Any => {
  const more = replication.missing(like.varying, node.nodeOf(cotangent).varying)
  if (more.length === 0) return varied(cotangent, like.varying)
  throw new ReplicationError({
    operation: "shardMap",
    message: `shardMap: the cotangent of an argument ${aval.format(like)} is ${aval.format(cotangent)}: a rule of ` +
      `\`customVjp\` must add up what differs along ${replication.format(more)} with \`Lax.psum\``
  })
}

const transposed = (
  params: ShardMapParams,
  linear: ReadonlyArray<boolean>,
  given: ReadonlyArray<boolean>
): tracing.Closed & { readonly nonzero: ReadonlyArray<boolean> } =>
  rewrite(params.jaxpr, keyOf("transpose", params, linear, given), () =>
    inMesh(params, () => {
      const { checkVma, inSpecs, jaxpr, mesh } = params
      const { captures, nonzero, program } = transposeProgram(jaxpr, linear, given)
      const specs = pick(pick(inSpecs, linear), nonzero)
      const like = pick(pick(avalsOf(inputsOf(jaxpr)), linear), nonzero)
      const closed = assembled(avalsOf(inputsOf(program)), (parameters) =>
        tracing.replay(program, parameters).map((ct, i) =>
          // Without types every device has its part of the cotangent of what all have (JAX's jep 17111).
          checkVma ? typed(ct, like[i]!) : psum(ct, unmentioned(mesh, specs[i]!))
        ))
      return { program: closed.program, captures: [...closed.captures, ...captures], nonzero }
    }))

// --- the primitive --------------------------------------------------------------------------------------------------

const checkOperands = ({ checkVma, inSpecs, jaxpr, mesh }: ShardMapParams, inputs: ReadonlyArray<Aval>): void => {
  const given = inputs.map((x, i) => blockOf({ checkVma, mesh }, inSpecs[i] ?? everywhere, x))
  const expected = avalsOf(inputsOf(jaxpr))
  const same = given.length === expected.length &&
    given.every((x, i) => x.dtype === expected[i]!.dtype && aval.sameShape(x.shape, expected[i]!.shape))
  if (same) return
  throw new ArgumentError({
    operation: "shardMap",
    message: `shardMap: the Program of blocks takes ${aval.formatAll(expected)}, got blocks ${aval.formatAll(given)}`
  })
}

/** With types, what differs along an axis can't be taken for the same. */
const checkResults = ({ checkVma, jaxpr, mesh, outSpecs }: ShardMapParams): void => {
  const wrong = !checkVma ?
    -1 :
    jaxpr.results.findIndex(({ aval }, i) =>
      unmentioned(mesh, outSpecs[i]!).some((name) => aval.varying?.includes(name))
    )
  if (wrong === -1 && jaxpr.results.length === outSpecs.length) return
  throw new ReplicationError({
    operation: "shardMap",
    message: `shardMap: specs for ${outSpecs.length} results, of which there are ${
      aval.formatAll(avalsOf(jaxpr.results))
    }${wrong === -1 ? "" : `; result ${wrong} varies over an axis that its spec does not mention`}`
  })
}

const specSchema = perAxis(orNull((value) => typeof value === "string" ? undefined : names(value)))

const meshSchema = also(
  record({ axisNames: names, axisSizes: perAxis(positive) }),
  agree<{ readonly axisNames: ReadonlyArray<string>; readonly axisSizes: ReadonlyArray<number> }>(
    "a size for each of its axes",
    (v) => v.axisNames.length === v.axisSizes.length
  )
)

interface Sharding {
  readonly mesh: { readonly axisNames: ReadonlyArray<string> }
  readonly inSpecs: ReadonlyArray<ReadonlyArray<string | ReadonlyArray<string> | null>>
  readonly outSpecs: Sharding["inSpecs"]
  readonly jaxpr: Program
}

/** Specs name axes of the mesh, each once. */
const specsOfMesh = agree<Sharding>(
  "specs that name axes of the mesh, each once at most",
  ({ inSpecs, mesh, outSpecs }) => {
    const known = new Set(mesh.axisNames)
    return [...inSpecs, ...outSpecs].every((spec) => {
      const named = spec.flatMap((entry) => entry ?? [])
      return named.every((name) => known.has(name)) && new Set(named).size === named.length
    })
  }
)

const specsOfProgram = agree<Sharding>(
  "a spec for each parameter and each result of its Program",
  ({ inSpecs, jaxpr, outSpecs }) =>
    inSpecs.length === jaxpr.parameters.length && outSpecs.length === jaxpr.results.length
)

const primitive: Primitive<ShardMapParams> = {
  name: "shard_map",
  schema: {
    operands: anyOperands,
    params: also(
      record({
        mesh: meshSchema,
        inSpecs: list(specSchema),
        outSpecs: list(specSchema),
        jaxpr: program,
        checkVma: flag
      }),
      (value: never) => specsOfMesh(value) ?? specsOfProgram(value)
    )
  },
  // all devices together
  cost: {
    ...nothing,
    runs: ({ jaxpr, mesh }) => [{ program: jaxpr, times: mesh.axisSizes.reduce((a, b) => a * b, 1) }]
  },
  abstract(inputs, params) {
    checkOperands(params, inputs)
    checkResults(params)
    return params.jaxpr.results.map((atom, i) => wholeOf(params.mesh, params.outSpecs[i]!, atom.aval))
  },
  nestedJvp: (context) => context.split ? linearize(context) : jvp(context),
  linear: {
    form: "called",
    transpose({ cotangents, inputs, linear, params }): ReadonlyArray<OrZero> {
      const { checkVma, inSpecs, mesh, outSpecs } = params
      const given = cotangents.map(isPresent)
      const rewritten = transposed(params, linear, given)
      const cts = pick(outSpecs, given).map((spec, i) => {
        const ct = cotangents.filter(isPresent)[i]!
        const copies = checkVma ? 1 : sizeOf(mesh, unmentioned(mesh, spec))
        return copies === 1 ? ct : div(ct, copies)
      })
      const results = bindRewritten(
        params,
        rewritten,
        [...omit(inputs, linear), ...cts],
        [...omit(inSpecs, linear), ...pick(outSpecs, given)],
        pick(pick(inSpecs, linear), rewritten.nonzero)
      )
      return spread(linear, spread(rewritten.nonzero, results))
    }
  },
  batch({ axisName, batched, inputs, params, size }) {
    const { inSpecs, jaxpr, mesh, outSpecs } = params
    // in the Program, a name of the mesh means the mesh
    const name = axisName !== undefined && mesh.axisNames.includes(axisName) ? undefined : axisName
    const rewritten = inMesh(params, () => batchProgram(jaxpr, batched, { size, name }))
    const widened = (specs: ReadonlyArray<Spec>, flags: ReadonlyArray<boolean>) =>
      specs.map((spec, i) => flags[i] && spec.length > 0 ? [null, ...spec] : spec)
    return {
      outputs: bindRewritten(
        params,
        rewritten,
        inputs,
        widened(inSpecs, batched),
        widened(outSpecs, rewritten.batched)
      ),
      batched: rewritten.batched
    }
  },
  axisNames: ({ jaxpr, mesh }) => [...ofProgram(jaxpr)].filter((name) => !mesh.axisNames.includes(name)),
  parameters: ({ jaxpr, mesh }) =>
    avalsOf(inputsOf(jaxpr)).map((of) => ({ ...of, varying: replication.minus(of.varying, mesh.axisNames) })),
  called: emulate,
  print: ({ checkVma, inSpecs, jaxpr, mesh, outSpecs }) => [
    ["check_vma", checkVma],
    ["in_specs", specsText(inSpecs)],
    ["jaxpr", jaxpr],
    [
      "mesh",
      `Mesh(${mesh.axisNames.map((name, i) => `'${name}': ${mesh.axisSizes[i]}`).join(", ")}, axis_types=(${
        mesh.axisNames.map(() => "Auto").join(", ")
      }${mesh.axisNames.length === 1 ? "," : ""}))`
    ],
    ["newly_manual_axes", `frozenset({${[...mesh.axisNames].sort().map((name) => `'${name}'`).join(", ")}})`],
    ["out_specs", specsText(outSpecs)]
  ]
}

/** `(P('x', None), P(('x', 'y'),))`: Python's tuples, of which those of one have a comma. */
const specsText = (specs: ReadonlyArray<Spec>): string => {
  const comma = (n: number) => n === 1 ? "," : ""
  const names = (list: ReadonlyArray<string>) => `(${list.map((name) => `'${name}'`).join(", ")}${comma(list.length)})`
  const entry = (of: Spec[number]): string => of === null ? "None" : typeof of === "string" ? `'${of}'` : names(of)
  return `(${specs.map((spec) => `P(${spec.map(entry).join(", ")}${comma(spec.length)})`).join(", ")}${
    comma(specs.length)
  })`
}

/** Maps a Program of blocks, which may have captures, over a mesh. */
export const shardMap = Object.assign(
  (inputs: ReadonlyArray<NdArray.Any>, params: ShardMapParams): Nodes =>
    node.bind(primitive, inputs, { ...params, jaxpr: withoutCaptures(params.jaxpr) }),
  { primitive }
)
