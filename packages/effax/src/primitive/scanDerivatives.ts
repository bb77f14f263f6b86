/**
 * The derivatives of `scan`.
 *
 * Forward mode is one scan over primals and tangents. Linearisation is two: one over the primals, which hands out what the
 * tangents need of each step, and one over the tangents, which takes it as arrays that are scanned. The transpose of the
 * latter goes the other way, with the cotangents of the carry as its carry and sums for those of the constants.
 */
import { transposeProgram } from "../internal/autodiff/backward.ts"
import { jvpProgram, type Linearized, linearizeProgram } from "../internal/autodiff/forward.ts"
import { all, count, fixpoint, type Flags, isPresent, mask, omit, pick, spread } from "../internal/program/flags.ts"
import { rewrite } from "../internal/program/memo.ts"
import { type Atom, Var } from "../internal/program/model.ts"
import { dependentAtoms, dependentResults, restrict } from "../internal/program/partialEvaluation.ts"
import { Program } from "../internal/program/program.ts"
import { replay } from "../internal/program/trace.ts"
import type * as NdArray from "../NdArray.ts"
import type { NestedJvpContext, OrZero, TransposeContext } from "../Primitive.ts"
import { instantiate, partition } from "./controlFlow.ts"
import { add } from "./elementwise.ts"
import type { ScanParams } from "./params.ts"
import { zerosOf } from "./structural.ts"

type Arrays = ReadonlyArray<NdArray.Any>

interface Dual {
  readonly outputs: Arrays
  readonly tangents: ReadonlyArray<OrZero>
}

/** Applies `scan`, which is handed over because its rules are made of what is here. */
export type Scan = (inputs: Arrays, params: ScanParams) => Arrays

/** Tangents where there are some at the start of some step. */
const withTangents = <A extends { readonly nonzero: Flags }>(
  { params: { numCarry, numConsts }, tangents }: NestedJvpContext<ScanParams>,
  rewritten: (which: Flags, wanted: Flags) => A
) => {
  const [consts, init, xs] = partition(tangents.map(isPresent), numConsts, numCarry)
  const [carry, body] = fixpoint(init!, (carry) => {
    const body = rewritten([...consts!, ...carry, ...xs!], carry)
    return [body.nonzero.slice(0, numCarry), body]
  })
  return { body, carry, which: [...consts!, ...carry, ...xs!] }
}

/** One scan over primals and tangents. */
export const jvpScan = (scan: Scan, context: NestedJvpContext<ScanParams>): Dual => {
  const { params, primals, tangents } = context
  const { jaxpr, numCarry, numConsts } = params
  const { body, carry, which } = withTangents(context, (which, wanted) => jvpProgram(jaxpr, which, wanted))
  const outputs = jaxpr.results.length
  if (!body.nonzero.includes(true)) return { outputs: scan(primals, params), tangents: [] }
  const captures = body.captures.length
  const carryDots = count(carry)
  const constDots = count(which.slice(0, numConsts))
  const jvp = rewrite(jaxpr, `scan.jvp[${numConsts} ${numCarry} ${mask(which)}]`, () => {
    const { parameters, results } = body.program
    const [closedOver, own, dots] = partition(parameters, captures, jaxpr.parameters.length)
    const [consts, init, xs] = partition(own!, numConsts, numCarry)
    const [dotConsts, dotInit, dotXs] = partition(dots!, constDots, carryDots)
    const [nextCarry, ys, nextDots, dotYs] = partition(results, numCarry, outputs - numCarry, carryDots)
    return new Program({
      parameters: [...closedOver!, ...consts!, ...dotConsts!, ...init!, ...dotInit!, ...xs!, ...dotXs!],
      equations: body.program.equations,
      results: [...nextCarry!, ...nextDots!, ...ys!, ...dotYs!]
    })
  })
  const dots = instantiate(tangents, primals, which)
  const [consts, init, xs] = partition(primals, numConsts, numCarry)
  const [dotConsts, dotInit, dotXs] = partition(dots, numConsts, numCarry).map((part) => part.filter(isPresent))
  const results = scan(
    [...body.captures, ...consts!, ...dotConsts!, ...init!, ...dotInit!, ...xs!, ...dotXs!],
    { ...params, jaxpr: jvp, numConsts: captures + numConsts + constDots, numCarry: numCarry + carryDots }
  )
  const [last, lastDots, ys, dotYs] = partition(results, numCarry, carryDots, outputs - numCarry)
  return { outputs: [...last!, ...ys!], tangents: spread(body.nonzero, [...lastDots!, ...dotYs!]) }
}

// --- linearisation --------------------------------------------------------------------------------------------------

/** Where the linear scan finds a residual. */
type Place =
  /** It is the same in all steps: a result of the invariant part of the body. */
  | { readonly _tag: "Invariant"; readonly result: number }
  /** It is one of the arrays that are scanned. */
  | { readonly _tag: "Operand"; readonly operand: number }
  /** It is stacked: one of the scan's results. */
  | { readonly _tag: "Output"; readonly output: number }

interface Residuals {
  /** captures, constants -> residuals that are the same in all steps */
  readonly invariant: Program
  /** captures, constants, carry, slices -> carry, stacked results, further residuals */
  readonly primal: Program
  readonly places: ReadonlyArray<Place>
}

/** Sorts residuals by how often they must be kept: not at all, once, or for each step. */
const placed = ({ captures, primal }: Linearized, { jaxpr, numCarry, numConsts }: ScanParams): Residuals => {
  const fixed = captures.length + numConsts
  const outputs = primal.results.slice(0, jaxpr.results.length)
  const residuals = primal.results.slice(jaxpr.results.length)
  const varying = dependentAtoms(primal, primal.parameters.map((_, i) => i >= fixed))
  const invariants: Array<Atom> = []
  const stacked: Array<Atom> = [...outputs]
  const indexIn = (list: Array<Atom>, atom: Atom, from: number): number => {
    const at = list.indexOf(atom, from)
    return at === -1 ? list.push(atom) - 1 : at
  }
  const places = residuals.map((atom): Place => {
    if (!varying.has(atom)) return { _tag: "Invariant", result: indexIn(invariants, atom, 0) }
    const operand = atom instanceof Var ? primal.parameters.indexOf(atom) : -1
    return operand >= fixed + numCarry
      ? { _tag: "Operand", operand: operand - captures.length }
      : { _tag: "Output", output: indexIn(stacked, atom, numCarry) }
  })
  return {
    invariant: restrict(primal, primal.parameters.slice(0, fixed), invariants),
    primal: restrict(primal, primal.parameters, stacked),
    places
  }
}

/** A scan over the primals, and one over the tangents, which is linear in them. */
export const linearizeScan = (scan: Scan, context: NestedJvpContext<ScanParams>): Dual => {
  const { params, primals, tangents } = context
  const { jaxpr, numCarry, numConsts } = params
  const { body, carry, which } = withTangents(context, (which, wanted) => linearizeProgram(jaxpr, which, wanted))
  if (!body.nonzero.includes(true)) return { outputs: scan(primals, params), tangents: [] }
  const name = `${numConsts} ${numCarry} ${mask(which)}`
  const { invariant, places, primal } = rewrite(jaxpr, `scan.residuals[${name}]`, () => placed(body, params))
  const fixed = [...body.captures, ...primals.slice(0, numConsts)]
  const invariants = replay(invariant, fixed)
  const results = scan([...body.captures, ...primals], {
    ...params,
    jaxpr: primal,
    numConsts: fixed.length
  })
  const isInvariant = places.map(({ _tag }) => _tag === "Invariant")
  const residuals = places.map((place) =>
    place._tag === "Invariant"
      ? invariants[place.result]!
      : place._tag === "Operand"
      ? primals[place.operand]!
      : results[place.output]!
  )
  const carryDots = count(carry)
  const constDots = count(which.slice(0, numConsts))
  const linear = rewrite(jaxpr, `scan.linear[${name}]`, () => {
    const [kept, dots] = partition(body.linear.parameters, places.length)
    const [dotConsts, dotInit, dotXs] = partition(dots!, constDots, carryDots)
    return new Program({
      parameters: [
        ...pick(kept!, isInvariant),
        ...dotConsts!,
        ...dotInit!,
        ...omit(kept!, isInvariant),
        ...dotXs!
      ],
      equations: body.linear.equations,
      results: body.linear.results
    })
  })
  const dots = instantiate(tangents, primals, which)
  const [dotConsts, dotInit, dotXs] = partition(dots, numConsts, numCarry).map((part) => part.filter(isPresent))
  const hoisted = pick(residuals, isInvariant)
  const linearResults = scan(
    [...hoisted, ...dotConsts!, ...dotInit!, ...omit(residuals, isInvariant), ...dotXs!],
    { ...params, jaxpr: linear, numConsts: hoisted.length + constDots, numCarry: carryDots }
  )
  return { outputs: results.slice(0, jaxpr.results.length), tangents: spread(body.nonzero, linearResults) }
}

// --- transposition --------------------------------------------------------------------------------------------------

/** What a carry that does not depend on the linear operands is at the beginning of each step. */
const knownCarries = (
  scan: Scan,
  params: ScanParams,
  inputs: Arrays,
  linear: Flags,
  linearCarry: Flags
): Arrays => {
  const { jaxpr, numCarry, numConsts } = params
  const isKnown = (i: number): boolean =>
    i >= numConsts && i < numConsts + numCarry ? !linearCarry[i - numConsts] : !linear[i]
  const known = jaxpr.parameters.map((_, i) => isKnown(i))
  const isKnownCarry = linearCarry.map((is) => !is)
  if (!isKnownCarry.includes(true)) return []
  const forward = rewrite(
    jaxpr,
    `scan.known[${numConsts} ${numCarry} ${mask(known)}]`,
    () =>
      restrict(jaxpr, pick(jaxpr.parameters, known), [
        ...pick(jaxpr.results.slice(0, numCarry), isKnownCarry),
        ...pick(jaxpr.parameters.slice(numConsts, numConsts + numCarry), isKnownCarry)
      ])
  )
  return scan(pick(inputs, known), {
    ...params,
    jaxpr: forward,
    numConsts: count(known.slice(0, numConsts)),
    numCarry: count(isKnownCarry)
  }).slice(count(isKnownCarry))
}

/** Flags of the marked ones among flags of all. */
const scattered = (marked: Flags, flags: Flags): Flags => spread(marked, flags).map((flag) => flag === true)

/**
 * The scan in the other direction: the cotangents of the carry are its carry, those of constants are summed up, and those
 * of scanned arrays are stacked.
 */
export const transposeScan = (
  scan: Scan,
  { cotangents, inputs, linear, params }: TransposeContext<ScanParams>
): ReadonlyArray<OrZero> => {
  const { jaxpr, length, numCarry, numConsts, reverse, unroll } = params
  const [constsLinear, initLinear, xsLinear] = partition(linear, numConsts, numCarry)
  const [carryLinear] = fixpoint(initLinear!, (carry) => {
    const dependent = dependentResults(jaxpr, [...constsLinear!, ...carry, ...xsLinear!])
    return [dependent.slice(0, numCarry), undefined]
  })
  const bodyLinear = [...constsLinear!, ...carryLinear, ...xsLinear!]
  const depends = dependentResults(jaxpr, bodyLinear)
  const [ctLast, ctYs] = partition(cotangents.map((ct, i) => depends[i] || carryLinear[i] ? ct : undefined), numCarry)
  const ysGiven = ctYs!.map(isPresent)
  const linearConsts = count(constsLinear!)
  const linearCarries = count(carryLinear)
  // cotangents of the constants and of the slices need not be, and those of the carry only where some step has one
  const [ctCarry, body] = fixpoint(pick(ctLast!.map(isPresent), carryLinear), (carry) => {
    const given = [...scattered(carryLinear, carry), ...ysGiven]
    const wanted = [...all(pick(constsLinear!, constsLinear!), false), ...carry]
    const body = transposeProgram(jaxpr, bodyLinear, given, wanted)
    return [body.nonzero.slice(linearConsts, linearConsts + linearCarries), { ...body, given }]
  })
  const [constsNonzero, , xsNonzero] = partition(body.nonzero, linearConsts, linearCarries)
  const sums = count(constsNonzero!)
  const carried = count(ctCarry)
  const [consts, init, xs] = partition(inputs, numConsts, numCarry)
  const knownConsts = omit(consts!, constsLinear!)
  const knownXs = omit(xs!, xsLinear!)
  const stackedCarries = knownCarries(scan, params, inputs, linear, carryLinear)

  const name = `scan.transpose[${numConsts} ${numCarry} ${mask(bodyLinear)} ${mask(body.given)}]`
  const jaxprTransposed = rewrite(jaxpr, name, () => {
    const { equations, parameters, results } = body.program
    const [closedOver, kConsts, kCarry, kXs, cts] = partition(
      parameters,
      body.captures.length,
      knownConsts.length,
      numCarry - linearCarries,
      knownXs.length
    )
    const [ctConsts, ctNext, ctXs] = partition(results, sums, carried)
    const [cts1, cts2] = partition(cts!, carried)
    const before = ctConsts!.map(({ aval }) => new Var({ ...aval, weak: false }))
    const after = ctConsts!.map(({ aval }) => new Var({ ...aval, weak: false }))
    return new Program({
      parameters: [...closedOver!, ...kConsts!, ...before, ...cts1!, ...kCarry!, ...kXs!, ...cts2!],
      equations: [
        ...equations,
        ...before.map((sum, i) => ({
          primitive: add.primitive,
          params: {},
          inputs: [sum, ctConsts![i]!],
          outputs: [after[i]!]
        }))
      ],
      results: [...after, ...ctNext!, ...ctXs!]
    })
  })
  const zeroSums = pick(pick(consts!, constsLinear!), constsNonzero!).map(zerosOf)
  const first = instantiate(pick(ctLast!, carryLinear), pick(init!, carryLinear), ctCarry)
  const results = scan([
    ...body.captures,
    ...knownConsts,
    ...zeroSums,
    ...first.filter(isPresent),
    ...stackedCarries,
    ...knownXs,
    ...ctYs!.filter(isPresent)
  ], {
    jaxpr: jaxprTransposed,
    length,
    reverse: !reverse,
    unroll,
    numConsts: body.captures.length + knownConsts.length,
    numCarry: sums + carried
  })
  const [ctConsts, ctInit, ctXs] = partition(results, sums, carried)
  const ofConsts = spread(constsLinear!, spread(constsNonzero!, ctConsts!))
  const ofInit = spread(carryLinear, spread(ctCarry, ctInit!))
  const ofXs = spread(xsLinear!, spread(xsNonzero!, ctXs!))
  return [...ofConsts, ...ofInit.map((ct, i) => initLinear![i] ? ct : undefined), ...ofXs]
}
