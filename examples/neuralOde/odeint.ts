/**
 * Ordinary differential equations, and their derivative by the adjoint equation: nothing of the way forth is kept but the
 * states that were asked for (Chen, Rubanova, Bettencourt and Duvenaud, "Neural ordinary differential equations", 2018).
 */
import { customVjp, Lax, type NdArray, Numpy as np, Tree, vjp } from "effax"

/** What a law of motion depends on. */
export type Parameters = { readonly [name: string]: NdArray.Any }

/** The velocity of a state at a time. */
export type Dynamics<P extends Parameters> = (state: NdArray.Any, time: NdArray.Any, parameters: P) => NdArray.Any

type Arrays = ReadonlyArray<NdArray.Any>

const plus = (xs: Arrays, ys: Arrays, scale: NdArray.Any | number): Arrays =>
  xs.map((x, i) => np.add(x, np.multiply(ys[i]!, scale)))

/** Equal steps of the classical Runge-Kutta method from one time to another. */
const integrate = (
  velocity: (state: Arrays, time: NdArray.Any) => Arrays,
  state: Arrays,
  from: NdArray.Any,
  to: NdArray.Any,
  steps: number
): Arrays => {
  const h = np.divide(np.subtract(to, from), steps)
  const half = np.divide(h, 2)
  return Lax.foriLoop(0, steps, (i, y: Arrays) => {
    const t = np.add(from, np.multiply(h, i))
    const k1 = velocity(y, t)
    const k2 = velocity(plus(y, k1, half), np.add(t, half))
    const k3 = velocity(plus(y, k2, half), np.add(t, half))
    const k4 = velocity(plus(y, k3, h), np.add(t, h))
    const sum = plus(plus(k1, plus(k2, k3, 1), 2), k4, 1)
    return plus(y, sum, np.divide(h, 6))
  }, state)
}

/** The states at `times` (`[count]`, the first is that of `initial`): `[count, ...]`. Differentiated through the steps. */
export const odeint = <P extends Parameters>(
  dynamics: Dynamics<P>,
  initial: NdArray.Any,
  times: NdArray.Any,
  parameters: P,
  steps: number
): NdArray.Any => {
  const [, states] = Lax.scan(
    (state: NdArray.Any, [from, to]: readonly [NdArray.Any, NdArray.Any]) => {
      const [next] = integrate(([y], t) => [dynamics(y!, t, parameters)], [state], from, to, steps)
      return [next!, next!] as const
    },
    initial,
    [np.index(times, np.slice(0, -1)), np.index(times, np.slice(1))] as const
  )
  return np.concatenate([np.expandDims(initial, 0), states])
}

/** What the way back needs. */
interface Residuals<P> {
  readonly states: NdArray.Any
  readonly times: NdArray.Any
  readonly parameters: P
}

/**
 * From the cotangents of the states to those of the initial state and of the parameters. The state, what the loss feels of
 * it, and the gradient are integrated backwards together, between any two observations.
 */
const adjoint = <P extends Parameters>(
  dynamics: Dynamics<P>,
  { parameters, states, times }: Residuals<P>,
  cotangents: NdArray.Any,
  steps: number
): readonly [NdArray.Any, P] => {
  const { leaves, structure } = Tree.flatten(parameters)
  const velocity = ([state, felt]: Arrays, time: NdArray.Any): Arrays => {
    const [forth, back] = vjp(
      (y: NdArray.Any, ...own: Arrays) => dynamics(y, time, Tree.unflatten(structure, own) as P),
      state!,
      ...leaves as Arrays
    )
    const [ofState, ...ofParameters] = back(felt!) as Arrays
    return [forth, np.negative(ofState!), ...ofParameters.map((ct) => np.negative(ct))]
  }
  const rest = np.slice(1)
  const [[felt, ...gradient]] = Lax.scan(
    ([felt, ...gradient]: Arrays, [state, cotangent, from, to]: Arrays) => {
      const start = [state!, np.add(felt!, cotangent!), ...gradient]
      const [, ...end] = integrate(velocity, start, to!, from!, steps)
      return [end, null] as const
    },
    [np.zerosLike(np.index(cotangents, 0)), ...(leaves as Arrays).map((leaf) => np.zerosLike(leaf))] as Arrays,
    [
      np.index(states, rest),
      np.index(cotangents, rest),
      np.index(times, np.slice(0, -1)),
      np.index(times, rest)
    ] as Arrays,
    { reverse: true }
  )
  return [np.add(felt!, np.index(cotangents, 0)), Tree.unflatten(structure, gradient) as P]
}

/** As {@link odeint}, but differentiated by the adjoint equation, in memory that does not grow with the steps. */
export const odeintAdjoint = <P extends Parameters>(
  dynamics: Dynamics<P>,
  initial: NdArray.Any,
  times: NdArray.Any,
  parameters: P,
  steps: number
): NdArray.Any => {
  const solve = customVjp(
    (initial: NdArray.Any, times: NdArray.Any, parameters: Parameters): NdArray.Any =>
      odeint(dynamics, initial, times, parameters as P, steps),
    {
      forward: (initial, times, parameters): readonly [NdArray.Any, Residuals<Parameters>] => {
        const states = odeint(dynamics, initial, times, parameters as P, steps)
        return [states, { states, times, parameters }]
      },
      backward: (residuals: Residuals<Parameters>, cotangents: NdArray.Any) => {
        const [ofInitial, ofParameters] = adjoint(dynamics, residuals as Residuals<P>, cotangents, steps)
        return [ofInitial, null, ofParameters]
      }
    }
  )
  return solve(initial, times, parameters)
}
