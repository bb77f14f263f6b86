/**
 * The code of small Plans, for people to read, and random loops beside the interpreter's.
 */
import type { Affine, BinaryOp, Instruction, Kernel, Plan } from "@effax/compiler/Plan"
import { expect, it } from "@effect/vitest"
import type { DType } from "effax/DType"
import { generate } from "../src/internal/wgsl/module.ts"
import { differences, planOf, randomOf, validate } from "./planRunner.ts"

const traits = { maxInvocations: 256, sharedMemory: 16384, subgroups: false }

const codeOf = (plan: Plan): string =>
  generate(plan, traits).dispatches
    .map(({ code, label, workgroups }) => `// ${label}: ${workgroups} workgroups\n${code}`)
    .join("\n\n")

const along = (...strides: ReadonlyArray<number>): Affine => ({ offset: 0, strides })
const common = { barrier: false } as const

it("a loop of half precision, into a buffer that shares its words", async () => {
  const plan = planOf([["float16", 3, "in"], ["float16", 3, "out"]], [{
    ...common,
    kind: "loop",
    name: "convert_mul",
    space: [3],
    body: [
      { op: "load", dtype: "float16", buffer: 0, index: along(1) },
      { op: "convert", dtype: "float32", args: [0] },
      { op: "mul", dtype: "float32", args: [1, 1] },
      { op: "convert", dtype: "float16", args: [2] }
    ],
    stores: [{ buffer: 1, index: along(1), value: 3 }]
  }])
  await validate(plan)
  expect(codeOf(plan).replace(/fn (?!main).*\{[^]*?\n\}\n/g, "")).toMatchInlineSnapshot(`
    "// convert_mul: 1 workgroups
    @group(0) @binding(0) var<storage, read> input0: array<u32>;
    @group(0) @binding(1) var<storage, read_write> output0: array<atomic<u32>>;
    @compute @workgroup_size(64)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
      let v0: i32 = i32(group.y * groups.x + group.x) * 64 + i32(local);
      if (v0 >= 3) { return; }
      let v1: u32 = input0[v0 >> 1u];
      let v2: u32 = ((v1 >> (u32(v0 & 1) * 16u)) & 0xffffu);
      let v3: f32 = f16_to_f32(v2);
      let v4: f32 = (v3 * v3);
      let v5: u32 = f32_to_f16(v4);
      let v6: u32 = u32(v0 & 1) * 16u;
      atomicAnd(&output0[v0 >> 1u], ~(0xffffu << v6));
      atomicOr(&output0[v0 >> 1u], (v5 & 0xffffu) << v6);
    }"
  `)
})

it("a reduction along rows of a matrix", async () => {
  const plan = planOf([["int32", 200, "in"], ["int32", 2, "out"]], [{
    ...common,
    kind: "reduce",
    name: "reduce_sum",
    kept: [2],
    reduced: [100],
    body: [{ op: "load", dtype: "int32", buffer: 0, index: along(100, 1) }],
    accumulations: [{ combiner: "add", dtype: "int32", value: 0 }],
    epilogue: [{ op: "result", dtype: "int32", which: 0 }],
    stores: [{ buffer: 1, index: along(1), value: 0 }]
  }])
  await validate(plan)
  expect(codeOf(plan)).toMatchInlineSnapshot(`
    "// reduce_sum: 1 workgroups
    @group(0) @binding(0) var<storage, read> input0: array<u32>;
    @group(0) @binding(1) var<storage, read_write> output0: array<u32>;
    var<workgroup> shared10: array<i32, 128>;
    @compute @workgroup_size(128)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
      let v0: i32 = i32(local);
      let v1: i32 = i32(group.y * groups.x + group.x);
      let v2: i32 = v1 * 4 + v0 % 4;
      let v3: i32 = min(v2, 1);
      let v4: i32 = v0 / 4;
      var x5: i32 = bitcast<i32>(0x0u);
      for (var r6 = v4; r6 < 100; r6 += 32) {
        let v7: i32 = r6;
        let v8: i32 = bitcast<i32>(input0[100 * v3 + v7]);
        let v9: i32 = (x5 + v8);
        x5 = v9;
      }
      shared10[v0] = x5;
      workgroupBarrier();
      if (v0 < 64) {
        let v11: i32 = shared10[v0];
        let v12: i32 = shared10[v0 + 64];
        shared10[v0] = (v11 + v12);
      }
      workgroupBarrier();
      if (v0 < 32) {
        let v13: i32 = shared10[v0];
        let v14: i32 = shared10[v0 + 32];
        shared10[v0] = (v13 + v14);
      }
      workgroupBarrier();
      if (v0 < 16) {
        let v15: i32 = shared10[v0];
        let v16: i32 = shared10[v0 + 16];
        shared10[v0] = (v15 + v16);
      }
      workgroupBarrier();
      if (v0 < 8) {
        let v17: i32 = shared10[v0];
        let v18: i32 = shared10[v0 + 8];
        shared10[v0] = (v17 + v18);
      }
      workgroupBarrier();
      if (v0 < 4) {
        let v19: i32 = shared10[v0];
        let v20: i32 = shared10[v0 + 4];
        shared10[v0] = (v19 + v20);
      }
      workgroupBarrier();
      let v21: i32 = shared10[v0 % 4];
      if (v0 < 4 && v2 < 2) {
        output0[v3] = bitcast<u32>(v21);
      }
    }"
  `)
})

it("a product of matrices", async () => {
  const plan = planOf([["float32", 512, "in"], ["float32", 256, "in"], ["float32", 512, "out"]], [{
    ...common,
    kind: "contract",
    name: "dot",
    batch: [],
    m: 32,
    n: 16,
    k: 16,
    operandDtype: "float32",
    dtype: "float32",
    lhs: { buffer: 0, index: along(16, 1) },
    rhs: { buffer: 1, index: along(16, 1) },
    epilogue: [{ op: "result", dtype: "float32", which: 0 }],
    stores: [{ buffer: 2, index: along(16, 1), value: 0 }]
  }])
  await validate(plan)
  expect(codeOf(plan)).toMatchInlineSnapshot(`
    "// dot: 1 workgroups
    @group(0) @binding(0) var<storage, read> input0: array<vec4<u32>>;
    @group(0) @binding(1) var<storage, read> input1: array<vec4<u32>>;
    @group(0) @binding(2) var<storage, read_write> output0: array<u32>;
    var<workgroup> shared4: array<vec4<f32>, 128>;
    var<workgroup> shared5: array<vec4<f32>, 64>;
    @compute @workgroup_size(32)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
      let v0: i32 = i32(local);
      let v1: i32 = min(i32(group.y * groups.x + group.x), 0);
      let v2: i32 = v0 / 4;
      let v3: i32 = v0 % 4;
      let v6: i32 = v0 / 4;
      let v7: i32 = v0 % 4;
      let v8: i32 = v7 * 4;
      let v9: i32 = 0 + v6 * 4;
      let v10: i32 = 16 * v9;
      let v11: i32 = v9 + 1;
      let v12: i32 = 16 * v11;
      let v13: i32 = v9 + 2;
      let v14: i32 = 16 * v13;
      let v15: i32 = v9 + 3;
      let v16: i32 = 16 * v15;
      let v17: i32 = v0 / 4;
      let v18: i32 = v0 % 4;
      let v19: i32 = 0 + v18 * 4;
      let v20: i32 = v0 + 32;
      let v21: i32 = v17 + 8;
      var x22: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
      var x23: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
      var x24: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
      var x25: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
      for (var slab26 = 0; slab26 < 16; slab26 += 16) {
        let v27: i32 = slab26 + v8;
        var x28: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
        var x29: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
        var x30: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
        var x31: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
        x28 = bitcast<vec4<f32>>(input0[((v10 + v27) >> 2u)]);
        x29 = bitcast<vec4<f32>>(input0[((v12 + v27) >> 2u)]);
        x30 = bitcast<vec4<f32>>(input0[((v14 + v27) >> 2u)]);
        x31 = bitcast<vec4<f32>>(input0[((v16 + v27) >> 2u)]);
        shared4[(v8 + 0) * 8 + v6] = vec4<f32>(x28.x, x29.x, x30.x, x31.x);
        shared4[(v8 + 1) * 8 + v6] = vec4<f32>(x28.y, x29.y, x30.y, x31.y);
        shared4[(v8 + 2) * 8 + v6] = vec4<f32>(x28.z, x29.z, x30.z, x31.z);
        shared4[(v8 + 3) * 8 + v6] = vec4<f32>(x28.w, x29.w, x30.w, x31.w);
        let v32: i32 = slab26 + v17;
        let v33: i32 = 16 * v32;
        let v34: i32 = slab26 + v21;
        let v35: i32 = 16 * v34;
        var x36: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
        x36 = bitcast<vec4<f32>>(input1[((v19 + v33) >> 2u)]);
        shared5[v17 * 4 + v18] = x36;
        var x37: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
        x37 = bitcast<vec4<f32>>(input1[((v19 + v35) >> 2u)]);
        shared5[v21 * 4 + v18] = x37;
        workgroupBarrier();
        for (var d38 = 0; d38 < 16; d38 += 1) {
          let v39: vec4<f32> = shared4[d38 * 8 + v2];
          let v40: vec4<f32> = shared5[d38 * 4 + v3];
          x22 = ((vec4<f32>(v39.x) * v40) + x22);
          x23 = ((vec4<f32>(v39.y) * v40) + x23);
          x24 = ((vec4<f32>(v39.z) * v40) + x24);
          x25 = ((vec4<f32>(v39.w) * v40) + x25);
        }
        workgroupBarrier();
      }
      for (var i41 = 0; i41 < 16; i41 += 1) {
        var x42: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
        let v43: i32 = i41 / 4;
        switch (v43) {
          case 0: { x42 = x22; }
          case 1: { x42 = x23; }
          case 2: { x42 = x24; }
          case 3: { x42 = x25; }
          default: {}
        }
        let v44: i32 = v43 / 1;
        let v45: i32 = 0 + (v2 + (v44 / 4) * 8) * 4 + v44 % 4;
        let v46: i32 = 0 + (v3 + (v43 % 1) * 4) * 4 + i41 % 4;
        if (v45 < 32 && v46 < 16) {
          let v47: f32 = x42[i41 % 4];
          output0[16 * v45 + v46] = bitcast<u32>(v47);
        }
      }
    }"
  `)
})

const scatter = (combiner: "set" | "add", dtype: DType): Kernel => ({
  ...common,
  kind: "scatter",
  name: `scatter_${combiner}`,
  space: [100],
  body: [
    { op: "load", dtype: "int32", buffer: 0, index: along(1) },
    { op: "load", dtype, buffer: 1, index: along(1) }
  ],
  buffer: 2,
  combiner,
  at: 0,
  value: 1,
  guard: undefined,
  unique: false
})

it("a scatter of integers, whose order doesn't matter", async () => {
  const plan = planOf([["int32", 100, "in"], ["int32", 100, "in"], ["int32", 8, "out"]], [scatter("add", "int32")])
  await validate(plan)
  expect(codeOf(plan)).toMatchInlineSnapshot(`
    "// scatter_add: 2 workgroups
    @group(0) @binding(0) var<storage, read> input0: array<u32>;
    @group(0) @binding(1) var<storage, read> input1: array<u32>;
    @group(0) @binding(2) var<storage, read_write> output0: array<atomic<u32>>;
    @compute @workgroup_size(64)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
      let v0: i32 = i32(group.y * groups.x + group.x) * 64 + i32(local);
      if (v0 >= 100) { return; }
      let v1: i32 = bitcast<i32>(input0[v0]);
      let v2: i32 = bitcast<i32>(input1[v0]);
      atomicAdd(&output0[v1], bitcast<u32>(v2));
    }"
  `)
})

it("a scatter in which the last update wins", async () => {
  const plan = planOf([["int32", 100, "in"], ["float32", 100, "in"], ["float32", 8, "out"]], [
    scatter("set", "float32")
  ])
  await validate(plan)
  expect(codeOf(plan)).toMatchInlineSnapshot(`
    "// scatter_set_clear: 2 workgroups
    @group(0) @binding(0) var<storage, read> input0: array<u32>;
    @group(0) @binding(1) var<storage, read_write> arena: array<atomic<u32>>;
    @compute @workgroup_size(64)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
      let v0: i32 = i32(group.y * groups.x + group.x) * 64 + i32(local);
      if (v0 >= 100) { return; }
      let v1: i32 = bitcast<i32>(input0[v0]);
      atomicStore(&arena[v1], 0u);
    }

    // scatter_set_bid: 2 workgroups
    @group(0) @binding(0) var<storage, read> input0: array<u32>;
    @group(0) @binding(1) var<storage, read_write> arena: array<atomic<u32>>;
    @compute @workgroup_size(64)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
      let v0: i32 = i32(group.y * groups.x + group.x) * 64 + i32(local);
      if (v0 >= 100) { return; }
      let v1: i32 = bitcast<i32>(input0[v0]);
      atomicMax(&arena[v1], u32(v0));
    }

    // scatter_set_set: 2 workgroups
    @group(0) @binding(0) var<storage, read> input0: array<u32>;
    @group(0) @binding(1) var<storage, read> input1: array<u32>;
    @group(0) @binding(2) var<storage, read> arena: array<u32>;
    @group(0) @binding(3) var<storage, read_write> output0: array<u32>;
    @compute @workgroup_size(64)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
      let v0: i32 = i32(group.y * groups.x + group.x) * 64 + i32(local);
      if (v0 >= 100) { return; }
      let v1: i32 = bitcast<i32>(input0[v0]);
      let v2: f32 = bitcast<f32>(input1[v0]);
      let v3: u32 = arena[v1];
      if (v3 == u32(v0)) {
        output0[v1] = bitcast<u32>(v2);
      }
    }"
  `)
})

it("random loops give what the interpreter gives", async () => {
  const ops: { readonly [D in DType]?: ReadonlyArray<BinaryOp> } = {
    float32: ["add", "sub", "mul", "max", "min"],
    int32: ["add", "sub", "mul", "div", "rem", "max", "min", "and", "or", "xor"],
    uint32: ["add", "sub", "mul", "div", "rem", "max", "min", "and", "or", "xor"],
    bool: ["and", "or", "xor"]
  }
  for (let seed = 0; seed < 40; seed++) {
    const random = randomOf(seed)
    const dtype = random.pick(["float32", "int32", "uint32", "bool"] as const)
    const space = random.pick([[], [1], [7], [3, 5], [2, 3, 4], [70], [3, 0]])
    const elements = space.reduce((a, b) => a * b, 1)
    const strides = space.map((_, d) => space.slice(d + 1).reduce((a, b) => a * b, 1))
    const reversed = { offset: elements - 1, strides: strides.map((s) => -s) }
    const body: Array<Instruction> = [
      { op: "load", dtype, buffer: 0, index: along(...strides) },
      { op: "load", dtype, buffer: 1, index: elements === 0 ? along(...strides) : reversed }
    ]
    for (let i = 0; i < random.integer(1, 12); i++) {
      const args = [random.integer(0, body.length - 1), random.integer(0, body.length - 1)] as const
      body.push({ op: random.pick(ops[dtype]!), dtype, args })
    }
    const value = body.length - 1
    const plan = planOf([[dtype, elements, "in"], [dtype, elements, "in"], [dtype, elements, "out"]], [
      { ...common, kind: "loop", name: "loop", space, body, stores: [{ buffer: 2, index: along(...strides), value }] }
    ])
    await validate(plan)
    const inputs = [random.elements(dtype, elements), random.elements(dtype, elements)]
    expect(await differences(plan, inputs, 1e-5), JSON.stringify({ body, space })).toEqual([])
  }
})
