import { Numpy as np, Random } from "effax"
const [k1, k2] = Random.split(Random.key(0))
const x = np.ones([2, 3])
const [r0] = x
for (const row of x) np.sum(row)
Math.max(...x)
if (np.all(x)) {}
const t = x + 1
const u = x > 0
void k1; void k2; void r0; void t; void u
