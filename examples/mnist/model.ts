/**
 * Two small networks for digits: `[batch, 28, 28] -> [batch, 10]`.
 */
import { NdArray, Nn, Numpy as np, Random } from "effax"

type Array32 = NdArray.NdArray<"float32">

/** The weights and bias of one layer. */
export interface Layer {
  readonly weight: Array32
  readonly bias: Array32
}

export type Parameters = { readonly [layer: string]: Layer }

export interface Model {
  readonly initialize: (key: Random.Key) => Parameters
  /** Scores of the ten digits for a batch of images. */
  readonly predict: (parameters: Parameters, images: NdArray.Any) => NdArray.Any
}

const dense = (key: Random.Key, inputs: number, outputs: number): Layer => ({
  weight: Nn.initializers.heNormal()(key, [inputs, outputs]),
  bias: np.zeros([outputs])
})

const kernel = (key: Random.Key, outputs: number, inputs: number, window: number): Layer => ({
  weight: Nn.initializers.heNormal({ inAxis: 1, outAxis: 0 })(key, [outputs, inputs, window, window]),
  bias: np.zeros([outputs, 1, 1])
})

const apply = (layer: Layer, x: NdArray.Any) => np.add(np.matmul(x, layer.weight), layer.bias)

const flatten = (x: NdArray.Any) => np.reshape(x, [x.shape[0]!, -1])

/** 784 - 256 - 10. */
const mlp: Model = {
  initialize: (key) => {
    const [k1, k2] = Random.keys(key, 2)
    return { hidden: dense(k1!, 784, 256), output: dense(k2!, 256, 10) }
  },
  predict: ({ hidden, output }, images) => apply(output!, Nn.relu(apply(hidden!, flatten(images))))
}

/** Two convolutions with pooling, then two dense layers. */
const conv: Model = {
  initialize: (key) => {
    const [k1, k2, k3, k4] = Random.keys(key, 4)
    return {
      conv1: kernel(k1!, 8, 1, 5),
      conv2: kernel(k2!, 16, 8, 5),
      hidden: dense(k3!, 16 * 7 * 7, 64),
      output: dense(k4!, 64, 10)
    }
  },
  predict: ({ conv1, conv2, hidden, output }, images) => {
    const stage = ({ bias, weight }: Layer, x: NdArray.Any) => Nn.maxPool(Nn.relu(np.add(Nn.conv(x, weight), bias)), 2)
    const features = stage(conv2!, stage(conv1!, np.expandDims(images, 1)))
    return apply(output!, Nn.relu(apply(hidden!, flatten(features))))
  }
}

export const models = { conv, mlp }

/** The mean cross-entropy of scores against labels. */
export const crossEntropy = (scores: NdArray.Any, labels: NdArray.Any): NdArray.Any =>
  np.negative(np.mean(np.sum(np.multiply(Nn.logSoftmax(scores), Nn.oneHot(labels, 10)), { axis: -1 })))
