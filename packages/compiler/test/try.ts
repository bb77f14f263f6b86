import { Numpy as np, Program, Nn, grad } from "effax"
import * as Effect from "effect/Effect"
import * as Compiler from "@effax/compiler/Compiler"
const show = (f: any, ...args: any[]) => {
  const p = Program.withoutCaptures(Effect.runSync(Program.trace(f as any, ...args) as any) as any)
  const st = Compiler.stages(p)
  if (process.argv[2] === "all") for (const k in st) console.log("---", k, "\n" + st[k])
  else console.log(st.plan)
  console.log()
}
show((x: any) => np.multiply(np.sin(np.cos(x)), np.tanh(x)), np.zeros([2, 3]))
show((x: any) => Nn.softmax(x), np.zeros([2, 3]))
show((x: any, w: any, b: any) => Nn.relu(np.add(np.matmul(x, w), b)), np.zeros([8, 3]), np.zeros([3, 5]), np.zeros([5]))
show((x: any) => np.sum(x), np.zeros([1000, 1000]))
show((x: any, w: any) => grad((w: any) => np.sum(np.tanh(np.matmul(x, w))))(w), np.zeros([8, 3]), np.zeros([3, 5]))
