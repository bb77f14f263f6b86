/**
 * Keys and samplers. Bits, integers and uniform numbers are JAX's exactly; others differ as elementary functions do.
 */
import { type NdArray, Random } from "effax"
import { f32, f64, i32, points, type Spec, u32, whole, within } from "./inputs.ts"
import { type Arguments, entries, type Options } from "./operation.ts"

type X = NdArray.Any

const entry = entries("Random")

const keys: ReadonlyArray<Spec> = [points("uint32", [0, 0]), points("uint32", [0, 42]), u32([2], whole(0, 4294967295))]
const withKeys = (...rest: Arguments): ReadonlyArray<Arguments> => keys.map((key) => [key, ...rest])
const one = (...rest: Arguments): ReadonlyArray<Arguments> => [[keys[1]!, ...rest]]

const exactly: Options = { derivatives: 0, tolerance: { float32: { rtol: 0, atol: 0 }, float64: { rtol: 0, atol: 0 } } }
/** Elementary functions differ in the last places, and half precision rounds after each of them. */
const closely: Options = { derivatives: 0, tolerance: { bfloat16: { rtol: 2 ** -6 }, float16: { rtol: 2 ** -9 } } }

const keyFunctions = [
  entry(
    "threefry2x32",
    (a: X, b: X, c: X, d: X) => Random.threefry2x32(a, b, c, d),
    "jax.extend.random.threefry2x32_p.bind(*[jnp.broadcast_to(v, jnp.broadcast_shapes(x.shape, z.shape)) for v in (x, y, z, w)])",
    [
      [
        u32([], whole(0, 4294967295)),
        u32([], whole(0, 4294967295)),
        u32([5], whole(0, 4294967295)),
        u32([5], whole(0, 4294967295))
      ],
      [
        u32([2, 3], whole(0, 4294967295)),
        u32([2, 3], whole(0, 4294967295)),
        u32([2, 3], whole(0, 4294967295)),
        u32([2, 3], whole(0, 4294967295))
      ]
    ]
  ),
  entry("key", (seed: X) => Random.key(seed), "random.key_data(random.key(x))", [
    [points("int32", [42], [])],
    [points("int32", [-1], [])],
    [points("uint32", [4294967295], [])],
    [points("int8", [-7], [])],
    [points("int64", [2 ** 32 + 5], [])],
    [points("int64", [-(2 ** 40)], [])],
    [points("uint64", [2 ** 63 + 2 ** 40], [])]
  ], { ...exactly }),
  ...[0, 1, -1, 2147483647, -2147483648].map((seed) =>
    entry(`key of ${seed}`, () => Random.key(seed), `random.key_data(random.key(${seed}))`, [[]], exactly)
  ),
  entry("fromWords", () => Random.fromWords([1, 4294967295]), "jnp.array([1, 4294967295], jnp.uint32)", [[]]),
  entry("split", (k: X) => Random.split(k), "random.split(x)", withKeys()),
  entry("split 5", (k: X) => Random.split(k, 5), "random.split(x, 5)", withKeys()),
  entry("split shape", (k: X) => Random.split(k, [2, 3]), "random.split(x, (2, 3))", one()),
  entry("keys", (k: X) => Random.keys(k, 3), "list(random.split(x, 3))", one()),
  entry("foldIn", (k: X) => Random.foldIn(k, 7), "random.fold_in(x, 7)", withKeys()),
  entry("foldIn array", (k: X, i: X) => Random.foldIn(k, i), "random.fold_in(x, y)", [
    ...withKeys(i32([], whole(0, 1000))),
    ...one(points("int32", [-1], [])),
    ...one(points("uint32", [4294967295], []))
  ]),
  // JAX folds in the low word alone; here the high word counts too, as in its keys of seeds
  entry(
    "foldIn wide",
    (k: X, i: X) => Random.foldIn(k, i),
    "jnp.stack(jax.extend.random.threefry2x32_p.bind(x[0], x[1], jnp.uint32(y >> 32), jnp.uint32(y)))",
    one(points("int64", [2 ** 32 + 5], []))
  ),
  entry("bits", (k: X) => Random.bits(k, [5]), "random.bits(x, (5,))", withKeys()),
  entry("bits scalar", (k: X) => Random.bits(k), "random.bits(x)", one()),
  entry("bits shape", (k: X) => Random.bits(k, [2, 0, 3]), "random.bits(x, (2, 0, 3))", one()),
  ...([8, 16, 64] as const).map((width) =>
    entry(
      `bits ${width}`,
      (k: X) => Random.bits(k, [7], { dtype: `uint${width}` }),
      `random.bits(x, (7,), jnp.uint${width})`,
      withKeys()
    )
  )
]

const uniforms = [
  entry("uniform", (k: X) => Random.uniform(k, [3, 4]), "random.uniform(x, (3, 4))", withKeys(), exactly),
  entry("uniform scalar", (k: X) => Random.uniform(k), "random.uniform(x)", one(), exactly),
  entry(
    "uniform float64",
    (k: X) => Random.uniform(k, [9], { dtype: "float64" }),
    "random.uniform(x, (9,), jnp.float64)",
    withKeys(),
    exactly
  ),
  entry(
    "uniform float16",
    (k: X) => Random.uniform(k, [9], { dtype: "float16" }),
    "random.uniform(x, (9,), jnp.float16)",
    one(),
    exactly
  ),
  entry(
    "uniform bfloat16",
    (k: X) => Random.uniform(k, [9], { dtype: "bfloat16" }),
    "random.uniform(x, (9,), jnp.bfloat16)",
    one(),
    exactly
  ),
  entry(
    "uniform interval",
    (k: X) => Random.uniform(k, [9], { minval: -2, maxval: 5 }),
    "random.uniform(x, (9,), minval=-2, maxval=5)",
    withKeys(),
    {
      derivatives: 0,
      // XLA contracts the product and the sum
      tolerance: { float32: { rtol: 0, atol: 2 ** -22 } }
    }
  ),
  entry(
    "uniform arrays",
    (k: X, a: X, b: X) => Random.uniform(k, [2, 3], { minval: a, maxval: b }),
    "random.uniform(x, (2, 3), minval=y, maxval=z)",
    one(f32([3], within(-3, 0)), f32([2, 1], within(1, 4))),
    {
      derivatives: 0,
      tolerance: { float32: { rtol: 0, atol: 2 ** -22 } }
    }
  ),
  entry("randint", (k: X) => Random.randint(k, [7], 0, 10), "random.randint(x, (7,), 0, 10)", withKeys()),
  entry(
    "randint negative",
    (k: X) => Random.randint(k, [7], -100, 100),
    "random.randint(x, (7,), -100, 100)",
    withKeys()
  ),
  entry(
    "randint whole",
    (k: X) => Random.randint(k, [7], -2147483648, 2147483647),
    "random.randint(x, (7,), -2147483648, 2147483647)",
    one()
  ),
  entry("randint empty", (k: X) => Random.randint(k, [7], 5, 5), "random.randint(x, (7,), 5, 5)", one()),
  ...(["uint8", "int8", "uint16", "int16", "uint32"] as const).map((dtype) =>
    entry(
      `randint ${dtype}`,
      (k: X) => Random.randint(k, [9], 3, 100, { dtype }),
      `random.randint(x, (9,), 3, 100, jnp.${dtype})`,
      withKeys()
    )
  ),
  ...(["uint8", "uint32"] as const).map((dtype) => {
    const beyond = dtype === "uint8" ? 256 : 4294967296
    return entry(
      `randint ${dtype} beyond`,
      (k: X) => Random.randint(k, [9], 0, beyond, { dtype }),
      `random.randint(x, (9,), 0, ${dtype === "uint8" ? "256" : "np.int64(4294967296)"}, jnp.${dtype})`,
      one()
    )
  }),
  // bounds that the dtype does not have are moved to its ends
  ...([
    ["int8", 0, 200],
    ["int8", -200, 200],
    ["int8", 300, 400],
    ["int8", 127, 128],
    ["uint8", -5, 300],
    ["uint8", -400, -300],
    ["int16", -5, 2 ** 31 - 1],
    ["uint16", -5, 65536],
    ["uint32", -5, 300]
  ] as const).map(([dtype, low, high]) =>
    entry(
      `randint ${dtype} from ${low} to ${high}`,
      (k: X) => Random.randint(k, [9], low, high, { dtype }),
      `random.randint(x, (9,), ${low}, ${high}, jnp.${dtype})`,
      one()
    )
  ),
  entry(
    "randint int8 arrays",
    (k: X, a: X, b: X) => Random.randint(k, [3], a, b, { dtype: "int8" }),
    "random.randint(x, (3,), y, z, jnp.int8)",
    one(points("int32", [-400, 5, 400]), points("int32", [400, 300, 500]))
  ),
  entry(
    "randint int64",
    (k: X) => Random.randint(k, [9], -5, 1000000007, { dtype: "int64" }),
    "random.randint(x, (9,), -5, 1000000007, jnp.int64)",
    one()
  ),
  entry(
    "randint arrays",
    (k: X, a: X, b: X) => Random.randint(k, [2, 3], a, b),
    "random.randint(x, (2, 3), y, z)",
    one(i32([3], whole(-9, 0)), i32([2, 1], whole(1, 9)))
  ),
  entry("bernoulli", (k: X) => Random.bernoulli(k, 0.3, [12]), "random.bernoulli(x, 0.3, (12,))", withKeys()),
  entry("bernoulli half", (k: X) => Random.bernoulli(k), "random.bernoulli(x)", withKeys()),
  entry(
    "bernoulli array",
    (k: X, p: X) => Random.bernoulli(k, p),
    "random.bernoulli(x, y)",
    withKeys(f32([3, 4], within(0, 1))),
    { derivatives: 0 }
  ),
  entry(
    "bernoulli array shape",
    (k: X, p: X) => Random.bernoulli(k, p, [2, 4]),
    "random.bernoulli(x, y, (2, 4))",
    one(f64([4], within(0, 1))),
    { derivatives: 0 }
  ),
  entry("rademacher", (k: X) => Random.rademacher(k, [12]), "random.rademacher(x, (12,), jnp.int32)", withKeys()),
  entry(
    "rademacher dtype",
    (k: X) => Random.rademacher(k, [5], { dtype: "float32" }),
    "random.rademacher(x, (5,), jnp.float32)",
    one()
  )
]

const shaped = (["normal", "exponential", "gumbel", "laplace", "logistic", "cauchy"] as const).flatMap((name) => [
  entry(name, (k: X) => Random[name](k, [3, 20]), `random.${name}(x, (3, 20))`, withKeys(), closely),
  entry(`${name} scalar`, (k: X) => Random[name](k), `random.${name}(x)`, one(), closely),
  ...(["float64", "float16", "bfloat16"] as const).map((dtype) =>
    entry(
      `${name} ${dtype}`,
      (k: X) => Random[name](k, [20], { dtype }),
      `random.${name}(x, (20,), dtype=jnp.${dtype})`,
      one(),
      closely
    )
  )
])

const others = [
  entry(
    "truncatedNormal",
    (k: X) => Random.truncatedNormal(k, -2, 2, [20]),
    "random.truncated_normal(x, -2, 2, (20,))",
    withKeys(),
    closely
  ),
  entry(
    "truncatedNormal tail",
    (k: X) => Random.truncatedNormal(k, 0.5, 3, [20]),
    "random.truncated_normal(x, 0.5, 3, (20,))",
    withKeys(),
    closely
  ),
  entry(
    "truncatedNormal float64",
    (k: X) => Random.truncatedNormal(k, -1, 2, [20], { dtype: "float64" }),
    "random.truncated_normal(x, -1, 2, (20,), jnp.float64)",
    one(),
    closely
  ),
  entry("categorical", (k: X, p: X) => Random.categorical(k, p), "random.categorical(x, y)", [
    ...withKeys(f32([5])),
    ...withKeys(f32([3, 5]))
  ]),
  entry(
    "categorical axis",
    (k: X, p: X) => Random.categorical(k, p, { axis: 0 }),
    "random.categorical(x, y, axis=0)",
    withKeys(f32([5, 3]))
  ),
  entry(
    "categorical shape",
    (k: X, p: X) => Random.categorical(k, p, { shape: [4, 3] }),
    "random.categorical(x, y, shape=(4, 3))",
    withKeys(f32([3, 5]))
  ),
  entry(
    "categorical certain",
    (k: X, p: X) => Random.categorical(k, p, { shape: [6] }),
    "random.categorical(x, y, shape=(6,))",
    one(points("float32", [-Infinity, 0, -Infinity]))
  ),
  entry("permutation", (k: X) => Random.permutation(k, 10), "random.permutation(x, 10)", withKeys()),
  entry("permutation long", (k: X) => Random.permutation(k, 3000), "random.permutation(x, 3000)", one()),
  entry("permutation array", (k: X, x: X) => Random.permutation(k, x), "random.permutation(x, y)", [
    ...withKeys(f32([7])),
    ...withKeys(f32([4, 3])),
    ...one(i32([1]))
  ]),
  entry(
    "permutation axis",
    (k: X, x: X) => Random.permutation(k, x, { axis: 1 }),
    "random.permutation(x, y, axis=1)",
    one(f32([3, 5]))
  ),
  entry(
    "permutation independent",
    (k: X, x: X) => Random.permutation(k, x, { axis: 1, independent: true }),
    "random.permutation(x, y, axis=1, independent=True)",
    one(f32([3, 5]))
  ),
  entry("choice", (k: X) => Random.choice(k, 10, [6]), "random.choice(x, 10, (6,))", withKeys()),
  entry("choice scalar", (k: X) => Random.choice(k, 10), "random.choice(x, 10)", one()),
  entry("choice array", (k: X, x: X) => Random.choice(k, x, [2, 3]), "random.choice(x, y, (2, 3))", [
    ...one(f32([5])),
    ...one(f32([5, 2]))
  ]),
  entry(
    "choice without replacement",
    (k: X) => Random.choice(k, 10, [2, 3], { replace: false }),
    "random.choice(x, 10, (2, 3), replace=False)",
    withKeys()
  ),
  entry(
    "choice rows",
    (k: X, x: X) => Random.choice(k, x, [2], { replace: false }),
    "random.choice(x, y, (2,), replace=False)",
    one(f32([5, 2]))
  ),
  entry(
    "choice p",
    (k: X, p: X) => Random.choice(k, 4, [9], { p }),
    "random.choice(x, 4, (9,), p=y)",
    withKeys(points("float32", [0.1, 0.2, 0.3, 0.4]))
  ),
  entry(
    "choice p without replacement",
    (k: X, p: X) => Random.choice(k, 4, [3], { replace: false, p }),
    "random.choice(x, 4, (3,), replace=False, p=y)",
    withKeys(points("float32", [0.1, 0.2, 0.3, 0.4]))
  )
]

export const random = [...keyFunctions, ...uniforms, ...shaped, ...others]
