/**
 * Calls of the host from inside of functions: what they look at stays as it is, and what they compute is what JAX has.
 */
import { customJvp, Debug, Lax, type NdArray, Numpy as np, pureCallback, ShapeDType } from "effax"
import { Effect } from "effect"
import { f32, f64 } from "./inputs.ts"
import { type Arguments, entries } from "./operation.ts"

type X = NdArray.Any

const numpy = entries("Numpy")
const lax = entries("Lax")
const transform = entries("Transform")

const floats: ReadonlyArray<Arguments> = [[f32([3])], [f64([2, 3])], [f32([])]]

const watched = (x: X): X => Debug.callback(x, (value) => Effect.sync(() => value.toNested()))

const sine = (x: X): X =>
  pureCallback(
    (value: Debug.HostValue) =>
      new Debug.HostValue(value.data.map((v) => Math.sin(v as number) as never), value.dtype, value.shape),
    new ShapeDType(x.shape, x.dtype),
    { name: "sine", vmapMethod: "broadcastAll" }
  )(x)

// the rule calls the function itself, whose derivative is known, and not what is behind it
const smooth: (x: X) => X = customJvp((x: X) => sine(x), ([x], [dx]) => [smooth(x), np.multiply(np.cos(x), dx)])

export const callbacks = [
  numpy("sin looked at", (x: X) => watched(np.sin(watched(x))), "jnp.sin(x)", floats),
  lax(
    "scan looked at",
    (x: X) =>
      Lax.scan((c: X) => [np.sin(watched(c)), watched(np.square(c))], x, null, { length: 3 }) as ReadonlyArray<X>,
    "list(lax.scan(lambda c, _: (jnp.sin(c), jnp.square(c)), x, None, length=3))",
    floats
  ),
  transform("pureCallback customJvp", (x: X) => np.multiply(smooth(x), x), "jnp.sin(x) * x", floats),
  transform("pureCallback", (x: X) => np.add(sine(x), 1), "jnp.sin(x) + 1", floats, { derivatives: 0 })
]
