/**
 * Kernels that hold Plans, and calls of the host.
 *
 * A loop's shaders are generated once. What differs between its steps is where slices and carries are: shaders are given
 * the number of the step, and each carry has two places that are read and written by turns. Whatever depends on values is
 * decided on the device, by the workgroups that dispatches get.
 */
import type { BufferId, Callback, Case, While } from "@effax/compiler/Plan"
import type { DType } from "effax/DType"
import { type Frame, placesOf } from "./emission.ts"
import { emitBegin, emitParity, emitPick, emitTest } from "./guard.ts"
import { storageBytes } from "./lanes.ts"
import { emitLoop } from "./loop.ts"
import { arenaPlace, type Place, type PlacedPlan, placeOf } from "./place.ts"
import { type Dispatch, stepDigit } from "./shader.ts"
import type { Operand, Step } from "./steps.ts"

/** Copies elements from one place to another. */
const emitCopy = ({ emission, reserve }: Frame, dtype: DType, elements: number, from: Place, to: Place): Dispatch => {
  const location = { _tag: "Temporary", offset: 0 } as const
  const plan: PlacedPlan = {
    buffers: [{ dtype, elements, location }, { dtype, elements, location }],
    kernels: [],
    inputs: [],
    outputs: [],
    arena: 0,
    places: [from, to],
    cuts: emission.cuts
  }
  const index = { offset: 0, strides: [1] }
  return emitLoop({ plan, traits: emission.traits, reserve }, {
    kind: "loop",
    name: "copy",
    barrier: true,
    space: [elements],
    body: [{ op: "load", dtype, buffer: 0, index }],
    stores: [{ buffer: 1, index, value: 0 }]
  })[0]!
}

const copies = (
  frame: Frame,
  pairs: ReadonlyArray<{ readonly like: BufferId; readonly from: Place; readonly to: Place }>,
  guard = frame.guard
): ReadonlyArray<Step> =>
  pairs.flatMap(({ from, like, to }) => {
    const { dtype, elements } = frame.plan.buffers[like]!
    return elements === 0 ? [] : [frame.emission.run(emitCopy(frame, dtype, elements, from, to), guard)]
  })

/** Room in the arena for what a buffer holds. */
const roomFor = ({ emission, plan, reserve }: Frame, id: BufferId): Place => {
  const { dtype, elements } = plan.buffers[id]!
  return arenaPlace(reserve(storageBytes(dtype, elements)), emission.cuts)
}

const isArena = ({ moves, slot, swap }: Place): boolean =>
  slot._tag === "Arena" && swap === undefined && moves.length === 0

/** Where a carry is, and what has to be copied before the first step and after the last. */
interface Turns {
  readonly id: BufferId
  readonly initial: Place
  readonly result: Place
  /** Where even steps read, and odd ones write. The same as `odd` where it is changed in place. */
  readonly even: Place
  readonly odd: Place
}

const turnsOf = (frame: Frame, { carries, condition, steps }: While): ReadonlyArray<Turns> =>
  carries.map(({ initial, result, spare }) => {
    const [from, to] = [placeOf(frame.plan, initial), placeOf(frame.plan, result)]
    const common = { id: result, initial: from, result: to }
    if (spare === null) return { ...common, even: to, odd: to }
    // one step reads what there is and writes what is wanted
    if (steps === 1 && condition === null) return { ...common, even: from, odd: to }
    // both have to be in one memory, as a shader can choose between words but not between bindings
    const other = placeOf(frame.plan, spare)
    const [first, last] = isArena(to) && isArena(other) && isSameSlot(to, other) ? [to, other] : pair(frame, result)
    // where the number of steps is known, the last one writes to the result
    return steps !== null && condition === null && steps % 2 === 1
      ? { ...common, even: last, odd: first }
      : { ...common, even: first, odd: last }
  })

/** Two rooms that are in one part of the arena. */
const pair = (frame: Frame, id: BufferId): readonly [Place, Place] => {
  const { dtype, elements } = frame.plan.buffers[id]!
  const words = Math.ceil(storageBytes(dtype, elements) / 64) * 16
  const first = arenaPlace(frame.reserve(8 * words), frame.emission.cuts)
  return [first, { ...first, word: first.word + words }]
}

/** The place that steps read and write by turns. */
const alternate = (first: Place, second: Place, level: number): Place =>
  isSame(first, second) ? first : { ...first, swap: { level, word: second.word } }

const isSameSlot = ({ slot: a }: Place, { slot: b }: Place): boolean =>
  a._tag === "Arena" && b._tag === "Arena" && a.part === b.part

/** Places are plain data. */
const isSame = (a: Place, b: Place): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

export const emitWhile = (frame: Frame, kernel: While): ReadonlyArray<Step> => {
  const { body, carries, condition, constants, name, reverse, slices, stacks, steps } = kernel
  const { emission, guard: parent, level, plan } = frame
  const turns = turnsOf(frame, kernel)
  const once = steps === 1 && condition === null
  const reads = turns.map(({ even, odd }) => once ? even : alternate(even, odd, level))
  const writes = turns.map(({ even, odd }) => once ? odd : alternate(odd, even, level))
  const moving = (id: BufferId): Place => {
    const place = placeOf(plan, id)
    const elements = plan.buffers[id]!.elements / steps!
    const move = reverse ? { first: (steps! - 1) * elements, elements: -elements } : { first: 0, elements }
    return { ...place, moves: [...place.moves, { ...move, level, long: steps! > stepDigit }] }
  }
  const guard = condition === null ? parent : emission.guard()
  const own = steps === 0 ? [] : frame.nested({
    plan: body,
    inputs: [...placesOf(frame, constants), ...reads, ...slices.map(moving)],
    outputs: [...writes, ...stacks.map(moving)],
    guard,
    level: level + 1
  })
  const before = turns.flatMap(({ even, id, initial }) =>
    isSame(initial, even) ? [] : [{ like: id, from: initial, to: even }]
  )
  if (condition === null || guard === undefined) {
    const after = turns.flatMap(({ even, id, odd, result }) => {
      const last = steps! % 2 === 1 ? odd : even
      return isSame(last, result) ? [] : [{ like: id, from: last, to: result }]
    })
    return [
      ...copies(frame, before),
      ...(steps === 0 ? [] : [{ _tag: "Count", level, count: steps!, body: own } as const]),
      ...copies(frame, after)
    ]
  }
  const count = emission.words(1)
  const odd = emission.guard()
  const back = turns.flatMap((turn) =>
    isSame(turn.odd, turn.even) ? [] : [{ like: turn.id, from: turn.odd, to: turn.even }]
  )
  const settled = turns.flatMap(({ even, id, result }) =>
    isSame(even, result) ? [] : [{ like: id, from: even, to: result }]
  )
  const backwards = copies(frame, back, odd)
  const always = (dispatch: Dispatch): Step => emission.run(dispatch, undefined)
  return [
    ...copies(frame, before),
    always(emitBegin(emission, name, guard, count, parent)),
    {
      _tag: "Until",
      level,
      limit: steps,
      live: guard.live,
      body: [always(emitTest(emission, name, guard, count, reads[condition]!)), ...own]
    },
    ...(carries.length === 0 ? [] : [always(emitParity(emission, name, odd, count, parent)), ...backwards]),
    ...copies(frame, settled)
  ]
}

export const emitCase = (frame: Frame, { branches, index, inputs, name, outputs }: Case): ReadonlyArray<Step> => {
  const { emission, guard: parent, level, plan } = frame
  const guards = branches.map(() => emission.guard())
  const bodies = branches.map((branch, i) =>
    frame.nested({
      plan: branch,
      inputs: placesOf(frame, inputs),
      outputs: placesOf(frame, outputs),
      guard: guards[i],
      level
    })
  )
  return [emission.run(emitPick(emission, name, placeOf(plan, index), guards, parent), undefined), ...bodies.flat()]
}

export const emitCallback = (frame: Frame, { callback, inputs, outputs }: Callback): ReadonlyArray<Step> => {
  const operand = (id: BufferId): Operand => {
    const { dtype, elements } = frame.plan.buffers[id]!
    return { dtype, elements, place: roomFor(frame, id) }
  }
  const operands = inputs.map(operand)
  const results = outputs.map(operand)
  const places = (ids: ReadonlyArray<BufferId>) => placesOf(frame, ids)
  return [
    ...copies(frame, places(inputs).map((from, i) => ({ like: inputs[i]!, from, to: operands[i]!.place }))),
    { _tag: "Call", callback, inputs: operands, outputs: results, guard: frame.guard?.live },
    ...copies(frame, places(outputs).map((to, i) => ({ like: outputs[i]!, from: results[i]!.place, to })))
  ]
}
