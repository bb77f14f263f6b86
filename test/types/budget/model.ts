/** A model of 60 parameters, each of another shape, with all that a training step asks of the type checker. */
import { grad, jit, NdArray, Nn, Numpy as np, Random, Tree, valueAndGrad } from "effax"
import { Effect } from "effect"

const keys = Random.keys(Random.key(0), 30)

export const initial = {
  layer0: { weight: Random.normal(keys[0], [16, 72]), bias: np.zeros([72]) },
  layer1: { weight: Random.normal(keys[1], [72, 24]), bias: np.zeros([24]) },
  layer2: { weight: Random.normal(keys[2], [24, 80]), bias: np.zeros([80]) },
  layer3: { weight: Random.normal(keys[3], [80, 32]), bias: np.zeros([32]) },
  layer4: { weight: Random.normal(keys[4], [32, 88]), bias: np.zeros([88]) },
  layer5: { weight: Random.normal(keys[5], [88, 40]), bias: np.zeros([40]) },
  layer6: { weight: Random.normal(keys[6], [40, 96]), bias: np.zeros([96]) },
  layer7: { weight: Random.normal(keys[7], [96, 48]), bias: np.zeros([48]) },
  layer8: { weight: Random.normal(keys[8], [48, 104]), bias: np.zeros([104]) },
  layer9: { weight: Random.normal(keys[9], [104, 56]), bias: np.zeros([56]) },
  layer10: { weight: Random.normal(keys[10], [56, 112]), bias: np.zeros([112]) },
  layer11: { weight: Random.normal(keys[11], [112, 64]), bias: np.zeros([64]) },
  layer12: { weight: Random.normal(keys[12], [64, 16]), bias: np.zeros([16]) },
  layer13: { weight: Random.normal(keys[13], [16, 72]), bias: np.zeros([72]) },
  layer14: { weight: Random.normal(keys[14], [72, 24]), bias: np.zeros([24]) },
  layer15: { weight: Random.normal(keys[15], [24, 80]), bias: np.zeros([80]) },
  layer16: { weight: Random.normal(keys[16], [80, 32]), bias: np.zeros([32]) },
  layer17: { weight: Random.normal(keys[17], [32, 88]), bias: np.zeros([88]) },
  layer18: { weight: Random.normal(keys[18], [88, 40]), bias: np.zeros([40]) },
  layer19: { weight: Random.normal(keys[19], [40, 96]), bias: np.zeros([96]) },
  layer20: { weight: Random.normal(keys[20], [96, 48]), bias: np.zeros([48]) },
  layer21: { weight: Random.normal(keys[21], [48, 104]), bias: np.zeros([104]) },
  layer22: { weight: Random.normal(keys[22], [104, 56]), bias: np.zeros([56]) },
  layer23: { weight: Random.normal(keys[23], [56, 112]), bias: np.zeros([112]) },
  layer24: { weight: Random.normal(keys[24], [112, 64]), bias: np.zeros([64]) },
  layer25: { weight: Random.normal(keys[25], [64, 16]), bias: np.zeros([16]) },
  layer26: { weight: Random.normal(keys[26], [16, 72]), bias: np.zeros([72]) },
  layer27: { weight: Random.normal(keys[27], [72, 24]), bias: np.zeros([24]) },
  layer28: { weight: Random.normal(keys[28], [24, 80]), bias: np.zeros([80]) },
  layer29: { weight: Random.normal(keys[29], [80, 32]), bias: np.zeros([32]) }
}

type Parameters = typeof initial
type Inputs = NdArray.NdArray<"float32", readonly [32, 16]>
type Targets = NdArray.NdArray<"float32", readonly [32, 32]>

export const predict = (parameters: Parameters, x: Inputs) => {
  const h0 = x
  const h1 = Nn.relu(np.add(np.matmul(h0, parameters.layer0.weight), parameters.layer0.bias))
  const h2 = Nn.relu(np.add(np.matmul(h1, parameters.layer1.weight), parameters.layer1.bias))
  const h3 = Nn.relu(np.add(np.matmul(h2, parameters.layer2.weight), parameters.layer2.bias))
  const h4 = Nn.relu(np.add(np.matmul(h3, parameters.layer3.weight), parameters.layer3.bias))
  const h5 = Nn.relu(np.add(np.matmul(h4, parameters.layer4.weight), parameters.layer4.bias))
  const h6 = Nn.relu(np.add(np.matmul(h5, parameters.layer5.weight), parameters.layer5.bias))
  const h7 = Nn.relu(np.add(np.matmul(h6, parameters.layer6.weight), parameters.layer6.bias))
  const h8 = Nn.relu(np.add(np.matmul(h7, parameters.layer7.weight), parameters.layer7.bias))
  const h9 = Nn.relu(np.add(np.matmul(h8, parameters.layer8.weight), parameters.layer8.bias))
  const h10 = Nn.relu(np.add(np.matmul(h9, parameters.layer9.weight), parameters.layer9.bias))
  const h11 = Nn.relu(np.add(np.matmul(h10, parameters.layer10.weight), parameters.layer10.bias))
  const h12 = Nn.relu(np.add(np.matmul(h11, parameters.layer11.weight), parameters.layer11.bias))
  const h13 = Nn.relu(np.add(np.matmul(h12, parameters.layer12.weight), parameters.layer12.bias))
  const h14 = Nn.relu(np.add(np.matmul(h13, parameters.layer13.weight), parameters.layer13.bias))
  const h15 = Nn.relu(np.add(np.matmul(h14, parameters.layer14.weight), parameters.layer14.bias))
  const h16 = Nn.relu(np.add(np.matmul(h15, parameters.layer15.weight), parameters.layer15.bias))
  const h17 = Nn.relu(np.add(np.matmul(h16, parameters.layer16.weight), parameters.layer16.bias))
  const h18 = Nn.relu(np.add(np.matmul(h17, parameters.layer17.weight), parameters.layer17.bias))
  const h19 = Nn.relu(np.add(np.matmul(h18, parameters.layer18.weight), parameters.layer18.bias))
  const h20 = Nn.relu(np.add(np.matmul(h19, parameters.layer19.weight), parameters.layer19.bias))
  const h21 = Nn.relu(np.add(np.matmul(h20, parameters.layer20.weight), parameters.layer20.bias))
  const h22 = Nn.relu(np.add(np.matmul(h21, parameters.layer21.weight), parameters.layer21.bias))
  const h23 = Nn.relu(np.add(np.matmul(h22, parameters.layer22.weight), parameters.layer22.bias))
  const h24 = Nn.relu(np.add(np.matmul(h23, parameters.layer23.weight), parameters.layer23.bias))
  const h25 = Nn.relu(np.add(np.matmul(h24, parameters.layer24.weight), parameters.layer24.bias))
  const h26 = Nn.relu(np.add(np.matmul(h25, parameters.layer25.weight), parameters.layer25.bias))
  const h27 = Nn.relu(np.add(np.matmul(h26, parameters.layer26.weight), parameters.layer26.bias))
  const h28 = Nn.relu(np.add(np.matmul(h27, parameters.layer27.weight), parameters.layer27.bias))
  const h29 = Nn.relu(np.add(np.matmul(h28, parameters.layer28.weight), parameters.layer28.bias))
  const h30 = np.add(np.matmul(h29, parameters.layer29.weight), parameters.layer29.bias)
  return h30
}

export const loss = (parameters: Parameters, x: Inputs, y: Targets) =>
  np.mean(np.square(np.subtract(predict(parameters, x), y)))

export const adam = <P extends Tree.Arrays<P, "float32">>(parameters: P, gradients: P, means: P, squares: P) => {
  const m = Tree.map2(means, gradients, (m, g) => np.add(np.multiply(m, 0.9), np.multiply(g, 0.1)))
  const v = Tree.map2(squares, gradients, (v, g) => np.add(np.multiply(v, 0.999), np.multiply(np.square(g), 0.001)))
  const steps = Tree.map2(m, v, (m, v) => np.divide(m, np.add(np.sqrt(v), 1e-8)))
  return { parameters: Tree.map2(parameters, steps, (p, s) => np.subtract(p, np.multiply(s, 1e-3))), m, v }
}

export const step = jit((parameters: Parameters, m: Parameters, v: Parameters, x: Inputs, y: Targets) => {
  const [value, gradients] = valueAndGrad(loss)(parameters, x, y)
  return { value, ...adam(parameters, gradients, m, v) }
})

export const slopes = grad(loss)

export const train = (x: Inputs, y: Targets) =>
  Effect.gen(function*() {
    let parameters = initial
    let m = Tree.map(parameters, np.zerosLike)
    let v = Tree.map(parameters, np.zerosLike)
    for (let i = 0; i < 10; i++) {
      const next = yield* NdArray.evaluate(step(parameters, m, v, x, y))
      parameters = next.parameters
      m = next.m
      v = next.v
    }
    return yield* NdArray.toTypedArray(parameters)
  })
