/**
 * `shard_map`: a Program of blocks, run on every device of a mesh.
 *
 * What it calls is its emulation, for backends that have one device: blocks become batches with named axes, and batching
 * turns collectives into operations of those. Mesh, specs and the Program of blocks stay among the parameters for those
 * that have more.
 */
import type { Aval } from "../Aval.ts"
import * as aval from "../Aval.ts"
import { ArgumentError, ReplicationError } from "../Errors.ts"
import { ofProgram } from "../internal/axisNames.ts"
import * as axisScope from "../internal/axisScope.ts"
import { transposeProgram } from "../internal/backward.ts"
import { batchProgram } from "../internal/batching.ts"
import { jvpProgram, linearizeProgram } from "../internal/forward.ts"
import * as node from "../internal/node.ts"
import * as replication from "../internal/replication.ts"
import * as tracing from "../internal/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { NestedJvpContext, OrZero, Primitive } from "../Primitive.ts"
import { type Atom, inputs as inputsOf, type Program, type Var, withoutCaptures } from "../Program.ts"
import { psum } from "./collectives.ts"
import { describe, isPresent, pick, spread } from "./controlFlow.ts"
import { div } from "./elementwise.ts"
import type { ShardMapParams, Spec } from "./params.ts"
import { count, inverse } from "./rule.ts"
import { reshape, sliceAxis, transpose } from "./structural.ts"

type Nodes = ReadonlyArray<node.Node>
type Mesh = ShardMapParams["mesh"]

// --- meshes and specs -----------------------------------------------------------------------------------------------

const namesIn = (entry: Spec[number] | undefined): ReadonlyArray<string> =>
  entry === null || entry === undefined ? [] : typeof entry === "string" ? [entry] : entry

/** The names that a spec mentions, in the order of the mesh. */
export const mentioned = ({ axisNames }: Mesh, spec: Spec): ReadonlyArray<string> => {
  const names = spec.flatMap(namesIn)
  return axisNames.filter((name) => names.includes(name))
}

const unmentioned = (mesh: Mesh, spec: Spec): ReadonlyArray<string> => {
  const names = mentioned(mesh, spec)
  return mesh.axisNames.filter((name) => !names.includes(name))
}

const sizeOf = ({ axisNames, axisSizes }: Mesh, names: ReadonlyArray<string>): number =>
  count(names.map((name) => axisSizes[axisNames.indexOf(name)]!))

/** Into how many blocks each axis of an array is divided. */
export const blocksOf = (mesh: Mesh, spec: Spec, rank: number): ReadonlyArray<number> =>
  Array.from({ length: rank }, (_, i) => sizeOf(mesh, namesIn(spec[i])))

/** The block of an array that one device has. */
export const blockOf = (
  { checkVma, mesh }: Pick<ShardMapParams, "checkVma" | "mesh">,
  spec: Spec,
  whole: Aval
): Aval => {
  const names = mentioned(mesh, spec)
  const blocks = blocksOf(mesh, spec, whole.shape.length)
  return {
    ...whole,
    shape: whole.shape.map((size, i) => size / blocks[i]!),
    varying: checkVma && names.length > 0 ? replication.union(whole.varying, names) : whole.varying
  }
}

const wholeOf = (mesh: Mesh, spec: Spec, block: Aval): Aval => {
  const blocks = blocksOf(mesh, spec, block.shape.length)
  return {
    ...block,
    shape: block.shape.map((size, i) => size * blocks[i]!),
    varying: replication.minus(block.varying, mesh.axisNames)
  }
}

/** Runs what traces or rewrites a Program of blocks: in it, the axes of the mesh have names. */
export const inMesh = <A>({ checkVma, mesh }: Pick<ShardMapParams, "checkVma" | "mesh">, f: () => A): A =>
  axisScope.within(
    mesh.axisNames.map((name, i) => ({ name, size: mesh.axisSizes[i]!, kind: checkVma ? "manual" : "unchecked" })),
    f
  )

const everywhere: Spec = []

// --- Programs of blocks ---------------------------------------------------------------------------------------------

/** A Program made of others: what `f` makes of fresh parameters. */
const assembled = (
  avals: ReadonlyArray<Aval>,
  f: (parameters: Nodes) => ReadonlyArray<NdArray.Any>
): tracing.Closed => {
  const scope: node.Scope = { transformation: "shardMap" }
  const parameters = avals.map((of) => node.parameter(of, scope))
  return tracing.lifted(tracing.close({ outputs: f(parameters) as Nodes, parameters, isCapture: () => false }))
}

const avalsOf = (variables: ReadonlyArray<Atom>): ReadonlyArray<Aval> => variables.map((atom) => atom.aval)

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
  tracing.rewrite(params.jaxpr, keyOf("linearize", params, which), () =>
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
  if (more.length === 0) return replication.varied(cotangent, like.varying)
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
  tracing.rewrite(params.jaxpr, keyOf("transpose", params, linear, given), () =>
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

// --- emulation ------------------------------------------------------------------------------------------------------

/** `[x blocks, y blocks, ...]`, in the order of the mesh, before the axes of the block. */
const toBlocks = (mesh: Mesh, spec: Spec, x: NdArray.Any): NdArray.Any => {
  const blocks = blocksOf(mesh, spec, x.shape.length)
  const order: Array<string | null> = []
  const shape = x.shape.flatMap((size, i) => {
    const names = namesIn(spec[i])
    order.push(...names, null)
    return [...names.map((name) => sizeOf(mesh, [name])), size / blocks[i]!]
  })
  return transpose(reshape(x, shape), fromOrder(mesh, order))
}

/** Where in a list of names and axes (`null`) the names come from, in the order of the mesh, and then the axes. */
const fromOrder = (mesh: Mesh, order: ReadonlyArray<string | null>): ReadonlyArray<number> => [
  ...mesh.axisNames.flatMap((name) => order.includes(name) ? [order.indexOf(name)] : []),
  ...order.flatMap((name, i) => name === null ? [i] : [])
]

const fromBlocks = (mesh: Mesh, spec: Spec, x: NdArray.Any, rank: number): NdArray.Any => {
  const order = Array.from({ length: rank }, (_, i) => [...namesIn(spec[i]), null]).flat()
  const spreadOut = transpose(x, inverse(fromOrder(mesh, order)))
  let next = 0
  const shape = Array.from({ length: rank }, (_, i) => {
    const parts = namesIn(spec[i]).length + 1
    return count(spreadOut.shape.slice(next, next += parts))
  })
  return reshape(spreadOut, shape)
}

/** The Program with all calls in it inlined: rules of users say nothing of what is computed. */
const inlined = (program: Program): Program => {
  const replay = (of: Program, values: ReadonlyArray<NdArray.Any>): Nodes => {
    const environment = tracing.Environment.of(of, values)
    for (const { inputs, outputs, params, primitive } of of.equations) {
      const operands = inputs.map((atom) => environment.read(atom))
      const called = primitive.called?.(params)
      const results = called === undefined ? node.bind(primitive, operands, params) : replay(called, operands)
      outputs.forEach((variable, i) => environment.write(variable, results[i]!))
    }
    return of.results.map((atom) => environment.read(atom))
  }
  return assembled(avalsOf(inputsOf(program)), (parameters) => replay(program, parameters)).program
}

const emulate = (params: ShardMapParams): Program =>
  tracing.rewrite(params.jaxpr, keyOf("emulate", params), () =>
    inMesh(params, () => {
      const { inSpecs, jaxpr, mesh, outSpecs } = params
      const inNames = inSpecs.map((spec) => mentioned(mesh, spec))
      const outNames = outSpecs.map((spec) => mentioned(mesh, spec))
      // which axes each result has been batched over
      const batched: Array<Array<string>> = outSpecs.map(() => [])
      const whole = mesh.axisNames.reduceRight<Program>((program, name, i) => {
        const axis = { name, size: mesh.axisSizes[i]! }
        const rewritten = batchProgram(
          program,
          inNames.map((names) => names.includes(name)),
          axis,
          outNames.map((names) => names.includes(name))
        )
        rewritten.batched.forEach((is, k) => is && batched[k]!.unshift(name))
        return rewritten.captures.length === 0 ? rewritten.program : refuseCaptures()
      }, inlined(jaxpr))
      return assembled(
        inputsOf(jaxpr).map(({ aval }, i) => wholeOf(mesh, inSpecs[i]!, aval)),
        (parameters) => {
          const results = tracing.replay(whole, parameters.map((x, i) => toBlocks(mesh, inSpecs[i]!, x)))
          return results.map((result, k) => {
            // of what a spec promises to be the same on all devices, any will do
            const own = batched[k]!.reduceRight<NdArray.Any>((x, name, axis) =>
              outNames[k]!.includes(name)
                ? x
                : reshape(sliceAxis(x, axis, 0, 1), x.shape.filter((_, at) => at !== axis)), result)
            return fromBlocks(mesh, outSpecs[k]!, own, jaxpr.results[k]!.aval.shape.length)
          })
        }
      ).program
    }))

const refuseCaptures = (): never => {
  throw new ArgumentError({
    operation: "shardMap",
    message:
      "shardMap: a rule of `customVmap` inside of control flow closes over an array, or makes one of data; pass it as " +
      "an argument"
  })
}

// --- the primitive --------------------------------------------------------------------------------------------------

const checkOperands = ({ checkVma, inSpecs, jaxpr, mesh }: ShardMapParams, inputs: ReadonlyArray<Aval>): void => {
  const given = inputs.map((x, i) => blockOf({ checkVma, mesh }, inSpecs[i] ?? everywhere, x))
  const expected = avalsOf(inputsOf(jaxpr))
  const same = given.length === expected.length &&
    given.every((x, i) => x.dtype === expected[i]!.dtype && aval.sameShape(x.shape, expected[i]!.shape))
  if (same) return
  throw new ArgumentError({
    operation: "shardMap",
    message: `shardMap: the Program of blocks takes ${describe(expected)}, got blocks ${describe(given)}`
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
    message: `shardMap: specs for ${outSpecs.length} results, of which there are ${describe(avalsOf(jaxpr.results))}${
      wrong === -1 ? "" : `; result ${wrong} varies over an axis that its spec does not mention`
    }`
  })
}

const primitive: Primitive<ShardMapParams> = {
  name: "shard_map",
  abstract(inputs, params) {
    checkOperands(params, inputs)
    checkResults(params)
    return params.jaxpr.results.map((atom, i) => wholeOf(params.mesh, params.outSpecs[i]!, atom.aval))
  },
  jvp: () => {
    throw new Error("a shard_map is differentiated by nestedJvp")
  },
  nestedJvp: (context) => context.split ? linearize(context) : jvp(context),
  transpose({ cotangents, inputs, linear, params }): ReadonlyArray<OrZero> {
    const { checkVma, inSpecs, mesh, outSpecs } = params
    const given = cotangents.map(isPresent)
    const rewritten = transposed(params, linear, given)
    const cts = pick(outSpecs, given).map((spec, i) => {
      const ct = cotangents.filter(isPresent)[i]!
      const copies = checkVma ? 1 : sizeOf(mesh, unmentioned(mesh, spec))
      return copies === 1 ? ct : div(ct, copies)
    })
    const known = linear.map((is) => !is)
    const results = bindRewritten(
      params,
      rewritten,
      [...pick(inputs, known), ...cts],
      [...pick(inSpecs, known), ...pick(outSpecs, given)],
      pick(pick(inSpecs, linear), rewritten.nonzero)
    )
    const ofLinear = spread(rewritten.nonzero, results)
    let next = 0
    return linear.map((is) => is ? ofLinear[next++] : undefined)
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
