/**
 * What is the same for every backend, built around its driver: from graphs to Programs, the compile cache, the ownership
 * of buffers, scopes, spans and metrics.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import * as aval from "../Aval.ts"
import type { Backend, DeviceBuffer, Driver, Executable, Origin, Statistics } from "../Backend.ts"
import type { TypedArray } from "../DType.ts"
import {
  CompileError,
  DisposedArrayError,
  EscapedParameterError,
  type ExecutionError,
  ForeignArrayError
} from "../Errors.ts"
import { fromNumbers } from "../HostArray.ts"
import type * as NdArray from "../NdArray.ts"
import type { JitParams } from "../primitive/params.ts"
import { inputs as inputsOf, isProgram, type Program, withoutCaptures } from "../Program.ts"
import { twoCopies } from "./copy.ts"
import * as executables from "./executableCache.ts"
import { format } from "./format.ts"
import * as node from "./node.ts"
import { close, reachable } from "./trace.ts"

const bytesLive = Metric.gauge("effax.bytes.live", { description: "Bytes of device memory that arrays take" })

/** A buffer that is released once: by hand, or when nothing refers to its array any more. */
interface Ownership {
  readonly buffer: DeviceBuffer
  freed: boolean
  /** The scope that frees it at its end. */
  region: Region | undefined
}

/** The arrays made resident while a `scoped` effect runs. It does not keep them: what nobody holds goes before it ends. */
interface Region {
  readonly members: Map<Ownership, WeakRef<node.Residence>>
}

const CurrentRegion = Context.Reference<Region | undefined>("effax/Region", { defaultValue: () => undefined })

/** Values that derivative rules and users write again and again; they stay literals of eager Programs. */
const commonLiterals: ReadonlySet<number | bigint | boolean> = new Set<number | bigint | boolean>(
  [0, 1, -1, 2, 0.5, -0.5, Infinity, -Infinity, NaN, true, false]
)

const none: ReadonlyArray<node.Residence> = []

const originOf = (program: Program, called: node.Application | undefined): Origin => ({
  program,
  name: called === undefined ? undefined : called.params.name as string,
  location: called === undefined ? undefined : called.location
})

export const make = Effect.fnUntraced(function*(
  driver: Driver
): Effect.fn.Return<Backend["Service"], never, Scope.Scope> {
  const session = { closed: false }
  const { name } = driver
  const counts = { executions: 0, arraysLive: 0 }

  // --- ownership ----------------------------------------------------------------------------------------------------

  const registry = new FinalizationRegistry<Ownership>((ownership) => free(ownership))
  const constants = new WeakMap<node.Node, node.Residence>()

  const free = (ownership: Ownership): void => {
    if (ownership.freed || session.closed) return
    ownership.freed = true
    ownership.region?.members.delete(ownership)
    counts.arraysLive--
    driver.release(ownership.buffer)
  }

  const own = (of: aval.Aval, buffer: DeviceBuffer, region: Region | undefined): node.Residence => {
    const ownership: Ownership = { buffer, freed: false, region: undefined }
    const residence: node.Residence = {
      session,
      backend: name,
      buffer,
      ownership,
      disposed: undefined,
      preview: (indent) => {
        const reason = session.closed ? "layer" : residence.disposed
        if (reason !== undefined) return `<disposed: ${reason}>`
        const exit = Effect.runSyncExit(driver.download(buffer, of))
        return Exit.isSuccess(exit) ? format(exit.value, of, indent) : undefined
      }
    }
    registry.register(residence, ownership)
    counts.arraysLive++
    if (region !== undefined) enter(region, ownership, new WeakRef(residence))
    return residence
  }

  const enter = (region: Region, ownership: Ownership, residence: WeakRef<node.Residence>): void => {
    ownership.region = region
    region.members.set(ownership, residence)
  }

  /** Frees what a region has, but what is kept: that is the parent's from now on. */
  const leave = (region: Region, kept: ReadonlySet<node.Residence>, parent: Region | undefined): void => {
    for (const [ownership, reference] of region.members) {
      const residence = reference.deref()
      if (residence === undefined) free(ownership)
      else if (!kept.has(residence)) dispose(residence, "scope")
      else {
        ownership.region = undefined
        if (parent !== undefined) enter(parent, ownership, reference)
      }
    }
  }

  const dispose = (residence: node.Residence, reason: DisposedArrayError["reason"]): void => {
    if (residence.disposed !== undefined) return
    residence.disposed = reason
    free(residence.ownership as Ownership)
  }

  const measure = (fiber: Fiber.Fiber<unknown, unknown>): void =>
    bytesLive.updateUnsafe(driver.bytesLive(), fiber.context)

  const settle = (of: node.Node, buffer: DeviceBuffer, region: Region | undefined): void => {
    // another fiber may have been faster
    if (of.source._tag === "Resident") driver.release(buffer)
    else of.source = { _tag: "Resident", residence: own(of, buffer, region) }
  }

  const ofAnotherCopy = (of: object): ForeignArrayError =>
    new ForeignArrayError({ backend: name, owner: "another copy of effax", message: twoCopies("an array", of) })

  const programOfAnotherCopy = (program: object): CompileError =>
    new CompileError({ backend: name, message: twoCopies("a Program", program) })

  /** Why a resident array can't be used here, if it can't. */
  const refusal = (of: node.Node, residence: node.Residence): DisposedArrayError | ForeignArrayError | undefined => {
    if (residence.session !== session) {
      return new ForeignArrayError({
        backend: name,
        owner: residence.backend,
        message:
          `${aval.format(of)} lives on another backend (${residence.backend}) and can't be used on ${name}: read it ` +
          "with NdArray.toTypedArray there and make it anew with NdArray.fromTypedArray"
      })
    }
    const reason = session.closed ? "layer" : residence.disposed
    if (reason === undefined) return undefined
    const why = {
      dispose: "NdArray.dispose gave its memory back",
      scope: "the NdArray.scoped it was computed in has ended; return it from the scope to keep it",
      donation: "it was donated to a jitted function; don't use it again, or don't donate it",
      layer: "the backend's Layer was closed"
    }[reason]
    return new DisposedArrayError({
      backend: name,
      reason,
      message: `${aval.format(of)} has no value any more: ${why}`
    })
  }

  const cache = executables.make(driver)

  // --- execution ----------------------------------------------------------------------------------------------------

  const observed = (fiber: Fiber.Fiber<unknown, unknown>): boolean =>
    fiber.cache.tracer !== undefined || fiber.cache.span !== undefined

  /** Runs a Program on resident inputs and settles its results on nodes. */
  const execute = (
    program: Program,
    inputs: ReadonlyArray<node.Residence>,
    outputs: ReadonlyArray<node.Node>,
    donated: ReadonlyArray<node.Residence>,
    called: node.Application | undefined,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void, ExecutionError> => {
    const region = fiber.getRef(CurrentRegion)
    const known = cache.known(program)
    const take = (buffers: ReadonlyArray<DeviceBuffer>): void => {
      counts.executions++
      for (let i = 0; i < outputs.length; i++) settle(outputs[i]!, buffers[i]!, region)
      for (const residence of donated) dispose(residence, "donation")
      measure(fiber)
      // until here, `inputs` keeps what is being read alive
      void inputs.length
    }
    const run = (executable: Executable): Effect.Effect<void, ExecutionError> => {
      const running = driver.execute(executable, inputs.map((residence) => residence.buffer), originOf(program, called))
      // small programs have ended already
      if (Exit.isExit(running)) {
        const exit = running as Exit.Exit<ReadonlyArray<DeviceBuffer>, ExecutionError>
        if (Exit.isFailure(exit)) return exit
        take(exit.value)
        return Effect.void
      }
      // no interruption between the end of the computation and the ownership of what it made
      return Effect.uninterruptibleMask((restore) => Effect.map(restore(running), take))
    }
    const running = known === undefined
      ? Effect.flatMap(cache.compile(program), run)
      : Effect.suspend(() => {
        cache.hit(fiber.context)
        return run(known)
      })
    // a span takes as long as a small execution, so it is opened only where somebody looks
    return observed(fiber)
      ? Effect.withSpan(running, "effax.execute", {
        attributes: { backend: name, equations: program.equations.length }
      })
      : running
  }

  /** Where a leaf's value is already, if it may be used. */
  const residenceOf = (of: node.Node): node.Residence | undefined => {
    const { source } = of
    const residence = source._tag === "Resident"
      ? source.residence
      : source._tag === "Constant"
      ? constants.get(of)
      : undefined
    return residence !== undefined && residence.session === session && residence.disposed === undefined &&
        !session.closed
      ? residence
      : undefined
  }

  /** The results of one call on arrays that need no computing: its own Program is all there is to run. */
  const call = (
    application: node.Application,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void, ExecutionError> | undefined => {
    const { inputs } = application
    const { donated, jaxpr } = application.params as unknown as JitParams
    const residences: Array<node.Residence> = new Array(inputs.length)
    let missing = false
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!
      if (input.source._tag === "Apply") return undefined
      const residence = residenceOf(input)
      if (residence === undefined) missing = true
      else residences[i] = residence
    }
    const run = (all: ReadonlyArray<node.Residence>) =>
      execute(
        jaxpr,
        all,
        application.outputs,
        donated.length === 0 ? none : all.filter((_, i) => donated[i]),
        application,
        fiber
      )
    if (!missing) return run(residences)
    const region = fiber.getRef(CurrentRegion)
    return Effect.flatMap(Effect.forEach(inputs, (input) => admit(input, () => "jit", region)), run)
  }

  const upload = (data: TypedArray, of: aval.Aval): Effect.Effect<DeviceBuffer, ExecutionError> =>
    driver.capabilities.dtypes.has(of.dtype)
      ? driver.upload(data, of)
      : Effect.fail(executables.unsupportedDType(driver, "upload", of))

  /** Constants and scalars become resident; parameters and the resident arrays of others are errors. */
  const admit = (
    of: node.Node,
    consumers: () => string,
    region: Region | undefined
  ): Effect.Effect<node.Residence, ExecutionError> => {
    const { source } = of
    switch (source._tag) {
      case "Resident": {
        const refused = refusal(of, source.residence)
        return refused === undefined ? Effect.succeed(source.residence) : Effect.fail(refused)
      }
      case "Parameter": {
        const operation = consumers()
        return Effect.fail(
          new EscapedParameterError({
            backend: name,
            transformation: source.scope.transformation,
            operation,
            message:
              `${operation}: an operand ${
                aval.format(of)
              } is a parameter of ${source.scope.transformation}, which has ` +
              "ended; return what you need from the transformed function instead of keeping it outside"
          })
        )
      }
      case "Constant": {
        const known = residenceOf(of)
        if (known !== undefined) return Effect.succeed(known)
        return Effect.map(upload(source.data, of), (buffer) => {
          const residence = own(of, buffer, undefined)
          constants.set(of, residence)
          return residence
        })
      }
      case "Literal":
        return Effect.map(
          upload(fromNumbers([source.value], of.dtype), of),
          (buffer) => own(of, buffer, region)
        )
      case "Apply":
        throw new Error("an application is never an input of a Program")
    }
  }

  const graph = (
    pending: ReadonlyArray<node.Node>,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void, ExecutionError> => {
    const nodes = reachable(pending, () => false)
    const outputs = new Set(pending)
    const donations = new Set<node.Node>()
    for (const of of nodes) {
      if (of.source._tag !== "Apply") continue
      if (of.retained) outputs.add(of)
      const { inputs, params, primitive } = of.source.application
      if (primitive.name === "jit") {
        ;(params as unknown as JitParams).donated.forEach((d, i) => d && donations.add(inputs[i]!))
      }
    }
    const results = [...outputs]
    const { captures, program } = close({
      outputs: results,
      parameters: [],
      isCapture: (of) =>
        of.source._tag !== "Apply" &&
        (of.source._tag !== "Literal" || outputs.has(of) || !commonLiterals.has(of.source.value))
    })
    const region = fiber.getRef(CurrentRegion)
    const consumerOf = (leaf: node.Node) => () => {
      const consumer = nodes.find((n) => n.source._tag === "Apply" && n.source.application.inputs.includes(leaf))
      return consumer?.source._tag === "Apply" ? consumer.source.application.primitive.name : "evaluate"
    }
    return Effect.flatMap(
      Effect.forEach(captures, (leaf) => admit(leaf, consumerOf(leaf), region)),
      (residences) => {
        const donated = captures.flatMap((leaf, i) => donations.has(leaf) ? [residences[i]!] : [])
        // numbers were uploaded for this execution alone, however it ends
        return Effect.ensuring(
          execute(withoutCaptures(program), residences, results, donated, undefined, fiber),
          Effect.sync(() =>
            captures.forEach((leaf, i) => {
              if (leaf.source._tag === "Literal" && !outputs.has(leaf)) dispose(residences[i]!, "scope")
            })
          )
        )
      }
    )
  }

  const evaluate = (arrays: ReadonlyArray<NdArray.Any>): Effect.Effect<void, ExecutionError> =>
    Effect.withFiber((fiber) => {
      const pending: Array<node.Node> = []
      const leaves: Array<node.Node> = []
      for (let i = 0; i < arrays.length; i++) {
        const of = arrays[i] as node.Node
        if (!node.isOurs(of)) return Effect.fail(ofAnotherCopy(of))
        const tag = of.source._tag
        if (tag === "Apply" || tag === "Literal") pending.push(of)
        else if (residenceOf(of) === undefined) leaves.push(of)
      }
      if (leaves.length > 0) {
        const admitted = Effect.forEach(leaves, (leaf) => admit(leaf, () => "evaluate", undefined), { discard: true })
        return pending.length === 0 ? admitted : Effect.flatMap(admitted, () => evaluate(pending))
      }
      if (pending.length === 0) return Effect.void
      const { source } = pending[0]!
      if (
        source._tag === "Apply" && source.application.primitive.name === "jit" &&
        pending.every((of) => of.source._tag === "Apply" && of.source.application === source.application)
      ) {
        const direct = call(source.application, fiber)
        if (direct !== undefined) return direct
      }
      return graph(pending, fiber)
    })

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      session.closed = true
    })
  )

  return {
    name,
    capabilities: driver.capabilities,
    driver,
    evaluate,
    lower: (program) => {
      if (!isProgram(program)) return Effect.fail(programOfAnotherCopy(program))
      const refused = inputsOf(program).find((input) => !driver.capabilities.dtypes.has(input.aval.dtype))
      return refused !== undefined
        ? Effect.fail(executables.unsupportedDType(driver, "input", refused.aval))
        : driver.lower === undefined
        ? Effect.succeed({ texts: () => ({}) })
        : driver.lower(program)
    },
    compile: (program) => isProgram(program) ? cache.compileAhead(program) : Effect.fail(programOfAnotherCopy(program)),
    read: (array) =>
      Effect.flatMap(evaluate([array]), () => {
        const residence = residenceOf(array as node.Node)!
        return Effect.map(driver.download(residence.buffer, array), (data) => {
          // until here, `residence` keeps what is being read alive
          void residence.disposed
          return data
        })
      }),
    scoped: (effect, keep) =>
      Effect.withFiber((fiber) => {
        const parent = fiber.getRef(CurrentRegion)
        const region: Region = { members: new Map() }
        return Effect.onExit(Effect.provideService(effect, CurrentRegion, region), (exit) =>
          Effect.sync(() => {
            const kept = Exit.isSuccess(exit)
              ? keep(exit.value).flatMap((array) => {
                const { source } = node.nodeOf(array)
                return source._tag === "Resident" ? [source.residence] : []
              })
              : []
            leave(region, new Set(kept), parent)
            measure(fiber)
          }))
      }),
    dispose: (arrays) =>
      Effect.withFiber((fiber) => {
        for (const array of arrays) {
          const { source } = node.nodeOf(array)
          if (source._tag === "Resident" && source.residence.session === session) {
            dispose(source.residence, "dispose")
          }
        }
        measure(fiber)
        return Effect.void
      }),
    statistics: Effect.sync((): Statistics => ({
      ...cache.counts,
      ...counts,
      bytesLive: session.closed ? 0 : driver.bytesLive()
    }))
  }
})
