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
    accumulations: [{ combiner: "sum", dtype: "int32", value: 0 }],
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
    @group(0) @binding(0) var<storage, read> input0: array<u32>;
    @group(0) @binding(1) var<storage, read> input1: array<u32>;
    @group(0) @binding(2) var<storage, read_write> output0: array<u32>;
    var<workgroup> shared4: array<vec4<f32>, 128>;
    var<workgroup> shared5: array<vec4<f32>, 64>;
    @compute @workgroup_size(32)
    fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
      let v0: i32 = i32(local);
      let v1: i32 = min(i32(group.y * groups.x + group.x), 0);
      let v2: i32 = v0 / 4;
      let v3: i32 = v0 % 4;
      let v6: i32 = v0 % 16;
      let v7: i32 = v0 / 16;
      let v8: i32 = 0 + v7 * 4;
      let v9: i32 = 16 * v8;
      let v10: i32 = v8 + 1;
      let v11: i32 = 16 * v10;
      let v12: i32 = v8 + 2;
      let v13: i32 = 16 * v12;
      let v14: i32 = v8 + 3;
      let v15: i32 = 16 * v14;
      let v16: i32 = v6 * 8 + v7;
      let v17: i32 = v0 + 32;
      let v18: i32 = v17 % 16;
      let v19: i32 = v17 / 16;
      let v20: i32 = 0 + v19 * 4;
      let v21: i32 = 16 * v20;
      let v22: i32 = v20 + 1;
      let v23: i32 = 16 * v22;
      let v24: i32 = v20 + 2;
      let v25: i32 = 16 * v24;
      let v26: i32 = v20 + 3;
      let v27: i32 = 16 * v26;
      let v28: i32 = v18 * 8 + v19;
      let v29: i32 = v0 + 64;
      let v30: i32 = v29 % 16;
      let v31: i32 = v29 / 16;
      let v32: i32 = 0 + v31 * 4;
      let v33: i32 = 16 * v32;
      let v34: i32 = v32 + 1;
      let v35: i32 = 16 * v34;
      let v36: i32 = v32 + 2;
      let v37: i32 = 16 * v36;
      let v38: i32 = v32 + 3;
      let v39: i32 = 16 * v38;
      let v40: i32 = v30 * 8 + v31;
      let v41: i32 = v0 + 96;
      let v42: i32 = v41 % 16;
      let v43: i32 = v41 / 16;
      let v44: i32 = 0 + v43 * 4;
      let v45: i32 = 16 * v44;
      let v46: i32 = v44 + 1;
      let v47: i32 = 16 * v46;
      let v48: i32 = v44 + 2;
      let v49: i32 = 16 * v48;
      let v50: i32 = v44 + 3;
      let v51: i32 = 16 * v50;
      let v52: i32 = v42 * 8 + v43;
      let v53: i32 = v0 / 4;
      let v54: i32 = v0 % 4;
      let v55: i32 = 0 + v54 * 4;
      let v56: i32 = v55 + 1;
      let v57: i32 = v55 + 2;
      let v58: i32 = v55 + 3;
      let v59: i32 = v53 * 4 + v54;
      let v60: i32 = v0 + 32;
      let v61: i32 = v60 / 4;
      let v62: i32 = v60 % 4;
      let v63: i32 = 0 + v62 * 4;
      let v64: i32 = v63 + 1;
      let v65: i32 = v63 + 2;
      let v66: i32 = v63 + 3;
      let v67: i32 = v61 * 4 + v62;
      var x68: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
      var x69: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
      var x70: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
      var x71: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
      for (var slab72 = 0; slab72 < 16; slab72 += 16) {
        let v73: i32 = slab72 + v6;
        var x74: f32 = bitcast<f32>(0x0u);
        var x75: f32 = bitcast<f32>(0x0u);
        var x76: f32 = bitcast<f32>(0x0u);
        var x77: f32 = bitcast<f32>(0x0u);
        x74 = bitcast<f32>(input0[v9 + v73]);
        x75 = bitcast<f32>(input0[v11 + v73]);
        x76 = bitcast<f32>(input0[v13 + v73]);
        x77 = bitcast<f32>(input0[v15 + v73]);
        shared4[v16] = vec4<f32>(x74, x75, x76, x77);
        let v78: i32 = slab72 + v18;
        var x79: f32 = bitcast<f32>(0x0u);
        var x80: f32 = bitcast<f32>(0x0u);
        var x81: f32 = bitcast<f32>(0x0u);
        var x82: f32 = bitcast<f32>(0x0u);
        x79 = bitcast<f32>(input0[v21 + v78]);
        x80 = bitcast<f32>(input0[v23 + v78]);
        x81 = bitcast<f32>(input0[v25 + v78]);
        x82 = bitcast<f32>(input0[v27 + v78]);
        shared4[v28] = vec4<f32>(x79, x80, x81, x82);
        let v83: i32 = slab72 + v30;
        var x84: f32 = bitcast<f32>(0x0u);
        var x85: f32 = bitcast<f32>(0x0u);
        var x86: f32 = bitcast<f32>(0x0u);
        var x87: f32 = bitcast<f32>(0x0u);
        x84 = bitcast<f32>(input0[v33 + v83]);
        x85 = bitcast<f32>(input0[v35 + v83]);
        x86 = bitcast<f32>(input0[v37 + v83]);
        x87 = bitcast<f32>(input0[v39 + v83]);
        shared4[v40] = vec4<f32>(x84, x85, x86, x87);
        let v88: i32 = slab72 + v42;
        var x89: f32 = bitcast<f32>(0x0u);
        var x90: f32 = bitcast<f32>(0x0u);
        var x91: f32 = bitcast<f32>(0x0u);
        var x92: f32 = bitcast<f32>(0x0u);
        x89 = bitcast<f32>(input0[v45 + v88]);
        x90 = bitcast<f32>(input0[v47 + v88]);
        x91 = bitcast<f32>(input0[v49 + v88]);
        x92 = bitcast<f32>(input0[v51 + v88]);
        shared4[v52] = vec4<f32>(x89, x90, x91, x92);
        let v93: i32 = slab72 + v53;
        var x94: f32 = bitcast<f32>(0x0u);
        var x95: f32 = bitcast<f32>(0x0u);
        var x96: f32 = bitcast<f32>(0x0u);
        var x97: f32 = bitcast<f32>(0x0u);
        let v98: i32 = 16 * v93;
        x94 = bitcast<f32>(input1[v55 + v98]);
        x95 = bitcast<f32>(input1[v56 + v98]);
        x96 = bitcast<f32>(input1[v57 + v98]);
        x97 = bitcast<f32>(input1[v58 + v98]);
        shared5[v59] = vec4<f32>(x94, x95, x96, x97);
        let v99: i32 = slab72 + v61;
        var x100: f32 = bitcast<f32>(0x0u);
        var x101: f32 = bitcast<f32>(0x0u);
        var x102: f32 = bitcast<f32>(0x0u);
        var x103: f32 = bitcast<f32>(0x0u);
        let v104: i32 = 16 * v99;
        x100 = bitcast<f32>(input1[v63 + v104]);
        x101 = bitcast<f32>(input1[v64 + v104]);
        x102 = bitcast<f32>(input1[v65 + v104]);
        x103 = bitcast<f32>(input1[v66 + v104]);
        shared5[v67] = vec4<f32>(x100, x101, x102, x103);
        workgroupBarrier();
        for (var d105 = 0; d105 < 16; d105 += 1) {
          let v106: vec4<f32> = shared4[d105 * 8 + v2];
          let v107: vec4<f32> = shared5[d105 * 4 + v3];
          x68 = ((vec4<f32>(v106.x) * v107) + x68);
          x69 = ((vec4<f32>(v106.y) * v107) + x69);
          x70 = ((vec4<f32>(v106.z) * v107) + x70);
          x71 = ((vec4<f32>(v106.w) * v107) + x71);
        }
        workgroupBarrier();
      }
      for (var i108 = 0; i108 < 16; i108 += 1) {
        var x109: vec4<f32> = vec4<f32>(bitcast<f32>(0x0u));
        let v110: i32 = i108 / 4;
        switch (v110) {
          case 0: { x109 = x68; }
          case 1: { x109 = x69; }
          case 2: { x109 = x70; }
          case 3: { x109 = x71; }
          default: {}
        }
        let v111: i32 = v110 / 1;
        let v112: i32 = 0 + (v2 + (v111 / 4) * 8) * 4 + v111 % 4;
        let v113: i32 = 0 + (v3 + (v110 % 1) * 4) * 4 + i108 % 4;
        if (v112 < 32 && v113 < 16) {
          let v114: f32 = x109[i108 % 4];
          output0[16 * v112 + v113] = bitcast<u32>(v114);
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
