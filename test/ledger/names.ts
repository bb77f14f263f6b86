/**
 * Names that are not JAX's in camelCase, and names whose meaning is somewhere else in effax.
 */

type ByModule = { readonly [module: string]: { readonly [name: string]: string } }

/** The path of a name in effax, where it is not the camelCase of JAX's. */
export const renamed: ByModule = {
  jax: {
    ShapeDtypeStruct: "Transform.ShapeDType",
    make_jaxpr: "Transform.makeProgram"
  },
  "jax.lax": {
    custom_linear_solve: "Transform.customLinearSolve",
    custom_root: "Transform.customRoot"
  },
  "jax.tree_util": {
    flatten_one_level_with_keys: "Tree.flattenOneLevel",
    keystr: "Tree.formatPath",
    tree_all: "Tree.all",
    tree_broadcast: "Tree.broadcast",
    tree_flatten: "Tree.flatten",
    tree_flatten_with_path: "Tree.flattenWithPath",
    tree_leaves: "Tree.leaves",
    tree_leaves_with_path: "Tree.leavesWithPath",
    tree_map: "Tree.map",
    tree_map_with_path: "Tree.mapWithPath",
    tree_reduce: "Tree.reduce",
    tree_reduce_associative: "Tree.reduceAssociative",
    tree_structure: "Tree.structure",
    tree_transpose: "Tree.transpose",
    tree_unflatten: "Tree.unflatten",
    treedef_children: "Tree.structureChildren",
    treedef_is_leaf: "Tree.structureIsLeaf",
    treedef_tuple: "Tree.structureList"
  },
  "jax.flatten_util": {
    ravel_pytree: "Tree.ravel"
  }
}

const dtypes = (names: string): { readonly [name: string]: string } =>
  Object.fromEntries(names.trim().split(/\s+/).map((name) => [name, `a dtype is a string: \`"${name}"\``]))

const each = (reason: string, names: string): { readonly [name: string]: string } =>
  Object.fromEntries(names.trim().split(/\s+/).map((name) => [name, reason]))

/** What stands in the place of a name. */
export const elsewhere: ByModule = {
  jax: {
    Array: "`NdArray.NdArray`, and `NdArray.isNdArray`",
    Device: "a backend is one device; `Mesh` names the positions of several",
    NamedSharding: "`shardMap` with a `Mesh` and partition specs",
    P: "`P` of `effax`, a `PartitionSpec`",
    Shard: "`shardMap` with a `Mesh` and partition specs",
    block_until_ready: "`yield* x`, or `NdArray.evaluate(tree)`",
    check_tracer_leaks: "always on: `EscapedParameterError`",
    checking_leaks: "always on: `EscapedParameterError`",
    clear_caches: "`f.clear()` of a jitted function; caches of a backend end with its Layer",
    config: "options of Layers; there are no global settings",
    copy_to_host_async: "`NdArray.toTypedArray`, in a fiber of its own",
    debug_infs: "`Checks.layerNonFinite`",
    debug_key_reuse: "`Checks.layerChecked`",
    debug_nans: "`Checks.layerNonFinite`",
    default_backend: "the `Backend` service",
    default_device: "the `Backend` service",
    default_matmul_precision: "products of float32 are computed in float32; `preferredElementType` widens sums",
    device_get: "`NdArray.toTypedArray` and `NdArray.toNested`, of arrays and trees",
    device_put: "`NdArray.evaluate`: arrays from the host are uploaded when they are first used",
    disable_jit: "without `jit` a graph is run as it stands; `Checks` find the operation that went wrong",
    ds: "`Numpy.slice`, and `Lax.dynamicSlice` for starts that are arrays",
    effects_barrier: "effects of a Program have run when the Effect that runs it is done",
    enable_checks: "`EFFAX_VERIFY=1`: the compiler verifies every stage",
    enable_x64: "64-bit dtypes are there without a switch, and never unasked",
    ensure_compile_time_eval: "`Effect.runSync` of an array, outside of the function that is traced",
    explain_cache_misses: "`f.traces` of a jitted function",
    float0: "derivatives with respect to integers have the dtype of the integers and are zeros, with `allowInt`",
    live_arrays: "`backend.statistics`, and the metric `effax.bytes.live`",
    log_compiles: "spans `effax.trace` and `effax.compile`, and metrics",
    make_mesh: "`Mesh.make`",
    numpy_dtype_promotion: "promotion is JAX's default, in values and in types",
    pmap: "`shardMap`, which replaced it in JAX too",
    print_environment_info: "`backend.name` and `backend.capabilities`",
    set_mesh: "a `Mesh` is an option of `shardMap`",
    smap: "`shardMap` over one axis",
    typeof: "`Aval`, and `x.dtype` and `x.shape`",
    ...each(
      "one process: `Mesh` names the positions that a `shardMap` runs on",
      `device_count devices host_count host_id host_ids local_device_count local_devices process_count process_index
       process_indices make_array_from_callback make_array_from_process_local_data
       make_array_from_single_device_arrays reshard auto_pcast remove_size_one_mesh_axis_from_type`
    ),
    ...each(
      "what an Effect keeps in a `Ref` of Effect; arrays are values",
      "Ref empty_ref free_ref freeze new_ref"
    ),
    ...each(
      "keys are threefry, as JAX makes them by default, and typed",
      "default_prng_impl enable_custom_prng legacy_prng_key threefry_partitionable"
    ),
    ...each(
      "transfers are explicit",
      "transfer_guard transfer_guard_device_to_device transfer_guard_device_to_host transfer_guard_host_to_device"
    ),
    ...each(
      "a switch of JAX's own machinery",
      `ad allow_f16_reductions array_garbage_collection_guard jax2tf_associative_scan_reductions make_user_context memory
       no_execution no_tracing numpy_rank_promotion softmax_custom_jvp thread_guard`
    ),
    fwd_and_bwd: "`vjp`, whose result is both",
    custom_gradient: "`customVjp`",
    named_call: "equations know the line that made them; `Effect.withSpan` names an execution",
    named_scope: "equations know the line that made them; `Effect.withSpan` names an execution"
  },
  "jax.numpy": {
    ...dtypes(
      "bfloat16 bool complex128 complex64 float16 float32 float64 int16 int32 int64 int8 uint16 uint32 uint64 uint8"
    ),
    ...dtypes("float8_e4m3fn float8_e5m2"),
    ...each(
      "another name of a dtype, which is a string",
      "bool_ cdouble complex_ csingle double float_ int_ single uint"
    ),
    ...each(
      "a class of dtypes: `DType.isFloating`, `DType.isInteger`, `DType.isComplex`, `DType.isInexact`",
      "character complexfloating flexible floating generic inexact integer number object_ signedinteger unsignedinteger"
    ),
    ...each(
      "a dtype that no backend stores",
      `float4_e2m1fn float6_e2m3fn float6_e3m2fn float8_e3m4 float8_e4m3 float8_e4m3b11fnuz float8_e4m3fnuz float8_e5m2fnuz
       float8_e8m0fnu int1 int2 int4 uint1 uint2 uint4`
    ),
    ComplexWarning: "a conversion that loses imaginary parts is written `Numpy.real`",
    dtype: "a dtype is a string; `DType.isDType`",
    ndarray: "`NdArray.NdArray`"
  },
  "jax.lax": {
    ...each(
      "literals of types: options take strings and plain objects",
      `AccuracyMode ConvDimensionNumbers ConvGeneralDilatedDimensionNumbers DotAlgorithm DotAlgorithmPreset
       DotDimensionNumbers FftType GatherDimensionNumbers GatherScatterMode Precision PrecisionLike
       RaggedDotDimensionNumbers RandomAlgorithm RoundingMethod ScatterDimensionNumbers Tolerance`
    ),
    ...each("effects are ordered by Effect; there are no tokens", "after_all create_token"),
    composite: "`jit` names a part of a Program; StableHLO is not written yet",
    dce_sink: "`optimizationBarrier`",
    dtype: "`x.dtype`",
    platform_dependent: "a Program does not know its backend",
    ...each(
      "numbers come from keys: `Random.bits` and `Random.uniform`; JAX's depend on the device",
      "rng_bit_generator rng_uniform"
    ),
    scaled_dot: "8-bit floats with scales of blocks, which no backend has; `Numpy.repeat` the scales and multiply",
    shape_as_value: "shapes are static: `x.shape`",
    stage: "`jit`, `.trace` and `.lower`",
    with_sharding_constraint: "`shardMap` with a `Mesh` and partition specs",
    ...each("one device emulates a mesh: there is nothing to send to", "psend precv")
  },
  "jax.nn": each(
    "products of 4-bit and 8-bit floats with scales of blocks, which no backend has; `Numpy.repeat` the scales and multiply",
    "get_scaled_dot_general_config scaled_dot_general scaled_matmul"
  ),
  "jax.nn.initializers": {
    Initializer: "the type `Nn.initializers.Initializer`"
  },
  "jax.image": {
    ResizeMethod: "names of methods are strings, of the type `Image.ResizeMethod`"
  },
  "jax.tree": {
    static: "static data is what a class gives `Tree.parts`; static arguments are named in `staticArgnums`"
  },
  "jax.tree_util": {
    ...each(
      "a path is a list of names and indices, of the type `Tree.Path`",
      "DictKey FlattenedIndexKey GetAttrKey KeyEntry KeyPath SequenceKey"
    ),
    ...each(
      "no registry: a class takes part in trees by its method `Tree.symbol`",
      `default_registry register_dataclass register_pytree_node register_pytree_node_class register_pytree_with_keys
       register_pytree_with_keys_class register_static`
    ),
    Partial: "a closure; `closureConvert` makes its arrays arguments",
    PyTreeDef: "`Tree.Structure`"
  },
  "jax.lax.linalg": each(
    "one implementation a backend",
    "EigImplementation EighImplementation SvdAlgorithm"
  )
}

/** How a function differs from the array API standard, or why it is not there. */
export const arrayApiNotes: { readonly [name: string]: string } = {
  from_dlpack: "JavaScript has no DLPack; typed arrays and array buffers are taken by `NdArray.fromTypedArray`"
}
