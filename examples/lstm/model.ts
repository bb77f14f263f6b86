/**
 * A long short-term memory network (Hochreiter and Schmidhuber 1997) that reads a text character by character: a `scan`
 * whose carry is the memory.
 */
import { grad, jit, Lax, NdArray, Nn, Numpy as np, Random } from "effax"

export interface Parameters {
  /** `[vocabulary, 4 hidden]`, `[hidden, 4 hidden]`, `[4 hidden]`: input, forget, cell and output gates side by side. */
  readonly input: NdArray.Any
  readonly recurrent: NdArray.Any
  readonly bias: NdArray.Any
  /** `[hidden, vocabulary]` and `[vocabulary]`: from the memory to scores of the next character. */
  readonly output: NdArray.Any
  readonly outputBias: NdArray.Any
}

/** The memory: what the network shows, and what it keeps to itself. Each is `[batch, hidden]`. */
export interface Memory {
  readonly hidden: NdArray.Any
  readonly cell: NdArray.Any
}

export const initialize = (key: Random.Key, vocabulary: number, hidden: number): Parameters => {
  const [k1, k2, k3] = Random.keys(key, 3)
  const scaled = (k: NdArray.Any, rows: number, columns: number) =>
    np.divide(Random.normal(k, [rows, columns]), Math.sqrt(rows))
  return {
    input: scaled(k1, vocabulary, 4 * hidden),
    recurrent: scaled(k2, hidden, 4 * hidden),
    // gates that forget nothing at first learn faster (Jozefowicz et al. 2015)
    bias: np.concatenate([np.zeros([hidden]), np.ones([hidden]), np.zeros([2 * hidden])]),
    output: scaled(k3, hidden, vocabulary),
    outputBias: np.zeros([vocabulary])
  }
}

export const blank = (batch: number, hidden: number): Memory => ({
  hidden: np.zeros([batch, hidden]),
  cell: np.zeros([batch, hidden])
})

/** One character: `[batch, vocabulary]`, one-hot. */
export const step = ({ bias, input, recurrent }: Parameters, memory: Memory, character: NdArray.Any): Memory => {
  const gates = np.add(np.add(np.matmul(character, input), np.matmul(memory.hidden, recurrent)), bias)
  const [i, f, g, o] = np.split(gates, 4, { axis: -1 }) as ReadonlyArray<NdArray.Any>
  const cell = np.add(
    np.multiply(Nn.sigmoid(f!), memory.cell),
    np.multiply(Nn.sigmoid(i!), np.tanh(g!))
  )
  return { hidden: np.multiply(Nn.sigmoid(o!), np.tanh(cell)), cell }
}

const scores = ({ output, outputBias }: Parameters, { hidden }: Memory): NdArray.Any =>
  np.add(np.matmul(hidden, output), outputBias)

/** Mean cross-entropy, in nats per character, of predicting each next one: `text` is int32 `[batch, length + 1]`. */
export const loss = (parameters: Parameters, text: NdArray.Any): NdArray.Any => {
  const [batch, characters] = text.shape as readonly [number, number]
  const vocabulary = parameters.outputBias.shape[0]!
  const inSteps = np.transpose(Nn.oneHot(text, vocabulary), [1, 0, 2])
  const inputs = np.index(inSteps, np.slice(0, characters - 1))
  const targets = np.index(inSteps, np.slice(1))
  const [, losses] = Lax.scan(
    (memory: Memory, [character, next]: readonly [NdArray.Any, NdArray.Any]) => {
      const now = step(parameters, memory, character)
      const surprise = np.negative(np.sum(np.multiply(Nn.logSoftmax(scores(parameters, now)), next), { axis: -1 }))
      return [now, np.mean(surprise)] as const
    },
    blank(batch, parameters.recurrent.shape[0]!),
    [inputs, targets] as const
  )
  return np.mean(losses)
}

export const gradient = grad(loss)

/**
 * Goes on writing after a first text (int32 `[length]`), `count` characters long, in one compiled loop. The temperature says how
 * far it dares to leave what is most likely; 0 is never.
 */
export const write = (
  parameters: Parameters,
  first: NdArray.Any,
  count: number,
  temperature: number,
  key: Random.Key
): NdArray.Any => {
  const vocabulary = parameters.outputBias.shape[0]!
  const read = (memory: Memory, character: NdArray.Any) =>
    step(parameters, memory, np.expandDims(Nn.oneHot(character, vocabulary), 0))
  const go = jit(function write(first: NdArray.Any, key: NdArray.Any) {
    const [memory] = Lax.scan(
      (memory: Memory, character: NdArray.Any) => [read(memory, character), null] as const,
      blank(1, parameters.recurrent.shape[0]!),
      first
    )
    const [, written] = Lax.scan(
      (memory: Memory, key: NdArray.Any) => {
        const logits = np.index(scores(parameters, memory), 0)
        const next = temperature === 0
          ? np.argmax(logits)
          : Random.categorical(key, np.divide(logits, temperature))
        return [read(memory, next), next] as const
      },
      memory,
      Random.split(key, count)
    )
    return written
  })
  return go(first, key)
}
