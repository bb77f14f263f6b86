/**
 * Programs that a person would write, on every backend: what the examples are made of.
 */
import { describe, expect, it } from "@effect/vitest"
import { grad, jit, jvp, makeProgram, NdArray, Numpy as np, Program, Random, Tree, valueAndGrad, vmap } from "effax"
import { Effect } from "effect"
import { fit as fitProcess, observations } from "../examples/gaussianProcess/fit.ts"
import * as Process from "../examples/gaussianProcess/process.ts"
import { banana, chain, chains } from "../examples/hmc/hmc.ts"
import { eccentricAnomaly, positions } from "../examples/kepler/kepler.ts"
import * as Lstm from "../examples/lstm/model.ts"
import { decode, encode, train } from "../examples/lstm/train.ts"
import { odeint, odeintAdjoint } from "../examples/neuralOde/odeint.ts"
import * as Spiral from "../examples/neuralOde/spiral.ts"
import { dataParallel, matmul } from "../examples/shardMap/matmul.ts"
import { backends } from "./backends.ts"

const numbers = Effect.fnUntraced(function*(array: NdArray.Any) {
  return Array.from((yield* NdArray.toTypedArray(array)) as Float32Array)
})

/** All leaves of a tree, one after the other. */
const flat = Effect.fnUntraced(function*(tree: unknown) {
  const leaves = yield* NdArray.evaluate(Tree.leaves(tree) as ReadonlyArray<NdArray.Any>)
  return (yield* Effect.forEach(leaves, numbers)).flat()
})

const distance = (x: ReadonlyArray<number>, y: ReadonlyArray<number>): number =>
  Math.hypot(...x.map((value, i) => value - y[i]!)) / Math.hypot(...y)

const everywhere = (name: string, test: (layer: (typeof backends)[number]["layer"], backend: string) => void) =>
  describe(name, () => {
    for (const backend of backends) {
      describe(backend.name, () => {
        test(backend.layer, backend.name)
      })
    }
  })

/** The gradient of a scalar function of one array, by central differences. */
const differences = Effect.fnUntraced(function*(
  f: (x: NdArray.Any) => NdArray.Any,
  at: ReadonlyArray<number>,
  step: number
) {
  const run = jit(f)
  const value = (x: ReadonlyArray<number>) => NdArray.toNumber(run(np.array(x)))
  return yield* Effect.forEach(at, (_, i) =>
    Effect.gen(function*() {
      const moved = (by: number) => at.map((x, k) => k === i ? x + by : x)
      return ((yield* value(moved(step))) - (yield* value(moved(-step)))) / (2 * step)
    }))
})

everywhere("an LSTM over scan", (layer, backend) => {
  const text = encode("abcabdabcabdabcabd")

  it.effect("is differentiated through its steps as if they were written out", () =>
    Effect.gen(function*() {
      const parameters = yield* NdArray.evaluate(Lstm.initialize(Random.key(0), 4, 3))
      const batch = np.reshape(np.astype(np.array(Array.from(text.codes)), "int32"), [2, 9])
      const bias = yield* numbers(parameters.bias)
      const found = yield* numbers(jit(Lstm.gradient)(parameters, batch).bias)
      const expected = yield* differences((bias) => Lstm.loss({ ...parameters, bias }, batch), bias, 1e-2)
      expect(distance(found, expected)).toBeLessThan(5e-3)
    }).pipe(Effect.provide(layer)))

  if (backend === "cpu-wasm") {
    it.effect("learns a text and recites it", () =>
      Effect.gen(function*() {
        const losses: Array<number> = []
        const parameters = yield* train(text, {
          hidden: 16,
          steps: 150,
          batchSize: 8,
          length: 8,
          learningRate: 0.03,
          key: Random.key(0),
          onStep: (_, loss) => Effect.sync(() => losses.push(loss))
        })
        expect(losses[0]).toBeGreaterThan(1)
        expect(losses.at(-1)).toBeLessThan(0.4)
        const first = NdArray.fromTypedArray(text.codes.slice(0, 6))
        const written = yield* NdArray.toTypedArray(Lstm.write(parameters, first, 9, 0, Random.key(0)))
        expect(decode(text, written as Int32Array)).toBe("abcabdabc")
      }).pipe(Effect.provide(layer)))
  }
})

everywhere("a neural differential equation with the adjoint's gradient", (layer) => {
  it.effect("agrees with the derivative of the solver's own steps", () =>
    Effect.gen(function*() {
      const parameters = yield* NdArray.evaluate(Spiral.initialize(Random.key(0), 4))
      const times = np.linspace(0, 0.5, 4)
      const states = np.add(np.ones([4, 2]), np.expandDims(times, 1))
      const gradient = (solver: typeof odeint) =>
        jit((p: Spiral.Parameters) =>
          valueAndGrad((p: Spiral.Parameters) => Spiral.loss(solver, p, times, states, 4))(p)
        )(
          parameters
        )
      const [value, direct] = gradient(odeint)
      const [same, adjoint] = gradient(odeintAdjoint)
      expect(yield* NdArray.toNumber(same)).toBeCloseTo(yield* NdArray.toNumber(value), 6)
      expect(distance(yield* flat(adjoint), yield* flat(direct))).toBeLessThan(1e-3)
    }).pipe(Effect.provide(layer)))

  it.effect("solves what can be solved on paper", () =>
    Effect.gen(function*() {
      const times = np.linspace(0, 1, 5)
      const decay = odeint(
        (y, _, { rate }: { rate: NdArray.Any }) => np.multiply(y, np.negative(rate)),
        np.array([1, 2]),
        times,
        { rate: np.array(2) },
        8
      )
      const expected = [0, 0.25, 0.5, 0.75, 1].flatMap((t) => [Math.exp(-2 * t), 2 * Math.exp(-2 * t)])
      expect(distance(yield* numbers(decay), expected)).toBeLessThan(1e-5)
      // d/dr of the sum at t = 1: -3 e^-r
      const total = (rate: NdArray.Any) =>
        np.sum(np.index(
          odeintAdjoint(
            (y, _, { rate }: { rate: NdArray.Any }) => np.multiply(y, np.negative(rate)),
            np.array([1, 2]),
            times,
            { rate },
            8
          ),
          -1
        ))
      expect(yield* NdArray.toNumber(grad(total)(2))).toBeCloseTo(-3 * Math.exp(-2), 4)
    }).pipe(Effect.provide(layer)))
})

everywhere("Newton's method by customRoot", (layer) => {
  it.effect("solves Kepler's equation and differentiates the solution", () =>
    Effect.gen(function*() {
      const means = [0.1, 1, 2.5, 4, 6]
      for (const e of [0, 0.5, 0.95]) {
        const solve = vmap(eccentricAnomaly, { inAxes: [0, null] })
        const anomalies = yield* numbers(jit(solve)(np.array(means), np.array(e)))
        anomalies.forEach((anomaly, i) => expect(anomaly - e * Math.sin(anomaly)).toBeCloseTo(means[i]!, 5))
        const slopes = (argnums: number) =>
          numbers(jit(vmap(grad(eccentricAnomaly, { argnums }), { inAxes: [0, null] }))(np.array(means), np.array(e)))
        const [ofMean, ofEccentricity] = [yield* slopes(0), yield* slopes(1)]
        anomalies.forEach((anomaly, i) => {
          const denominator = 1 - e * Math.cos(anomaly)
          expect(ofMean[i]! * denominator).toBeCloseTo(1, 4)
          expect(ofEccentricity[i]! * denominator).toBeCloseTo(Math.sin(anomaly), 4)
        })
      }
    }).pipe(Effect.provide(layer)))

  it.effect("has second derivatives, and forward ones", () =>
    Effect.gen(function*() {
      const e = 0.5
      const inner = grad(eccentricAnomaly, { argnums: 0 })
      const second = yield* NdArray.toNumber(grad(inner, { argnums: 0 })(1, e))
      const anomaly = yield* NdArray.toNumber(eccentricAnomaly(np.array(1), np.array(e)))
      // E'' = -e sin E / (1 - e cos E)^3
      expect(second).toBeCloseTo(-e * Math.sin(anomaly) / (1 - e * Math.cos(anomaly)) ** 3, 3)
      const [, forward] = jvp((m: NdArray.Any) => eccentricAnomaly(m, np.array(e)), [np.array(1)], [np.array(1)])
      expect(yield* NdArray.toNumber(forward)).toBeCloseTo(1 / (1 - e * Math.cos(anomaly)), 4)
      // the nearest point of the orbit is at (1 - e, 0)
      const [[x, y]] = (yield* NdArray.toNested(positions(np.array([0]), np.array(e)))) as [[number, number]]
      expect(x).toBeCloseTo(1 - e, 5)
      expect(y).toBeCloseTo(0, 4)
    }).pipe(Effect.provide(layer)))
})

everywhere("a Gaussian process", (layer, backend) => {
  const x = [-1, -0.2, 0.3, 1.1]
  const y = [0.5, -0.1, 0.2, 0.9]

  it.effect("factorises, and knows the likelihood of what it saw", () =>
    Effect.gen(function*() {
      const a = [[4, 2, 0.6], [2, 5, 1.2], [0.6, 1.2, 3]]
      const l = (yield* NdArray.toNested(Process.cholesky(np.array(a)))) as Array<Array<number>>
      a.forEach((row, i) =>
        row.forEach((value, j) => {
          expect(l[i]!.reduce((sum, own, k) => sum + own * l[j]![k]!, 0)).toBeCloseTo(value, 5)
          if (j > i) expect(l[i]![j]).toBe(0)
        })
      )
      const b = [1, -2, 3]
      const solved = yield* numbers(Process.solveLower(np.array(l), np.array(b)))
      l.forEach((row, i) => expect(row.reduce((sum, own, k) => sum + own * solved[k]!, 0)).toBeCloseTo(b[i]!, 5))
      // scipy.stats.multivariate_normal.logpdf of the same kernel
      const value = yield* NdArray.toNumber(Process.negativeLogLikelihood(Process.initial, np.array(x), np.array(y)))
      expect(value).toBeCloseTo(3.738485, 4)
    }).pipe(Effect.provide(layer)))

  it.effect("has the gradient that differences show", () =>
    Effect.gen(function*() {
      const likelihood = (p: NdArray.Any) =>
        Process.negativeLogLikelihood(
          { amplitude: np.index(p, 0), lengthscale: np.index(p, 1), noise: np.index(p, 2) },
          np.array(x),
          np.array(y)
        )
      const at = [0.1, -0.2, -0.7]
      const found = yield* numbers(jit(grad(likelihood))(np.array(at)))
      expect(distance(found, yield* differences(likelihood, at, 1e-2))).toBeLessThan(2e-3)
    }).pipe(Effect.provide(layer)))

  if (backend === "cpu-wasm") {
    it.effect("finds out how noisy its observations are", () =>
      Effect.gen(function*() {
        const seen = yield* NdArray.evaluate(observations(Random.key(3), 40))
        const losses: Array<number> = []
        const parameters = yield* fitProcess(seen.x, seen.y, {
          steps: 120,
          onStep: (_, loss) => Effect.sync(() => losses.push(loss))
        })
        expect(losses.at(-1)).toBeLessThan(losses[0]! - 10)
        expect(yield* NdArray.toNumber(np.exp(parameters.noise))).toBeCloseTo(0.15, 1)
        const { deviation, mean } = yield* NdArray.evaluate(
          jit(Process.predict)(parameters, seen.x, seen.y, np.array([-2, 0.5, 8]))
        )
        const [where, sure] = [yield* numbers(mean), yield* numbers(deviation)]
        expect(where[0]).toBeCloseTo(Math.sin(-6) - 1, 0)
        // sure among observations, less so in the gap, not at all far away
        expect(sure[0]).toBeLessThan(sure[1]!)
        expect(sure[1]).toBeLessThan(sure[2]!)
      }).pipe(Effect.provide(layer)))
  }
})

everywhere("Hamiltonian Monte Carlo with vmapped chains", (layer, backend) => {
  it.effect("moves every chain as it would move alone", () =>
    Effect.gen(function*() {
      const options = { stepSize: 0.15, steps: 5 }
      const starts = np.array([[0, 0], [0.5, 1], [-1, 1.5]])
      const together = chains(banana, options, starts, Random.key(1), 4).samples
      const keys = Random.split(Random.key(1), 3)
      for (let i = 0; i < 3; i++) {
        const alone = chain(banana, options, np.index(starts, i), np.index(keys, i), 4).samples
        expect(distance(yield* numbers(np.index(together, i)), yield* numbers(alone))).toBeLessThan(1e-4)
      }
      // and they go different ways
      const [first, second] = [yield* numbers(np.index(together, [0, -1])), yield* numbers(np.index(together, [1, -1]))]
      expect(distance(first, second)).toBeGreaterThan(0.01)
    }).pipe(Effect.provide(layer)))

  if (backend === "cpu-wasm") {
    it.effect("samples the distribution", () =>
      Effect.gen(function*() {
        const sample = jit((starts: NdArray.Any) =>
          chains(banana, { stepSize: 0.15, steps: 20 }, starts, Random.key(1), 300)
        )
        const { acceptance, samples } = yield* NdArray.evaluate(sample(Random.normal(Random.key(2), [100, 2])))
        const kept = np.reshape(np.index(samples, [np.slice(), np.slice(50)]), [-1, 2])
        const [meanX, meanY] = yield* numbers(np.mean(kept, { axis: 0 }))
        const [deviationX, deviationY] = yield* numbers(np.std(kept, { axis: 0 }))
        expect(meanX).toBeCloseTo(0, 0)
        expect(Math.abs(meanX!)).toBeLessThan(0.08)
        expect(Math.abs(meanY! - 1)).toBeLessThan(0.12)
        expect(Math.abs(deviationX! - 1)).toBeLessThan(0.08)
        expect(Math.abs(deviationY! - 1.5)).toBeLessThan(0.25)
        expect(yield* NdArray.toNumber(np.mean(acceptance))).toBeGreaterThan(0.8)
      }).pipe(Effect.provide(layer)))
  }
})

everywhere("a matrix product over a mesh", (layer) => {
  const [k1, k2, k3] = Random.keys(Random.key(0), 3)
  const [a, b] = [Random.normal(k1, [8, 16]), Random.normal(k2, [16, 4])]

  it.effect("is the product, under jit, grad and vmap", () =>
    Effect.gen(function*() {
      expect(distance(yield* numbers(jit(matmul)(a, b)), yield* numbers(np.matmul(a, b)))).toBeLessThan(1e-6)
      const loss = (product: (a: NdArray.Any, b: NdArray.Any) => NdArray.Any) => (a: NdArray.Any, b: NdArray.Any) =>
        np.sum(np.sin(product(a, b)))
      const gradients = (product: typeof np.matmul | typeof matmul) =>
        flat(jit(grad(loss(product as never), { argnums: [0, 1] }))(a, b))
      expect(distance(yield* gradients(matmul), yield* gradients(np.matmul))).toBeLessThan(1e-5)
      const batch = Random.normal(k3, [3, 8, 16])
      const batched = vmap(matmul, { inAxes: [0, null] })(batch, b)
      expect(distance(yield* numbers(batched), yield* numbers(np.matmul(batch, b)))).toBeLessThan(1e-6)
    }).pipe(Effect.provide(layer)))

  it.effect("is a program of blocks, whose types say along which axes values vary", () =>
    Effect.sync(() => {
      const text = Program.print(makeProgram(matmul)(a, b))
      expect(text).toContain("{ lambda ; d:f32[2,8]{V:(x,y)} e:f32[8,4]{V:y}. let")
      expect(text).toContain("h:f32[2,4]{V:x} = psum_invariant[axes=('y',)] g")
    }))

  it.effect("sums the gradients of parameters that all devices have", () =>
    Effect.gen(function*() {
      const loss = (w: NdArray.Any, x: NdArray.Any, y: NdArray.Any) =>
        np.mean(np.square(np.subtract(np.matmul(x, w), y)))
      const w = np.ones([16, 4])
      const targets = np.matmul(a, b)
      const together = yield* numbers(jit(grad(dataParallel(loss)))(w, a, targets))
      expect(distance(together, yield* numbers(grad(loss)(w, a, targets)))).toBeLessThan(1e-5)
    }).pipe(Effect.provide(layer)))
})
