/**
 * Shaders that decide what is run: they write, to the control memory, how many workgroups dispatches have.
 */
import type { DType } from "effax/DType"
import { type Emission, type Guard, planeOf } from "./emission.ts"
import type { Place, PlacedPlan } from "./place.ts"
import { type Dispatch, Shader } from "./shader.ts"

const controlPlace: Place = { slot: { _tag: "Control" }, word: 0, swap: undefined, moves: [] }

/** What a decision is made of: a scalar somewhere, and the control memory. */
const value = 0
const control = 1

const deciding = (
  { control: words, cuts }: Emission,
  label: string,
  scalar: { readonly dtype: DType; readonly place: Place } | undefined
): Shader => {
  const location = { _tag: "Temporary", offset: 0 } as const
  const plan: PlacedPlan = {
    buffers: [
      { dtype: scalar?.dtype ?? "uint32", elements: 1, location },
      { dtype: "uint32", elements: words, location }
    ],
    kernels: [],
    inputs: [],
    outputs: [],
    arena: 0,
    places: [scalar?.place ?? controlPlace, controlPlace],
    cuts
  }
  return new Shader({ plan, label, workgroup: 1, stores: [control] })
}

const flag = (shader: Shader, word: number): string => `${shader.load("uint32", control, String(word))} != 0u`

const parentLives = (shader: Shader, parent: Guard | undefined): string =>
  parent === undefined ? "true" : shader.let("bool", flag(shader, parent.live))

/** Writes whether a guard's dispatches are run, to all places. */
const decide = (shader: Shader, { entries, live }: Guard, alive: string): void => {
  const write = (word: number, text: string): void => shader.store("uint32", control, String(word), text)
  write(live, `select(0u, 1u, ${alive})`)
  for (const { word, workgroups } of entries) {
    const [x, y] = planeOf(workgroups)
    write(word, `select(0u, ${x}u, ${alive})`)
    write(word + 1, `select(0u, ${y}u, ${alive})`)
    write(word + 2, "1u")
  }
}

/** The one of several guards that an int32 scalar picks, clamped into range. */
export const emitPick = (
  emission: Emission,
  name: string,
  index: Place,
  guards: ReadonlyArray<Guard>,
  parent: Guard | undefined
): Dispatch => {
  const shader = deciding(emission, `${name}_pick`, { dtype: "int32", place: index })
  const alive = parentLives(shader, parent)
  const picked = shader.let("i32", `clamp(${shader.load("int32", value, "0")}, 0, ${guards.length - 1})`)
  guards.forEach((guard, i) => decide(shader, guard, shader.let("bool", `${alive} && ${picked} == ${i}`)))
  return shader.finish({ workgroups: 1 })
}

/** Before a loop with a condition: it goes on where it is run at all, and has done no step. */
export const emitBegin = (
  emission: Emission,
  name: string,
  guard: Guard,
  count: number,
  parent: Guard | undefined
): Dispatch => {
  const shader = deciding(emission, `${name}_begin`, undefined)
  decide(shader, guard, parentLives(shader, parent))
  shader.store("uint32", control, String(count), "0u")
  return shader.finish({ workgroups: 1 })
}

/** Before each step of it: whether it goes on; the steps that are done are counted. */
export const emitTest = (emission: Emission, name: string, guard: Guard, count: number, condition: Place): Dispatch => {
  const shader = deciding(emission, `${name}_test`, { dtype: "bool", place: condition })
  const alive = shader.let("bool", `${flag(shader, guard.live)} && ${shader.load("bool", value, "0")}`)
  decide(shader, guard, alive)
  const done = shader.load("uint32", control, String(count))
  shader.store("uint32", control, String(count), `${done} + select(0u, 1u, ${alive})`)
  return shader.finish({ workgroups: 1 })
}

/** After it: whether it had an odd number of steps. */
export const emitParity = (
  emission: Emission,
  name: string,
  guard: Guard,
  count: number,
  parent: Guard | undefined
): Dispatch => {
  const shader = deciding(emission, `${name}_parity`, undefined)
  const alive = parentLives(shader, parent)
  const done = shader.let("u32", shader.load("uint32", control, String(count)))
  decide(shader, guard, shader.let("bool", `${alive} && (${done} & 1u) == 1u`))
  return shader.finish({ workgroups: 1 })
}
