/**
 * Identities of elementwise operations that hold for every value: signed zeros, infinities and NaN included.
 */
import * as Aval from "effax/Aval"
import * as DType from "effax/DType"
import type { Value } from "../region.ts"
import { foldConvert, folds, isWidening } from "./fold.ts"
import { constantOf, type Draft, fill, type Rewriter, type Rule, uniform } from "./rewriter.ts"

/** An operand in the shape of the result: scalars stand for arrays full of them. */
const whole = (v: Value, draft: Draft, rewriter: Rewriter): Value | undefined =>
  Aval.sameShape(v.shape, draft.type.shape)
    ? v
    : v.shape.length === 0
    ? fill(v, draft.type.shape, rewriter)
    : undefined

const literalResult = (value: number | boolean, draft: Draft, rewriter: Rewriter): Value =>
  fill(rewriter.builder.literal(value, draft.type.dtype), draft.type.shape, rewriter)

/** `x op e` is x, for the neutral element `e` on the sides given. */
const neutral = (
  isNeutral: (constant: unknown, dtype: DType.DType) => boolean,
  sides: "both" | "right"
): Rule =>
(draft, rewriter) => {
  const [x, y] = draft.inputs
  const right = constantOf(y!)
  if (right !== undefined && isNeutral(right, y!.dtype)) return whole(x!, draft, rewriter)
  if (sides === "both") {
    const left = constantOf(x!)
    if (left !== undefined && isNeutral(left, x!.dtype)) return whole(y!, draft, rewriter)
  }
  return undefined
}

const isOne = (c: unknown): boolean => c === 1 || c === 1n
const isZero = (c: unknown): boolean => c === 0 || c === 0n

/** 0 annihilates integers only: a float may be NaN, infinite or negative. */
const absorb = (isAbsorbing: (constant: unknown) => boolean): Rule => (draft, rewriter) => {
  if (DType.isInexact(draft.type.dtype)) return undefined
  const index = draft.inputs.findIndex((v) => {
    const c = constantOf(v)
    return c !== undefined && isAbsorbing(c)
  })
  return index < 0 ? undefined : whole(draft.inputs[index]!, draft, rewriter)
}

const idempotent: Rule = ({ inputs: [x, y] }) => x === y ? x : undefined

const firstOf = (...rules: ReadonlyArray<Rule>): Rule => (draft, rewriter) => {
  for (const rule of rules) {
    const value = rule(draft, rewriter)
    if (value !== undefined) return value
  }
  return undefined
}

/** `f(f(x))` is x. */
const involution: Rule = ({ inputs: [x], name }) => x!.operation?.name === name ? x!.operation.inputs[0] : undefined

/** Dividing by a power of two is multiplying by its inverse, as long as that is a normal number. */
const divideByPowerOfTwo: Rule = ({ inputs: [x, y], type }, rewriter) => {
  if (!DType.isFloating(type.dtype)) return undefined
  const divisor = constantOf(y!)
  if (typeof divisor !== "number" || !Number.isFinite(divisor) || divisor === 0) return undefined
  const magnitude = Math.abs(divisor)
  if (magnitude < 2 ** -13 || magnitude > 2 ** 13 || Math.log2(magnitude) % 1 !== 0) return undefined
  return rewriter.make("mul", {}, [x!, rewriter.builder.literal(1 / divisor, type.dtype)], type)
}

const power: Rule = (draft, rewriter) => {
  const { inputs: [x, y], type } = draft
  const exponent = constantOf(y!)
  if (exponent === 1) return whole(x!, draft, rewriter)
  if (exponent === 0) return literalResult(1, draft, rewriter)
  if (exponent === 2) return rewriter.make("mul", {}, [x!, x!], type)
  if (exponent === -1) return rewriter.make("div", {}, [rewriter.builder.literal(1, type.dtype), x!], type)
  return undefined
}

const integerPower: Rule = (draft, rewriter) => {
  const y = draft.params["y"]
  return y === 1 ? draft.inputs[0] : y === 0 ? literalResult(1, draft, rewriter) : undefined
}

const convert: Rule = (draft, rewriter) => {
  const [x] = draft.inputs
  const to = draft.type.dtype
  if (x!.dtype === to) return x
  if (x!.literal !== undefined) {
    const value = foldConvert(x!.literal, x!.dtype, to)
    return value === undefined ? undefined : rewriter.builder.literal(value, to)
  }
  // A detour by a dtype that holds every value of the first one changes nothing
  const inner = x!.operation
  if (inner?.name === "convert_element_type") {
    const origin = inner.inputs[0]!
    // Floats saturate where integers wrap
    const saturates = DType.isInteger(origin.dtype) && DType.isFloating(x!.dtype) && DType.isInteger(to)
    if (isWidening(origin.dtype, saturates ? to : x!.dtype) && isWidening(origin.dtype, x!.dtype)) {
      return rewriter.make("convert_element_type", { newDtype: to, weakType: false }, [origin], draft.type)
    }
  }
  return undefined
}

const bitcast: Rule = ({ inputs: [x], type }) => x!.dtype === type.dtype ? x : undefined

const select: Rule = (draft, rewriter) => {
  const [which, ...cases] = draft.inputs
  const constant = constantOf(which!)
  if (constant !== undefined) {
    const index = Math.min(Math.max(Number(constant), 0), cases.length - 1)
    return whole(cases[index]!, draft, rewriter)
  }
  if (cases.every((c) => c === cases[0])) return whole(cases[0]!, draft, rewriter)
  // A negated condition swaps the cases
  if (which!.operation?.name === "not" && which!.dtype === "bool") {
    return rewriter.make("select_n", draft.params, [which!.operation.inputs[0]!, cases[1]!, cases[0]!], draft.type)
  }
  return undefined
}

const boolIdentity = (value: boolean): Rule => (draft, rewriter) => {
  if (draft.type.dtype !== "bool") return undefined
  return neutral((c) => c === value, "both")(draft, rewriter) ??
    absorb((c) => c === !value)(draft, rewriter)
}

const rules: { readonly [primitive: string]: Rule } = {
  // Of the two zeros only -0 leaves every float as it is: 0 + -0 is 0
  add: neutral((c, d) => DType.isInteger(d) ? isZero(c) : Object.is(c, -0), "both"),
  sub: neutral((c, d) => DType.isInteger(d) ? isZero(c) : Object.is(c, 0), "right"),
  mul: firstOf(neutral(isOne, "both"), absorb(isZero)),
  div: firstOf(neutral(isOne, "right"), divideByPowerOfTwo),
  pow: power,
  integer_pow: integerPower,
  neg: involution,
  not: involution,
  max: idempotent,
  min: idempotent,
  and: firstOf(idempotent, boolIdentity(true)),
  or: firstOf(idempotent, boolIdentity(false)),
  convert_element_type: convert,
  bitcast_convert_type: bitcast,
  select_n: select,
  stop_gradient: ({ inputs: [x] }) => x
}

/** Scalars in place of arrays full of them, as long as some operand keeps the shape. */
const withScalars = (draft: Draft): Draft => {
  if (draft.type.shape.length === 0) return draft
  let changed = false
  let full = false
  const inputs = draft.inputs.map((v) => {
    const scalar = uniform(v)
    if (scalar === undefined) full = true
    else if (scalar !== v) {
      changed = true
      return scalar
    }
    return v
  })
  return changed && full ? { ...draft, inputs } : draft
}

/** Operands that are broadcasts of one shape in one way: computed before they are broadcast. */
const beforeBroadcast = (draft: Draft, rewriter: Rewriter): Value | undefined => {
  const { inputs, name, params, type } = draft
  if (type.shape.length === 0) return undefined
  let first: Value | undefined
  for (const v of inputs) {
    if (v.shape.length === 0) continue
    const operation = v.operation
    if (operation?.name !== "broadcast_in_dim") return undefined
    if (first === undefined) {
      first = v
      continue
    }
    const other = first.operation!
    if (
      !Aval.sameShape(other.inputs[0]!.shape, operation.inputs[0]!.shape) ||
      !Aval.sameShape(
        other.params["broadcastDimensions"] as ReadonlyArray<number>,
        operation.params["broadcastDimensions"] as ReadonlyArray<number>
      )
    ) {
      return undefined
    }
  }
  if (first === undefined) {
    const inner = rewriter.make(name, params, inputs, { dtype: type.dtype, shape: [] })
    return fill(inner, type.shape, rewriter)
  }
  const { inputs: [source], params: broadcast } = first.operation!
  const inner = rewriter.make(
    name,
    params,
    inputs.map((v) => v.shape.length === 0 ? v : v.operation!.inputs[0]!),
    { dtype: type.dtype, shape: source!.shape }
  )
  return rewriter.make("broadcast_in_dim", broadcast, [inner], type)
}

const foldLiterals = (draft: Draft, rewriter: Rewriter): Value | undefined => {
  const fold = folds[draft.name]
  if (fold === undefined || !draft.inputs.every((v) => v.literal !== undefined && !DType.isComplex(v.dtype))) {
    return undefined
  }
  const value = fold(draft.inputs.map((v) => v.literal!), draft.inputs[0]!.dtype)
  return value === undefined ? undefined : rewriter.builder.literal(value, draft.type.dtype)
}

/** What an elementwise operation comes down to: a value to stand in for it, or the operation with simpler operands. */
export const simplifyElementwise = (original: Draft, rewriter: Rewriter): Value | Draft => {
  const outer = beforeBroadcast(original, rewriter)
  if (outer !== undefined) return outer
  const draft = withScalars(original)
  return foldLiterals(draft, rewriter) ?? rules[draft.name]?.(draft, rewriter) ?? draft
}
