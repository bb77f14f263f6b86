/** The types of functions that take their data first or last: the same result, and the same mistakes. */
import { customVjp, grad, hessian, jacrev, jit, jvp, Keys, NdArray, Nn, Numpy as np, valueAndGrad, vmap } from "effax"
import type { NdArray as Arr } from "effax/NdArray"
import type * as Effect from "effect/Effect"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <T extends true>(_?: T): void => undefined

const x = np.ones([2, 3])
const i = np.ones([2, 3], { dtype: "int32" })

type F<S extends ReadonlyArray<number>> = Arr<"float32", S>

const product = x.pipe(np.matmul(np.ones([3, 4])))
expect<Equal<typeof product, F<readonly [2, 4]>>>()
const doubled = i.pipe(np.matmul(np.ones([3, 4], { dtype: "int8" }), { preferredElementType: "float64" }))
expect<Equal<typeof doubled, Arr<"float64", readonly [2, 4]>>>()
const dot = x.pipe(np.dot(np.ones([3])))
expect<Equal<typeof dot, F<readonly [2]>>>()
const reshaped = x.pipe(np.reshape([3, 2], { order: "F" }))
expect<Equal<typeof reshaped, F<readonly [3, 2]>>>()
const converted = x.pipe(np.astype("int8"))
expect<Equal<typeof converted, Arr<"int8", readonly [2, 3]>>>()
const sum = i.pipe(np.cumsum({ axis: 1 }))
expect<Equal<typeof sum, Arr<"int32", readonly [2, 3]>>>()
const order = i.pipe(np.argsort({ descending: true }))
expect<Equal<typeof order, Arr<"int32", readonly [2, 3]>>>()
const squeezed = np.ones([1, 2]).pipe(np.squeeze({ axis: 0 }))
expect<Equal<typeof squeezed, F<readonly [2]>>>()
const wide = x.pipe(np.broadcastTo([5, 2, 3]))
expect<Equal<typeof wide, F<readonly [5, 2, 3]>>>()
const clipped = x.pipe(np.clip({ min: 0 }))
expect<Equal<typeof clipped, F<readonly [2, 3]>>>()
const shares = x.pipe(Nn.softmax({ axis: 0 }))
expect<Equal<typeof shares, F<readonly [2, 3]>>>()
const encoded = np.ones([2], { dtype: "int32" }).pipe(Nn.oneHot(5))
expect<Equal<typeof encoded, F<readonly [2, 5]>>>()

// an array is not taken for options
const plain = np.argsort(i)
expect<Equal<typeof plain, Arr<"int32", readonly [2, 3]>>>()

// @ts-expect-error 3 columns do not meet 4 rows
void x.pipe(np.matmul(np.ones([4, 2])))
// @ts-expect-error 6 elements do not fill 4 x 2
void x.pipe(np.reshape([4, 2]))
// @ts-expect-error no such option
void x.pipe(np.sort({ ascending: true }))
// @ts-expect-error axis 0 has length 2
void x.pipe(np.squeeze({ axis: 0 }))
// @ts-expect-error [2, 3] does not broadcast to [3, 2]
void x.pipe(np.broadcastTo([3, 2]))

const pair = (a: F<readonly [3]>, b: F<readonly [2]>): F<readonly []> => np.multiply(np.sum(a), np.sum(b))
const a = np.ones([3])
const b = np.ones([2])

const slope = grad({ argnums: 1 })(pair)(a, b)
expect<Equal<typeof slope, F<readonly [2]>>>()
const both = valueAndGrad({ argnums: [0, 1] })(pair)(a, b)
expect<Equal<typeof both, [value: F<readonly []>, gradient: [F<readonly [3]>, F<readonly [2]>]]>>()
const rows = jacrev({ argnums: 0 })(pair)(a, b)
expect<Equal<typeof rows, F<readonly [3]>>>()
const curvature = hessian({ argnums: 0 })(pair)(a, b)
expect<Equal<typeof curvature, F<readonly [3, 3]>>>()
const [, moved] = jvp([a, b], [a, b])(pair)
expect<Equal<typeof moved, F<readonly []>>>()
const compiled = jit({ name: "pair" })(pair)(a, b)
expect<Equal<typeof compiled, F<readonly []>>>()
void vmap({ inAxes: [0, null] })(pair)
const identity = customVjp({
  forward: (y: F<readonly [3]>) => [y, null],
  backward: (_: null, ct: F<readonly [3]>) => [ct]
})((y) => np.square(y))(a)
expect<Equal<typeof identity, F<readonly [3]>>>()

// @ts-expect-error no such option
void grad({ argnum: 1 })

const within = Keys.next.pipe(Keys.within("layer"))
expect<Equal<typeof within, Effect.Effect<NdArray.NdArray<"uint32", readonly [2]>, never, Keys.Keys>>>()
